"""StarGAN's networks: exact counts, the authors' start, and labels that are seen because borders are zeros."""

import keras
import numpy as np
import pytest
from keras import layers, ops

from keras_gans.layers import InstanceNormalization, ReflectionPadding2D
from keras_gans.networks import stargan

RNG = np.random.default_rng(0)


def numpy(x):
    return ops.convert_to_numpy(x)


def pictures(n, side, channels=3):
    return RNG.uniform(-1, 1, size=(n, side, side, channels)).astype("float32")


def of(network, kind):
    return [layer for layer in network.layers if isinstance(layer, kind)]


@pytest.fixture(scope="module")
def pair():
    """Small networks of two labels, as they begin."""
    keras.utils.set_random_seed(0)
    return stargan.generator((16, 16, 3), 2, width=4, blocks=1), stargan.discriminator((16, 16, 3), 2, width=4)


@pytest.mark.usefixtures("no_weights")
@pytest.mark.parametrize(
    ("g_arguments", "d_arguments", "expected"),
    [
        ({}, {}, (8_430_528, 44_762_048)),
        ({"labels": 8}, {"labels": 8}, (8_439_936, 44_786_624)),
        ({"image_shape": (256, 256, 3), "labels": 15}, {"image_shape": (256, 256, 3), "labels": 13},
         (8_461_888, 45_147_072)),
        ({"image_shape": (32, 32, 3), "labels": 6, "width": 16, "blocks": 3},
         {"image_shape": (32, 32, 3), "labels": 6, "width": 16}, (313_600, 177_264)),
        ({"image_shape": (64, 64, 3), "labels": 6, "width": 16, "blocks": 4},
         {"image_shape": (64, 64, 3), "labels": 6, "width": 16}, (387_584, 706_032)),
    ],
)  # fmt: skip
def test_stargan_networks_have_the_authors_parameters(g_arguments, d_arguments, expected):
    """Of 5 domains D's number is printed in yunjey/stargan#14; two data sets have 5 + 8 domains and a mask of 2."""
    networks = stargan.generator(**g_arguments), stargan.discriminator(**d_arguments)
    assert tuple(network.count_params() for network in networks) == expected


def test_stargan_networks_have_the_authors_layers(pair):
    """Instance norms that are affine, no biases but in D's body, no norm in D, zeros around every convolution."""
    generator, discriminator = pair
    convolutions = of(generator, (layers.Conv2D, layers.Conv2DTranspose))
    assert [(c.kernel_size[0], c.strides[0], c.filters) for c in convolutions] == [
        (7, 1, 4), (4, 2, 8), (4, 2, 16), (3, 1, 16), (3, 1, 16), (4, 2, 8), (4, 2, 4), (7, 1, 3)
    ]  # fmt: skip
    assert {(c.padding, c.use_bias) for c in convolutions} == {("same", False)}
    norms = of(generator, InstanceNormalization)
    assert len(norms) == len(convolutions) - 1
    assert all(norm.affine and norm.epsilon == 1e-5 for norm in norms)
    found = of(discriminator, layers.Conv2D)
    assert sorted((c.kernel_size[0], c.filters, c.use_bias) for c in found) == [
        (2, 2, False), (3, 1, False), (4, 4, True), (4, 8, True), (4, 16, True)
    ]  # fmt: skip
    assert not of(discriminator, InstanceNormalization)
    assert [output.shape[1:] for output in discriminator.outputs] == [(2, 2, 1), (2,)]


@pytest.mark.parametrize(("side", "halvings", "left"), [(20, 2, 5), (28, 2, 7), (32, 4, 2), (96, 5, 3), (256, 6, 4)])
@pytest.mark.usefixtures("no_weights")
def test_stargan_discriminator_halves_while_two_pixels_are_left(side, halvings, left):
    network = stargan.discriminator((side, side, 1), 3, width=1)
    assert len(of(network, layers.Conv2D)) == halvings + 2
    assert [output.shape[1:] for output in network.outputs] == [(left, left, 1), (3,)]
    assert stargan.discriminator((side, side, 1), 3, width=1, halvings=1).outputs[0].shape[1] == side // 2


def test_stargan_weights_begin_as_pytorchs(pair):
    """Uniform within +-1/sqrt(fan_in), biases, too; the fan of a transposed kernel is that of what it makes."""
    for network in pair:
        for layer in of(network, (layers.Conv2D, layers.Conv2DTranspose)):
            *sides, a, _ = layer.kernel.shape
            bound = (np.prod(sides) * a) ** -0.5
            weights = [numpy(v) for v in layer.weights]
            assert max(np.abs(w).max() for w in weights) <= bound * (1 + 1e-6)
            assert np.abs(weights[0]).max() > 0.95 * bound or weights[0].size < 100
            if weights[0].size > 1000:
                assert weights[0].std() == pytest.approx(bound / np.sqrt(3), rel=0.1)
            assert layer.use_bias is (len(weights) == 2)
            assert all(w.any() for w in weights)
    transposed = of(pair[0], layers.Conv2DTranspose)[0]
    assert transposed.kernel.shape == (4, 4, 8, 16)  # whose fan_in is 4 * 4 * 8


def test_stargan_labels_are_planes_that_borders_of_zeros_let_through(pair):
    """And borders that are mirrored do not: a constant plane only shifts a map, which instance norm takes away.

    A mistake that a comment in the authors' code warns of.
    """
    generator = pair[0]
    x, labels = np.repeat(pictures(1, 16), 2, axis=0), np.eye(2, dtype="float32")
    planes = keras.Model(generator.inputs, of(generator, layers.Concatenate)[0].output)([x, labels])
    np.testing.assert_array_equal(numpy(planes)[..., :3], x)
    np.testing.assert_array_equal(numpy(planes)[..., 3:], np.broadcast_to(labels[:, None, None], (2, 16, 16, 2)))
    first = of(generator, layers.Conv2D)[0]
    norm = of(generator, InstanceNormalization)[0]

    def apart(padded, padding):
        convolved = ops.conv(padded, first.kernel, padding=padding, data_format="channels_last")
        maps = numpy(ops.relu(norm(convolved)))
        return np.abs(maps[0] - maps[1]).max()

    assert apart(planes, "same") > 0.5
    assert apart(ReflectionPadding2D(3)(planes), "valid") < 1e-4
    made = numpy(generator([x, labels]))
    assert np.abs(made[0] - made[1]).max() > 1e-3


def test_stargan_discriminator_gives_a_logit_of_the_whole_picture(pair):
    """Which any of its corners moves, while a score sees its patch and what is near it."""
    discriminator, x = pair[1], pictures(1, 16)
    for corner in ((0, 0), (0, 15), (15, 0), (15, 15)):
        other = x.copy()
        other[(0, *corner)] += 100.0
        before, after = discriminator(x), discriminator(other)
        assert np.abs(numpy(after[1]) - numpy(before[1])).max() > 1e-4


def test_stargan_half_precision_returns_float32(request):
    request.addfinalizer(lambda: keras.config.set_dtype_policy("float32"))
    keras.config.set_dtype_policy("mixed_float16")
    networks = stargan.generator((16, 16, 3), 2, 4, 1), stargan.discriminator((16, 16, 3), 2, 4)
    for network in networks:
        assert {output.dtype for output in network.outputs} == {"float32"}
        assert {layer.output.dtype for layer in of(network, layers.Conv2D)} >= {"float16"}


def test_stargan_networks_are_saved_and_loaded(pair, tmp_path):
    for network in pair:
        network.save(tmp_path / "network.keras")
        loaded = keras.saving.load_model(tmp_path / "network.keras")
        inputs = [RNG.uniform(-1, 1, (2, *x.shape[1:])).astype("float32") for x in network.inputs]
        inputs = inputs if len(inputs) > 1 else inputs[0]
        for a, b in zip(*(keras.tree.flatten(n(inputs)) for n in (network, loaded)), strict=True):
            np.testing.assert_array_equal(numpy(a), numpy(b))


@pytest.mark.parametrize(
    ("build", "arguments", "sentence"),
    [
        (stargan.generator, {"image_shape": (18, 16, 3)}, r"at least 16 pixels that 4 divides. Received: \(18"),
        (stargan.generator, {"image_shape": (16, 16)}, r"three positive integers"),
        (stargan.generator, {"labels": 0}, r"`labels` as a positive integer. Received: 0"),
        (stargan.generator, {"blocks": None}, r"`blocks` as a positive integer. Received: None"),
        (stargan.discriminator, {"image_shape": (16, 32, 3)}, r"\(side, side, channels\).*Received: \(16, 32, 3\)"),
        (stargan.discriminator, {"image_shape": (17, 17, 3)}, r"even side of at least 16 pixels. Received: \(17"),
        (stargan.discriminator, {"labels": 1.5}, r"`labels` as a positive integer. Received: 1.5"),
        (stargan.discriminator, {"image_shape": (48, 48, 3), "halvings": 5}, r"at most 4 for a side of 48"),
    ],
)  # fmt: skip
def test_stargan_refuses_bad_arguments(build, arguments, sentence):
    with pytest.raises(ValueError, match=sentence):
        build(**arguments)
