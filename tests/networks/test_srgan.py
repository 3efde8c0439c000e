"""SRResNet and SRGAN's discriminator: exact counts, the paper's layers, and pictures of any size."""

import keras
import numpy as np
import pytest
from keras import layers, ops

from keras_gans.layers import PixelShuffle
from keras_gans.networks import srgan, srresnet

RNG = np.random.default_rng(0)


def numpy(x):
    return ops.convert_to_numpy(x)


def trained(network):
    return sum(int(np.prod(v.shape)) for v in network.trainable_variables)


def of(network, kind):
    return [layer for layer in network.layers if isinstance(layer, kind)]


@pytest.fixture(scope="module")
def generator():
    keras.utils.set_random_seed(0)
    return srresnet.generator(width=4, blocks=2)


@pytest.mark.usefixtures("no_weights")
@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({}, (1_550_659, 1_554_883)),
        ({"width": 32, "blocks": 4}, (173_603, 174_179)),
        ({"width": 16, "blocks": 2}, (38_195, 38_355)),
        ({"width": 8, "blocks": 1}, (10_403, 10_451)),
        ({"width": 4, "blocks": 1}, (3_619, 3_643)),
    ],
)
def test_srresnet_has_its_parameters(arguments, expected):
    """Of the paper's: 9x9 from 3 to 64, 16 blocks, 3x3 behind them, 3x3 to 256 twice, 9x9 to 3. Derived, see the sum.

    Trap: batch norm where pixels are shuffled, slopes for each pixel, or ReLU in place of PReLU would change it.
    """
    network = srresnet.generator(**arguments)
    assert (trained(network), network.count_params()) == expected
    if not arguments:
        blocks, behind = 16 * (2 * (9 * 64 * 64 + 64) + 2 * 128 + 64), 9 * 64 * 64 + 64 + 128
        enlarging = 2 * (9 * 64 * 256 + 256 + 64)
        assert expected[0] == 81 * 3 * 64 + 64 + 64 + blocks + behind + enlarging + 81 * 64 * 3 + 3


@pytest.mark.usefixtures("no_weights")
@pytest.mark.parametrize(
    ("side", "width", "expected"),
    [
        (96, 64, (23_565_505, 23_569_217)),
        (48, 16, (589_873, 590_801)),
        (32, 16, (426_033, 426_961)),
        (32, 8, (107_097, 107_561)),
        (16, 4, (20_925, 21_157)),
    ],
)
def test_srgan_discriminator_has_its_parameters(side, width, expected):
    network = srgan.discriminator((side, side, 3), width)
    assert (trained(network), network.count_params()) == expected


def test_srresnet_has_the_papers_layers(generator):
    convolutions = of(generator, layers.Conv2D)
    assert [(c.kernel_size[0], c.filters) for c in convolutions] == [
        (9, 4), *[(3, 4)] * 5, (3, 16), (3, 16), (9, 3)
    ]  # fmt: skip
    assert {(c.padding, c.strides[0], c.activation.__name__) for c in convolutions} == {("same", 1, "linear")}
    assert len(of(generator, layers.BatchNormalization)) == 5
    assert [layer.factor for layer in of(generator, PixelShuffle)] == [2, 2]
    names = [type(layer).__name__ for layer in generator.layers]
    assert "BatchNormalization" not in names[names.index("PixelShuffle") - 1 :]


def test_srresnet_slopes_are_those_of_channels_and_begin_at_a_quarter(generator):
    """Trap: Keras' PReLU has a slope a pixel, and starts as a ReLU."""
    slopes = [layer.alpha for layer in of(generator, layers.PReLU)]
    assert {slope.shape for slope in slopes} == {(1, 1, 4)}
    assert len(slopes) == 5
    for slope in slopes:
        np.testing.assert_array_equal(numpy(slope), 0.25)


def test_srresnet_enlarges_pictures_of_any_size_four_times(generator):
    for height, width in ((6, 6), (5, 9), (1, 2)):
        made = numpy(generator(RNG.uniform(-1, 1, (2, height, width, 3)).astype("float32")))
        assert made.shape == (2, 4 * height, 4 * width, 3)
        assert made.dtype == np.float32


def test_srresnet_sees_small_pictures_from_0_to_1(generator):
    """Black is 0: then nothing reaches the first map but its bias."""
    first = keras.Model(generator.input, of(generator, layers.Conv2D)[0].output)
    np.testing.assert_array_equal(numpy(first(-np.ones((1, 4, 4, 3), "float32"))), 0.0)


def test_srresnet_without_its_trunk_enlarges_what_the_first_layer_made():
    """Trap: no skip over all blocks (huangzehao/torch-srgan issue 6)."""
    keras.utils.set_random_seed(0)
    network = srresnet.generator(width=4, blocks=2)
    norms = of(network, layers.BatchNormalization)
    for norm in norms:
        norm.gamma.assign(np.zeros(4))
    x = keras.Input((None, None, 4))
    tail, y = network.layers[network.layers.index(of(network, PixelShuffle)[0]) - 1 :], x
    for layer in tail:
        y = layer(y)
    pictures = RNG.uniform(-1, 1, (1, 5, 5, 3)).astype("float32")
    first = keras.Model(network.input, of(network, layers.PReLU)[0].output)(pictures)
    np.testing.assert_allclose(numpy(network(pictures)), numpy(keras.Model(x, y)(first)), atol=1e-6)


def test_srresnet_output_is_not_bounded(generator):
    """The paper's figure has no tanh: what leaves [-1, 1] is not bent, but cut where it is shown."""
    bias = generator.layers[-1].bias
    bias.assign([3.0, -3.0, 0.0])
    made = numpy(generator(-np.ones((1, 2, 2, 3), "float32")))
    bias.assign([0.0, 0.0, 0.0])
    assert np.abs(made[..., :2]).min() > 2.0


def test_srgan_discriminator_has_the_papers_layers():
    network = srgan.discriminator((32, 32, 3), width=4)
    convolutions = of(network, layers.Conv2D)
    assert [(c.filters, c.strides[0]) for c in convolutions] == [
        (4, 1), (4, 2), (8, 1), (8, 2), (16, 1), (16, 2), (32, 1), (32, 2)
    ]  # fmt: skip
    assert {c.kernel_size for c in convolutions} == {(3, 3)}
    assert len(of(network, layers.BatchNormalization)) == 7
    assert isinstance(network.layers[2], layers.LeakyReLU)
    assert [d.units for d in of(network, layers.Dense)] == [64, 1]
    assert network.output_shape == (None, 1)
    assert numpy(network(np.ones((2, 32, 32, 3), "float32"))).shape == (2, 1)


@pytest.mark.parametrize("arguments", [{"channels": 0}, {"width": 2.5}, {"blocks": 0}])
def test_srresnet_refuses_numbers(arguments):
    (name,) = arguments
    with pytest.raises(ValueError, match=rf"Expected `{name}` as a positive integer\. Received: "):
        srresnet.generator(**arguments)


def test_srgan_discriminator_refuses_open_sides():
    with pytest.raises(ValueError, match=r"as three positive integers.*Received: \(None, 16, 3\)"):
        srgan.discriminator((None, 16, 3))
