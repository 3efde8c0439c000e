"""FillLabels: the likeliest class in the place of an unknown label alone, and no gradient through it."""

import keras
import numpy as np
import pytest
from keras import layers, ops

from keras_gans import engine
from keras_gans.layers import FillLabels

LOGITS = np.array([[2.0, 1.0, 0.0], [0.0, 3.0, 1.0]], "float32")  # whose likeliest classes are 0 and 1


def filled(labels, logits=LOGITS, **arguments):
    found = FillLabels(**arguments)([ops.convert_to_tensor(labels), ops.convert_to_tensor(logits)])
    assert keras.backend.standardize_dtype(found.dtype) == "int32"
    return ops.convert_to_numpy(found).tolist()


@pytest.mark.parametrize("dtype", ["int32", "int64", "int8"])
def test_an_unknown_label_is_filled_and_a_known_one_stays(dtype):
    assert filled(np.array([-1, 2], dtype)) == [0, 2]
    assert filled(np.array([-1, -1], dtype)) == [0, 1]
    assert filled(np.array([2, 0], dtype)) == [2, 0]


def test_labels_of_many_classes_are_exact_in_half_precision():
    logits = np.zeros((2, 5000), "float32")
    logits[1, 4099] = 1.0
    assert filled(np.array([4097, -1]), logits, dtype="mixed_float16") == [4097, 4099]


def test_no_gradient_passes():
    table = layers.Embedding(3, 2)

    def scores(logits):
        return ops.sum(table(FillLabels()([ops.convert_to_tensor([-1, 2]), logits]))) + 0.0 * ops.sum(logits)

    gradient = engine.input_gradient(scores, ops.convert_to_tensor(LOGITS))
    np.testing.assert_array_equal(ops.convert_to_numpy(gradient), 0 * LOGITS)


def test_fill_labels_in_a_network_comes_back():
    labels, logits = keras.Input((), dtype="int32"), keras.Input((3,))
    network = keras.Model([labels, logits], FillLabels(name="filled")([labels, logits]))
    assert (network.output.shape, network.output.dtype) == ((None,), "int32")
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(network))
    assert ops.convert_to_numpy(again([np.array([-1, 2], "int32"), LOGITS])).tolist() == [0, 2]


def test_fill_labels_refuses_other_inputs():
    with pytest.raises(ValueError, match=r"labels \(N,\) and logits \(N, classes\)\. Received: inputs of shapes"):
        FillLabels()([np.array([[1]]), LOGITS[:1]])
