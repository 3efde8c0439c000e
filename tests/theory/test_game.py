"""The game: the best discriminator and its value, likelihood, and the courses' two segments."""

import numpy as np
import pytest
from scipy.stats import entropy

from keras_gans import theory

LOG2 = np.log(2)


def gaussians():
    """Densities of N(0, 1) and N(1, 4) on a fine grid, and its cell."""
    x = np.linspace(-15, 17, 3201)
    p = np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi)
    q = np.exp(-((x - 1) ** 2) / 8) / np.sqrt(8 * np.pi)
    return p, q, x[1] - x[0]


def test_optimal_discriminator_by_hand():
    d = theory.optimal_discriminator([0.75, 0.25, 0.0, 0.0], [0.25, 0.25, 0.5, 0.0])
    np.testing.assert_allclose(d, [0.75, 0.5, 0.0, 0.5])


def test_optimal_discriminator_is_beaten_by_no_other():
    p, q = np.array([0.5, 0.3, 0.2]), np.array([0.1, 0.2, 0.7])
    best = theory.value(p, q, theory.optimal_discriminator(p, q))
    others = np.random.default_rng(0).uniform(0.01, 0.99, (500, 3))
    assert best > max(theory.value(p, q, other) for other in others)


def test_value_of_the_optimal_discriminator_is_the_js_divergence():
    p, q, cell = gaussians()
    best = theory.value(p, q, theory.optimal_discriminator(p, q), cell)
    middle = (p + q) / 2
    js = (entropy(p, middle) + entropy(q, middle)) / 2  # SciPy normalises the sums itself.
    assert best == pytest.approx(2 * js - 2 * LOG2, abs=1e-9)
    assert best == pytest.approx(2 * theory.js(p, q, cell) - 2 * LOG2, abs=1e-9)
    assert best == pytest.approx(theory.f_divergence("gan", p, q, cell=cell), abs=1e-9)


def test_value_at_the_equilibrium_and_at_the_ends():
    p, q = np.array([0.5, 0.5, 0.0]), np.array([0.0, 0.5, 0.5])
    assert theory.value(p, p, np.full(3, 0.5)) == pytest.approx(-2 * LOG2)
    assert theory.value([1, 0], [0, 1], [1, 0]) == 0
    assert theory.value(p, q, [0.0, 0.5, 0.0]) == -np.inf


def test_value_refuses_what_is_no_discriminator():
    with pytest.raises(ValueError, match=r"answers in \[0, 1\]. Received: a largest answer of 1.5"):
        theory.value([1.0], [1.0], [1.5])
    with pytest.raises(ValueError, match="Received: shapes"):
        theory.value([1.0], [1.0], [0.5, 0.5])


def test_log_likelihood_and_entropy_make_the_kl_divergence():
    p, q, cell = gaussians()
    closed = LOG2 + 2 / 8 - 1 / 2  # KL of N(0, 1) and N(1, 4).
    assert -theory.entropy(p, cell) - theory.log_likelihood(p, q, cell) == pytest.approx(closed, abs=1e-9)
    assert theory.kl(p, q, cell) == pytest.approx(closed, abs=1e-9)
    assert theory.entropy(p, cell) == pytest.approx(np.log(2 * np.pi * np.e) / 2, abs=1e-9)


def test_log_likelihood_is_largest_at_the_smallest_kl_divergence():
    p, _, cell = gaussians()
    x = np.linspace(-15, 17, 3201)
    models = [np.exp(-((x - m) ** 2) / 2) / np.sqrt(2 * np.pi) for m in (-1.2, -0.5, 0, 0.7, 1)]
    likelihoods = [theory.log_likelihood(p, model, cell) for model in models]
    assert np.argmax(likelihoods) == 2
    np.testing.assert_array_equal(np.argsort(likelihoods), np.argsort([-theory.kl(p, m, cell) for m in models]))


def test_log_likelihood_is_lost_where_the_model_misses():
    assert theory.log_likelihood([0.5, 0.5], [1.0, 0.0]) == -np.inf
    assert theory.log_likelihood([1.0, 0.0], [0.5, 0.5]) == pytest.approx(-LOG2)


def test_parallel_segments_apart_and_together():
    assert theory.parallel_segments(-0.3) == (np.inf, LOG2, 1, 0.3)
    assert theory.parallel_segments(0) == (0, 0, 0, 0)


def test_parallel_segments_take_many_distances():
    found = theory.parallel_segments([-2.0, 0.0, 1.0])
    np.testing.assert_array_equal(found.kl, [np.inf, 0, np.inf])
    np.testing.assert_array_equal(found.js, [LOG2, 0, LOG2])
    np.testing.assert_array_equal(found.total_variation, [1, 0, 1])
    np.testing.assert_array_equal(found.wasserstein, [2, 0, 1])


def test_parallel_segments_agree_with_cells_along_them():
    p, q = np.zeros((10, 2)), np.zeros((10, 2))
    p[:, 0], q[:, 1] = 0.1, 0.1
    heights = np.linspace(0, 1, 10)
    distance = theory.earth_mover(np.stack([0 * heights, heights], 1), np.stack([0 * heights + 0.7, heights], 1))
    closed = theory.parallel_segments(0.7)
    assert theory.kl(p, q) == closed.kl
    assert theory.total_variation(p, q) == pytest.approx(closed.total_variation)
    assert theory.js(p, q) == pytest.approx(closed.js)
    assert distance == pytest.approx(closed.wasserstein)


POINTS = np.array([0.5, 0.3, 0.2])


@pytest.mark.parametrize(("q", "expected"), [([0.2, 0.3, 0.5], 1.4), ([0.0, 0.0, 1.0], 0.4), ([0.5, 0.3, 0.2], 2.0)])
def test_energy_at_its_best_is_worth_the_margin_less_the_total_variation(q, expected):
    q, margin = np.array(q), 2.0
    best = theory.energy_value(POINTS, q, np.where(q > POINTS, margin, 0.0), margin)
    assert best == pytest.approx(expected)
    assert best == pytest.approx(margin * (1 - np.abs(POINTS - q).sum() / 2))
    others = np.random.default_rng(0).uniform(0, 3, (500, 3))
    assert best <= min(theory.energy_value(POINTS, q, other, margin) for other in others) + 1e-12


def test_energy_at_equilibrium_may_be_any_constant_up_to_the_margin():
    for constant in (0.0, 1.0, 2.0):
        assert theory.energy_value(POINTS, POINTS, np.full(3, constant), 2.0) == pytest.approx(2.0)
