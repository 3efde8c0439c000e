"""EBGAN learns as its theory says: energies of data fall, those of fakes rest at the margin, and more of it matters.

BEGAN finds the data and stays in one place, which its measure does not see.
"""

import numpy as np
import pytest
from keras import ops

from keras_gans import data, metrics, recipes, theory


def energies(model, examples):
    return -ops.convert_to_numpy(model.discriminator(examples))[:, 0]


@pytest.fixture(scope="module")
def digits():
    return data.load("digits", image_size=16)


@pytest.fixture(scope="module")
def fitted(digits):
    """The recipe after 2,100 steps, since for the first thousand it may sit on one picture; and what it began with."""
    model = recipes.ebgan((16, 16, 1))
    start = model.generate(500, seed=1)
    model.fit(digits, batch_size=64, epochs=75, verbose=0)
    return model, start


def test_ebgan_learns_digits(fitted, digits):
    model, start = fitted
    features = digits.reshape(len(digits), -1)
    before, after = (
        metrics.frechet_distance(features, made.reshape(500, -1)) for made in (start, model.generate(500, seed=1))
    )
    assert after < before / 3


def test_energies_of_fakes_come_to_rest_at_the_margin(fitted, digits):
    """D lifts what is generated to the margin, and lets go."""
    model, start = fitted
    real, fake = energies(model, digits).mean(), energies(model, model.generate(500, seed=1)).mean()
    assert real < fake < 1.6 * model.loss.margin
    assert energies(model, start).mean() > 0.8 * model.loss.margin


def test_a_margin_far_below_the_spread_of_the_data_lets_the_generator_collapse(digits):
    spread = np.sqrt(digits.reshape(len(digits), -1).var(axis=0).sum())
    model = recipes.ebgan((16, 16, 1), margin=3.0)
    assert model.loss.margin < 0.5 * spread
    model.fit(digits, batch_size=64, epochs=25, verbose=0)
    made = model.generate(500, seed=1)
    assert made.reshape(500, -1).var(axis=0).sum() < 0.2 * spread**2


def test_best_energy_makes_the_generator_descend_the_total_variation():
    """The example of the lecture; `theory.energy_value` for every energy of three points is tested there."""
    p, q = np.array([0.5, 0.3, 0.2]), np.array([0.2, 0.3, 0.5])
    assert theory.energy_value(p, q, [0, 0, 2], 2.0) == pytest.approx(2 * (1 - theory.total_variation(p, q)))


def test_began_finds_the_data_and_stays_in_one_place_while_its_measure_falls():
    """On the ring, in 1,560 steps of its recipe: the measure of convergence is not one of variety."""
    ring = data.toy.ring(std=0.05)
    model = recipes.began((2,))
    history = model.fit(ring.sample(20_000), batch_size=256, epochs=20, verbose=0).history
    assert np.mean(history["convergence"][-2:]) < 0.5 * np.mean(history["convergence"][:2])
    assert 0 <= min(history["k"]) <= max(history["k"]) <= 1
    found = metrics.mode_coverage(model.generate(1000, seed=1), ring.modes, ring.std)
    assert found.quality > 0.9
    assert found.covered <= 2
