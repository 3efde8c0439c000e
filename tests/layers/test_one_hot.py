"""One-hot vectors."""

import keras
import numpy as np
import pytest
from keras import ops

from keras_gans.layers import OneHot


def test_one_hot_is_1_at_the_label():
    labels = np.array([2, 0, 3], "int32")
    output = OneHot(4)(labels)
    assert keras.backend.standardize_dtype(output.dtype) == "float32"
    np.testing.assert_array_equal(ops.convert_to_numpy(output), np.eye(4)[labels])


def test_one_hot_in_a_network():
    labels = keras.Input((), dtype="int32")
    vector = OneHot(4, name="vector")(labels)
    assert vector.shape == (None, 4)
    network = keras.Model(labels, keras.layers.Dense(2, use_bias=False)(vector))
    output = ops.convert_to_numpy(network(np.array([3, 1], "int32")))
    np.testing.assert_allclose(output, ops.convert_to_numpy(network.layers[-1].kernel)[[3, 1]], rtol=1e-6)


def test_one_hot_is_of_the_layers_precision():
    assert keras.backend.standardize_dtype(OneHot(2, dtype="mixed_float16")(np.array([1])).dtype) == "float16"


def test_one_hot_round_trips_and_refuses_no_class():
    layer = OneHot(4, name="vector")
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(layer))
    assert again.get_config() == layer.get_config()
    assert again.classes == 4
    with pytest.raises(ValueError, match="positive integer. Received: 0"):
        OneHot(0)
