"""Dense networks: shapes, counts, and what they refuse."""

import pytest

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


@pytest.mark.parametrize("shape", [(), 28, (28, 0), (28, "x")])
def test_mlp_refuses_a_bad_shape(shape):
    for build in (mlp.generator, mlp.discriminator):
        with pytest.raises(ValueError, match="tuple of positive integers.*Received"):
            build(shape)
