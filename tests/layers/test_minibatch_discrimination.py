"""Minibatch discrimination against the paper's sums written as loops."""

import keras
import numpy as np
import pytest
from keras import ops

from keras_gans import engine
from keras_gans.layers import MinibatchDiscrimination

X = np.random.default_rng(0).normal(size=(4, 6)).astype("float32")


def test_minibatch_discrimination_equals_the_papers_sums():
    layer = MinibatchDiscrimination(kernels=3, dimensions=2)
    output = ops.convert_to_numpy(layer(X))
    m = np.einsum("na,abc->nbc", X, layer.kernel.numpy().reshape(6, 3, 2))
    closeness = np.zeros((4, 3))
    for i in range(4):
        for j in range(4):  # j = i too, as the paper's sum has it
            for b in range(3):
                closeness[i, b] += np.exp(-np.abs(m[i, b] - m[j, b]).sum())
    np.testing.assert_array_equal(output[:, :6], X)
    np.testing.assert_allclose(output[:, 6:], closeness, rtol=1e-5)
    assert layer.compute_output_shape((None, 6)) == (None, 9)


def test_minibatch_discrimination_tells_a_collapsed_batch():
    """Equal examples are as close as can be, all N of them, and the gradient there is finite."""
    layer = MinibatchDiscrimination(kernels=3, dimensions=2)
    collapsed = np.tile(X[:1], (4, 1))
    np.testing.assert_allclose(ops.convert_to_numpy(layer(collapsed))[:, 6:], 4.0)
    assert ops.convert_to_numpy(layer(X))[:, 6:].max() < 4.0
    assert np.isfinite(ops.convert_to_numpy(engine.input_gradient(layer, collapsed))).all()


def test_minibatch_discrimination_starts_where_it_has_a_gradient():
    """On many features too, others are neither out of sight nor on top: the sums lie between 1 and N."""
    x = np.random.default_rng(1).normal(size=(64, 4096)).astype("float32")
    closeness = ops.convert_to_numpy(MinibatchDiscrimination(kernels=20)(x))[:, 4096:] - 1.0
    assert 0.1 < closeness.mean() < 6.3


def test_minibatch_discrimination_config_round_trip():
    layer = MinibatchDiscrimination(kernels=3, dimensions=2, name="minibatch")
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(layer))
    assert again.get_config() == layer.get_config()
    assert (again.kernels, again.dimensions, again.name) == (3, 2, "minibatch")


def test_minibatch_discrimination_keeps_the_type_of_its_inputs():
    output = MinibatchDiscrimination(kernels=3, dtype="mixed_float16")(X)
    assert keras.backend.standardize_dtype(output.dtype) == "float16"
    assert np.isfinite(ops.convert_to_numpy(output)).all()


def test_minibatch_discrimination_refuses_maps_and_bad_sizes():
    with pytest.raises(ValueError, match="expected ndim=2"):
        MinibatchDiscrimination()(np.zeros((2, 3, 3, 1), "float32"))
    for sizes in ((0, 5), (100, 2.5)):
        with pytest.raises(ValueError, match="positive integers. Received"):
            MinibatchDiscrimination(*sizes)
