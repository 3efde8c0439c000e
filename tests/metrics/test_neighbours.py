"""Neighbours: against all distances, ties, copies by the paper's rule, the order of streams."""

import numpy as np
import pytest
from scipy.spatial.distance import cdist

from keras_gans import metrics
from keras_gans.metrics import neighbours


def pictures(seed, n):
    return np.random.default_rng(seed).uniform(-1, 1, (n, 8, 8, 1)).astype("float32")


@pytest.mark.parametrize("k", [1, 5, 30])
def test_nearest_neighbours_are_the_smallest_distances(k, monkeypatch):
    monkeypatch.setattr(neighbours, "CELLS", 5000)
    samples, training = pictures(0, 20), pictures(1, 2500)
    distances, indices = metrics.nearest_neighbours(samples, training, k)
    expected = cdist(samples.reshape(20, -1), training.reshape(2500, -1))
    np.testing.assert_array_equal(indices, np.argsort(expected, axis=1)[:, :k])
    np.testing.assert_allclose(distances, np.sort(expected, axis=1)[:, :k], rtol=1e-9)


def test_nearest_neighbours_of_copies():
    training = pictures(0, 100)
    distances, indices = metrics.nearest_neighbours(training[::-1], training)
    np.testing.assert_array_equal(distances, 0)
    np.testing.assert_array_equal(indices[:, 0], np.arange(100)[::-1])


def test_nearest_neighbours_of_ties_come_in_order():
    training = np.random.default_rng(0).integers(-3, 4, (1500, 1))
    _, indices = metrics.nearest_neighbours(np.zeros((1, 1)), training, k=600)
    assert list(indices[0]) == sorted(range(1500), key=lambda i: abs(training[i, 0]))[:600]


def test_nearest_neighbours_refuse_too_few():
    with pytest.raises(ValueError, match="at least 1 sample and 6 training examples.*Received: 2 and 5"):
        metrics.nearest_neighbours(pictures(0, 2), pictures(0, 5), k=6)
    with pytest.raises(ValueError, match=r"of one shape. Received: shapes \(2, 3\) and \(5, 4\)"):
        metrics.nearest_neighbours(np.zeros((2, 3)), np.zeros((5, 4)))


def test_duplicates_by_hand():
    # One example at 1, 49 at distance r: the nearest is a copy if 1 <= (1 + 49 r) / 100, that is from r = 99 / 49.
    def training(r):
        return np.array([[1.0]] + [[r]] * 49)

    assert metrics.duplicates([[0.0]], training(99 / 49 + 1e-6)) == 1
    assert metrics.duplicates([[0.0]], training(99 / 49 - 1e-6)) == 0


def test_duplicates_counts_copies_among_others():
    training = pictures(0, 300)
    copies = training[:30] + np.random.default_rng(0).normal(0, 0.05, training[:30].shape)
    assert metrics.duplicates(np.concatenate([copies, pictures(1, 90)]), training) == 0.25
    assert metrics.duplicates(pictures(1, 90), training) == 0
    assert metrics.duplicates(np.full((10, 8, 8, 1), np.nan), training) == 0


def test_duplicates_of_streams():
    training = pictures(0, 300)
    samples = np.concatenate([training[200:230], pictures(1, 90)])
    metric = metrics.Duplicates()
    for start in range(0, 120, 50):
        metric.update_state(fake=samples[start : start + 50])
    for start in range(0, 300, 70):
        metric.update_state(real=training[start : start + 70])
    assert metric.result() == metrics.duplicates(samples, training) == 0.25
    (result,) = metric.results()
    assert (result.name, result.extractor, result.real, result.generated) == (
        "duplicates",
        "the examples themselves",
        300,
        120,
    )
    shown, distances, indices = metric.neighbours()
    np.testing.assert_array_equal(shown, samples)
    expected = metrics.nearest_neighbours(samples, training, 50)
    np.testing.assert_allclose(distances, expected[0])
    np.testing.assert_array_equal(indices, expected[1])
    np.testing.assert_array_equal(training[indices[:30, 0]], samples[:30])


def test_duplicates_keeps_the_first_and_says_so():
    metric = metrics.Duplicates(most=10)
    metric.update_state(fake=pictures(1, 25))
    metric.update_state(real=pictures(0, 60))
    metric.update_state(fake=pictures(2, 5))
    (result,) = metric.results()
    assert result.generated == 10
    assert result.note.endswith("; the first 10 of 30 generated")
    np.testing.assert_array_equal(metric.neighbours()[0], pictures(1, 25)[:10])


def test_duplicates_needs_the_generated_ones_first():
    metric = metrics.Duplicates()
    with pytest.raises(ValueError, match="before the first real one. Received: real ones"):
        metric.update_state(real=pictures(0, 60))
    metric.update_state(fake=pictures(1, 5))
    with pytest.raises(ValueError, match="Received: no real ones"):
        metric.result()
    metric.update_state(real=pictures(0, 40))
    with pytest.raises(ValueError, match="50 training examples.*Received: 5 and 40"):
        metric.result()
    with pytest.raises(ValueError, match="before the first real one. Received: 7 generated ones after 40 real ones"):
        metric.update_state(fake=pictures(1, 7))


def test_neighbours_are_found_far_from_zero():
    generator = np.random.default_rng(0)
    samples, training = generator.normal(size=(100, 8)), generator.normal(size=(100, 8))
    there, indices = metrics.nearest_neighbours(samples + 1e6, training + 1e6)
    here, expected = metrics.nearest_neighbours(samples, training)
    np.testing.assert_allclose(there, here, rtol=1e-6)
    np.testing.assert_array_equal(indices, expected)
    assert metrics.duplicates(samples + 1e6, training + 1e6) == metrics.duplicates(samples, training) < 0.5


@pytest.mark.parametrize("name", ["samples", "training"])
def test_neighbours_of_what_is_not_finite_are_refused(name):
    arrays = {"samples": np.zeros((3, 2)), "training": np.zeros((60, 2))}
    arrays[name][1, 0] = np.nan
    with pytest.raises(ValueError, match=f"Expected finite numbers. Received: `{name}`"):
        metrics.nearest_neighbours(**arrays)
