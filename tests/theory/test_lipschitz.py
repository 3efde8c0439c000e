"""Lipschitz constants: against the singular value decomposition and functions whose slope is known."""

import numpy as np
import pytest

from keras_gans import theory


def with_singular_values(values, m=6, n=4, seed=0):
    """A matrix (m, n) of known singular values."""
    rng = np.random.default_rng(seed)
    left, right = (np.linalg.qr(rng.normal(size=(k, k)))[0] for k in (m, n))
    return left[:, : len(values)] * values @ right[: len(values)]


def test_lipschitz_constant_is_the_largest_singular_value():
    assert theory.lipschitz_constant([[3, 0], [4, 0]]) == pytest.approx(5)
    assert theory.lipschitz_constant(with_singular_values([7, 3, 2, 1])) == pytest.approx(7)


def test_lipschitz_constant_is_the_root_of_an_eigenvalue():
    matrix = np.random.default_rng(0).normal(size=(5, 3))
    assert theory.lipschitz_constant(matrix) == pytest.approx(np.sqrt(np.linalg.eigvalsh(matrix.T @ matrix).max()))


def test_lipschitz_bound_is_the_product_and_holds():
    layers = [np.random.default_rng(seed).normal(size=(4, 4)) for seed in range(3)]
    bound = theory.lipschitz_bound(layers)
    assert bound == pytest.approx(np.prod([np.linalg.svd(layer)[1][0] for layer in layers]))

    def network(x):
        for layer in layers:
            x = np.maximum(x @ layer.T, 0)
        return x

    assert theory.estimate_lipschitz(network, np.random.default_rng(9).normal(size=(200, 4))) < bound
    assert theory.lipschitz_bound([np.diag([2, 1]), np.diag([3, 1])]) == pytest.approx(6)


def test_estimate_lipschitz_of_known_functions():
    x = np.linspace(0, 2 * np.pi, 400)[:, None]
    assert theory.estimate_lipschitz(np.sin, x) == pytest.approx(1, abs=1e-4)
    assert theory.estimate_lipschitz(np.sin, x) < 1
    assert theory.estimate_lipschitz(lambda a: a @ [3.0, 4.0], [[0, 0], [3, 4], [3, 4], [1, 0]]) == pytest.approx(5)


def test_estimate_lipschitz_needs_two_points():
    with pytest.raises(ValueError, match="Received: 2 points, all the same"):
        theory.estimate_lipschitz(np.sin, [[1.0], [1.0]])


def test_power_iteration_finds_the_singular_triple():
    matrix = with_singular_values([5, 2, 1])
    left, values, right = np.linalg.svd(matrix)
    found = theory.power_iteration(matrix, steps=40)
    assert found.sigma == found.history[-1] == pytest.approx(values[0])
    assert abs(found.u @ left[:, 0]) == pytest.approx(1)
    assert abs(found.v @ right[0]) == pytest.approx(1)
    assert found.u @ matrix @ found.v == pytest.approx(found.sigma)
    assert found.history.shape == (40,)


def test_power_iteration_rises_at_the_rate_of_the_singular_values():
    found = theory.power_iteration(with_singular_values([3, 2, 0.1]), steps=12)
    errors = 3 - found.history
    assert np.all(errors > 0)
    np.testing.assert_allclose(errors[6:] / errors[5:-1], (2 / 3) ** 4, rtol=0.02)


def test_power_iteration_turns_its_vector_by_the_squared_ratio_per_step():
    matrix = with_singular_values([3, 2, 0.1])
    right = np.linalg.svd(matrix)[2]
    tangents = [abs(v @ right[1]) / abs(v @ right[0]) for v in (theory.power_iteration(matrix, k).v for k in (3, 4, 5))]
    np.testing.assert_allclose([tangents[1] / tangents[0], tangents[2] / tangents[1]], (2 / 3) ** 2, rtol=1e-6)


def test_power_iteration_depends_on_its_seed_and_survives_zero():
    matrix = with_singular_values([3, 2, 1])
    one, again, other = (theory.power_iteration(matrix, 1, seed=seed).sigma for seed in (0, 0, 1))
    assert one == again != other
    assert theory.power_iteration(np.zeros((3, 2)), 2).sigma == 0
    with pytest.raises(ValueError, match="Received: steps=0"):
        theory.power_iteration(matrix, 0)
