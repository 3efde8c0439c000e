"""Pix2Pix's pair: exact counts, the U-Net's rule at each size, the bottleneck, and what a patch sees."""

import keras
import numpy as np
import pytest
from keras import layers, ops

from keras_gans import engine
from keras_gans.networks import pix2pix

RNG = np.random.default_rng(0)


def numpy(x):
    return ops.convert_to_numpy(x)


def pictures(n, side, channels=3):
    return RNG.uniform(-1, 1, size=(n, side, side, channels)).astype("float32")


def trainable(network):
    return sum(int(np.prod(v.shape)) for v in network.trainable_variables)


def of(network, kind):
    return [layer for layer in network.layers if isinstance(layer, kind)]


def has_kernel(layer):
    return hasattr(layer, "kernel")


def kind(tensor):
    """The kind of layer that a symbolic tensor comes from."""
    return type(tensor._keras_history.operation)


pytestmark = pytest.mark.usefixtures("quick_weights")


@pytest.fixture(scope="module")
def generator():
    """The smallest U-Net."""
    return pix2pix.generator((32, 32, 3), width=4)


@pytest.fixture(scope="module")
def discriminator():
    """The smallest of the paper's PatchGANs."""
    return pix2pix.discriminator((32, 32, 3), width=4)


def test_pix2pix_pair_reaches_the_tutorials_parameters():
    generator, discriminator = pix2pix.generator(), pix2pix.discriminator()
    assert (generator.count_params(), trainable(generator)) == (54_425_859, 54_414_979)
    assert (discriminator.count_params(), trainable(discriminator)) == (2_770_433, 2_768_641)
    assert (generator.name, discriminator.name) == ("generator", "discriminator")
    assert generator.output_shape == (None, 256, 256, 3)
    assert discriminator.output_shape == (None, 30, 30, 1)


@pytest.mark.parametrize(
    ("side", "filters", "dropouts"),
    [
        (32, [2, 4, 8, 16, 16], 1),
        (64, [2, 4, 8, 16, 16, 16], 1),
        (128, [2, 4, 8, 16, 16, 16, 16], 2),
        (256, [2, 4, 8, 16, 16, 16, 16, 16], 3),
        (512, [2, 4, 8, 16, 16, 16, 16, 16, 16], 4),
    ],
)
def test_pix2pix_generator_follows_one_rule_at_each_size(side, filters, dropouts):
    network = pix2pix.generator((side, side, 1), output_channels=2, width=2)
    assert network.output_shape == (None, side, side, 2)
    downs, ups = of(network, layers.Conv2D), of(network, layers.Conv2DTranspose)
    assert [layer.filters for layer in downs] == filters
    assert [layer.filters for layer in ups] == [*filters[-2::-1], 2]
    assert downs[-1].output.shape == (None, 1, 1, 16)
    assert {layer.kernel_size for layer in downs + ups} == {(4, 4)}
    assert [layer.use_bias for layer in downs + ups] == [False] * (2 * len(filters) - 1) + [True]
    assert [layer.rate for layer in of(network, layers.Dropout)] == [0.5] * dropouts
    assert {layer.negative_slope for layer in of(network, layers.LeakyReLU)} == {0.2}
    joined = [layer.output.shape[-1] for layer in of(network, layers.Concatenate)]
    assert joined == [2 * width for width in filters[-2::-1]]


@pytest.mark.parametrize("bottleneck_batch_norm", [True, False])
def test_pix2pix_generator_batch_norm_silences_the_bottleneck_of_a_single_picture(bottleneck_batch_norm):
    """Trap, the paper's errata: one number is its own mean."""
    network = pix2pix.generator((32, 32, 3), width=4, bottleneck_batch_norm=bottleneck_batch_norm)
    assert len(of(network, layers.BatchNormalization)) == (8 if bottleneck_batch_norm else 7)
    bottleneck = keras.Model(network.input, of(network, layers.Conv2DTranspose)[0].input)
    one, other = (numpy(bottleneck(pictures(1, 32), training=True)) for _ in range(2))
    assert one.shape == (1, 1, 1, 32)
    assert np.any(one != other) != bottleneck_batch_norm
    assert np.any(one) != bottleneck_batch_norm


def test_pix2pix_generator_noise_is_dropout(generator):
    x = pictures(2, 32)
    one, other = (numpy(generator(x, training=True)) for _ in range(2))
    assert one.shape == (2, 32, 32, 3)
    assert np.abs(one).max() <= 1
    assert np.any(one != other)
    np.testing.assert_array_equal(numpy(generator(x)), numpy(generator(x)))


def test_pix2pix_generator_passes_each_map_across(generator):
    """What is concatenated is the map of the same size before its activation; ReLU follows on the way up."""
    ups, joined = of(generator, layers.Conv2DTranspose), of(generator, layers.Concatenate)
    downs = of(generator, layers.Conv2D)
    assert [layer.output.shape[1] for layer in joined] == [2, 4, 8, 16]
    across = [layer.input[1] for layer in joined]
    norms = of(generator, layers.BatchNormalization)
    assert across[-1] is downs[0].output
    assert all(x is norm.output for x, norm in zip(across[:-1], norms[2::-1]))
    assert all(kind(up.input) is layers.ReLU for up in ups)


def test_pix2pix_weights_are_drawn_from_n_0_002(generator, discriminator):
    kernels = [layer.kernel for network in (generator, discriminator) for layer in network.layers if has_kernel(layer)]
    assert len(kernels) == 15
    for kernel in kernels:
        assert numpy(kernel).std() == pytest.approx(0.02, rel=0.25), kernel.path


@pytest.mark.parametrize(
    ("receptive_field", "rows", "filters", "strides"),
    [
        (1, 256, [2, 4, 1], [1, 1, 1]),
        (16, 126, [2, 4, 1], [2, 1, 1]),
        (70, 30, [2, 4, 8, 16, 1], [2, 2, 2, 1, 1]),
        (286, 6, [2, 4, 8, 16, 16, 16, 1], [2, 2, 2, 2, 2, 1, 1]),
    ],
)
def test_pix2pix_discriminator_has_the_papers_patches(receptive_field, rows, filters, strides):
    network = pix2pix.discriminator((256, 256, 3), 2, width=2, receptive_field=receptive_field)
    convolutions = of(network, layers.Conv2D)
    assert network.output_shape == (None, rows, rows, 1)
    assert [x.shape for x in network.inputs] == [(None, 256, 256, 3), (None, 256, 256, 2)]
    assert [layer.filters for layer in convolutions] == filters
    assert [layer.strides[0] for layer in convolutions] == strides
    assert [layer.use_bias for layer in convolutions] == [False] * (len(filters) - 1) + [True]
    assert len(of(network, layers.BatchNormalization)) == len(filters) - 2


@pytest.mark.parametrize(("receptive_field", "side"), [(1, 8), (16, 32), (70, 128), (286, 512)])
def test_pix2pix_discriminator_a_logit_sees_its_patch_and_no_more(receptive_field, side, monkeypatch):
    """The rows and columns in which the gradient of the middle logit is not 0; all weights are 0.1."""
    monkeypatch.setattr(keras.initializers, "RandomNormal", lambda **_: keras.initializers.Constant(0.1))
    network = pix2pix.discriminator((side, side, 1), 1, width=1, receptive_field=receptive_field)
    middle = network.output_shape[1] // 2

    def logit(pair):
        return network([pair[..., :1], pair[..., 1:]])[:, middle, middle, 0]

    pair = ops.convert_to_tensor(pictures(1, side, 2))
    gradient = numpy(engine.input_gradient(logit, pair))[0]
    for seen in (gradient[..., 0] != 0, gradient[..., 1] != 0):
        for rows in (np.flatnonzero(seen.any(axis=0)), np.flatnonzero(seen.any(axis=1))):
            assert rows.size == receptive_field == rows[-1] - rows[0] + 1


@pytest.mark.parametrize(("receptive_field", "smallest"), [(1, 1), (16, 5), (70, 17), (286, 65)])
def test_pix2pix_discriminator_refuses_sides_without_a_logit(receptive_field, smallest):
    network = pix2pix.discriminator((smallest, smallest, 3), width=1, receptive_field=receptive_field)
    assert network.output_shape == (None, 1, 1, 1)
    if smallest > 1:
        message = f"at least {smallest} pixels for patches of {receptive_field}. Received: {smallest}x{smallest - 1}"
        with pytest.raises(ValueError, match=message):
            pix2pix.discriminator((smallest, smallest - 1, 3), width=1, receptive_field=receptive_field)


def test_pix2pix_half_precision_returns_float32(request):
    request.addfinalizer(lambda: keras.config.set_dtype_policy("float32"))
    keras.config.set_dtype_policy("mixed_float16")
    for network in (pix2pix.generator((32, 32, 3), width=4), pix2pix.discriminator((32, 32, 3), width=4)):
        assert network.output.dtype == "float32"
        assert {layer.output.dtype for layer in of(network, layers.Conv2D)} >= {"float16"}


def test_pix2pix_pair_is_saved_and_loaded(generator, discriminator, tmp_path):
    x = pictures(2, 32)
    for network, inputs in ((generator, x), (discriminator, [x, x])):
        network.save(tmp_path / "network.keras")
        loaded = keras.saving.load_model(tmp_path / "network.keras")
        outputs = numpy(loaded(inputs))
        assert np.isfinite(outputs).all()
        np.testing.assert_array_equal(outputs, numpy(network(inputs)))


@pytest.mark.parametrize(
    ("shape", "downs", "innermost"),
    [
        ((32, 64), 5, (1, 2)),
        ((64, 32), 5, (2, 1)),
        ((256, 384), 7, (2, 3)),
        ((96, 96), 5, (3, 3)),
        ((64, 64), 6, (1, 1)),
    ],
)
def test_pix2pix_generator_takes_sides_that_differ(shape, downs, innermost):
    network = pix2pix.generator((*shape, 1), output_channels=3, width=2)
    convolutions = of(network, layers.Conv2D)
    assert (len(convolutions), convolutions[-1].output.shape[1:3]) == (downs, innermost)
    assert network.output_shape == (None, *shape, 3)


def test_pix2pix_refuses_bad_arguments():
    for shape in ((48, 48, 3), (64, 120, 3), (16, 16, 3), (1024, 1024, 3)):
        with pytest.raises(ValueError, match=r"sides that 32 divides, of at most 512 pixels. Received: \("):
            pix2pix.generator(shape)
    for shape in (64, (64, 64), (64, 64, 0), (64.0, 64.0, 3)):
        for build in (pix2pix.generator, pix2pix.discriminator):
            with pytest.raises(ValueError, match="three positive integers.* Received: "):
                build(shape)
    with pytest.raises(ValueError, match="one of 1, 16, 70, 286. Received: 34"):
        pix2pix.discriminator(receptive_field=34)
