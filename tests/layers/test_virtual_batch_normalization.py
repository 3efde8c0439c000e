"""Virtual batch norm against the statistics of a reference and one example mixed, computed in float64."""

import keras
import numpy as np
import pytest
from keras import layers, ops

from keras_gans import models, networks
from keras_gans.layers import DropReference, ReferenceBatch, VirtualBatchNormalization
from keras_gans.regularizers import R1

RNG = np.random.default_rng(0)
EPSILON = 1e-5


def numpy(x):
    return ops.convert_to_numpy(x)


def mixed_by_hand(reference, x):
    """x (positions, channels) by the moments of n references (n, positions, channels) and itself, weighed alike."""
    everything = [*reference, x]
    mean, square = (np.mean([np.mean(example**k, axis=0) for example in everything], axis=0) for k in (1, 2))
    return (x - mean) / np.sqrt(square - mean**2 + EPSILON)


@pytest.mark.parametrize("shape", [(7,), (3, 5, 2)], ids=["features", "maps"])
def test_virtual_batch_normalization_equals_the_mixed_statistics(shape):
    x = (3.0 + 2.0 * RNG.normal(size=(4 + 3, *shape))).astype("float32")
    layer = VirtualBatchNormalization(4, epsilon=EPSILON)
    layer.build(x.shape)
    gamma, beta = RNG.normal(size=(2, shape[-1]))
    layer.set_weights([gamma, beta])
    output = numpy(layer(x))
    x, output = (a.reshape(7, -1, shape[-1]).astype("float64") for a in (x, output))
    by_itself = (x[:4] - x[:4].mean(axis=(0, 1))) / np.sqrt(x[:4].var(axis=(0, 1)) + EPSILON)
    np.testing.assert_allclose(output[:4], gamma * by_itself + beta, rtol=1e-4, atol=1e-4)
    for row in range(4, 7):
        np.testing.assert_allclose(output[row], gamma * mixed_by_hand(x[:4], x[row]) + beta, rtol=1e-4, atol=1e-4)


@pytest.fixture(scope="module")
def network():
    """A small network with virtual batch norm of features and of maps, in training and on 5 numbers an example."""
    keras.utils.set_random_seed(0)
    inputs = keras.Input((5,))
    x = layers.Dense(8)(ReferenceBatch(4)(inputs))
    x = layers.Reshape((2, 2, 2))(VirtualBatchNormalization(4)(x))
    x = layers.Flatten()(VirtualBatchNormalization(4)(layers.ReLU()(x)))
    return keras.Model(inputs, DropReference(4)(layers.Dense(1)(x)))


def test_virtual_batch_normalization_does_not_mix_examples(network):
    z, others = RNG.normal(size=(2, 3, 5)).astype("float32")
    outputs = numpy(network(z, training=True))
    np.testing.assert_array_equal(numpy(network(z, training=False)), outputs)
    others[1] = z[1]
    among_others = numpy(network(others, training=True))
    np.testing.assert_allclose(among_others[1], outputs[1], atol=1e-6)
    assert np.abs(among_others[0] - outputs[0]).max() > 1e-3


def test_virtual_batch_normalization_goes_with_a_penalty(network):
    """Unlike batch norm it is not refused: D's output still depends on one example only."""
    gan = models.GAN(networks.mlp.generator((5,), 3, width=4), network, 3)
    gan.compile("adam", "adam", penalties=[R1()])
    assert gan.compiled


def test_reference_batch_is_saved_and_not_trained(network, tmp_path):
    z = RNG.normal(size=(3, 5)).astype("float32")
    network.save(tmp_path / "network.keras")
    loaded = keras.saving.load_model(tmp_path / "network.keras")
    np.testing.assert_array_equal(numpy(loaded(z)), numpy(network(z)))
    (reference,) = network.non_trainable_variables
    assert reference.shape == (4, 5)
    assert network.output_shape == (None, 1)


def test_reference_batch_is_standard_normal():
    layer = ReferenceBatch(64)
    layer.build((None, 100))
    assert layer.reference.numpy().std() == pytest.approx(1.0, abs=0.05)
    assert layer.reference.numpy().mean() == pytest.approx(0.0, abs=0.05)


def test_reference_batch_of_data():
    reference, x = RNG.normal(size=(4, 3)).astype("float32"), RNG.normal(size=(2, 3)).astype("float32")
    layer = ReferenceBatch(3)
    layer.build((None, 3))
    layer.adapt(reference)
    np.testing.assert_array_equal(numpy(layer(x)), np.concatenate([reference[:3], x]))
    np.testing.assert_array_equal(numpy(DropReference(3)(layer(x))), x)
    for bad in (reference[:2], reference[:, :2]):
        with pytest.raises(ValueError, match=r"at least 3 examples of shape \(3,\). Received"):
            layer.adapt(bad)


@pytest.mark.parametrize("kind", [ReferenceBatch, VirtualBatchNormalization, DropReference])
def test_layers_with_a_reference_round_trip_and_refuse_bad_sizes(kind):
    layer = kind(3, name="layer")
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(layer))
    assert again.get_config() == layer.get_config()
    assert again.size == 3
    shapes = {ReferenceBatch: (7, 2), VirtualBatchNormalization: (4, 2), DropReference: (1, 2)}
    assert layer.compute_output_shape((4, 2)) == shapes[kind]
    assert layer.compute_output_shape((None, 2)) == (None, 2)
    with pytest.raises(ValueError, match="positive integer. Received: 0"):
        kind(0)


def test_virtual_batch_normalization_in_half_precision_keeps_its_statistics():
    x = (1000.0 + RNG.normal(size=(8, 50))).astype("float16")
    output = VirtualBatchNormalization(4, dtype="mixed_float16")(x)
    assert keras.backend.standardize_dtype(output.dtype) == "float16"
    assert np.isfinite(numpy(output)).all()
    assert abs(numpy(output)[:4].astype("float32").std() - 1.0) < 0.05
