"""R3GAN's networks: counts of the authors' code, and at the start what SciPy makes of entry, filters and exit alone."""

import math

import keras
import numpy as np
import pytest
from keras import layers
from laddered import numpy, of, probe, trainable
from scipy.signal import upfirdn

from keras_gans.layers import GroupedConv2D
from keras_gans.networks import r3gan

RNG = np.random.default_rng(0)
SMALL = {"width": 16, "blocks": 1}
FILTER = np.convolve(np.convolve([1.0, 1.0], [1.0, 1.0]), [1.0, 1.0])  # (1, 2, 1), and (1, 1) for the other places


@pytest.mark.usefixtures("no_weights")
@pytest.mark.parametrize(
    ("shape", "options", "g", "d"),
    [
        ((32, 32, 3), {}, 20_732_160, 20_683_776),  # CIFAR-10
        ((32, 32, 3), {"classes": 10}, 20_781_952, 21_280_512),  # 10 64 + 64 768; 10 768 + 768 768 - 768
        ((64, 64, 3), {}, 22_429_824, 22_381_440),  # FFHQ-64
        ((256, 256, 3), {}, 23_057_952, 23_009_568),  # FFHQ-256
        ((32, 32, 3), {"width": 64, "blocks": 1}, 145_600, 141_568),
        ((16, 16, 1), {"width": 32, "blocks": 1}, 42_912, 40_896),
    ],
)
def test_r3gan_has_so_many_weights(shape, options, g, d):
    generator, discriminator = r3gan.generator(shape, **options), r3gan.discriminator(shape, **options)
    assert (trainable(generator), trainable(discriminator)) == (g, d)
    assert generator.output_shape == (None, *shape)


def upsampled(x):
    """Zeros between the pixels of a map, then the filter, along both sides."""
    for axis in (1, 2):
        x = np.apply_along_axis(lambda row: upfirdn(FILTER / 4.0, row, up=2)[1:-1], axis, x)
    return x


def downsampled(x):
    """The filter along both sides, then every second pixel."""
    for axis in (1, 2):
        x = np.apply_along_axis(lambda row: upfirdn(FILTER / 8.0, np.pad(row, 1))[3:-3:2], axis, x)
    return x


def weight(network, layer):
    return numpy(network.get_layer(layer).trainable_variables[0])


@pytest.mark.parametrize("blocks", [1, 3])
def test_generator_begins_as_entry_filters_and_exit(blocks):
    generator = r3gan.generator((16, 16, 3), latent_dim=5, width=16, blocks=blocks)
    z = RNG.normal(size=(4, 5)).astype("float32")
    maps = weight(generator, "basis") * (z @ weight(generator, "scales"))[:, None, None]
    expected = upsampled(upsampled(maps)) @ weight(generator, "to_rgb")[0, 0]
    np.testing.assert_allclose(numpy(generator(z, training=True)), expected, atol=1e-4)
    np.testing.assert_allclose(numpy(generator(z)), np.clip(expected, -1, 1), atol=1e-4)


@pytest.mark.parametrize("blocks", [1, 3])
def test_discriminator_begins_as_entry_filters_and_exit(blocks):
    discriminator = r3gan.discriminator((16, 16, 3), width=16, blocks=blocks)
    x = RNG.normal(size=(4, 16, 16, 3)).astype("float32")
    maps = downsampled(downsampled(x @ weight(discriminator, "from_rgb")[0, 0]))
    expected = np.einsum("nhwc,hwc->nc", maps, weight(discriminator, "basis")) @ weight(discriminator, "score")
    np.testing.assert_allclose(numpy(discriminator(x)), expected, atol=1e-4)


def test_blocks_are_the_identity_at_first_and_grouped_bottlenecks_then():
    generator = r3gan.generator((8, 8, 1), latent_dim=3, **SMALL)
    block = generator.get_layer("block_8_1")
    look, z = probe(generator, *block.input), RNG.normal(size=(2, 3)).astype("float32")
    before, inside = look(z)
    assert np.abs(before).max() > 0.1
    assert np.abs(inside).max() == 0.0
    last = generator.get_layer("block_8_1_3")
    last.kernel.assign(RNG.normal(size=last.kernel.shape))
    kernels = [numpy(generator.get_layer(f"block_8_1_{i}").kernel) for i in (1, 2, 3)]
    biases = [RNG.normal(size=32).astype("float32") for _ in range(2)]
    for i, bias in enumerate(biases, start=1):
        generator.get_layer(f"block_8_1_{i}").bias.assign(bias)

    def rectified(x):
        return np.where(x > 0, x, 0.2 * x)

    x = np.pad(rectified(before @ kernels[0][0, 0] + biases[0]), ((0, 0), (1, 1), (1, 1), (0, 0)))
    x = x.reshape(2, 10, 10, 2, 16)  # in two groups
    y = sum(
        np.einsum("nhwgi,igo->nhwgo", x[:, i : i + 8, j : j + 8], kernels[1][i, j].reshape(16, 2, 16))
        for i in range(3)
        for j in range(3)
    )
    expected = rectified(y.reshape(2, 8, 8, 32) + biases[1]) @ kernels[2][0, 0]
    np.testing.assert_allclose(look(z)[1], expected, rtol=1e-4, atol=1e-4)


def test_kernels_begin_smaller_the_more_blocks_there_are():
    """sqrt(2 / 1.04) L^(-1/4) / sqrt(fan_in), L the blocks of the network, so that their sum does not grow."""
    for blocks in (1, 4):
        discriminator = r3gan.discriminator((8, 8, 1), width=32, blocks=blocks)
        gain = math.sqrt(2 / 1.04) * (2 * blocks) ** -0.25
        for layer, fan_in in (("block_8_1_1", 32), ("block_4_1_2", 9 * 16)):
            kernel = weight(discriminator, layer)
            assert kernel.std() == pytest.approx(gain / math.sqrt(fan_in), rel=0.1)
            assert abs(kernel).max() > 2.5 * kernel.std()  # not truncated


def test_scores_begin_as_large_in_deep_networks_as_in_shallow_ones():
    x = RNG.normal(size=(64, 8, 8, 1)).astype("float32")
    scales = [numpy(r3gan.discriminator((8, 8, 1), width=128, blocks=blocks)(x)).std() for blocks in (1, 8)]
    assert 0.5 < scales[0] / scales[1] < 2.0


def test_maps_narrow_above_32_pixels_with_as_many_channels_a_group():
    generator = r3gan.generator((64, 64, 1), width=32)
    widths = {layer.name: layer.output.shape[-1] for layer in generator.layers if isinstance(layer, layers.Add)}
    assert widths == {f"block_{side}_{i}": 16 if side == 64 else 32 for side in (4, 8, 16, 32, 64) for i in (1, 2)}
    assert [layer.groups for layer in of(generator, GroupedConv2D)] == [4] * 8 + [2] * 2
    assert generator.get_layer("up_64_conv").output.shape == (None, 32, 32, 16)  # before it is enlarged
    discriminator = r3gan.discriminator((64, 64, 1), width=32)
    assert discriminator.get_layer("down_64_conv").output.shape == (None, 32, 32, 32)  # after it is reduced
    other = r3gan.generator((64, 64, 1), width=32, cardinality=2)
    assert [layer.groups for layer in of(other, GroupedConv2D)] == [2] * 8 + [1] * 2


def test_classes_stand_beside_the_latents_and_in_the_score():
    """f(x, y) = <v_y, W h(x)>."""
    generator = r3gan.generator((8, 8, 1), latent_dim=3, classes=4, **SMALL)
    discriminator = r3gan.discriminator((8, 8, 1), classes=4, **SMALL)
    z, labels = RNG.normal(size=(2, 3)).astype("float32"), np.array([1, 3])
    told = np.concatenate([z, weight(generator, "classes")[labels]], axis=1)
    np.testing.assert_allclose(probe(generator, generator.get_layer("told").output)(z, labels)[0], told, atol=1e-6)
    x = RNG.normal(size=(2, 8, 8, 1)).astype("float32")
    (h,) = probe(discriminator, discriminator.get_layer("features").output)(x, labels)
    v = weight(discriminator, "classes")
    expected = np.sum(v[labels] * (h @ weight(discriminator, "embedding")), axis=1, keepdims=True)
    np.testing.assert_allclose(numpy(discriminator([x, labels])), expected, rtol=1e-4, atol=1e-5)
    table = r3gan.discriminator((8, 8, 1), classes=100, width=64, blocks=1)
    assert weight(table, "classes").std() == pytest.approx(1 / math.sqrt(6400), rel=0.1)
    assert weight(r3gan.generator((8, 8, 1), classes=100, **SMALL), "classes").std() == pytest.approx(0.1, rel=0.1)


def test_r3gan_half_precision_returns_float32(request):
    request.addfinalizer(lambda: keras.config.set_dtype_policy("float32"))
    keras.config.set_dtype_policy("mixed_bfloat16")
    images = r3gan.generator((8, 8, 1), latent_dim=3, **SMALL)(np.ones((1, 3)))
    logits = r3gan.discriminator((8, 8, 1), **SMALL)(images)
    assert {keras.backend.standardize_dtype(x.dtype) for x in (images, logits)} == {"float32"}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"width": 28}, r"equal groups at all sides\. Received: 28 and 3, which do not at 4 pixels"),
        ({"cardinality": 7}, r"Received: 768 and 7, which do not at 4 pixels"),
        ({"blocks": 0}, r"`blocks` as a positive integer\. Received: 0"),
        ({"cardinality": 0}, r"`cardinality` as a positive integer\. Received: 0"),
        ({"classes": 0}, r"`classes` as a positive integer\. Received: 0"),
    ],
)
def test_r3gan_refuses_what_makes_no_network(options, message):
    for build in (r3gan.generator, r3gan.discriminator):
        with pytest.raises(ValueError, match=message):
            build((8, 8, 1), **options)
