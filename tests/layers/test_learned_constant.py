"""The learned constant that a style-based generator begins with."""

import keras
import numpy as np
import pytest
from keras import ops

from keras_gans.layers import LearnedConstant


def test_constant_begins_as_ones_whatever_comes_in():
    layer = LearnedConstant((4, 4, 3))
    for n in (1, 5):
        y = ops.convert_to_numpy(layer(np.full((n, 7), n)))
        np.testing.assert_array_equal(y, np.ones((n, 4, 4, 3)))


def test_constant_is_learned_and_the_same_for_each_example():
    layer = LearnedConstant((2, 2))
    layer.build((None, 7))
    assert [tuple(v.shape) for v in layer.trainable_variables] == [(2, 2)]
    layer.constant.assign([[1.0, 2.0], [3.0, 4.0]])
    np.testing.assert_array_equal(ops.convert_to_numpy(layer(np.zeros((3, 7)))), [[[1.0, 2.0], [3.0, 4.0]]] * 3)


@pytest.mark.parametrize("half", ["float16", "bfloat16"])
def test_constant_in_half_precision(half):
    layer = LearnedConstant((2,), dtype=f"mixed_{half}")
    assert keras.backend.standardize_dtype(layer(np.zeros((3, 7))).dtype) == half
    assert layer.constant.dtype == "float32"


def test_constant_of_normal_numbers():
    layer = LearnedConstant((16, 16, 16), keras.initializers.RandomNormal(stddev=1.0, seed=0))
    y = ops.convert_to_numpy(layer(np.zeros((2, 3))))
    assert y[0].std() == pytest.approx(1.0, abs=0.05)
    np.testing.assert_array_equal(y[0], y[1])
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(layer))
    assert again.get_config() == layer.get_config()
