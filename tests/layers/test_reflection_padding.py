"""Reflection padding against numpy.pad."""

import keras
import numpy as np
import pytest
from keras import layers, ops

from keras_gans import engine
from keras_gans.layers import ReflectionPadding2D

X = np.random.default_rng(0).normal(size=(2, 4, 5, 3)).astype("float32")


def numpy(x):
    return ops.convert_to_numpy(x)


@pytest.mark.parametrize("padding", [1, 3])
def test_reflection_padding_is_numpys(padding):
    both = (padding, padding)
    expected = np.pad(X, ((0, 0), both, both, (0, 0)), mode="reflect")
    np.testing.assert_array_equal(numpy(ReflectionPadding2D(padding)(X)), expected)


def test_reflection_padding_does_not_repeat_the_border():
    row = np.arange(4, dtype="float32").reshape(1, 1, 4, 1) + np.zeros((1, 4, 1, 1), "float32")
    assert numpy(ReflectionPadding2D(2)(row))[0, 0, :, 0].tolist() == [2, 1, 0, 1, 2, 3, 2, 1]


def test_reflection_padding_gradient_counts_how_often_a_position_is_seen():
    gradient = numpy(engine.input_gradient(ReflectionPadding2D(1), ops.convert_to_tensor(X)))
    rows, columns = np.array([1, 2, 2, 1]), np.array([1, 2, 1, 2, 1])
    np.testing.assert_array_equal(gradient[1, :, :, 2], np.outer(rows, columns))


@pytest.mark.tensorflow
def test_reflection_padding_in_xla_equals_eager():
    import tensorflow as tf

    layer, c = ReflectionPadding2D(2), np.random.default_rng(1).normal(size=(2, 8, 9, 3)).astype("float32")
    compiled = tf.function(lambda x: engine.input_gradient(lambda x: c * layer(x), x), jit_compile=True)
    expected = engine.input_gradient(lambda x: c * layer(x), tf.constant(X))
    np.testing.assert_allclose(compiled(tf.constant(X)), expected, rtol=1e-5, atol=1e-6)
    assert np.std(expected) > 0


def test_reflection_padding_knows_its_shape():
    layer = ReflectionPadding2D(3)
    assert layer.compute_output_shape((None, 4, None, 3)) == (None, 10, None, 3)
    assert layer(keras.Input((4, None, 3))).shape == (None, 10, None, 3)


def test_reflection_padding_refuses_what_it_cannot_mirror():
    for shape in ((1, 3, 8, 1), (1, 8, 3, 1)):
        with pytest.raises(ValueError, match=r"more rows and columns than the 3 to mirror. Received: shape \(1, "):
            ReflectionPadding2D(3)(np.zeros(shape, "float32"))
    used = ReflectionPadding2D(3)
    used(np.zeros((1, 4, 4, 1), "float32"))
    with pytest.raises(ValueError, match="than the 3 to mirror. Received"):
        used(np.zeros((1, 3, 4, 1), "float32"))
    for padding in (0, 1.5):
        with pytest.raises(ValueError, match=f"positive integer. Received: {padding}"):
            ReflectionPadding2D(padding)


def test_reflection_padding_is_saved_and_loaded(tmp_path):
    network = keras.Sequential([keras.Input((4, 5, 3)), ReflectionPadding2D(2), layers.Conv2D(1, 3)])
    network.save(tmp_path / "network.keras")
    loaded = keras.saving.load_model(tmp_path / "network.keras")
    np.testing.assert_array_equal(numpy(loaded(X)), numpy(network(X)))
