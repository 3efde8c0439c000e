"""Pixel shuffle: which channel becomes which pixel."""

import keras
import numpy as np
import pytest
from keras import ops

from keras_gans.layers import PixelShuffle


def shuffled(x, factor=2, **arguments):
    return ops.convert_to_numpy(PixelShuffle(factor, **arguments)(x))


def test_pixel_shuffle_lays_channels_out_as_depth_to_space_does():
    """Trap: PyTorch's order, by which a trained network's picture becomes a chequered one."""
    pixel = np.arange(8.0).reshape(1, 1, 1, 8)
    assert shuffled(pixel)[0].tolist() == [[[0, 1], [2, 3]], [[4, 5], [6, 7]]]
    of_pytorch = pixel[..., [0, 4, 1, 5, 2, 6, 3, 7]]
    assert shuffled(of_pytorch)[0].tolist() == [[[0, 4], [1, 5]], [[2, 6], [3, 7]]]


@pytest.mark.parametrize("factor", [1, 2, 3])
def test_pixel_shuffle_equals_its_formula(factor):
    x = np.random.default_rng(0).normal(size=(2, 3, 4, 2 * factor**2)).astype("float32")
    y = shuffled(x, factor)
    assert y.shape == (2, 3 * factor, 4 * factor, 2)
    for h, w, c in np.ndindex(y.shape[1:]):
        channel = (h % factor * factor + w % factor) * 2 + c
        np.testing.assert_array_equal(y[:, h, w, c], x[:, h // factor, w // factor, channel])


def test_pixel_shuffle_takes_maps_of_any_size():
    x = inputs = keras.Input((None, None, 8))
    model = keras.Model(inputs, PixelShuffle(2)(x))
    assert model.output_shape == (None, None, None, 2)
    for sides in ((2, 3), (5, 1)):
        x = np.random.default_rng(1).normal(size=(1, *sides, 8)).astype("float32")
        np.testing.assert_array_equal(ops.convert_to_numpy(model(x)), shuffled(x))


@pytest.mark.parametrize("factor", [0, -1, 2.0, None])
def test_pixel_shuffle_refuses_a_factor_that_is_none(factor):
    with pytest.raises(ValueError, match=r"`factor` as a positive integer\. Received: "):
        PixelShuffle(factor)


def test_pixel_shuffle_refuses_channels_that_make_no_squares():
    with pytest.raises(ValueError, match=r"channels that 4 divides\. Received: 6\."):
        PixelShuffle(2)(np.ones((1, 2, 2, 6)))
