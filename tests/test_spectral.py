"""Singular values by power iteration, against NumPy's decomposition."""

import keras
import numpy as np
import pytest
from keras import ops

from keras_gans import engine
from keras_gans.spectral import as_matrix, power_iteration, unit

MATRIX = np.random.default_rng(0).normal(size=(4, 6)).astype("float32")


def test_as_matrix_has_a_row_per_output():
    kernel = np.random.default_rng(1).normal(size=(3, 2, 5, 4)).astype("float32")
    assert as_matrix(kernel).shape == (4, 30)
    np.testing.assert_array_equal(ops.convert_to_numpy(as_matrix(kernel))[1], kernel[:, :, :, 1].ravel())
    assert as_matrix(kernel, -2).shape == (5, 24)
    np.testing.assert_array_equal(ops.convert_to_numpy(as_matrix(kernel, -2))[1], kernel[:, :, 1].ravel())


def test_power_iteration_finds_the_largest_singular_value():
    left, values, _ = np.linalg.svd(MATRIX)
    sigma, u = power_iteration(MATRIX, np.ones(4, "float32"), steps=100)
    assert float(sigma) == pytest.approx(values[0], rel=1e-5)
    assert abs(ops.convert_to_numpy(u) @ left[:, 0]) == pytest.approx(1.0, rel=1e-5)


def test_power_iteration_steps_add_up():
    u = np.ones(4, "float32")
    for _ in range(3):
        sigma, u = power_iteration(MATRIX, u)
    sigma_of_three, u_of_three = power_iteration(MATRIX, np.ones(4, "float32"), steps=3)
    assert float(sigma) == pytest.approx(float(sigma_of_three), rel=1e-6)
    np.testing.assert_allclose(ops.convert_to_numpy(u), ops.convert_to_numpy(u_of_three), rtol=1e-5)


def test_power_iteration_has_the_gradient_u_v():
    matrix = keras.Variable(MATRIX)
    optimizer = keras.optimizers.SGD(1.0)
    optimizer.build([matrix])
    engine.minimize(lambda: power_iteration(matrix.value, np.ones(4, "float32"))[0], [matrix], optimizer)
    v = MATRIX.T @ np.ones(4)
    v /= np.linalg.norm(v)
    u = MATRIX @ v
    u /= np.linalg.norm(u)
    np.testing.assert_allclose(MATRIX - matrix.numpy(), np.outer(u, v), atol=1e-6)


def test_unit_of_zeros_is_finite():
    np.testing.assert_array_equal(ops.convert_to_numpy(unit(np.zeros(3, "float32"))), np.zeros(3))
