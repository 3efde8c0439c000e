"""The file border: uint8 there and float32 back, without loss."""

import numpy as np
import pytest

from keras_gans.files.pixels import from_uint8, to_uint8


def test_pixels_go_there_and_back_without_loss():
    levels = np.arange(256, dtype="uint8")
    images = from_uint8(levels)
    assert images.dtype == np.float32
    assert (images[0], images[-1]) == (-1, 1)
    np.testing.assert_array_equal(to_uint8(images), levels)


def test_pixels_outside_the_range_are_clipped():
    np.testing.assert_array_equal(to_uint8([-2.0, 0.0, 2.0]), [0, 128, 255])


def test_pixels_of_another_type_are_refused():
    with pytest.raises(ValueError, match="dtype uint8. Received: dtype int64"):
        from_uint8(np.array([1, 2], "int64"))
