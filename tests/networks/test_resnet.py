"""The residual pair: the papers' parameter counts, shapes, starting weights, and what is in the discriminator."""

import keras
import numpy as np
import pytest
from keras import layers, ops

from keras_gans.layers import SpectralNormalization
from keras_gans.networks import resnet


def trainable(network):
    return sum(int(np.prod(v.shape)) for v in network.trainable_variables)


@pytest.mark.parametrize(("width", "count"), [(128, 1_204_483), (256, 4_276_739)])
def test_resnet_generator_reaches_the_papers_parameters(width, count):
    assert trainable(resnet.generator(width=width)) == count


@pytest.mark.parametrize("spectral_norm", [False, True])
def test_resnet_discriminator_reaches_the_papers_parameters(spectral_norm):
    assert trainable(resnet.discriminator(spectral_norm=spectral_norm)) == 1_053_825


@pytest.mark.parametrize("side", [32, 48])
def test_resnet_pair_fits_sides_that_8_divides(side):
    generator, discriminator = resnet.generator((side, side, 3)), resnet.discriminator((side, side, 3))
    assert generator.output_shape == (None, side, side, 3) == discriminator.input_shape
    assert generator.layers[2].output.shape == (None, side // 8, side // 8, 128)
    assert discriminator.output_shape == (None, 1)
    assert (generator.name, discriminator.name) == ("generator", "discriminator")


def kinds(network, *kinds):
    return [layer for layer in network._flatten_layers() if isinstance(layer, kinds)]


def test_resnet_generator_normalizes_before_each_convolution_of_a_block():
    assert len(kinds(resnet.generator(), layers.BatchNormalization)) == 7


def test_resnet_discriminator_has_no_batch_norm():
    assert not kinds(resnet.discriminator(), layers.BatchNormalization)


def test_resnet_discriminator_normalizes_every_kernel():
    network = resnet.discriminator(spectral_norm=True)
    assert len(kinds(network, SpectralNormalization)) == len(kinds(network, layers.Conv2D, layers.Dense)) == 11
    assert not kinds(resnet.discriminator(), SpectralNormalization)


@pytest.mark.parametrize(("pooling", "reduce"), [("mean", np.mean), ("sum", np.sum)])
def test_resnet_features_are_the_pooled_map_before_the_logit(pooling, reduce, tmp_path):
    network = resnet.discriminator(pooling=pooling)
    network.save(tmp_path / "discriminator.keras")
    network = keras.saving.load_model(tmp_path / "discriminator.keras")
    last_map = kinds(network, layers.ReLU)[-1].output
    assert last_map.shape == (None, 8, 8, 128)
    head = keras.Model(last_map, [network.get_layer("features").output, network.output])
    maps = np.random.default_rng(0).uniform(size=(2, 8, 8, 128)).astype("float32")
    features, logits = (ops.convert_to_numpy(y) for y in head(maps))
    np.testing.assert_allclose(features, reduce(maps, axis=(1, 2)), rtol=1e-5)
    np.testing.assert_allclose(logits, features @ network.layers[-1].kernel.numpy(), rtol=1e-4, atol=1e-4)


def test_resnet_identity_shortcuts_add_the_map_itself():
    """With the residuals' last convolutions at 0, the plain blocks pass their map on."""
    network = resnet.discriminator()
    for convolution in kinds(network, layers.Conv2D)[-3::2]:
        convolution.kernel.assign(0.0 * convolution.kernel)
    _, second, third, fourth = (layer.output for layer in kinds(network, layers.Add))
    maps = np.random.default_rng(0).normal(size=(2, 8, 8, 128)).astype("float32")
    for output in keras.Model(second, [third, fourth])(maps):
        np.testing.assert_array_equal(ops.convert_to_numpy(output), maps)


def test_resnet_weights_have_glorots_variance_twice_that_within_blocks():
    gains = {}
    for network in (resnet.generator(), resnet.discriminator()):
        for convolution in kinds(network, layers.Conv2D):
            kernel = convolution.kernel.numpy()
            fans = kernel.shape[0] ** 2 * sum(kernel.shape[2:])
            gains.setdefault((network.name, kernel.shape[0], kernel.shape[-1]), []).append(kernel.var() * fans / 2)
    assert {key: len(values) for key, values in gains.items()} == {
        ("generator", 3, 128): 6,
        ("generator", 1, 128): 3,
        ("generator", 3, 3): 1,
        ("discriminator", 3, 128): 8,
        ("discriminator", 1, 128): 2,
    }
    for (_, kernel_size, filters), values in gains.items():
        np.testing.assert_allclose(values, 2.0 if (kernel_size, filters) == (3, 128) else 1.0, rtol=0.15)


def test_resnet_half_precision_returns_float32(request):
    request.addfinalizer(lambda: keras.config.set_dtype_policy("float32"))
    keras.config.set_dtype_policy("mixed_bfloat16")
    generator = resnet.generator()
    discriminator = resnet.discriminator(spectral_norm=True)
    assert generator.layers[1].output.dtype == discriminator.get_layer("features").output.dtype == "bfloat16"
    assert generator.output.dtype == discriminator.output.dtype == "float32"
    assert generator.layers[-1].activation is keras.activations.tanh


@pytest.mark.parametrize("shape", [(28, 28, 1), (0, 0, 1), (32, 16, 3), (32, 32, 5), (32, 32), 32])
def test_resnet_refuses_other_shapes(shape):
    for build in (resnet.generator, resnet.discriminator):
        with pytest.raises(ValueError, match="that 8 divides and 1 to 4 channels. Received: "):
            build(shape)


def test_resnet_refuses_unknown_pooling():
    with pytest.raises(ValueError, match="Unknown pooling. Did you mean 'mean'.*Received: 'meen'"):
        resnet.discriminator(pooling="meen")
