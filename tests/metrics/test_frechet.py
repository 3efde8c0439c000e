"""Frechet distance: closed forms, independent implementations where covariances are regular and singular, streams."""

import numpy as np
import pytest
from scipy import linalg

from keras_gans import metrics


def features(seed, n, d, decay=0.0, shift=0.0):
    """Correlated features; `decay` makes the covariance ill-conditioned, n <= d makes it singular."""
    generator = np.random.default_rng(seed)
    return generator.normal(size=(n, d)) @ (generator.normal(size=(d, d)) * np.exp(-decay * np.arange(d) / d)) + shift


def by_roots(a, b):
    """The textbook formula, with SciPy's root of a matrix that is not symmetric."""
    covariances = np.atleast_2d(np.cov(a.T)), np.atleast_2d(np.cov(b.T))
    root = linalg.sqrtm(covariances[0] @ covariances[1]).real
    return np.sum((a.mean(0) - b.mean(0)) ** 2) + np.trace(covariances[0] + covariances[1] - 2 * root)


def by_data(a, b):
    """Without any covariance: tr (C_a C_b)^(1/2) is the nuclear norm of the centred data's product."""
    n, m, a0, b0 = len(a) - 1, len(b) - 1, a - a.mean(0), b - b.mean(0)
    root = np.linalg.norm(a0 @ b0.T, "nuc") / np.sqrt(n * m)
    return np.sum((a.mean(0) - b.mean(0)) ** 2) + np.sum(a0**2) / n + np.sum(b0**2) / m - 2 * root


def test_frechet_distance_of_gaussians_in_one_dimension():
    distance = metrics.frechet_distance_of_moments([1.0], [[4.0]], [-2.0], [[25.0]])
    assert distance == pytest.approx((1 + 2) ** 2 + (2 - 5) ** 2)


def test_frechet_distance_of_gaussians_whose_covariances_commute():
    axes = np.linalg.qr(np.random.default_rng(0).normal(size=(6, 6)))[0]
    a, b = np.array([1, 2, 3, 4, 5, 0.0]), np.array([2, 2, 0, 1, 7, 3.0])  # Standard deviations, two of them 0.
    covariances = [axes * deviations**2 @ axes.T for deviations in (a, b)]
    distance = metrics.frechet_distance_of_moments(np.zeros(6), covariances[0], np.ones(6), covariances[1])
    assert distance == pytest.approx(6 + np.sum((a - b) ** 2), rel=1e-7)


def test_frechet_distance_of_two_lines():
    u, v = np.array([3.0, 0, 4]), np.array([0, 5.0, 12])  # Rank 1: tr (C_a C_b)^(1/2) = |u . v|.
    distance = metrics.frechet_distance_of_moments(np.zeros(3), np.outer(u, u), np.zeros(3), np.outer(v, v))
    assert distance == pytest.approx(25 + 169 - 2 * 48)
    point = metrics.frechet_distance_of_moments(np.zeros(3), np.outer(u, u), np.zeros(3), np.zeros((3, 3)))
    assert point == pytest.approx(25)


@pytest.mark.parametrize(("n", "m", "d"), [(300, 200, 1), (300, 200, 20), (1000, 400, 64)])
def test_frechet_distance_on_random_features(n, m, d):
    a, b = features(0, n, d), features(1, m, d, shift=0.3)
    assert metrics.frechet_distance(a, b) == pytest.approx(by_roots(a, b), rel=1e-8)
    assert metrics.frechet_distance(a, b) == pytest.approx(by_data(a, b), rel=1e-8)


@pytest.mark.parametrize("decay", [0, 10, 30])
@pytest.mark.parametrize(("n", "m", "d"), [(2, 2, 5), (50, 60, 300), (20, 400, 100)])
def test_frechet_distance_on_singular_covariances(n, m, d, decay):
    a = features(0, n, d, decay)
    b = features(0, m, d, decay)[::-1] * 1.1 + 0.1  # The same space, so that little is left after subtraction.
    assert metrics.frechet_distance(a, b) == pytest.approx(by_data(a, b), rel=1e-4)


@pytest.mark.parametrize("n", [2, 30, 300])
def test_frechet_distance_of_a_set_to_itself(n):
    a = features(0, n, 100, shift=5)
    assert 0 <= metrics.frechet_distance(a, a[::-1]) < 1e-10 * np.var(a, axis=0).sum()
    assert metrics.frechet_distance(a, a + 1) == pytest.approx(100, rel=1e-9)


def test_frechet_distance_of_constant_features():
    a = np.ones((10, 4))
    assert metrics.frechet_distance(a, a) == 0
    assert metrics.frechet_distance(a, 3 * a) == pytest.approx(16)


def test_frechet_distance_does_not_depend_on_order_place_and_axes():
    a, b = features(0, 200, 10), features(1, 150, 10, shift=1)
    distance = metrics.frechet_distance(a, b)
    axes = np.linalg.qr(np.random.default_rng(0).normal(size=(10, 10)))[0]
    assert metrics.frechet_distance(b, a) == pytest.approx(distance, rel=1e-10)
    assert metrics.frechet_distance(a @ axes - 3, b @ axes - 3) == pytest.approx(distance, rel=1e-10)
    assert metrics.frechet_distance(a * 5, b * 5) == pytest.approx(25 * distance, rel=1e-10)


def test_frechet_distance_keeps_its_digits_far_from_the_origin():
    a, b = features(0, 200, 10), features(1, 150, 10, shift=1)
    far = metrics.FrechetDistance()
    for i in range(0, 200, 10):
        far.update_state(a[i : i + 10] + 1e6, b[i : i + 10] + 1e6 if i < 150 else None)
    assert far.result() == pytest.approx(metrics.frechet_distance(a, b), rel=1e-7)


@pytest.mark.parametrize("batch", [1, 7, 64, 1000])
def test_frechet_distance_of_streams(batch):
    a, b = features(0, 130, 20), features(1, 90, 20, shift=1)
    metric = metrics.FrechetDistance()
    for start in range(0, 130, batch):
        metric.update_state(fake=b[start : start + batch])
        metric.update_state(real=a[start : start + batch])
    (result,) = metric.results()
    assert metric.result() == result.value == pytest.approx(metrics.frechet_distance(a, b), rel=1e-10)
    assert (result.name, result.real, result.generated) == ("frechet_distance", 130, 90)
    metric.reset_state()
    metric.update_state(a, a)
    assert metric.result() == pytest.approx(0, abs=1e-9)


def test_frechet_distance_refuses_what_does_not_fit():
    with pytest.raises(ValueError, match="at least 2 examples of each kind. Received: 1"):
        metrics.frechet_distance(np.zeros((1, 3)), np.zeros((5, 3)))
    with pytest.raises(ValueError, match="at least 2 examples of each kind. Received: 0"):
        metrics.FrechetDistance().result()
    with pytest.raises(ValueError, match=r"Received: shapes \[\(3,\), \(3, 3\), \(2,\), \(2, 2\)\]"):
        metrics.frechet_distance(np.zeros((5, 3)), np.zeros((5, 2)))
    with pytest.raises(ValueError, match=r"features of shape \(N, d\). Received: shape \(5,\)"):
        metrics.frechet_distance(np.zeros(5), np.zeros((5, 2)))


def test_frechet_distance_of_what_is_not_finite_is_no_number():
    a = features(0, 20, 3)
    assert np.isnan(metrics.frechet_distance(a, np.where(a == a[0, 0], np.nan, a)))
