"""Dense networks: shapes, counts, and what they refuse."""

import keras
import numpy as np
import pytest
from keras import layers, ops

from keras_gans.layers import MinibatchDiscrimination, SpectralNormalization
from keras_gans.networks import mlp


def test_mlp_generator_shape_and_parameters():
    network = mlp.generator((28, 28, 1), latent_dim=100, width=1200)
    assert network.output_shape == (None, 28, 28, 1)
    assert network.count_params() == 101 * 1200 + 1201 * 1200 + 1201 * 784
    assert network.name == "generator"


def test_mlp_discriminator_shape_and_parameters():
    network = mlp.discriminator((28, 28, 1), width=240)
    assert network.output_shape == (None, 1)
    assert network.count_params() == 785 * 240 + 241 * 240 + 241
    assert network.name == "discriminator"


def test_mlp_output_is_tanh_for_pictures_and_linear_for_points():
    assert mlp.generator((8, 8, 1)).layers[-1].activation.__name__ == "tanh"
    assert mlp.generator((2,)).layers[-1].activation.__name__ == "linear"


def test_mlp_dropout_follows_each_hidden_layer():
    names = [type(layer).__name__ for layer in mlp.discriminator((2,), dropout=0.5).layers]
    assert names.count("Dropout") == 2


def test_mlp_discriminator_normalizes_every_kernel():
    def counts(network):
        dense = [layer for layer in network._flatten_layers() if isinstance(layer, layers.Dense)]
        return len(dense), sum(isinstance(layer, SpectralNormalization) for layer in network.layers)

    assert counts(mlp.discriminator((4,), spectral_norm=True)) == (3, 3)
    assert counts(mlp.discriminator((4,))) == (3, 0)


def test_mlp_discriminator_compares_the_batch_before_the_logit():
    network = mlp.discriminator((28, 28, 1), width=240, minibatch_discrimination=100)
    assert isinstance(network.layers[-2], MinibatchDiscrimination)
    assert network.count_params() == 785 * 240 + 241 * 240 + 240 * 500 + 341


@pytest.mark.parametrize("depth", [0, 2])
def test_mlp_features_are_what_the_logit_is_made_of(depth):
    network = mlp.discriminator((2, 2, 1), width=3, depth=depth)
    x = np.random.default_rng(0).normal(size=(5, 2, 2, 1)).astype("float32")
    features = network.get_layer("features").output
    assert features.shape == (None, 3 if depth else 4)
    values = ops.convert_to_numpy(keras.Model(network.input, features)(x))
    logits = ops.convert_to_numpy(network(x))
    np.testing.assert_allclose(logits, values @ network.layers[-1].kernel.numpy(), rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("shape", [(), 28, (28, 0), (28, "x")])
def test_mlp_refuses_a_bad_shape(shape):
    for build in (mlp.generator, mlp.discriminator):
        with pytest.raises(ValueError, match="tuple of positive integers.*Received"):
            build(shape)
