"""Encoders of discriminators' bodies: the counts of the papers' networks."""

import numpy as np
import pytest

from keras_gans import networks, recipes

COUNTS = [  # widths, latent dim, heads, encoder, decoder of 784 numbers
    ((1000, 500, 250), 30, 1, 1_418_280, 1_419_034),
    ((500,), 20, 2, 412_540, 403_284),
    ((500,), 2, 2, 394_504, 394_284),
    ((400,), 20, 2, 330_040, 322_784),
]


@pytest.mark.parametrize(("widths", "latent_dim", "heads", "encoder", "decoder"), COUNTS)
def test_dense_pairs_have_the_counts_of_their_papers(widths, latent_dim, heads, encoder, decoder):
    body = networks.mlp.discriminator((28, 28, 1), width=widths)
    found = networks.autoencoder.encoder(body, latent_dim, heads)
    assert found.count_params() == encoder
    assert networks.mlp.generator((28, 28, 1), latent_dim, width=widths[::-1]).count_params() == decoder
    assert found.name == "encoder"


@pytest.mark.parametrize(
    ("shape", "widths", "code", "counts"),
    [
        ((16, 16, 1), (128,), 16, (34_960, 35_200)),
        ((16, 16, 1), (64,), 8, (16_968, 17_216)),
        ((16, 16, 1), (), 8, (2_056, 2_304)),
    ],
)
def test_small_pairs(shape, widths, code, counts):
    encoder = networks.autoencoder.encoder(networks.mlp.discriminator(shape, width=widths), code)
    assert (encoder.count_params(), networks.mlp.generator(shape, code, width=widths).count_params()) == counts


def test_small_vae():
    body = networks.mlp.discriminator((16, 16, 1), width=(128,))
    assert networks.autoencoder.encoder(body, 16, heads=2).count_params() == 37_024


def test_recipes_have_the_papers_networks_for_digits():
    pairs = {
        "autoencoder": (1_418_280, 1_419_034),
        "denoising_autoencoder": (1_418_280, 1_419_034),
        "vae": (412_540, 403_284),
    }
    for name, counts in pairs.items():
        model = recipes.RECIPES[name].build((28, 28, 1))
        back = model.generator if name == "vae" else model.decoder
        assert (model.encoder.count_params(), back.count_params()) == counts


def test_an_encoder_of_convolutions_keeps_the_body_of_its_discriminator():
    body = networks.dcgan.discriminator((16, 16, 1), width=4)
    encoder = networks.autoencoder.encoder(body, 5)
    assert encoder.output_shape == (None, 5)
    x = np.zeros((2, 16, 16, 1), "float32")
    assert encoder(x).shape == (2, 5)
    assert encoder.layers[1] is body.layers[1]


def test_a_body_without_features_is_refused():
    with pytest.raises(
        ValueError, match=r'^Expected a discriminator with a layer named "features".* Received: layers '
    ):
        networks.autoencoder.encoder(networks.mlp.generator((2,), 2), 3)
