"""Networks of energies: counts, layers by name, and what they refuse."""

import keras
import numpy as np
import pytest
from keras import ops

from keras_gans.networks import energy, mlp

pytestmark = pytest.mark.usefixtures("quick_weights")


def convolutional(shape, **options):
    return energy.discriminator(energy.encoder(shape, **options), energy.decoder(shape, **options))


@pytest.mark.parametrize(
    ("shape", "options", "parameters"),
    [
        ((64, 64, 3), {"batch_norm": False}, 658_880 + 658_627),
        ((64, 64, 3), {}, 1_319_427),
        ((32, 32, 3), {"width": 8, "batch_norm": False}, 21_331),
        ((16, 16, 1), {"width": 4, "batch_norm": False}, 5_289),
    ],
)
def test_convolutional_energy_has_so_many_parameters(shape, options, parameters):
    network = convolutional(shape, **options)
    assert network.count_params() == parameters
    assert network.output_shape == (None, 1)


def test_dense_energy_of_the_papers_grid_has_so_many_parameters():
    """Figure 9: nLayerG 5, nLayerD 2, sizeG 1600, sizeD 1024, on 32x32."""
    shape = (32, 32, 1)
    network = energy.discriminator(
        mlp.encoder(shape, 1024, depth=0),
        mlp.generator(shape, 1024, depth=0),
    )
    assert network.count_params() == 2_099_200
    assert mlp.generator(shape, 100, width=1600, depth=4).count_params() == 9_485_824


def test_encoder_of_a_small_autoencoder_has_so_many_parameters():
    assert mlp.encoder((16, 16, 1), 16, width=128).count_params() == 34_960
    assert mlp.generator((16, 16, 1), 16, width=128, depth=1).count_params() == 35_200


@pytest.mark.parametrize("error", ["norm", "l1", "squares"])
def test_energy_is_the_error_of_the_reconstruction(error):
    network = energy.discriminator(mlp.encoder((3,), 2), mlp.generator((3,), 2), error)
    x = np.random.default_rng(0).normal(size=(5, 3)).astype("float32")
    until = keras.Model(network.input, network.get_layer("reconstruction").output)
    rebuilt = ops.convert_to_numpy(until(x)) - x
    expected = {"norm": np.linalg.norm(rebuilt, axis=1), "l1": np.abs(rebuilt).mean(1), "squares": (rebuilt**2).mean(1)}
    np.testing.assert_allclose(ops.convert_to_numpy(network(x))[:, 0], -expected[error], rtol=1e-5)
    assert network.get_layer("code").output.shape == (None, 2)


def test_energy_refuses_a_decoder_that_does_not_go_back():
    with pytest.raises(ValueError, match="decoder from codes of shape"):
        energy.discriminator(mlp.encoder((3,), 2), mlp.generator((3,), 4))
    with pytest.raises(ValueError, match="multiple of 8"):
        energy.encoder((28, 28, 1))
