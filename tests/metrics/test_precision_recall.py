"""Precision, recall, density, coverage: the direct formulas, ties, what they are on average, parts of the distances."""

import numpy as np
import pytest
from scipy.spatial.distance import cdist

from keras_gans import metrics
from keras_gans.metrics import neighbours


def direct(real, fake, k):
    """All four, by the formulas."""
    radii = [np.sort(cdist(x, x), axis=1)[:, k] for x in (real, fake)]  # Column 0 is the point itself.
    inside_real = cdist(real, fake) <= radii[0][:, None]
    inside_fake = cdist(real, fake) <= radii[1][None, :]
    return (
        inside_real.any(0).mean(),
        inside_fake.any(1).mean(),
        inside_real.sum() / (k * len(fake)),
        inside_real.any(1).mean(),
    )


def all_four(real, fake, k):
    return (*metrics.precision_recall(real, fake, k), *metrics.density_coverage(real, fake, k))


@pytest.mark.parametrize(("n", "m", "d", "k"), [(40, 40, 2, 3), (60, 25, 5, 5), (11, 200, 16, 1), (30, 30, 64, 29)])
def test_precision_recall_are_their_formulas(n, m, d, k):
    generator = np.random.default_rng(n)
    real, fake = generator.normal(size=(n, d)), generator.normal(0.5, 0.8, size=(m, d))
    found = all_four(real, fake, k)
    assert found == pytest.approx(direct(real, fake, k))
    assert all_four(real + 1e4, fake + 1e4, k) == pytest.approx(found)


@pytest.mark.parametrize("offset", [0, 1 / 3, 1e3 / 7])
def test_precision_recall_count_what_lies_on_the_ball(offset):
    generator = np.random.default_rng(0)
    real, fake = generator.integers(0, 4, (50, 3)), generator.integers(1, 6, (40, 3))  # Ties everywhere.
    found = all_four(real / 3 + offset, fake / 3 + offset, 3)
    assert found == pytest.approx(direct(real.astype(float), fake.astype(float), 3))


def test_precision_recall_by_hand():
    real, fake = np.array([[0.0], [1], [2], [10]]), np.array([[0.5], [3], [30], [40]])
    # Balls to the nearest other: real [-1, 1], [0, 2], [1, 3], [2, 18]; fake +-2.5, +-2.5, +-10, +-10.
    assert metrics.precision_recall(real, fake, 1) == (0.5, 0.75)
    assert metrics.density_coverage(real, fake, 1) == (4 / 4, 4 / 4)


def test_precision_recall_of_a_set_and_itself():
    x = np.random.default_rng(0).normal(size=(100, 8))
    assert metrics.precision_recall(x, x) == (1, 1)
    assert metrics.density_coverage(x, x) == (6 / 5, 1)  # Each ball holds its centre and the 5 nearest.


def test_precision_recall_of_sets_far_apart():
    x = np.random.default_rng(0).normal(size=(100, 8))
    assert all_four(x, x + 100, 3) == (0, 0, 0, 0)


def test_precision_recall_of_a_collapsed_generator():
    real = np.random.default_rng(0).normal(size=(100, 8))
    precision, recall, _, coverage = all_four(real, np.repeat(real[:1], 50, axis=0), 5)
    assert (precision, recall) == (1, 0.01)
    assert coverage < 0.2


def test_precision_recall_of_constants():
    assert all_four(np.ones((9, 2)), np.ones((8, 2)), 3) == (1, 1, 3, 1)


def test_density_coverage_of_one_distribution_on_average():
    n, m, k = 30, 20, 5
    draws = [np.random.default_rng(seed).normal(size=(n + m, 3)) for seed in range(1000)]
    found = np.array([metrics.density_coverage(x[:n], x[n:], k) for x in draws])
    error = 4 * found.std(axis=0) / np.sqrt(1000)
    ranks = np.arange(1, k + 1)
    assert found[:, 0].mean() == pytest.approx(1, abs=error[0])
    missed = np.prod((n - ranks) / (n + m - ranks))  # The k nearest of all others are real ones.
    assert found[:, 1].mean() == pytest.approx(1 - missed, abs=error[1])


def test_precision_recall_in_parts(monkeypatch):
    generator = np.random.default_rng(0)
    real, fake = generator.normal(size=(61, 3)), generator.normal(0.5, size=(47, 3))
    whole = all_four(real, fake, 3)
    monkeypatch.setattr(neighbours, "CELLS", 300)
    assert len(list(neighbours.distances_in_parts(real, fake))) > 10
    assert all_four(real, fake, 3) == pytest.approx(whole)


def test_precision_recall_of_streams():
    generator = np.random.default_rng(0)
    real, fake = generator.normal(size=(60, 3)), generator.normal(0.5, size=(40, 3))
    metric = metrics.PrecisionRecall()
    for start in range(0, 60, 17):
        metric.update_state(real[start : start + 17], fake[start : start + 17])
    expected = (*metrics.precision_recall(real, fake, 3), *metrics.density_coverage(real, fake, 5))
    assert metric.result() == dict(zip(("precision", "recall", "density", "coverage"), expected))
    assert [result.note for result in metric.results()] == ["3 neighbours"] * 2 + ["5 neighbours"] * 2


def test_precision_recall_of_what_is_not_finite():
    real = np.random.default_rng(0).normal(size=(20, 3))
    assert all_four(real, np.full((20, 3), np.nan), 3) == (0, 0, 0, 0)


def test_precision_recall_refuse_too_few():
    with pytest.raises(ValueError, match=r"more than 3 examples.*Received: shapes \(3, 2\) and \(9, 2\)"):
        metrics.precision_recall(np.zeros((3, 2)), np.zeros((9, 2)))
    with pytest.raises(ValueError, match=r"of one width.*Received: shapes \(9, 3\) and \(9, 2\)"):
        metrics.density_coverage(np.zeros((9, 3)), np.zeros((9, 2)))


@pytest.mark.parametrize("far", [1e5, 1e7])
def test_an_outlier_swells_no_ball_but_its_own(far):
    generator = np.random.default_rng(0)
    real, fake = generator.normal(size=(300, 8)), generator.normal(size=(300, 8))
    real[0] = far
    assert all_four(real, fake, 5) == pytest.approx(direct(real, fake, 5))
