"""Blur: the binomial filter."""

import keras
import numpy as np
import pytest
from keras import ops

from keras_gans.layers import Blur

KERNEL = np.outer([1, 2, 1], [1, 2, 1]) / 16


def blurred(x, **arguments):
    return ops.convert_to_numpy(Blur(**arguments)(x))


def test_blur_of_a_point_is_the_kernel_in_its_own_channel():
    x = np.zeros((1, 5, 7, 3), "float32")
    x[0, 2, 3, 1] = 1.0
    y = blurred(x)
    np.testing.assert_array_equal(y[0, 1:4, 2:5, 1], KERNEL)
    assert y.sum() == 1.0
    assert np.all(y[..., [0, 2]] == 0)


def test_blur_leaves_a_constant_map_but_for_its_borders():
    """Beyond which are zeros: a quarter is lost at a side, 7 / 16 in a corner."""
    y = blurred(np.ones((2, 6, 6, 2), "float32"))
    np.testing.assert_array_equal(y[:, 1:-1, 1:-1], 1.0)
    np.testing.assert_array_equal(y[:, 0, 1:-1], 0.75)
    np.testing.assert_array_equal(y[:, 1:-1, -1], 0.75)
    np.testing.assert_array_equal(y[:, 0, 0], 0.5625)


@pytest.mark.parametrize("sides", [(4, 4), (7, 5), (1, 3)])
def test_blur_is_a_convolution_of_each_channel(sides):
    x = np.random.default_rng(0).normal(size=(2, *sides, 3)).astype("float32")
    kernel = np.tile(KERNEL[:, :, None, None], (1, 1, 3, 1)).astype("float32")
    expected = ops.depthwise_conv(x, kernel, padding="same", data_format="channels_last")
    np.testing.assert_allclose(blurred(x), ops.convert_to_numpy(expected), atol=1e-6)


def test_blur_has_nothing_to_learn():
    layer = Blur()
    layer(np.ones((1, 4, 4, 1)))
    assert layer.variables == []


def test_blur_of_one_pixel_steps_leaves_no_checkerboard():
    """Of the finest pattern that there are pixels for, nothing is left."""
    x = np.indices((8, 8)).sum(0)[None, :, :, None] % 2 * 2.0 - 1.0
    np.testing.assert_array_equal(blurred(x.astype("float32"))[:, 1:-1, 1:-1], 0.0)


@pytest.mark.parametrize("half", ["float16", "bfloat16"])
def test_blur_in_half_precision(half):
    y = Blur(dtype=f"mixed_{half}")(np.ones((1, 4, 4, 1)))
    assert keras.backend.standardize_dtype(y.dtype) == half
    assert float(ops.cast(y, "float32")[0, 1, 1, 0]) == 1.0
