"""Symptoms: what series of looks mean, on series made by hand; and what a look measures, against direct formulas."""

import math

import numpy as np
import pytest
import scipy.stats

from keras_gans import metrics
from keras_gans.callbacks.looks import Yardstick, judgement, vendi_score
from keras_gans.callbacks.symptoms import HIDES, REMEDIES, SYMPTOMS, recognise

HEALTHY = {
    "d_loss": 1.3,
    "g_loss": 0.8,
    "d_gradient": 1.0,
    "g_gradient": 1.0,
    "d_weights": 8.0,
    "g_weights": 8.0,
    "real": 0.2,
    "fake": -0.2,
    "accuracy_real": 0.6,
    "accuracy_fake": 0.6,
    "separation": 0.6,
    "diversity": 0.9,
    "spread": 0.9,
    "recall": 0.9,
    "distance": 0.1,
    "position": [0.0, 0.0],
    "critic": False,
}
RIGHT = {"accuracy_real": 1.0, "accuracy_fake": 1.0, "separation": 1.0}


def series(count=60, **changes):
    """Healthy looks, but for functions of the look's number; numbers stand for themselves."""
    return [
        {"step": 10 * i, **HEALTHY, **{k: v(i) if callable(v) else v for k, v in changes.items()}} for i in range(count)
    ]


def told(looks):
    """What a callback would have found: kind -> finding."""
    found = {}
    for last in range(1, len(looks) + 1):
        found |= {finding.kind: finding for finding in recognise(looks[:last], found)}
    return found


def around(radius, turn=0.4):
    return lambda i: [(radius(i) if callable(radius) else radius) * f(turn * i) for f in (math.cos, math.sin)]


CASES = {
    "healthy": ({}, None),
    "settled: gradients vanish, but D is at a loss": ({"g_gradient": lambda i: 0.8**i, "d_gradient": 1e-3}, None),
    "G's gradient dies": ({**RIGHT, "g_gradient": lambda i: 0.8**i}, "vanishing gradients"),
    "both die": ({**RIGHT, "g_gradient": lambda i: 0.8**i, "d_gradient": lambda i: 0.8**i}, "vanishing gradients"),
    "G's gradient falls a bit": ({**RIGHT, "g_gradient": lambda i: max(0.8**i, 1 / 30)}, None),
    "a critic's generator starves": (
        {**RIGHT, "critic": True, "g_gradient": lambda i: 0.8**i},
        "vanishing gradients",
    ),
    "D's gradient dies": ({**RIGHT, "d_gradient": lambda i: 0.8**i}, "discriminator wins"),
    "D's gradient dies, and G's is about to": (
        {**RIGHT, "d_gradient": lambda i: 0.8**i, "g_gradient": lambda i: max(0.8**i, 1 / 20)},
        None,
    ),
    "D is right and learns on": (RIGHT, None),
    "D is right at times": (
        {**RIGHT, "accuracy_fake": lambda i: 1.0 - 0.1 * (i % 9 == 0), "d_gradient": lambda i: 0.8**i},
        None,
    ),
    "a critic at its optimum": ({**RIGHT, "critic": True, "d_gradient": lambda i: 0.8**i}, None),
    "three modes of eight": ({"diversity": 0.38}, "mode collapse"),
    "pictures all alike": ({"spread": 0.1}, "mode collapse"),
    "rejected from the start": ({**RIGHT, "spread": 0.1}, None),
    "rejected, once varied": ({**RIGHT, "spread": lambda i: 0.9 if i < 30 else 0.1}, "mode collapse"),
    "young and learning": ({"spread": lambda i: min(0.02 * 1.1**i, 0.9)}, None),
    "varied, and nowhere near": ({**RIGHT, "recall": 0.1}, "off the data"),
    "nowhere near, and on the way": ({**RIGHT, "recall": lambda i: min(0.01 * 1.1**i, 0.9)}, None),
    "nowhere near, but a critic's": ({**RIGHT, "critic": True, "recall": 0.1}, None),
    "near to few, while D guesses": ({"recall": 0.1}, None),
    "half reached": ({**RIGHT, "recall": 0.5}, None),
    "a bad moment": ({"spread": lambda i: 0.1 if 20 <= i < 24 else 0.9}, None),
    "a cloud that jumps": ({"spread": 0.2, "position": around(1.0)}, "mode collapse"),
    "a larger cloud that jumps": ({"spread": 0.45, "position": around(1.0)}, None),
    "logits grow": ({"real": lambda i: 1.2**i}, "divergence"),
    "large logits that stay": ({"real": lambda i: min(1.2**i, 900.0), "fake": -1e6, "critic": True}, None),
    "a loss explodes": ({"g_loss": lambda i: -(1.3**i)}, "divergence"),
    "weights grow": ({"g_weights": lambda i: 8.0 * 1.2**i}, "divergence"),
    "samples run away": ({"position": lambda i: [0.0, -(1.2**i)]}, "divergence"),
    "samples come from far": ({"position": lambda i: [50.0 * 0.8**i, 0.0]}, None),
    "samples start far away": ({"position": lambda i: [20.0 * 1.12 ** min(i, 10), 0.0]}, None),
    "NaN": ({"fake": lambda i: math.nan if i > 40 else 0.0, "spread": 0.1}, ("mode collapse", "divergence")),
    "infinite": ({"position": lambda i: [math.inf, 0.0] if i == 40 else [0.0, 0.0]}, "divergence"),
    "all goes wrong at once": ({**RIGHT, "real": lambda i: 2.0**i, "spread": 0.1}, "divergence"),
    "round and round": ({"position": around(1.0)}, "oscillation"),
    "to and fro": ({"position": lambda i: [(-1.0) ** i, 0.0]}, "oscillation"),
    "round and round, slowly wider": ({"position": around(lambda i: 0.5 * 1.02**i)}, "oscillation"),
    "spiralling in": ({"position": around(lambda i: 2.0 * 0.95**i)}, None),
    "a small circle": ({"position": around(0.2)}, None),
    "a long way there": ({"position": lambda i: [0.2 * i - 6.0, 0.0]}, None),
}


@pytest.mark.parametrize("name", CASES)
def test_recognise_tells_failures_from_what_looks_like_them(name):
    changes, kinds = CASES[name]
    expected = () if kinds is None else (kinds,) if isinstance(kinds, str) else kinds
    assert tuple(told(series(**changes))) == expected


def test_recognise_says_what_was_seen_and_what_helps():
    (finding,) = told(series(**RIGHT, g_gradient=lambda i: 1.0 if i < 20 else 1 / 200)).values()
    assert finding.step == 240  # the fifth look of it
    assert finding.sentence == (
        "The generator's gradient is 1/200 of what it was while the discriminator is right on all of the examples: use "
        "the non-saturating loss or a Wasserstein critic with gradient penalty."
    )
    (finding,) = told(series(accuracy_real=0.985, accuracy_fake=1.0, d_gradient=lambda i: 0.7**i)).values()
    assert "right on 98 % of the examples" in finding.sentence


def test_recognise_waits_until_a_failure_has_stayed():
    assert told(series(5, **RIGHT, g_gradient=lambda i: 0.01**i)) == {}
    assert told(series(10, spread=0.1)) == {}
    assert list(told(series(11, spread=0.1))) == ["mode collapse"]
    assert told(series(20, position=around(1.0))) == {}


def test_recognise_is_silent_about_what_is_known_or_follows_from_it():
    looks = series(spread=0.1)
    assert [finding.kind for finding in recognise(looks)] == ["mode collapse"]
    for known in ("mode collapse", "divergence", "discriminator wins", "vanishing gradients"):
        assert recognise(looks, [known]) == []
    assert [finding.kind for finding in recognise(looks, ["oscillation"])] == ["mode collapse"]
    assert SYMPTOMS.keys() == HIDES.keys() == REMEDIES.keys()


def test_vendi_score_counts_groups_and_is_that_of_the_eigenvalues():
    groups = np.repeat(100.0 * np.arange(5), 4)
    distances = np.abs(groups[:, None] - groups)
    assert vendi_score(distances, 1.0) == pytest.approx(5.0)
    assert vendi_score(np.zeros((7, 7)), 1.0) == pytest.approx(1.0)
    points = np.random.default_rng(0).normal(size=(30, 2))
    distances = np.linalg.norm(points[:, None] - points, axis=-1)
    shares = np.linalg.eigvalsh(np.exp(-(distances**2) / (2 * 0.7**2)) / 30)
    assert vendi_score(distances, 0.7) == pytest.approx(1 / np.sum(shares**2))


def test_yardstick_measures_distance_as_scipy_does():
    rng = np.random.default_rng(0)
    real, fake = rng.normal(size=(200, 1)), rng.normal(loc=1.0, scale=2.0, size=(150, 1))
    across = np.abs(real - fake.T).mean()
    expected = scipy.stats.energy_distance(real[:, 0], fake[:, 0]) ** 2 / (2 * across)
    assert Yardstick(real).measure(fake)["distance"] == pytest.approx(expected)
    assert Yardstick(real).measure(real)["distance"] == pytest.approx(0.0, abs=1e-9)


def test_yardstick_counts_the_real_examples_among_the_samples_as_the_metric_does():
    rng = np.random.default_rng(0)
    real, fake = rng.normal(size=(64, 4)), rng.normal(loc=1.0, size=(50, 4))
    recall = Yardstick(real).measure(fake)["recall"]
    assert recall == metrics.precision_recall(real, fake)[1]
    assert 0.2 < recall < 0.9
    assert Yardstick(real).measure(real)["recall"] == 1.0


def test_yardstick_of_a_ring_sees_how_many_modes_there_are():
    turn = 2 * np.pi * np.arange(8) / 8
    rng = np.random.default_rng(0)
    modes = np.stack([np.cos(turn), np.sin(turn)], axis=1)
    real = np.repeat(modes, 32, axis=0) + 0.02 * rng.normal(size=(256, 2))
    for count in (1, 2, 3, 8):
        fake = np.tile(modes[:count], (240 // count, 1)) + 0.02 * rng.normal(size=(240 // count * count, 2))
        assert Yardstick(real).measure(fake)["diversity"] == pytest.approx(count / 8, rel=0.05)


def test_yardstick_takes_pictures_and_their_mean_in_the_spread_of_the_data():
    real = np.random.default_rng(0).normal(size=(40, 4, 4, 1))
    flat = real.reshape(40, 16)
    spread = np.sqrt(np.sum((flat - flat.mean(axis=0)) ** 2) / 40)
    first = np.linalg.eigh(np.cov(flat.T))[1][:, -1]  # the first principal axis
    moved = (flat + 3.0 * spread * first).reshape(real.shape)
    measured = Yardstick(real).measure(moved)
    np.testing.assert_allclose(np.abs(measured["position"]), [3.0, 0.0, 0.0], atol=1e-6)
    assert measured["diversity"] == pytest.approx(1.0)
    assert measured["spread"] == pytest.approx(1.0)


def test_yardstick_of_equal_examples_is_finite():
    measured = Yardstick(np.zeros((10, 3))).measure(np.zeros((10, 3)))
    assert np.all(np.isfinite(np.concatenate([np.ravel(value) for value in measured.values()])))


def test_judgement_counts_pairs_and_errors():
    rng = np.random.default_rng(0)
    real, fake = rng.integers(0, 5, size=(20, 3, 3, 1)), rng.integers(-2, 3, size=(15, 3, 3, 1))  # with ties
    found = judgement(real, fake, boundary=1.5)
    pairs = real.reshape(-1, 1) - fake.reshape(1, -1)
    assert found["separation"] == pytest.approx(np.mean(pairs > 0) + np.mean(pairs == 0) / 2)
    assert found["accuracy_real"] == np.mean(real >= 2)
    assert found["accuracy_fake"] == np.mean(fake <= 1)
    assert (found["real"], found["fake"]) == (real.mean(), fake.mean())


def test_judgement_of_a_critic_takes_the_midpoint():
    found = judgement([100.0, 104.0, 96.0], [90.0, 97.0, 92.0], boundary=None)  # midway: 96.5
    assert (found["accuracy_real"], found["accuracy_fake"]) == (pytest.approx(2 / 3), pytest.approx(2 / 3))


def test_yardstick_of_one_example_says_nothing_of_variety():
    """And nothing that is not finite, which would be taken for divergence."""
    fake = np.random.default_rng(0).normal(size=(5, 4, 4, 1))
    found = Yardstick(np.zeros((1, 4, 4, 1))).measure(fake[:1])
    assert (found["diversity"], found["spread"]) == (pytest.approx(1.0), 1.0)
    for real in (np.zeros((1, 4, 4, 1)), np.zeros((2, 4, 4, 1))):
        found = Yardstick(real).measure(fake)
        assert all(np.all(np.isfinite(value)) for value in found.values())
