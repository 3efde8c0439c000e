"""ACGAN's discriminator: two heads on the same features."""

import keras
import numpy as np
import pytest
from keras import layers, ops

from keras_gans.networks import acgan, dcgan

RNG = np.random.default_rng(0)
SHAPE = (16, 16, 1)


def numpy(x):
    return ops.convert_to_numpy(x)


def pictures(n):
    return RNG.uniform(-1, 1, size=(n, *SHAPE)).astype("float32")


def of(network, kind):
    return [layer for layer in network.layers if isinstance(layer, kind)]


def test_acgan_discriminator_has_two_heads_on_the_same_features():
    network, plain = acgan.discriminator(SHAPE, classes=3, width=2), dcgan.discriminator(SHAPE, width=2)
    assert network.name == "discriminator"
    assert network.output_shape == [(None, 1), (None, 3)]
    assert network.count_params() == plain.count_params() + (4 * 4 * 4 + 1) * 3
    heads = of(network, layers.Dense)
    assert [head.input for head in heads] == [network.get_layer("features").output] * 2
    assert [head.units for head in heads] == [1, 3]
    assert [layer.rate for layer in of(network, layers.Dropout)] == [0.5, 0.5]
    source, classes = (numpy(y) for y in network(pictures(3)))
    assert (source.shape, classes.shape) == ((3, 1), (3, 3))
    assert np.isfinite(source).all()
    assert np.ptp(classes, axis=1).min() > 0


def test_acgan_discriminator_hands_arguments_on():
    network = acgan.discriminator(SHAPE, classes=3, width=2, batch_norm=False, dropout=0.0)
    assert not of(network, layers.BatchNormalization)
    assert not of(network, layers.Dropout)


def test_acgan_discriminator_half_precision_returns_float32(request):
    request.addfinalizer(lambda: keras.config.set_dtype_policy("float32"))
    keras.config.set_dtype_policy("mixed_bfloat16")
    network = acgan.discriminator(SHAPE, classes=3, width=2)
    assert [output.dtype for output in network.outputs] == ["float32", "float32"]


def test_acgan_discriminator_refuses_bad_arguments():
    with pytest.raises(ValueError, match="`classes` as a positive integer. Received: 0"):
        acgan.discriminator(SHAPE, classes=0)
    with pytest.raises(ValueError, match="sides? of 16 to 256 pixels.* Received: "):
        acgan.discriminator((8, 8, 1), classes=3)
