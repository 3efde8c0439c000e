"""SAGAN's networks: exact counts, what is normalised, where attention is, and the logit's formula."""

import keras
import numpy as np
import pytest
from keras import layers
from laddered import check_logit, check_normalized, numpy, of, trainable

from keras_gans.layers import ConditionalBatchNormalization, SelfAttention
from keras_gans.networks import projection, sagan

RNG = np.random.default_rng(0)
LABELS = np.array([0, 2, 2], "int32")


@pytest.fixture(scope="module")
def pair(quick_weights):
    """A small pair of three classes, with attention at 16 pixels."""
    return sagan.generator((32, 32, 1), 3, 5, width=4), sagan.discriminator((32, 32, 1), 3, width=4)


@pytest.mark.usefixtures("no_weights")
@pytest.mark.parametrize(
    ("attention", "g", "d"),
    [(32, 42_078_852, 39_463_618), (64, 42_017_412, 39_448_258), (None, 41_996_931, 39_443_137)],
)
def test_sagan_at_128_pixels_has_so_many_weights(attention, g, d):
    """With attention at 64 pixels the pair has the 81.5 million of BigGAN's baseline."""
    generator, discriminator = (build(attention=attention) for build in (sagan.generator, sagan.discriminator))
    assert (trainable(generator), trainable(discriminator)) == (g, d)
    if attention == 64:
        assert round((g + d) / 1e6, 1) == 81.5
    if attention is None:
        other = [build(classes=999, attention=None) for build in (sagan.generator, sagan.discriminator)]
        assert (g - trainable(other[0]), d - trainable(other[1])) == (9_856, 1_024)
        paper = SelfAttention(value_reduction=8, pooled=False)  # the paper's form, of which its text tells
        paper.build((None, 32, 32, 256))
        assert g + sum(v.numpy().size for v in paper.trainable_variables) == 42_029_700


@pytest.mark.usefixtures("no_weights")
def test_sagan_at_32_pixels_is_the_projection_pair_with_attention():
    """4,386,308 and 1,075,586, as StudioGAN's log prints of its CIFAR network."""
    shape = (32, 32, 3)
    generator, discriminator = sagan.generator(shape, 10), sagan.discriminator(shape, 10)
    assert trainable(generator) == 4_386_308 == trainable(projection.generator()) + 81_921
    assert trainable(discriminator) == 1_075_586 == trainable(projection.discriminator()) + 20_481


def test_sagan_is_normalised_throughout_and_attends_once_in_each_network(pair):
    """Traps: attention that is built and never passed to D; spectral normalization in D alone."""
    for network in pair:
        check_normalized(network)
        (attention,) = of(network, SelfAttention)
        assert (attention.spectral_norm, attention.pooled, attention.value_reduction) == (True, True, 2)
    generator, discriminator = pair
    norms = of(generator, layers.BatchNormalization)
    assert [(norm.center, norm.scale) for norm in norms].count((True, True)) == 1
    assert len(norms) == 1 + len(of(generator, ConditionalBatchNormalization)) == 7
    assert not of(discriminator, layers.BatchNormalization)


def test_attention_of_both_networks_matters(pair):
    inputs = {"generator": (3, 5), "discriminator": (3, 32, 32, 1)}
    for network in pair:
        x = [RNG.normal(size=inputs[network.name]).astype("float32"), LABELS]
        (attention,) = of(network, SelfAttention)
        before = numpy(network(x))
        attention.gamma.assign(1.0)
        assert np.abs(numpy(network(x)) - before).max() > 1e-4
        attention.gamma.assign(0.0)


def test_sagan_discriminators_logit_is_linear_plus_inner_product(pair):
    check_logit(pair[1], RNG.uniform(-1, 1, size=(3, 32, 32, 1)).astype("float32"), LABELS)


def test_sagan_half_precision_returns_float32(request):
    request.addfinalizer(lambda: keras.config.set_dtype_policy("float32"))
    keras.config.set_dtype_policy("mixed_float16")
    images = numpy(sagan.generator((32, 32, 1), 3, 5, width=4)([np.zeros((3, 5), "float32"), LABELS]))
    logits = sagan.discriminator((32, 32, 1), 3, width=4)([images, LABELS])
    assert images.dtype == np.float32
    assert keras.backend.standardize_dtype(logits.dtype) == "float32"
    assert np.isfinite(numpy(logits)).all()


def test_sagan_is_saved_and_loaded(pair, tmp_path):
    inputs = {"generator": (3, 5), "discriminator": (3, 32, 32, 1)}
    for network in pair:
        x = [RNG.normal(size=inputs[network.name]).astype("float32"), LABELS]
        network.save(tmp_path / "network.keras")
        np.testing.assert_array_equal(numpy(keras.saving.load_model(tmp_path / "network.keras")(x)), numpy(network(x)))
