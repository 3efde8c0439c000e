"""Expand: a step up the pyramid as a layer of a network that is saved."""

import keras
import numpy as np
from keras import ops

from keras_gans import pyramid
from keras_gans.layers import Expand


def test_expand_is_the_pyramids_in_any_network(tmp_path):
    inputs = keras.Input((4, 6, 2))
    network = keras.Model(inputs, Expand()(inputs))
    assert (network.output_shape, network.variables) == ((None, 8, 12, 2), [])
    x = np.random.default_rng(0).normal(size=(3, 4, 6, 2)).astype("float32")
    network.save(tmp_path / "network.keras")
    loaded = keras.saving.load_model(tmp_path / "network.keras")
    expected = ops.convert_to_numpy(pyramid.expand(x))
    np.testing.assert_allclose(loaded.predict(x, verbose=0), expected, atol=1e-6)
