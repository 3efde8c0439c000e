"""Styles: adaptive instance normalisation."""

import keras
import numpy as np
import pytest
from keras import ops

from keras_gans.layers import EqualizedDense, Style

RNG = np.random.default_rng(0)
X = RNG.normal(3.0, 5.0, (2, 8, 8, 2)).astype("float32")


def styled(scales, biases, x=X, **arguments):
    """What comes out where A(w) is these scales and biases."""
    layer, w = Style(**arguments), np.zeros((len(x), 3), "float32")
    layer.build([x.shape, w.shape])
    layer.dense.bias.assign([*scales, *biases])
    return ops.convert_to_numpy(ops.cast(layer([x, w]), "float32"))


def test_style_decides_means_and_deviations_whatever_the_map():
    """Scales 1 + (0.5, -0.25), biases (1, -2)."""
    for x in (X, 100.0 * X + 7.0, np.abs(X)):
        y = styled((0.5, -0.25), (1.0, -2.0), x)
        np.testing.assert_allclose(y.mean((1, 2)), [[1.0, -2.0]] * 2, atol=1e-5)
        np.testing.assert_allclose(y.std((1, 2)), [[1.5, 0.75]] * 2, rtol=1e-5)


def test_style_with_a_zero_kernel_begins_with_mean_0_and_deviation_1():
    """Trap: scales that begin around 0."""
    layer, w = Style(), RNG.normal(size=(2, 3)).astype("float32")
    layer.build([X.shape, w.shape])
    assert np.all(layer.dense.bias.numpy() == 0)
    layer.dense.kernel.assign(np.zeros((3, 4)))
    y = ops.convert_to_numpy(layer([X, w]))
    np.testing.assert_allclose(y.mean((1, 2)), 0.0, atol=1e-6)
    np.testing.assert_allclose(y.std((1, 2)), 1.0, rtol=1e-6)


def test_style_of_faint_maps_has_the_same_deviation():
    """Trap: Keras' epsilon of 1e-3, which makes a map of deviation 0.01 one of 0.3."""
    y = styled((0.0, 0.0), (0.0, 0.0), 0.01 * X / X.std((1, 2), keepdims=True))
    np.testing.assert_allclose(y.std((1, 2)), 1.0, rtol=1e-4)
    assert np.sqrt(1e-4 / (1e-4 + 1e-3)) < 0.31


def test_style_of_a_constant_map_is_its_bias():
    np.testing.assert_allclose(styled((0.5, 1.0), (3.0, -1.0), np.full_like(X, 2.0))[0, 0, 0], [3.0, -1.0])


def test_style_is_an_affine_map_of_w_at_equalised_rate_without_gain():
    layer = Style()
    layer.build([X.shape, (2, 16)])
    assert isinstance(layer.dense, EqualizedDense)
    assert layer.dense.scale == pytest.approx(1 / 4)
    assert sum(v.numpy().size for v in layer.trainable_variables) == 16 * 4 + 4
    w = RNG.normal(size=(2, 16)).astype("float32")
    y, row = ops.convert_to_numpy(layer([X, w])), ops.convert_to_numpy(layer.dense(w))
    np.testing.assert_allclose(y.mean((1, 2)), row[:, 2:], atol=1e-5)
    np.testing.assert_allclose(y.std((1, 2)), np.abs(1.0 + row[:, :2]), rtol=1e-4)


def test_style_styles_each_example_by_its_own_vector():
    layer = Style()
    layer.build([X.shape, (2, 3)])
    w = RNG.normal(size=(2, 3)).astype("float32")
    together = ops.convert_to_numpy(layer([X, w]))
    for i in range(2):
        alone = ops.convert_to_numpy(layer([X[i : i + 1], w[i : i + 1]]))
        np.testing.assert_allclose(together[i : i + 1], alone, atol=1e-5)


@pytest.mark.parametrize("half", ["float16", "bfloat16"])
def test_style_of_large_maps_in_half_precision(half):
    """Squares of 1e4 are infinite in float16."""
    x = ops.convert_to_numpy(ops.cast(ops.cast(1e4 * (1.0 + 0.1 * X / 5.0), half), "float32"))
    y = styled((0.5, 0.0), (1.0, 0.0), x, dtype=f"mixed_{half}")
    np.testing.assert_allclose(y, styled((0.5, 0.0), (1.0, 0.0), x), rtol=2e-2, atol=2e-2)
    layer = Style(dtype=f"mixed_{half}")
    assert keras.backend.standardize_dtype(layer([X, np.zeros((2, 3))]).dtype) == half
    assert {v.dtype for v in layer.weights} == {"float32"}
