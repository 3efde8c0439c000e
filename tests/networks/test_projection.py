"""The projection pair: exact counts, every size, what is conditional, and the logit's formula."""

import keras
import numpy as np
import pytest
from keras import layers, ops

from keras_gans.layers import ConditionalBatchNormalization, SpectralNormalization
from keras_gans.networks import projection, resnet

RNG = np.random.default_rng(0)
LABELS = np.array([0, 2, 2], "int32")


pytestmark = pytest.mark.usefixtures("quick_weights")


@pytest.fixture(scope="module")
def generator():
    """A small generator of three classes."""
    return projection.generator((16, 16, 1), classes=3, latent_dim=5, width=4)


@pytest.fixture(scope="module")
def discriminator():
    """A small discriminator of three classes."""
    return projection.discriminator((16, 16, 1), classes=3, width=4)


def numpy(x):
    return ops.convert_to_numpy(x)


def trainable(network):
    return sum(int(np.prod(v.shape)) for v in network.trainable_variables)


def of(network, *kinds):
    return [layer for layer in network._flatten_layers() if isinstance(layer, kinds)]


def test_projection_pair_reaches_the_papers_parameters():
    generator, discriminator = projection.generator(), projection.discriminator()
    assert trainable(generator) == 4_304_387 == trainable(resnet.generator(width=256)) + 6 * 9 * 512
    assert trainable(discriminator) == 1_055_105 == trainable(resnet.discriminator()) + 10 * 128
    assert (generator.name, discriminator.name) == ("generator", "discriminator")


@pytest.mark.parametrize(
    ("side", "first", "last"), [(16, 4, 8), (28, 7, 7), (32, 4, 8), (40, 5, 5), (48, 6, 6), (64, 4, 8), (128, 4, 8)]
)
def test_projection_pair_fits_its_sides(side, first, last):
    generator = projection.generator((side, side, 3), classes=3, width=2)
    discriminator = projection.discriminator((side, side, 3), classes=3, width=2)
    assert generator.output_shape == (None, side, side, 3) == discriminator.inputs[0].shape
    assert of(generator, layers.Reshape)[0].output.shape == (None, first, first, 2)
    assert of(discriminator, layers.ReLU)[-1].output.shape == (None, last, last, 2)
    assert discriminator.output_shape == (None, 1)
    doublings = len(of(generator, layers.Add))
    assert first * 2**doublings == side
    assert len(of(generator, ConditionalBatchNormalization)) == 2 * doublings
    for network in (generator, discriminator):
        labels = network.inputs[1]
        assert (labels.shape, labels.dtype, labels.name) == ((None,), "int32", "labels")


def test_projection_generator_only_the_last_batch_norm_is_plain(generator):
    norms = of(generator, layers.BatchNormalization)
    assert [(norm.center, norm.scale) for norm in norms].count((True, True)) == 1
    assert len(norms) == len(of(generator, ConditionalBatchNormalization)) + 1 == 5
    assert {(norm.momentum, norm.epsilon) for norm in norms} == {(0.9, 1e-5)}


def test_projection_generator_starts_alike_for_all_classes_and_learns_them(generator):
    """The tables start at 0."""
    latents = np.repeat(RNG.normal(size=(1, 5)).astype("float32"), 3, axis=0)
    first, second, third = numpy(generator([latents, LABELS]))
    assert np.std(first) > 0
    np.testing.assert_allclose(first, second, rtol=1e-4, atol=1e-6)
    norm = of(generator, ConditionalBatchNormalization)[0]
    norm.beta.assign(RNG.normal(size=norm.beta.shape))
    first, second, third = numpy(generator([latents, LABELS]))
    assert np.abs(first - second).max() > 1e-4
    np.testing.assert_allclose(second, third, rtol=1e-4, atol=1e-6)


def test_projection_discriminator_logit_is_linear_plus_inner_product(discriminator):
    """f(x, y) = <v_y, h(x)> + w h(x) + b, with v and w divided by their largest singular value."""
    dense, embedding = (of(discriminator, kind)[-1] for kind in (layers.Dense, layers.Embedding))
    embedding.embeddings.assign(RNG.normal(size=(3, 4)))
    dense.bias.assign([0.3])
    for spectral in of(discriminator, SpectralNormalization)[-2:]:
        spectral.power_iterations = 50
    x = RNG.uniform(-1, 1, size=(3, 16, 16, 1)).astype("float32")
    features = keras.Model(discriminator.inputs[0], discriminator.get_layer("features").output)
    h, w, v = numpy(features(x)), numpy(dense.kernel), numpy(embedding.embeddings)
    w, v = w / np.linalg.norm(w), v / np.linalg.svd(v, compute_uv=False)[0]
    expected = h @ w[:, 0] + 0.3 + np.sum(v[LABELS] * h, axis=1)
    np.testing.assert_allclose(numpy(discriminator([x, LABELS]))[:, 0], expected, rtol=1e-3, atol=1e-4)


def test_projection_discriminator_normalizes_every_kernel_and_has_no_batch_norm(discriminator):
    kernels = of(discriminator, layers.Conv2D, layers.Dense, layers.Embedding)
    assert [spectral.layer for spectral in of(discriminator, SpectralNormalization)] == kernels
    assert len(kernels) == 2 + 1 + 4 + 2
    assert not of(discriminator, layers.BatchNormalization)


def test_projection_half_precision_returns_float32(request):
    request.addfinalizer(lambda: keras.config.set_dtype_policy("float32"))
    keras.config.set_dtype_policy("mixed_bfloat16")
    images = numpy(projection.generator((16, 16, 1), 3, 5, width=4)([np.zeros((3, 5), "float32"), LABELS]))
    logits = projection.discriminator((16, 16, 1), 3, width=4)([images, LABELS])
    assert images.dtype == np.float32
    assert keras.backend.standardize_dtype(logits.dtype) == "float32"


def test_projection_pair_is_saved_and_loaded(generator, discriminator, tmp_path):
    x = {"generator": (3, 5), "discriminator": (3, 16, 16, 1)}
    for network in (generator, discriminator):
        inputs = [RNG.normal(size=x[network.name]).astype("float32"), LABELS]
        network.save(tmp_path / "network.keras")
        outputs = numpy(keras.saving.load_model(tmp_path / "network.keras")(inputs))
        assert np.isfinite(outputs).all()
        np.testing.assert_array_equal(outputs, numpy(network(inputs)))


@pytest.mark.parametrize("shape", [(8, 8, 3), (18, 18, 3), (256, 256, 3), (32, 64, 3), (32, 32, 5), (32, 32), 32])
def test_projection_refuses_other_shapes(shape):
    for build in (projection.generator, projection.discriminator):
        with pytest.raises(ValueError, match="4 to 7 times a power of two, and 1 to 4 channels. Received: "):
            build(shape)


def test_projection_refuses_no_class():
    for build in (projection.generator, projection.discriminator):
        with pytest.raises(ValueError, match="`classes` as a positive integer. Received: 0"):
            build(classes=0)
