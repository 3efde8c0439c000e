"""ProGAN's networks: the paper's table, exact counts, and stages that equal the whole network at their detail."""

import math

import keras
import numpy as np
import pytest
from keras import layers, ops

from keras_gans.layers import Bias, EqualizedConv2D, EqualizedDense, PixelNormalization
from keras_gans.networks import progan
from keras_gans.training.stages import at, set_detail

pytestmark = pytest.mark.usefixtures("quick_weights")

RNG = np.random.default_rng(0)
SHAPE, WIDTH = (16, 16, 1), 8
SMALL = {"latent_dim": WIDTH, "width": WIDTH}
DETAILS = [(2.0, 4), (2.3, 8), (3.0, 8), (3.6, 16), (4.0, 16)]


def weights(network):
    return sum(math.prod(v.shape) for v in network.trainable_variables)


def in_use(network):
    return sum(count for *_, count in progan.parameter_table(network))


@pytest.mark.parametrize(
    ("side", "width", "base", "channels", "g", "g_in_use", "d", "d_in_use"),
    [
        (128, 512, 8192, 3, 22_933_394, 22_926_467, 22_941_313, 22_932_097),
        (64, 512, 8192, 3, 22_490_383, 22_484_227, 22_498_049, 22_489_857),
        (64, 64, 1024, 3, 352_687, 351_907, 353_633, 352_609),
        (64, 64, 8192, 3, 398_927, 398_147, 399_873, 398_849),
        (32, 64, 8192, 3, 324_876, 324_291, 325_761, 324_993),
        (32, 64, 8192, 1, 324_356, 324_161, 325_249, 324_865),
        (32, 64, 512, 3, 278_636, 278_051, 279_521, 278_753),
        (16, 16, 8192, 1, 15_763, 15_729, 15_969, 15_905),  # a bias a unit of the dense layer would make it 16,003
        (8, 4, 8192, 3, 734, 719, 777, 761),
    ],
)
def test_networks_have_so_many_weights(side, width, base, channels, g, g_in_use, d, d_in_use):
    shape = (side, side, channels)
    generator = progan.generator(shape, width, width, base)
    discriminator = progan.discriminator(shape, width, base)
    assert (weights(generator), in_use(generator)) == (g, g_in_use)
    assert (weights(discriminator), in_use(discriminator)) == (d, d_in_use)
    assert generator.output_shape == discriminator.input_shape == (None, *shape)


def test_discriminator_at_1024_pixels_is_the_papers_table():
    """Table 2: 64; 2.3k; 4.6k; 9.2k; 18k; 37k; 74k; 148k; 295k; 590k; 1.2M; 2.4M ...; 4.2M; 513; in all 23.1M."""
    network = progan.discriminator((1024, 1024, 3))
    rows = progan.parameter_table(network)
    counts = [64, 2_320, 4_640, 9_248, 18_496, 36_928, 73_856, 147_584, 295_168, 590_080, 1_180_160]
    counts += [*[2_359_808] * 6, 2_364_416, 4_194_816, 513]
    assert [count for *_, count in rows] == counts
    assert rows[0] == ("from_rgb_1024_conv", (1024, 1024, 16), 64)
    assert rows[-3:-1] == [("conv_4", (4, 4, 512), 2_364_416), ("dense", (512,), 4_194_816)]
    assert (in_use(network), weights(network)) == (23_077_137, 23_087_249)


def test_generator_at_1024_pixels_has_the_papers_23_million_weights():
    network = progan.generator((1024, 1024, 3))
    assert (in_use(network), weights(network)) == (23_071_507, 23_079_115)


@pytest.fixture(scope="module")
def pair():
    return progan.generator(SHAPE, **SMALL), progan.discriminator(SHAPE, WIDTH)


def score(network, x):
    return ops.convert_to_numpy(network(x, training=True))


Z, X = RNG.normal(size=(8, WIDTH)).astype("float32"), RNG.uniform(-1, 1, (8, *SHAPE)).astype("float32")


@pytest.mark.parametrize(("detail", "side"), DETAILS)
def test_stage_equals_the_whole_network_at_its_detail(pair, detail, side):
    for network, x in zip(pair, (Z, X)):
        set_detail(network, detail)
        np.testing.assert_allclose(score(at(network, side), x), score(network, x), rtol=0, atol=4e-7)


def test_entering_a_stage_changes_no_picture_and_no_score(pair):
    """At the detail where 16 pixels begin, the stages of 8 and of 16 pixels are the same."""
    for network, x in zip(pair, (Z, X)):
        set_detail(network, 3.0)
        before = score(at(network, 8), x)
        if network is pair[0]:
            np.testing.assert_array_equal(score(at(network, 16), x), before)
        else:
            np.testing.assert_allclose(score(at(network, 16), x), before, rtol=0, atol=4e-7)


def test_picture_of_a_stage_is_coarse(pair):
    set_detail(pair[0], 3.0)
    picture = score(pair[0], Z)
    np.testing.assert_array_equal(picture, np.repeat(np.repeat(picture[:, ::2, ::2], 2, 1), 2, 2))


def test_discriminator_at_a_stage_sees_the_means_of_blocks(pair):
    set_detail(pair[1], 3.0)
    means = X.reshape(8, 8, 2, 8, 2, 1).mean(axis=(2, 4))
    blocks = np.repeat(np.repeat(means, 2, 1), 2, 2)
    np.testing.assert_allclose(score(pair[1], blocks), score(pair[1], X), rtol=0, atol=1e-5)


def test_stage_owns_no_weight_and_lacks_those_of_larger_sides(pair):
    for network in pair:
        names = {v.path for v in at(network, 4).trainable_variables}
        assert names < {v.path for v in network.trainable_variables}
        assert not any("16" in name or "_8" in name for name in names)
        assert {id(v) for v in at(network, 16).variables} == {id(v) for v in network.variables}


def test_a_network_can_be_saved_after_its_stages_were_made(pair, tmp_path):
    """Keras' graphs are easily spoilt by models of intermediate tensors."""
    for network, x in zip(pair, (Z, X)):
        for side in (4, 8, 16):
            at(network, side)
        network.save(tmp_path / "network.keras")
        again = keras.saving.load_model(tmp_path / "network.keras")
        np.testing.assert_array_equal(score(again, x), score(network, x))


def test_what_has_no_such_stage_is_refused(pair):
    with pytest.raises(ValueError, match=r"a stage of 32 pixels\. Received: 'generator', which has none\."):
        at(pair[0], 32)


def test_scale_of_latents_does_not_matter_to_the_picture(pair):
    set_detail(pair[0], 4.0)
    np.testing.assert_allclose(score(pair[0], 3.0 * Z), score(pair[0], Z), atol=1e-5)


def test_rows_of_a_group_may_change_places_and_those_of_others_not(pair):
    set_detail(pair[1], 4.0)
    x = np.concatenate([X[:4], 0.1 * X[4:]])
    within, across = x[[1, 0, 2, 3, 4, 5, 6, 7]], x[[4, 1, 2, 3, 0, 5, 6, 7]]
    before = score(pair[1], x)
    np.testing.assert_allclose(score(pair[1], within)[[1, 0]], before[:2], atol=1e-6)
    assert abs(score(pair[1], across)[4] - before[0]).item() > 1e-4


def test_layers_are_as_the_paper_has_them(pair):
    """Traps: tanh at the end, sqrt(2) for colours and scores, no normalisation after the dense layer."""
    g, d = pair
    assert not [layer for layer in g.layers if isinstance(layer, layers.Activation)]
    normalized = [layer for layer in g.layers if isinstance(layer, PixelNormalization)]
    assert len(normalized) == 1 + 2 + 2 * 2  # the latents, two at 4x4, two for each side above
    assert not [layer for layer in d._flatten_layers() if isinstance(layer, PixelNormalization)]
    scaled = [layer for network in pair for layer in network.layers if hasattr(layer, "gain")]
    assert {x.name for x in scaled if x.gain == 1.0} == {"to_rgb_4", "to_rgb_8", "to_rgb_16", "score"}
    assert [x.gain for x in scaled if x.gain not in (1.0, 2**0.5)] == [2**0.5 / 4]
    others = {type(x) for n in pair for x in n.layers if x.trainable_variables}
    assert others == {EqualizedConv2D, EqualizedDense, Bias}


def test_pictures_are_in_range_outside_of_training_only(pair):
    set_detail(pair[0], 4.0)
    loud = 10.0 * RNG.normal(size=(8, WIDTH)).astype("float32")
    pair[0].get_layer("to_rgb_16").bias.assign([3.0])
    assert score(pair[0], loud).max() > 1.0
    assert ops.convert_to_numpy(pair[0](loud, training=False)).max() == 1.0
    pair[0].get_layer("to_rgb_16").bias.assign([0.0])


@pytest.mark.parametrize("shape", [(12, 12, 1), (4, 4, 1), (16, 8, 1), (16, 16, 5), (2048, 2048, 3), (16,)])
def test_other_shapes_are_refused(shape):
    for build in (progan.generator, progan.discriminator):
        with pytest.raises(ValueError, match=r"power of 2 from 8 to 1024 pixels and 1 to 4 channels\. Received: "):
            build(shape)
