"""Smooth enlarging and reducing against NumPy's literal zeros, filter and every second pixel."""

import keras
import numpy as np
import pytest
from filters import FILTER, between_zeros, correlated
from keras import ops

from keras_gans.layers import EqualizedDownConv2D, NearestUpSampling2D, SmoothDownSampling2D, SmoothUpSampling2D

RNG = np.random.default_rng(0)


@pytest.mark.parametrize("size", [2, (3, 1)])
def test_nearest_up_sampling_repeats_pixels_also_of_unknown_sides(size):
    x = RNG.normal(size=(2, 3, 5, 2)).astype("float32")
    rows, columns = (size, size) if size == 2 else size
    expected = x.repeat(rows, axis=1).repeat(columns, axis=2)
    np.testing.assert_array_equal(NearestUpSampling2D(size)(x), expected)
    inputs = keras.Input((None, None, 2))
    network = keras.Model(inputs, NearestUpSampling2D(size)(inputs))
    np.testing.assert_array_equal(network.predict(x, verbose=0), expected)


def test_up_sampling_puts_zeros_and_filters_with_a_gain_of_four():
    x = RNG.normal(size=(2, 3, 5, 2))
    expected = correlated(between_zeros(x), 4 * FILTER, 2, 1)
    np.testing.assert_allclose(SmoothUpSampling2D()(x), expected, atol=1e-6)


def test_down_sampling_filters_and_takes_every_second_pixel():
    x = RNG.normal(size=(2, 6, 4, 3))
    expected = correlated(x, FILTER, 1, 1)[:, ::2, ::2]
    np.testing.assert_allclose(SmoothDownSampling2D()(x), expected, atol=1e-6)


def test_a_single_pixel_spreads_by_the_filter():
    x = np.zeros((1, 3, 3, 1))
    x[0, 1, 1] = 1.0
    up = ops.convert_to_numpy(SmoothUpSampling2D()(x))[0, :, :, 0]
    np.testing.assert_allclose(up[1:5, 1:5], 4 * FILTER, atol=1e-7)
    assert up.sum() == pytest.approx(4.0)


@pytest.mark.parametrize("kernel_size", [1, 3])
def test_down_convolution_is_filter_then_convolution_of_stride_two(kernel_size):
    x = RNG.normal(size=(2, 8, 6, 3))
    layer = EqualizedDownConv2D(4, kernel_size)
    y = layer(x)
    layer.bias.assign(RNG.normal(size=4))
    kernel = ops.convert_to_numpy(layer.kernel) * np.sqrt(2.0 / (kernel_size**2 * 3))
    pad = (kernel_size + 1) // 2
    expected = correlated(correlated(x, FILTER, pad, pad), kernel, 0, 0)[:, ::2, ::2]
    assert y.shape == (2, 4, 3, 4) == layer.compute_output_shape(x.shape)
    np.testing.assert_allclose(layer(x), expected + ops.convert_to_numpy(layer.bias), atol=1e-5)


def test_down_convolution_of_side_one_is_the_reduced_map_through_one_kernel():
    """So that a block's short way, filtered first, costs a quarter."""
    x = RNG.normal(size=(2, 4, 4, 3))
    layer = EqualizedDownConv2D(2, 1, use_bias=False)
    whole = layer(x)
    short = ops.matmul(SmoothDownSampling2D()(x), layer.kernel[0, 0] * float(layer.scale))
    np.testing.assert_allclose(whole, short, atol=1e-6)


def test_checkerboards_vanish_where_means_of_pixels_keep_their_border():
    """Famous mistake: to take every second pixel without a filter, which makes of a checkerboard a grey, or a white."""
    board = np.indices((8, 8)).sum(axis=0)[None, :, :, None] % 2 * 2.0 - 1.0
    inside = ops.convert_to_numpy(SmoothDownSampling2D()(board))[:, 1:-1, 1:-1]
    np.testing.assert_array_equal(inside, np.zeros((1, 2, 2, 1)))
    assert abs(board[:, ::2, ::2].mean()) == 1.0


def test_kernels_of_even_sides_are_refused():
    with pytest.raises(ValueError, match=r"Expected an odd `kernel_size`\. Received: 2\.$"):
        EqualizedDownConv2D(4, 2)


def test_down_convolution_survives_saving():
    layer = EqualizedDownConv2D(4, 3, gain=1.0, use_bias=False)
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(layer))
    assert again.get_config() == layer.get_config()
