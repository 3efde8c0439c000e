"""UNIT's networks: exact counts, the authors' layers, and that each picture is coded and drawn by itself."""

import keras
import numpy as np
import pytest
from keras import layers, ops

from keras_gans.layers import InstanceNormalization
from keras_gans.networks import unit

RNG = np.random.default_rng(0)
BUILDERS = unit.front_encoder, unit.shared_encoder, unit.shared_decoder, unit.back_decoder, unit.discriminator


def numpy(x):
    return ops.convert_to_numpy(x)


def inputs_of(network, n=2):
    return RNG.uniform(-1, 1, size=(n, *network.input_shape[1:])).astype("float32")


def of(network, kind):
    return [layer for layer in network.layers if isinstance(layer, kind)]


def sketch(network):
    """Kernel, stride, channels, and whether borders are zeros, of each convolution."""
    found = of(network, (layers.Conv2D, layers.Conv2DTranspose))
    assert all(layer.use_bias for layer in found)
    return [(c.kernel_size[0], c.strides[0], c.filters) for c in found]


@pytest.fixture(scope="module")
def networks(quick_weights):
    """All five, small: grey, of two blocks in a domain and one in common."""
    few = {"image_shape": (16, 24, 1), "width": 4}
    front, back = (build(**few, blocks=2) for build in (unit.front_encoder, unit.back_decoder))
    return front, unit.shared_encoder(**few), unit.shared_decoder(**few), back, unit.discriminator(**few)


@pytest.mark.usefixtures("no_weights")
def test_unit_networks_have_the_authors_parameters():
    front, encoder, decoder, back, discriminator = (build() for build in BUILDERS)
    counts = [network.count_params() for network in (front, encoder, decoder, back, discriminator)]
    assert counts == [3_918_976, 1_180_160, 1_180_160, 3_909_507, 25_149_057]
    assert 2 * counts[0] + counts[1] + counts[2] + 2 * counts[3] == 18_017_286
    assert (front.output_shape, discriminator.output_shape) == ((None, 64, 64, 256), (None, 4, 4, 1))
    assert [network.name for network in (front, encoder, decoder, back, discriminator)] == [
        build.__name__ for build in BUILDERS
    ]


@pytest.mark.usefixtures("no_weights")
def test_unit_networks_of_grey_pictures_are_as_small_as_counted():
    small = [build((16, 16, 1), width=8, blocks=1).count_params() for build in BUILDERS[:4]]
    assert small == [24_704, 18_496, 18_496, 24_289]


def test_unit_networks_have_the_authors_layers(networks):
    front, encoder, decoder, back, discriminator = networks
    assert sketch(front) == [(7, 1, 4), (3, 2, 8), (3, 2, 16), *[(3, 1, 16)] * 4]
    assert sketch(encoder) == sketch(decoder) == [(3, 1, 16)] * 2
    assert sketch(back) == [*[(3, 1, 16)] * 4, (3, 2, 8), (3, 2, 4), (1, 1, 1)]
    assert sketch(discriminator) == [(3, 2, 4), (3, 2, 8), (3, 2, 16), (1, 1, 1)]
    for network, norms, adds, slopes in zip(networks, (6, 2, 2, 6, 0), (2, 1, 1, 2, 0), (1, 0, 0, 0, 3)):
        found = of(network, InstanceNormalization)
        assert [(norm.affine, norm.epsilon) for norm in found] == [(False, 1e-5)] * norms
        assert len(of(network, layers.Add)) == adds
        assert [layer.negative_slope for layer in of(network, layers.LeakyReLU)] == [0.01] * slopes
        if norms:
            assert len(of(network, layers.ReLU)) == norms - adds
    assert not any(isinstance(layer.input, InstanceNormalization) for layer in of(front, layers.LeakyReLU))


def test_unit_networks_fit_and_see_each_picture_by_itself(networks):
    front, encoder, decoder, back, discriminator = networks
    x = inputs_of(front)
    codes = encoder(front(x))
    made = numpy(back(decoder(codes), training=True))
    assert codes.shape == (2, 4, 6, 16)
    assert made.shape == x.shape
    assert 0 < np.abs(made).max() <= 1
    np.testing.assert_allclose(made[:1], numpy(back(decoder(encoder(front(x[:1]))))), rtol=1e-4, atol=1e-5)
    assert discriminator(x).shape == (2, 2, 3, 1)


def test_unit_residual_blocks_start_from_their_input(networks):
    """Without weights in its convolutions a shared block hands on what it is given."""
    encoder = networks[1]
    before = encoder.get_weights()
    encoder.set_weights([np.zeros_like(w) for w in before])
    x = inputs_of(encoder)
    np.testing.assert_array_equal(numpy(encoder(x)), x)
    encoder.set_weights(before)


@pytest.mark.parametrize(("side", "halvings", "left"), [(16, 3, 2), (20, 4, 2), (64, 5, 2), (68, 6, 2), (256, 6, 4)])
@pytest.mark.usefixtures("no_weights")
def test_unit_discriminator_halves_while_two_pixels_are_left(side, halvings, left):
    network = unit.discriminator((side, side, 1), width=1)
    assert len(of(network, layers.Conv2D)) == halvings + 1
    assert network.output_shape == (None, left, left, 1)
    assert unit.discriminator((side, side, 1), width=1, halvings=1).output_shape[1] == side // 2


def test_unit_half_precision_returns_float32(request):
    """Of what is made and of what is judged; codes are as the policy has them."""
    request.addfinalizer(lambda: keras.config.set_dtype_policy("float32"))
    keras.config.set_dtype_policy("mixed_float16")
    dtypes = [build((16, 16, 1), width=2).output.dtype for build in BUILDERS]
    assert dtypes == ["float16", "float16", "float16", "float32", "float32"]


def test_unit_networks_are_saved_and_loaded(networks, tmp_path):
    for network in networks:
        network.save(tmp_path / "network.keras")
        loaded = keras.saving.load_model(tmp_path / "network.keras")
        x = inputs_of(network)
        np.testing.assert_array_equal(numpy(loaded(x)), numpy(network(x)))


@pytest.mark.parametrize("build", BUILDERS)
def test_unit_networks_refuse_bad_arguments(build):
    for shape in ((12, 16, 3), (16, 18, 3)):
        with pytest.raises(ValueError, match=r"at least 16 pixels that 4 divides. Received: \("):
            build(shape)
    with pytest.raises(ValueError, match=r"three positive integers.* Received: \(16, 16\)"):
        build((16, 16))
    count = "halvings" if build is unit.discriminator else "blocks"
    with pytest.raises(ValueError, match=f"`{count}` as a positive integer. Received: 0"):
        build(**{count: 0})
