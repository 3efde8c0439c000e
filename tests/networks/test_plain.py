"""The plain pair: shapes at every side, parameters by hand, no normalisation, no pixel that others do not reach."""

import numpy as np
import pytest
from keras import layers, ops

from keras_gans.networks import plain


@pytest.mark.parametrize("side", [16, 17, 28, 50, 64, 100])
def test_plain_pair_fits_every_side(side):
    generator, discriminator = (
        plain.generator((side, side, 3), 5, width=2),
        plain.discriminator((side, side, 3), width=2),
    )
    images = generator(ops.zeros((4, 5)))
    assert images.shape == (4, side, side, 3)
    assert discriminator(images).shape == (4, 1)


def test_plain_pair_has_the_parameters_of_its_layers():
    """At 16 pixels the maps are 4, 8 and 16 wide, of 4, 2 and 1 times the width."""
    generator, discriminator = plain.generator((16, 16, 1), 64, width=8), plain.discriminator((16, 16, 1), width=8)
    dense = 64 * (16 * 32) + 16 * 32
    assert generator.count_params() == dense + (9 * 32 * 16 + 16) + (9 * 16 * 8 + 8) + (9 * 8 + 1)
    assert discriminator.count_params() == (9 * 8 + 8) + (9 * 8 * 16 + 16) + (4 * 4 * 16 + 1)
    assert plain.generator((64, 64, 3), 64, width=32).get_layer(index=3).output.shape == (None, 4, 4, 256)


def test_plain_pair_normalises_nothing_so_that_examples_are_alone():
    pair = plain.generator((16, 16, 1), 4, width=2), plain.discriminator((16, 16, 1), width=2)
    for network, shape in zip(pair, [(6, 4), (6, 16, 16, 1)]):
        assert not [layer for layer in network.layers if isinstance(layer, layers.BatchNormalization)]
        x = np.random.default_rng(0).normal(size=shape).astype("float32")
        together = ops.convert_to_numpy(network(x, training=True))
        np.testing.assert_allclose(together[:1], ops.convert_to_numpy(network(x[:1], training=True)), atol=1e-6)


def test_plain_discriminator_keeps_its_features():
    network = plain.discriminator((28, 28, 1), width=4)
    assert network.get_layer("features").output.shape == (None, 7 * 7 * 8)


def test_plain_pair_refuses_what_it_does_not_fit():
    for build in (plain.generator, plain.discriminator):
        with pytest.raises(ValueError, match=r"side of 16 to 256 pixels.*Received: \(15, 15, 1\)\.$"):
            build((15, 15, 1))
