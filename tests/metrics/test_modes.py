"""Modes: PacGAN's rule at its edges, quality and divergence of samples whose distribution is known."""

import numpy as np
import pytest
from scipy.stats import entropy

from keras_gans import metrics
from keras_gans.data import toy

MODES = np.array([[0.0, 0.0], [10.0, 0.0], [0.0, 10.0], [10.0, 10.0]])


def test_mode_coverage_by_hand():
    samples = [[0, 0], [0.1, 0], [0, -0.1], [10, 0.1], [5, 5], [0, 9]]
    found = metrics.mode_coverage(samples, MODES, std=0.1)
    np.testing.assert_array_equal(found.counts, [3, 1, 0, 0])
    assert (found.covered, found.total) == (2, 4)
    assert found.quality == pytest.approx(4 / 6)
    assert found.reverse_kl == pytest.approx(0.75 * np.log(3) + 0.25 * np.log(1))


def test_mode_coverage_counts_below_the_threshold_only():
    samples = [[2.999, 0], [3.0, 0], [10 - 2.12, 2.12], [10 - 2.13, 2.13]]  # Distances 2.999, 3, 2.998, 3.012.
    np.testing.assert_array_equal(metrics.mode_coverage(samples, MODES, std=1).counts, [1, 1, 0, 0])
    np.testing.assert_array_equal(metrics.mode_coverage(samples, MODES, std=1, threshold=4).counts, [2, 2, 0, 0])


def test_mode_coverage_asks_for_a_part_of_the_fair_share():
    samples = np.repeat([*MODES, [5.0, 5.0]], [40, 25, 10, 9, 16], axis=0)  # A fair share of 100 is 25.
    counted = {part: metrics.mode_coverage(samples, MODES, 0.1, fair_share=part) for part in (0, 0.36, 0.37, 0.4, 1)}
    assert {part: found.covered for part, found in counted.items()} == {0: 4, 0.36: 4, 0.37: 3, 0.4: 3, 1: 2}
    assert all(found.quality == 0.84 for found in counted.values())
    assert metrics.mode_coverage(np.full((4, 2), 5.0), MODES, 0.1, fair_share=0.01).covered == 0


def test_mode_coverage_measures_each_axis_by_its_own_deviation():
    samples = [[2.5, 0], [0, 2.5]]
    np.testing.assert_array_equal(metrics.mode_coverage(samples, MODES, std=[1.0, 0.1]).counts, [1, 0, 0, 0])


@pytest.mark.parametrize("distribution", [toy.ring(), toy.grid()], ids=["ring", "grid"])
def test_mode_coverage_of_the_data_themselves(distribution):
    n = 20_000
    found = metrics.mode_coverage(distribution.sample(n), distribution.modes, distribution.std)
    assert found.covered == found.total == len(distribution.modes)
    assert found.quality == pytest.approx(1 - np.exp(-9 / 2), abs=4 * np.sqrt(0.011 / n))  # A Rayleigh distance.
    assert 0 < found.reverse_kl < 2 * (found.total - 1) / (2 * n)  # Its mean is half of that.
    assert found.reverse_kl == pytest.approx(np.log(found.total) - entropy(found.counts))


def test_mode_coverage_of_a_collapsed_generator():
    found = metrics.mode_coverage(np.zeros((100, 2)), MODES, std=1)
    assert (found.covered, found.quality) == (1, 1)
    assert found.reverse_kl == pytest.approx(np.log(4))


def test_mode_coverage_of_a_generator_that_misses_all():
    found = metrics.mode_coverage(np.full((10, 2), 5.0), MODES, std=0.1)
    assert (found.covered, found.quality) == (0, 0)
    assert np.isnan(found.reverse_kl)
    assert metrics.mode_coverage([[np.nan, 0.0]], MODES, std=1).covered == 0


def test_mode_coverage_refuses_what_does_not_fit():
    with pytest.raises(ValueError, match=r"Received: shapes \(3, 3\) and \(4, 2\)"):
        metrics.mode_coverage(np.zeros((3, 3)), MODES, 1)
    with pytest.raises(ValueError, match=r"Received: shapes \(0, 2\)"):
        metrics.mode_coverage(np.zeros((0, 2)), MODES, 1)
    with pytest.raises(ValueError, match="`std` above 0"):
        metrics.mode_coverage(np.zeros((3, 2)), MODES, 0)
    with pytest.raises(ValueError, match=r"`fair_share` in \[0, 1\]. Received: 1.5"):
        metrics.mode_coverage(np.zeros((3, 2)), MODES, 1, fair_share=1.5)


def test_digit_classifier_reads_the_stacked_digits():
    images, labels = toy.stacked_digits(1000)
    hundreds = metrics.digit_classifier()(images[..., :1])
    assert np.mean(hundreds == labels // 100) > 0.99
    with pytest.raises(ValueError, match=r"sides that 8 divides. Received: shape \(1, 28, 28, 1\)"):
        metrics.digit_classifier()(np.zeros((1, 28, 28, 1)))


def test_stacked_digits_coverage_of_the_data_themselves():
    n = 3000
    images, labels = toy.stacked_digits(n)
    found = metrics.stacked_digits_coverage(images)
    assert (found.total, found.quality, found.counts.sum()) == (1000, 1, n)
    missing = 1000 * (1 - 1 / 1000) ** n  # About 50, with a deviation of about 6.
    assert found.covered == pytest.approx(1000 - missing, abs=25)
    assert found.covered == pytest.approx(len(set(labels)), abs=5)
    assert found.reverse_kl == pytest.approx(np.log(1000) - entropy(np.bincount(labels)), abs=0.01)


def test_stacked_digits_coverage_of_a_collapsed_generator():
    images, labels = toy.stacked_digits(1)
    found = metrics.stacked_digits_coverage(np.repeat(images, 50, axis=0))
    assert found.covered == 1
    assert found.counts[labels[0]] == 50
    assert found.reverse_kl == pytest.approx(np.log(1000))


def test_stacked_digits_coverage_takes_a_classifier():
    images = np.zeros((3, 28, 28, 3))
    images[:, 0, 0] = [[1, 2, 3], [1, 2, 3], [9, 9, 9]]
    found = metrics.stacked_digits_coverage(images, lambda x: x[:, 0, 0, 0].astype(int))
    assert (found.covered, found.counts[123], found.counts[999]) == (2, 2, 1)
    assert found.reverse_kl == pytest.approx(np.log(1000) - entropy([2, 1]))


def test_stacked_digits_coverage_refuses_what_does_not_fit():
    with pytest.raises(ValueError, match=r"\(N, H, W, 3\). Received: shape \(2, 16, 16, 1\)"):
        metrics.stacked_digits_coverage(np.zeros((2, 16, 16, 1)))
    with pytest.raises(ValueError, match=r"one integer of 0 to 9 per picture. Received: float64 of shape \(2, 10\)"):
        metrics.stacked_digits_coverage(np.zeros((2, 16, 16, 3)), lambda x: np.zeros((2, 10)))
