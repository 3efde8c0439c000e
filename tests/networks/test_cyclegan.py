"""CycleGAN's networks: exact counts, blocks by size, mirrored borders, and that single pictures are enough."""

import keras
import numpy as np
import pytest
from keras import layers, ops

from keras_gans.layers import InstanceNormalization, ReflectionPadding2D
from keras_gans.networks import cyclegan

RNG = np.random.default_rng(0)


def numpy(x):
    return ops.convert_to_numpy(x)


def pictures(n, height, width, channels=3):
    return RNG.uniform(-1, 1, size=(n, height, width, channels)).astype("float32")


def of(network, kind):
    return [layer for layer in network.layers if isinstance(layer, kind)]


pytestmark = pytest.mark.usefixtures("quick_weights")


@pytest.fixture(scope="module")
def generator():
    """A small generator of one block, grey to colour."""
    return cyclegan.generator((16, 24, 1), output_channels=3, width=4, blocks=1)


@pytest.fixture(scope="module")
def discriminator():
    """A small PatchGAN."""
    return cyclegan.discriminator((32, 24, 3), width=4)


def test_cyclegan_networks_reach_the_papers_parameters():
    generator = cyclegan.generator()
    assert generator.count_params() == 11_378_179
    assert generator.output_shape == (None, 256, 256, 3)
    assert cyclegan.generator((128, 128, 3), blocks=9, affine=True).count_params() == 11_388_675
    discriminator = cyclegan.discriminator()
    assert discriminator.count_params() == 2_764_737
    assert discriminator.output_shape == (None, 30, 30, 1)
    assert (generator.name, discriminator.name) == ("generator", "discriminator")


@pytest.mark.parametrize(
    ("shape", "blocks"), [((256, 256, 3), 9), ((252, 256, 3), 6), ((128, 128, 1), 6), ((16, 20, 3), 6)]
)
def test_cyclegan_generator_has_the_papers_layers(shape, blocks):
    network = cyclegan.generator(shape, width=2)
    assert network.output_shape == (None, *shape)
    convolutions, ups = of(network, layers.Conv2D), of(network, layers.Conv2DTranspose)
    assert [layer.filters for layer in convolutions] == [2, 4, 8, *[8] * 2 * blocks, shape[2]]
    assert [layer.kernel_size[0] for layer in convolutions] == [7, 3, 3, *[3] * 2 * blocks, 7]
    assert [layer.strides[0] for layer in convolutions] == [1, 2, 2, *[1] * 2 * blocks, 1]
    assert [(layer.filters, layer.kernel_size[0], layer.strides[0]) for layer in ups] == [(4, 3, 2), (2, 3, 2)]
    assert all(layer.use_bias for layer in convolutions + ups)
    assert [layer.padding for layer in of(network, ReflectionPadding2D)] == [3, *[1] * 2 * blocks, 3]
    assert [norm.epsilon for norm in of(network, InstanceNormalization)] == [1e-5] * (5 + 2 * blocks)
    assert len(of(network, layers.ReLU)) == 5 + blocks
    assert len(of(network, layers.Add)) == blocks


def test_cyclegan_generator_a_constant_picture_has_no_border(generator):
    """With zeros around, the first map would change towards the border; mirrored, a constant stays constant."""
    first = keras.Model(generator.input, of(generator, layers.Conv2D)[0].output)
    values = numpy(first(np.ones((1, 16, 24, 1), "float32")))
    assert np.ptp(values, axis=(1, 2)).max() < 1e-6
    assert np.abs(values).max() > 1e-3


def test_cyclegan_generator_translates_each_picture_by_itself(generator):
    x = pictures(2, 16, 24, 1)
    both, alone = numpy(generator(x, training=True)), numpy(generator(x[:1]))
    assert both.shape == (2, 16, 24, 3)
    assert 0 < np.abs(both).max() <= 1
    np.testing.assert_allclose(both[:1], alone, rtol=1e-4, atol=1e-5)


def test_cyclegan_discriminator_has_the_papers_layers(discriminator):
    convolutions = of(discriminator, layers.Conv2D)
    assert [layer.filters for layer in convolutions] == [4, 8, 16, 32, 1]
    assert [layer.strides[0] for layer in convolutions] == [2, 2, 2, 1, 1]
    assert all(layer.use_bias for layer in convolutions)
    norms = of(discriminator, InstanceNormalization)
    assert [norm.affine for norm in norms] == [False] * 3
    assert norms[0].input is convolutions[1].output


def test_cyclegan_half_precision_returns_float32(request):
    request.addfinalizer(lambda: keras.config.set_dtype_policy("float32"))
    keras.config.set_dtype_policy("mixed_float16")
    for network in (cyclegan.generator((32, 32, 3), width=4), cyclegan.discriminator((32, 32, 3), width=4)):
        assert network.output.dtype == "float32"
        assert {layer.output.dtype for layer in of(network, layers.Conv2D)} >= {"float16"}


def test_cyclegan_networks_are_saved_and_loaded(generator, discriminator, tmp_path):
    for network in (generator, discriminator):
        network.save(tmp_path / "network.keras")
        loaded = keras.saving.load_model(tmp_path / "network.keras")
        x = pictures(2, *network.input_shape[1:])
        outputs = numpy(loaded(x))
        assert np.isfinite(outputs).all()
        np.testing.assert_array_equal(outputs, numpy(network(x)))


def test_cyclegan_refuses_bad_arguments():
    for shape in ((12, 16, 3), (16, 18, 3)):
        with pytest.raises(ValueError, match=r"at least 16 pixels that 4 divides. Received: \("):
            cyclegan.generator(shape)
    for shape in (64, (64, 64), (64, 64, 0)):
        for build in (cyclegan.generator, cyclegan.discriminator):
            with pytest.raises(ValueError, match="three positive integers.* Received: "):
                build(shape)
    with pytest.raises(ValueError, match="`blocks` as a positive integer or None. Received: 0"):
        cyclegan.generator(blocks=0)
    with pytest.raises(ValueError, match="at least 17 pixels for patches of 70. Received: 16x16"):
        cyclegan.discriminator((16, 16, 3))
