"""Gated linear units: which half is the gate, and what passes it."""

import keras
import numpy as np
import pytest
from keras import ops

from keras_gans.layers import GLU


def test_second_half_is_the_gate():
    """2 with a gate of 0 is 1; PyTorch's own GLU and the authors' code have the same halves."""
    y = ops.convert_to_numpy(GLU()(np.array([[2.0, -3.0, 0.0, np.log(3.0)]], "float32")))
    np.testing.assert_allclose(y, [[1.0, -2.25]], rtol=1e-6)


def test_maps_keep_their_sides_and_lose_half_their_channels():
    x = np.random.default_rng(0).normal(size=(2, 3, 5, 4)).astype("float32")
    layer = GLU()
    y = ops.convert_to_numpy(layer(x))
    assert y.shape == layer.compute_output_shape(x.shape) == (2, 3, 5, 2)
    np.testing.assert_allclose(y, x[..., :2] / (1 + np.exp(-x[..., 2:])), rtol=1e-5)
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(layer))
    np.testing.assert_array_equal(ops.convert_to_numpy(again(x)), y)


def test_odd_channels_are_refused():
    with pytest.raises(ValueError, match=r"^Expected an even number of channels\. Received: 3\.$"):
        GLU()(np.zeros((2, 3)))
