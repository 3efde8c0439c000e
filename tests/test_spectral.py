"""Singular values by power iteration, against NumPy's decomposition."""

import keras
import numpy as np
import pytest
from keras import ops

from keras_gans import engine
from keras_gans.spectral import as_kernel, as_matrix, leading, power_iteration, unit

MATRIX = np.random.default_rng(0).normal(size=(4, 6)).astype("float32")


def test_as_matrix_has_a_row_per_output():
    kernel = np.random.default_rng(1).normal(size=(3, 2, 5, 4)).astype("float32")
    assert as_matrix(kernel).shape == (4, 30)
    np.testing.assert_array_equal(ops.convert_to_numpy(as_matrix(kernel))[1], kernel[:, :, :, 1].ravel())
    assert as_matrix(kernel, -2).shape == (5, 24)
    np.testing.assert_array_equal(ops.convert_to_numpy(as_matrix(kernel, -2))[1], kernel[:, :, 1].ravel())


@pytest.mark.parametrize("output_axis", [-1, -2])
def test_as_kernel_takes_back_what_as_matrix_did(output_axis):
    kernel = np.random.default_rng(1).normal(size=(3, 2, 5, 4)).astype("float32")
    again = as_kernel(as_matrix(kernel, output_axis), kernel.shape, output_axis)
    np.testing.assert_array_equal(ops.convert_to_numpy(again), kernel)


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


def beginning(matrix, k=3):
    return np.random.default_rng(3).normal(size=(k, len(matrix))).astype("float32")


@pytest.mark.parametrize(("steps", "error"), [(50, 1e-3), (100, 1e-6)])
def test_leading_finds_the_three_largest_singular_values(steps, error):
    matrix = np.random.default_rng(0).normal(size=(40, 60)).astype("float32")
    sigmas, us = leading(matrix, beginning(matrix), steps)
    np.testing.assert_allclose(ops.convert_to_numpy(sigmas), np.linalg.svd(matrix)[1][:3], rtol=error)
    us = ops.convert_to_numpy(us)
    np.testing.assert_allclose(us @ us.T, np.eye(3), atol=1e-6)


def test_leading_goes_on_where_it_ended():
    sigmas, us = leading(MATRIX, beginning(MATRIX), steps=2)
    sigmas, us = leading(MATRIX, us, steps=3)
    at_once, us_at_once = leading(MATRIX, beginning(MATRIX), steps=5)
    np.testing.assert_allclose(ops.convert_to_numpy(sigmas), ops.convert_to_numpy(at_once), rtol=1e-6)
    np.testing.assert_allclose(ops.convert_to_numpy(us), ops.convert_to_numpy(us_at_once), atol=1e-6)


@pytest.mark.parametrize("rank", [0, 1, 2])
def test_leading_of_a_matrix_of_low_rank_finds_zeros_beyond_it(rank):
    """What Gram-Schmidt leaves there is rounding, which lies along the first vectors as well as anywhere."""
    rng = np.random.default_rng(4)
    matrix = (rng.normal(size=(6, rank)) @ rng.normal(size=(rank, 8))).astype("float32")
    expected = np.linalg.svd(matrix)[1][:3]
    for steps in (1, 50):
        sigmas, _ = leading(matrix, beginning(matrix), steps)
        np.testing.assert_allclose(ops.convert_to_numpy(sigmas)[rank:], 0.0, atol=1e-5)
    np.testing.assert_allclose(ops.convert_to_numpy(sigmas), expected, rtol=1e-5, atol=1e-5)


@pytest.mark.tensorflow
def test_as_matrix_takes_what_tensorflow_calls_a_variable():
    import tensorflow as tf

    np.testing.assert_array_equal(as_matrix(tf.Variable(MATRIX)), MATRIX.T)


def test_unit_of_zeros_is_finite():
    np.testing.assert_array_equal(ops.convert_to_numpy(unit(np.zeros(3, "float32"))), np.zeros(3))
