"""BEGAN's convolutional pair: counts of public code, the layers, and what it refuses."""

import keras
import numpy as np
import pytest
from keras import layers, ops

from keras_gans.networks import began

pytestmark = pytest.mark.usefixtures("quick_weights")

SMALL = {"latent_dim": 32, "width": 16, "base": 4}  # for 16x16x1


@pytest.mark.parametrize(
    ("shape", "options", "generator", "discriminator"),
    [
        ((64, 64, 3), {}, 1_716_611, 13_405_379),
        ((64, 64, 3), {"width": 64}, 563_395, 4_011_651),
        ((32, 32, 3), {"width": 64}, 489_539, 2_310_979),
        ((16, 16, 1), SMALL, 22_513, 112_033),
        ((16, 16, 1), {**SMALL, "skip": True}, 22_513 + 2 * 9 * 16 * 16, 112_033 + 2 * 9 * 16 * 16),
    ],
)
def test_pair_has_so_many_parameters(shape, options, generator, discriminator):
    """Of carpedm20/BEGAN-tensorflow, models.py, for n = `width` and z_num = `latent_dim`."""
    pair = began.generator(shape, **options), began.discriminator(shape, **options)
    assert [network.count_params() for network in pair] == [generator, discriminator]
    assert pair[0].output_shape == (None, *shape)
    assert pair[1].output_shape == (None, 1)


def test_pair_at_128_pixels_has_25_million_parameters():
    shape = (128, 128, 3)
    assert began.generator(shape).count_params() == 2_011_779
    assert began.discriminator(shape).count_params() == 23_221_443


def test_generator_has_the_decoders_architecture():
    generator = began.generator((16, 16, 1), **SMALL)
    decoder = began.discriminator((16, 16, 1), **SMALL).get_layer("generator")
    assert [type(layer) for layer in decoder.layers] == [type(layer) for layer in generator.layers]
    assert [w.shape for w in decoder.get_weights()] == [w.shape for w in generator.get_weights()]


def test_pair_has_elu_and_nothing_that_mixes_the_batch():
    """Trap: batch norm in an energy."""
    for network in (began.generator((16, 16, 1), **SMALL), began.discriminator((16, 16, 1), **SMALL)):
        found = network._flatten_layers()
        assert not any(isinstance(layer, (layers.BatchNormalization, layers.LeakyReLU)) for layer in found)
    convolutions = [layer for layer in network._flatten_layers() if isinstance(layer, layers.Conv2D)]
    assert [layer.activation.__name__ for layer in convolutions].count("elu") == len(convolutions) - 1
    assert [layer.strides for layer in convolutions].count((2, 2)) == 2


def test_score_is_minus_the_mean_absolute_error():
    network = began.discriminator((16, 16, 1), **SMALL)
    x = np.random.default_rng(0).uniform(-1, 1, (3, 16, 16, 1)).astype("float32")
    rebuilt = ops.convert_to_numpy(keras.Model(network.input, network.get_layer("reconstruction").output)(x))
    expected = -np.abs(rebuilt - x).mean(axis=(1, 2, 3))
    np.testing.assert_allclose(ops.convert_to_numpy(network(x))[:, 0], expected, rtol=1e-5)
    assert network.get_layer("code").output.shape == (None, 32)


def test_skip_puts_the_first_map_beside_each_that_was_doubled():
    network = began.generator((16, 16, 1), skip=True, **SMALL)
    joined = [layer.output.shape for layer in network.layers if isinstance(layer, layers.Concatenate)]
    assert joined == [(None, 8, 8, 32), (None, 16, 16, 32)]


@pytest.mark.parametrize("shape", [(50, 50, 3), (27, 27, 1), (16, 24, 1), (8, 8, 1)])
def test_pair_refuses_what_it_cannot_halve(shape):
    for build in (began.generator, began.encoder, began.discriminator):
        with pytest.raises(ValueError, match="Expected .* Received: "):
            build(shape)


def test_side_of_28_pixels_begins_at_7():
    assert began.encoder((28, 28, 3), 4, width=4).layers[-3].output.shape == (None, 7, 7, 12)
