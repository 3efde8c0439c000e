"""Transport: plans against SciPy's assignment, the line against SciPy's distance, and the duality."""

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import cdist
from scipy.stats import wasserstein_distance

from keras_gans import theory


def points(n, d=2, seed=0):
    return np.random.default_rng(seed).normal(size=(n, d))


def shares(n, seed=0):
    return np.random.default_rng(seed).dirichlet(np.ones(n))


def test_transport_plan_by_hand():
    plan, total = theory.transport_plan([[0, 1], [1, 0]], [0.75, 0.25], [0.25, 0.75])
    np.testing.assert_allclose(plan, [[0.25, 0.5], [0, 0.25]], atol=1e-9)
    assert total == pytest.approx(0.5)


def test_transport_plan_keeps_its_margins_and_its_cost():
    cost, p, q = cdist(points(7), points(5, seed=1)), shares(7), shares(5, seed=1)
    plan, total = theory.transport_plan(cost, p, q)
    assert plan.shape == (7, 5)
    assert plan.min() >= -1e-12
    np.testing.assert_allclose(plan.sum(1), p, atol=1e-9)
    np.testing.assert_allclose(plan.sum(0), q, atol=1e-9)
    assert total == pytest.approx((plan * cost).sum())
    assert total < p @ cost @ q  # Worse than moving without a plan would be no plan.


def test_earth_mover_of_equal_points_is_an_assignment():
    x, y = points(30), points(30, seed=1) + 1
    cost = cdist(x, y)
    assert theory.earth_mover(x, y) == pytest.approx(cost[linear_sum_assignment(cost)].mean())


def test_earth_mover_of_a_shift_is_its_length():
    assert theory.earth_mover(points(20), points(20) + np.array([3, 4])) == pytest.approx(5)
    assert theory.earth_mover(points(20), points(20)) == pytest.approx(0, abs=1e-9)


def test_earth_mover_weighs_points():
    assert theory.earth_mover([0.0, 1.0], [0.0, 1.0], [1.0, 0.0], [0.25, 0.75]) == pytest.approx(0.75)


@pytest.mark.parametrize("weighted", [False, True])
def test_wasserstein_1d_equals_scipy_and_the_linear_programme(weighted):
    x, y = points(25, 1)[:, 0], points(40, 1, seed=1)[:, 0] * 2 + 1
    p, q = (shares(25), shares(40, seed=1)) if weighted else (None, None)
    assert theory.wasserstein_1d(x, y, p, q) == pytest.approx(wasserstein_distance(x, y, p, q))
    assert theory.wasserstein_1d(x, y, p, q) == pytest.approx(theory.earth_mover(x, y, p, q))


def test_wasserstein_1d_of_equal_numbers_is_the_sorted_difference():
    x, y = points(1000, 1)[:, 0], points(1000, 1, seed=1)[:, 0]
    assert theory.wasserstein_1d(x, y) == pytest.approx(np.abs(np.sort(x) - np.sort(y)).mean())


def test_wasserstein_1d_with_ties():
    assert theory.wasserstein_1d([0, 0, 1], [0, 1, 1]) == pytest.approx(1 / 3)


@pytest.mark.parametrize("weighted", [False, True])
def test_best_critic_reaches_the_earth_movers_distance(weighted):
    x, y = points(15), points(12, seed=1) + 0.5
    p, q = (shares(15), shares(12, seed=1)) if weighted else (np.full(15, 1 / 15), np.full(12, 1 / 12))
    critic = theory.best_critic(x, y, p, q)
    assert p @ critic(x) - q @ critic(y) == pytest.approx(theory.earth_mover(x, y, p, q))


def test_best_critic_is_1_lipschitz_everywhere():
    critic = theory.best_critic(points(15), points(12, seed=1) + 0.5)
    anywhere = 3 * points(100, seed=2)
    rise = np.abs(critic(anywhere)[:, None] - critic(anywhere))
    assert np.all(rise <= cdist(anywhere, anywhere) + 1e-9)
    assert rise.max() > 1


def test_best_critic_on_a_line_has_slope_one_between_two_points():
    critic = theory.best_critic([2.0], [0.0])
    np.testing.assert_allclose(np.diff(critic([0.0, 0.5, 1.5, 2.0])), [0.5, 1, 0.5])


def test_transport_refuses_what_does_not_fit():
    with pytest.raises(ValueError, match="1 values not finite"):
        theory.transport_plan([[0, np.inf]], [1], [0.5, 0.5])
    with pytest.raises(ValueError, match=r"2 probabilities that sum to 1. Received: shape \(2,\), sum 0.75"):
        theory.transport_plan(np.zeros((1, 2)), [1], [0.5, 0.25])
    with pytest.raises(ValueError, match=r"Received: shapes \(3, 2\) and \(3, 1\)"):
        theory.earth_mover(points(3), points(3, 1))
    with pytest.raises(ValueError, match="Expected finite points"):
        theory.wasserstein_1d([0.0, np.nan], [1.0])
    with pytest.raises(ValueError, match=r"Received: shapes \(0, 1\)"):
        theory.wasserstein_1d([], [1.0])


@pytest.mark.parametrize("scale", [1e-12, 1e-8, 1e18])
def test_distance_and_critic_know_no_units(scale):
    """A solver with a tolerance of its own was 2.8 times too large at 1e-8, and failed at 1e18."""
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(20, 2)), rng.normal(size=(25, 2)) + 1
    distance = theory.earth_mover(x, y)
    assert theory.earth_mover(scale * x, scale * y) == pytest.approx(scale * distance, rel=1e-9)
    critic = theory.best_critic(scale * x, scale * y)
    assert critic(scale * x).mean() - critic(scale * y).mean() == pytest.approx(scale * distance, rel=1e-9)
