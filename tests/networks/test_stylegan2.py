"""The networks of StyleGAN2: sizes, the sum of pictures, the residual blocks, and signals of one size at first."""

import keras
import numpy as np
import pytest
from keras import ops

from keras_gans import engine
from keras_gans.layers import ModulatedConv2D, Noise
from keras_gans.networks import stylegan2

COUNTS = [  # side, channels, width and latents, base, mapping layers: trainable weights of G, those of D, styles
    (1024, 3, 512, 16384, 8, 30_370_060, 29_012_513, 18),  # config F; all from the authors' code, layer by layer
    (1024, 3, 512, 8192, 8, 24_900_764, 24_038_161, 18),  # config E
    (512, 3, 512, 16384, 8, 30_276_583, 28_982_849, 16),
    (256, 3, 512, 16384, 8, 30_034_338, 28_864_129, 14),
    (128, 3, 512, 16384, 8, 29_328_669, 28_389_121, 12),
    (64, 3, 512, 16384, 8, 27_032_600, 26_488_833, 10),
    (32, 3, 512, 16384, 8, 21_523_475, 21_507_073, 8),
    (32, 3, 64, 1024, 8, 339_347, 337_281, 8),
    (32, 3, 32, 512, 8, 85_715, 84_673, 8),
    (16, 1, 32, 512, 8, 63_752, 65_089, 6),
    (16, 1, 4, 16384, 2, 1_024, 1_081, 6),
    (8, 1, 4, 16384, 2, 661, 769, 4),
]
RNG = np.random.default_rng(0)
Z = RNG.normal(size=(5, 4)).astype("float32")


def count(weights):
    return sum(int(np.prod(v.shape)) for v in weights)


@pytest.mark.usefixtures("quick_weights")
@pytest.mark.parametrize("row", COUNTS, ids=lambda row: "-".join(map(str, row[:4])))
def test_networks_have_the_official_number_of_weights(row):
    side, channels, width, base, mapping_layers, of_g, of_d, rows = row
    shape = (side, side, channels)
    generator = stylegan2.generator(shape, width, width, base, mapping_layers)
    assert count(generator.trainable_variables) == of_g
    assert generator.get_layer("styles").output.shape == (None, rows, width)
    assert generator.get_layer("w").output.shape == (None, width)
    assert count(stylegan2.discriminator(shape, width, base).trainable_variables) == of_d


@pytest.mark.parametrize("shape", [(4, 4, 3), (24, 24, 3), (16, 32, 3), (16, 16, 5), (2048, 2048, 3), (16, 16)])
@pytest.mark.parametrize("build", [stylegan2.generator, stylegan2.discriminator])
def test_other_shapes_are_refused(build, shape):
    with pytest.raises(ValueError, match=r"^Expected `image_shape` as \(side, side, channels\).*Received: "):
        build(shape)


@pytest.fixture(scope="module")
def generator():
    """One of 16 pixels as it begins."""
    keras.utils.set_random_seed(0)
    return stylegan2.generator((16, 16, 3), latent_dim=4, width=16, mapping_layers=2)


@pytest.fixture(scope="module")
def discriminator():
    keras.utils.set_random_seed(0)
    return stylegan2.discriminator((16, 16, 3), width=16)


def numpy(x):
    return ops.convert_to_numpy(x)


def until(network, name, inputs, start=None):
    """What a layer of a network makes."""
    first = network.input if start is None else network.get_layer(start).output
    return numpy(keras.Model(first, network.get_layer(name).output)(inputs))


def test_picture_is_the_sum_of_the_enlarged_pictures_of_all_sides(generator):
    up = [generator.get_layer(f"up_{side}") for side in (8, 16)]
    rgb = [until(generator, f"to_rgb_{side}_bias", Z) for side in (4, 8, 16)]
    expected = up[1](up[0](rgb[0]) + rgb[1]) + rgb[2]
    np.testing.assert_allclose(generator(Z), np.clip(expected, -1, 1), atol=1e-5)
    assert all(one.std() > 0.01 for one in rgb)


def test_each_style_is_used_and_the_last_by_the_last_picture_alone(generator):
    styles = numpy(keras.Model(generator.input, generator.get_layer("styles").output)(Z))
    others = {}
    for row in range(6):
        changed = styles.copy()
        changed[:, row] += 3.0
        others[row] = [
            not np.allclose(until(generator, name, changed, "styles"), until(generator, name, styles, "styles"))
            for name in ("to_rgb_4", "conv_8_1", "to_rgb_8", "conv_16_1", "conv_16_2", "to_rgb_16")
        ]
    assert others == {
        0: [True] * 6,
        1: [True, True, True, True, True, True],  # of the first picture and of the convolution after it
        2: [False, False, True, True, True, True],
        3: [False, False, True, True, True, True],
        4: [False, False, False, False, True, True],
        5: [False, False, False, False, False, True],
    }


def test_convolutions_are_demodulated_and_what_makes_pictures_is_not(generator):
    modulated = {layer.name: layer for layer in generator.layers if isinstance(layer, ModulatedConv2D)}
    assert len(modulated) == 5 + 3
    assert all(layer.demodulate != name.startswith("to_rgb") for name, layer in modulated.items())
    assert {name for name, layer in modulated.items() if layer.up} == {"conv_8_1", "conv_16_1"}
    assert {layer.gain for name, layer in modulated.items() if name.startswith("to_rgb")} == {1.0}


def test_noise_has_one_strength_a_layer_which_begins_at_0(generator):
    noises = [layer for layer in generator.layers if isinstance(layer, Noise)]
    assert [tuple(layer.fixed.shape) for layer in noises] == [(1, side, side, 1) for side in (4, 8, 8, 16, 16)]
    assert all(float(layer.strength) == 0.0 and layer.strength.shape == () for layer in noises)


def test_maps_have_the_size_of_one_at_first_at_every_side():
    """Mean squares behind the rectifier; of four seeds .13 to 1.1, and without sqrt(2) halved in each of 9 layers."""
    keras.utils.set_random_seed(1)
    network = stylegan2.generator((64, 64, 3), latent_dim=64, width=64, base=2048, mapping_layers=2)
    z = RNG.normal(size=(4, 64)).astype("float32")
    for side in (4, 8, 16, 32, 64):
        name = "conv_4_bias" if side == 4 else f"conv_{side}_2_bias"
        square = np.mean(np.square(np.maximum(until(network, name, z), 0.2 * until(network, name, z))))
        assert 0.03 < square < 4.0, side


def test_scaled_latents_make_the_same_picture(generator):
    np.testing.assert_allclose(generator(3.0 * Z), generator(Z), atol=1e-5)


def test_pictures_leave_the_range_in_training_only(generator):
    last = generator.get_layer("to_rgb_16_bias")
    last.bias.assign([5.0, 0.0, -5.0])
    inside, outside = numpy(generator(Z, training=True)), numpy(generator(Z))
    last.bias.assign([0.0, 0.0, 0.0])
    assert np.abs(inside).max() > 3.0
    assert np.abs(outside).max() == 1.0


def test_generator_makes_the_same_of_the_same_outside_of_training_and_mixes_in_it(generator):
    np.testing.assert_array_equal(generator(Z), generator(Z))
    assert not np.allclose(generator(Z, training=True), generator(Z, training=True))


def test_residual_block_is_the_mean_of_both_ways_times_the_root_of_two(discriminator):
    """(long + short) / sqrt(2), the long way behind a rectifier of gain sqrt(2)."""
    images = RNG.normal(size=(4, 16, 16, 3)).astype("float32")
    x = until(discriminator, "sum_8", images)
    first = keras.Model(discriminator.input, discriminator.get_layer("down_8").input)(images)
    y = numpy(discriminator.get_layer("conv_8_1")(first))
    y = discriminator.get_layer("conv_8_2")(np.maximum(y, 0.2 * y))
    long = np.sqrt(2.0) * np.maximum(numpy(y), 0.2 * numpy(y))
    short = numpy(discriminator.get_layer("skip_8")(discriminator.get_layer("down_8")(first))) * np.sqrt(2.0)
    np.testing.assert_allclose(x, (long + short) / np.sqrt(2.0), atol=1e-4)


def test_discriminator_keeps_the_size_of_its_signals(discriminator):
    """Famous mistake: a sum without 1 / sqrt(2), which doubles the variance at every side."""
    keras.utils.set_random_seed(2)
    network = stylegan2.discriminator((64, 64, 3), width=64, base=2048)
    images = RNG.normal(size=(8, 64, 64, 3)).astype("float32")
    squares = [np.mean(np.square(until(network, f"sum_{side}", images))) for side in (64, 32, 16, 8)]
    assert max(squares) < 1.5
    assert min(squares) > 0.02  # what the filter takes away of white noise


def test_scores_depend_on_the_group_of_an_example(discriminator):
    images = RNG.normal(size=(8, 16, 16, 3)).astype("float32")
    scores = numpy(discriminator(images))
    np.testing.assert_allclose(numpy(discriminator(images[[1, 0, *range(2, 8)]]))[[1, 0]], scores[:2], rtol=1e-4)
    assert not np.allclose(numpy(discriminator(images[[4, *range(1, 4), 0, *range(5, 8)]]))[1], scores[1], rtol=1e-5)


@pytest.mark.parametrize("policy", ["mixed_bfloat16", "mixed_float16"])
def test_networks_in_half_precision_make_nearly_the_same(generator, discriminator, policy):
    with engine.dtype_policy(policy):
        half = stylegan2.generator((16, 16, 3), latent_dim=4, width=16, mapping_layers=2)
        judge = stylegan2.discriminator((16, 16, 3), width=16)
    half.set_weights(generator.get_weights())
    judge.set_weights(discriminator.get_weights())
    pictures = numpy(half(Z))
    assert pictures.dtype == np.float32
    np.testing.assert_allclose(pictures, generator(Z), atol=0.1)
    np.testing.assert_allclose(judge(pictures), discriminator(pictures), atol=0.1)
