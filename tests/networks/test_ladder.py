"""The ladder of residual blocks: sides and widths, what shortcuts see, and orders that commute."""

import keras
import numpy as np
import pytest
from keras import layers
from laddered import attended, blocks, numpy, of

from keras_gans.networks import biggan, biggan_deep, ladder, sagan

pytestmark = pytest.mark.usefixtures("quick_weights")

RNG = np.random.default_rng(0)
PLAIN = ladder.Weights("glorot_uniform", spectral_norm=False)
X = RNG.normal(size=(2, 4, 4, 3)).astype("float32")

# side: widths of G's maps and of D's by ch; D's last side; sides of the maps that attention follows: in G and in D of
# BigGAN, in both of BigGAN-deep, in both of SAGAN
LADDERS = {
    16: ([4] * 3, [2] * 3, 8, None, None, None, None),
    28: ([4] * 3, [2] * 3, 7, None, None, None, None),
    32: ([4] * 4, [2] * 4, 8, 16, 16, 16, 16),
    56: ([4] * 4, [2] * 4, 7, 28, 28, 28, 28),
    64: ([16, 16, 8, 4, 2], [1, 2, 4, 8, 16], 4, 32, 32, 32, 32),
    128: ([16, 16, 8, 4, 2, 1], [1, 2, 4, 8, 16, 16], 4, 64, 64, 64, 32),
    256: ([16, 16, 8, 8, 4, 2, 1], [1, 2, 4, 8, 8, 16, 16], 4, 128, 64, 64, 32),
    512: ([16, 16, 8, 8, 4, 2, 1, 1], [1, 1, 2, 4, 8, 8, 16, 16], 4, 64, 64, 64, 32),
}


def run(build, x=X):
    """Applies a function of symbolic tensors, and returns its model and what it makes of x."""
    inputs = keras.Input(x.shape[1:])
    model = keras.Model(inputs, build(inputs))
    return model, numpy(model(x))


def zero(layer):
    layer.set_weights([np.zeros_like(w) for w in layer.get_weights()])


def test_shortcut_of_an_up_block_commutes_with_the_nearest_neighbour():
    """With a main path of zeros it is conv1 of the enlarged map, which it computes at a quarter of the cost."""
    model, _ = run(lambda x: ladder.up(x, 5, lambda x: x, PLAIN, "block_1"))
    shortcut, *main = sorted(of(model, layers.Conv2D), key=lambda layer: layer.kernel_size)
    shortcut.bias.assign(RNG.normal(size=5))
    for convolution in main:
        zero(convolution)
    other = layers.Conv2D(5, 1)
    other.build(X.shape)
    other.set_weights(shortcut.get_weights())
    np.testing.assert_array_equal(numpy(model(X)), numpy(other(X.repeat(2, axis=1).repeat(2, axis=2))))
    assert shortcut.output.shape[1:3] == (4, 4)
    assert [layer.filters for layer in main] == [5, 5]


@pytest.mark.parametrize("room", [ladder, biggan_deep])
def test_up_block_of_a_map_of_one_value_gives_one_value(room):
    """Trap: zeros between the pixels, which leave a grid; only at the border the padding is seen."""
    weights = [PLAIN] if room is ladder else [True]
    build = room.up
    inputs = keras.Input((6, 6, 8))
    model = keras.Model(inputs, build(inputs, 8, lambda x: x, *weights, "block_1"))
    inner = numpy(model(np.full((1, 6, 6, 8), 0.7, "float32")))[0, 3:-3, 3:-3]
    assert inner.shape == (6, 6, 8)
    assert np.abs(inner).max() > 0.01
    np.testing.assert_allclose(inner, np.broadcast_to(inner[:1, :1], inner.shape), atol=1e-5)


@pytest.mark.parametrize("rectified", [False, True])
def test_shortcut_of_a_down_block_commutes_with_the_mean_and_sees_negative_numbers(rectified):
    """Trap: an in-place ReLU, after which the shortcut of -1 is the shortcut of 0."""
    model, _ = run(lambda x: ladder.down(x, 5, PLAIN, True, rectified, "block_1"))
    shortcut, *main = sorted(of(model, layers.Conv2D), key=lambda layer: layer.kernel_size)
    shortcut.bias.assign(RNG.normal(size=5))
    for convolution in main:
        zero(convolution)
    other = keras.Sequential([keras.Input(X.shape[1:]), layers.Conv2D(5, 1), layers.AveragePooling2D(2)])
    other.set_weights(shortcut.get_weights())
    for x in (X, -np.ones_like(X)):
        np.testing.assert_allclose(numpy(model(x)), numpy(other(x)), atol=1e-6)
    kernel, bias = shortcut.get_weights()
    np.testing.assert_allclose(numpy(model(-np.ones_like(X)))[0, 0, 0], bias - kernel.sum(axis=(0, 1, 2)), atol=1e-6)
    assert shortcut.output.shape[1:3] == (2, 2)
    assert len(of(model, layers.ReLU)) == 1 + rectified


@pytest.mark.parametrize(("filters", "strided", "convolutions"), [(3, False, 2), (5, False, 3), (3, True, 3)])
def test_down_block_has_a_convolution_in_its_shortcut_where_something_changes(filters, strided, convolutions):
    """Trap: none where channels stay and the side is halved (google/compare_gan issue 50)."""
    model, y = run(lambda x: ladder.down(x, filters, PLAIN, strided, True, "block_1"))
    found = of(model, layers.Conv2D)
    assert len(found) == convolutions
    assert y.shape == (2, 2, 2, filters) if strided else (2, 4, 4, filters)
    if convolutions == 2:
        for convolution in found:
            zero(convolution)
        np.testing.assert_array_equal(numpy(model(X)), X)


@pytest.mark.parametrize("side", LADDERS)
def test_ladders_have_the_papers_widths_and_attend_at_their_sides(side):
    up, down, last, *attention = LADDERS[side]
    width, shape = 8, (side, side, 1)
    pairs = {}
    for room in (biggan, biggan_deep, sagan):
        generator = room.generator(shape, classes=3, width=width)
        discriminator = room.discriminator(shape, classes=3, width=width)
        assert generator.output_shape == (None, *shape) == discriminator.inputs[0].shape
        every = 2 if room is biggan_deep else 1
        first = of(generator, layers.Reshape)[0].output.shape
        assert [first[-1], *(x.shape[-1] for x in blocks(generator)[every - 1 :: every])] == [8 * m for m in up]
        made = [x.shape[-1] for x in blocks(discriminator)[every - 1 :: every]]
        stem = [of(discriminator, layers.Conv2D)[0].filters] if room is biggan_deep else []
        assert stem + made == [8 * m for m in down]
        assert first[1] == side // 2 ** (len(up) - 1) <= 7
        assert blocks(discriminator)[-1].shape[1] == last
        pairs[room] = [attended(generator), attended(discriminator)]
    of_g, of_d, of_deep, of_sagan = [[] if place is None else [place] for place in attention]
    assert pairs == {biggan: [of_g, of_d], biggan_deep: [of_deep, of_deep], sagan: [of_sagan, of_sagan]}


@pytest.mark.parametrize("room", [biggan, biggan_deep, sagan])
def test_attention_goes_where_it_is_asked_for(room):
    for side in (8, 16, None):
        pair = [build((32, 32, 1), 3, width=4, attention=side) for build in (room.generator, room.discriminator)]
        assert [attended(network) for network in pair] == [[side] if side else []] * 2
        networks = [layer.output for network in pair for layer in network.layers if "attention" in layer.name]
        assert all(x.shape[1] == side for x in networks)
    with pytest.raises(ValueError, match=r"of the generator, one of \[8, 16, 32\]\. Received: 4\."):
        room.generator((32, 32, 1), 3, width=4, attention=4)
    with pytest.raises(ValueError, match=r"of the discriminator, one of \[8, 16\]\. Received: 32\."):
        room.discriminator((32, 32, 1), 3, width=4, attention=32)


@pytest.mark.parametrize("room", [biggan, biggan_deep, sagan])
@pytest.mark.parametrize("shape", [(8, 8, 3), (18, 18, 3), (1024, 1024, 3), (32, 64, 3), (32, 32, 5), (32, 32), 32])
def test_ladder_refuses_other_shapes(room, shape):
    for build in (room.generator, room.discriminator):
        with pytest.raises(ValueError, match="4 to 7 times a power of two, and 1 to 4 channels. Received: "):
            build(shape)
        with pytest.raises(ValueError, match="`classes` as a positive integer. Received: 0"):
            build(classes=0)


@pytest.mark.parametrize("room", [biggan, biggan_deep, sagan])
def test_discriminators_first_block_sees_dark_pixels(room):
    """Trap: a ReLU on the picture, which loses what is below 0."""
    discriminator = room.discriminator((16, 16, 1), 3, width=4)
    x = -RNG.uniform(0.1, 1.0, size=(2, 16, 16, 1)).astype("float32")
    labels = np.zeros(2, "int32")
    one, other = (numpy(discriminator([pixels, labels])) for pixels in (x, 0.5 * x))
    assert np.abs(one - other).min() > 1e-4
    for shortcut in [layer for layer in of(discriminator, layers.Conv2D) if layer.kernel_size == (1, 1)]:
        zero(shortcut)  # so that only the main path is left
    one, other = (numpy(discriminator([pixels, labels])) for pixels in (x, 0.5 * x))
    assert np.abs(one - other).min() > 1e-4
