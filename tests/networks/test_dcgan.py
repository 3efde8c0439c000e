"""Shapes at every size, the parameter counts of TensorFlow's tutorial, and the constants of the paper."""

import itertools

import keras
import numpy as np
import pytest
from keras import layers, ops

from keras_gans.layers import (
    DropReference,
    MinibatchDiscrimination,
    ReferenceBatch,
    SpectralNormalization,
    VirtualBatchNormalization,
)
from keras_gans.networks import dcgan


def count(variables):
    return sum(int(np.prod(v.shape)) for v in variables)


def test_dcgan_generator_reaches_the_tutorials_parameters():
    network = dcgan.generator((28, 28, 1), latent_dim=100, strides=(1, 2, 2), dense_batch_norm=True)
    assert network.count_params() == 2_330_944
    assert count(network.trainable_variables) == 2_305_472


def test_dcgan_discriminator_reaches_the_tutorials_parameters():
    network = dcgan.discriminator((28, 28, 1), batch_norm=False, dropout=0.3)
    assert network.count_params() == 212_865


@pytest.mark.parametrize("upsampling", ["transposed", "resize"])
@pytest.mark.parametrize("side", [16, 17, 28, 31, 50, 64, 100, 256])
def test_dcgan_pair_fits_every_side(side, upsampling):
    for channels in (1, 4) if side == 16 else (3,):
        generator = dcgan.generator((side, side, channels), 5, width=2, upsampling=upsampling)
        discriminator = dcgan.discriminator((side, side, channels), width=2)
        assert generator.output_shape == (None, side, side, channels) == discriminator.input_shape
        assert discriminator.output_shape == (None, 1)
        assert (generator.name, discriminator.name) == ("generator", "discriminator")


def test_dcgan_every_side_from_16_to_256_has_a_chain_of_maps():
    for side in range(16, 257):
        sizes = dcgan.sides(side)
        assert sizes[-1] == side
        assert 4 <= sizes[0] <= 7
        assert all(2 * a - b in (0, 1) for a, b in itertools.pairwise(sizes))


def kinds(network):
    return [type(layer).__name__ for layer in network.layers[1:]]


def test_dcgan_generator_is_the_lectures():
    block = ["Conv2DTranspose", "BatchNormalization", "LeakyReLU"]
    expected = ["Dense", "LeakyReLU", "Reshape", *block, *block, *block, "Conv2DTranspose", "Activation"]
    assert kinds(dcgan.generator((64, 64, 3))) == expected


def test_dcgan_discriminator_is_the_lectures():
    block = ["Conv2D", "BatchNormalization", "LeakyReLU"]
    assert kinds(dcgan.discriminator((64, 64, 3))) == [*block * 4, "Flatten", "Dense"]


def test_dcgan_channels_double_up_to_eight_times_the_width():
    filters = [
        layer.filters for layer in dcgan.discriminator((256, 256, 3), width=4).layers if hasattr(layer, "filters")
    ]
    assert filters == [4, 8, 16, 32, 32, 32]
    generator = dcgan.generator((256, 256, 3), width=4)
    assert [layer.filters for layer in generator.layers if hasattr(layer, "filters")] == [32, 32, 16, 8, 4, 3]


def test_dcgan_weights_are_drawn_from_n_0_002():
    for network in (dcgan.generator((64, 64, 3)), dcgan.discriminator((64, 64, 3))):
        for layer in network.layers:
            if isinstance(layer, (layers.Dense, layers.Conv2D, layers.Conv2DTranspose)):
                kernel = ops.convert_to_numpy(layer.kernel)
                assert abs(kernel.std() - 0.02) < 0.002, layer.name


def test_dcgan_images_lie_between_minus_one_and_one():
    images = ops.convert_to_numpy(dcgan.generator((16, 16, 1), 5, width=2)(100 * np.ones((2, 5), "float32")))
    assert np.abs(images).max() <= 1


def test_dcgan_kernel_of_transposed_convolution_covers_evenly_when_resized():
    """Odena's checkerboard: a constant map stays constant in the middle under resize, not under stride 2."""

    def middle_varies(upsampling):
        network = dcgan.generator((64, 64, 1), 5, width=2, upsampling=upsampling)
        last = [layer for layer in network.layers if isinstance(layer, (layers.Conv2D, layers.Conv2DTranspose))][-1]
        constant = ops.ones((1, 32, 32, last.kernel.shape[-2 if upsampling == "resize" else -1]))
        up = last(layers.UpSampling2D()(constant) if upsampling == "resize" else constant)
        return float(ops.std(up[:, 8:-8, 8:-8]))

    assert middle_varies("resize") < 1e-5
    assert middle_varies("transposed") > 1e-3


def places(network, kind):
    return [i for i, layer in enumerate(network.layers) if isinstance(layer, kind)]


def test_dcgan_discriminator_normalizes_every_kernel():
    network = dcgan.discriminator((28, 28, 1), batch_norm=False, dropout=0.3, spectral_norm=True)
    assert [type(network.layers[i].layer).__name__ for i in places(network, SpectralNormalization)] == [
        "Conv2D",
        "Conv2D",
        "Dense",
    ]
    assert count(network.trainable_variables) == 212_865


def test_dcgan_discriminator_compares_the_batch_before_the_logit():
    network = dcgan.discriminator((16, 16, 1), width=2, minibatch_discrimination=100)
    assert places(network, MinibatchDiscrimination) == [len(network.layers) - 2]
    assert network.output_shape == (None, 1)


def test_dcgan_features_are_the_last_map_flat():
    network = dcgan.discriminator((16, 16, 1), width=2)
    assert network.get_layer("features").output.shape == (None, 4 * 4 * 4)
    assert network.layers[-2].name == "features"


def test_dcgan_generator_virtual_batch_norm_takes_the_place_of_batch_norm():
    arguments = {"latent_dim": 5, "width": 2, "dense_batch_norm": True}
    plain = dcgan.generator((16, 16, 1), **arguments)
    network = dcgan.generator((16, 16, 1), **arguments, virtual_batch_norm=True)
    norms = places(plain, layers.BatchNormalization)
    assert places(network, VirtualBatchNormalization) == [i + 1 for i in norms]
    assert not places(network, layers.BatchNormalization)
    assert places(network, ReferenceBatch) == [1]
    assert places(network, DropReference) == [places(network, layers.LeakyReLU)[-1] + 1]
    assert count(network.trainable_variables) == count(plain.trainable_variables)
    assert network.output_shape == plain.output_shape


def test_dcgan_half_precision_returns_float32(request):
    request.addfinalizer(lambda: keras.config.set_dtype_policy("float32"))
    keras.config.set_dtype_policy("mixed_bfloat16")
    images = dcgan.generator((16, 16, 1), 5, width=2)(np.ones((2, 5), "float32"))
    assert keras.backend.standardize_dtype(images.dtype) == "float32"
    assert keras.backend.standardize_dtype(dcgan.discriminator((16, 16, 1), width=2)(images).dtype) == "float32"


@pytest.mark.parametrize("shape", [(15, 15, 1), (257, 257, 1), (16, 15, 1), (16, 16, 6), (16, 16), 16])
def test_dcgan_refuses_other_shapes(shape):
    for build in (dcgan.generator, dcgan.discriminator):
        with pytest.raises(ValueError, match=r"sides of 16 to 256 pixels and 1 to 5 channels. Received: "):
            build(shape)
    for shape in ((16, 256, 1), (256, 20, 3)):
        with pytest.raises(ValueError, match=r"so that both can be halved 6 times. Received: \d+x\d+\.$"):
            dcgan.generator(shape)


@pytest.mark.parametrize("upsampling", ["transposed", "resize"])
@pytest.mark.parametrize(
    ("shape", "sizes"),
    [
        ((28, 40), [(4, 5), (7, 10), (14, 20), (28, 40)]),
        ((17, 16), [(5, 4), (9, 8), (17, 16)]),
        ((64, 16), [(4, 1), (8, 2), (16, 4), (32, 8), (64, 16)]),
        ((28, 28), [(7, 7), (14, 14), (28, 28)]),
    ],
)
def test_dcgan_takes_sides_that_differ(shape, sizes, upsampling):
    assert dcgan.maps(shape) == sizes
    generator = dcgan.generator((*shape, 2), 3, width=2, upsampling=upsampling)
    discriminator = dcgan.discriminator((*shape, 2), width=2)
    images = generator(np.ones((2, 3), "float32"))
    assert images.shape == (2, *shape, 2)
    assert discriminator(images).shape == (2, 1)
    firsts = [layer.output.shape[1:3] for layer in generator.layers if isinstance(layer, keras.layers.Reshape)]
    lasts = [layer.output.shape[1:3] for layer in discriminator.layers if isinstance(layer, keras.layers.Conv2D)]
    assert [*firsts, lasts[-1]] == [sizes[0], sizes[0]]


def test_dcgan_refuses_unknown_upsampling_and_strides():
    with pytest.raises(ValueError, match="transposed, resize. Received: 'bilinear'"):
        dcgan.generator((16, 16, 1), upsampling="bilinear")
    with pytest.raises(ValueError, match="1s and 2s.*Received"):
        dcgan.generator((16, 16, 1), strides=(3, 2))
