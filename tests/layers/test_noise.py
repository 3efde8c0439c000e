"""Noise with learned strengths."""

import keras
import numpy as np
import pytest
from keras import ops

from keras_gans.layers import Noise

X = np.random.default_rng(0).normal(size=(5, 8, 6, 3)).astype("float32")


def built(strength=(0.0, 0.0, 0.0)):
    layer = Noise(seed=1)
    layer.build(X.shape)
    layer.strength.assign(strength)
    return layer


def added(layer, training):
    return ops.convert_to_numpy(layer(X, training=training)) - X


@pytest.mark.parametrize("training", [False, True])
def test_noise_of_strength_0_is_the_identity(training):
    """Trap: strengths that begin as N(0, 1)."""
    layer = Noise()
    np.testing.assert_array_equal(ops.convert_to_numpy(layer(X, training=training)), X)


def test_noise_is_repeated_outside_of_training_and_drawn_anew_in_it():
    layer = built((1.0, 1.0, 1.0))
    outside, inside = ([added(layer, training) for _ in range(2)] for training in (False, True))
    np.testing.assert_array_equal(*outside)
    assert not np.any(inside[0] == inside[1])


@pytest.mark.parametrize("training", [False, True])
def test_noise_is_one_map_for_all_channels_each_with_its_strength(training):
    noise = added(built((1.0, 1.0, -2.0)), training)
    np.testing.assert_allclose(noise[..., 1], noise[..., 0], atol=1e-6)
    np.testing.assert_allclose(noise[..., 2], -2.0 * noise[..., 0], atol=1e-5)
    assert np.abs(noise[..., 0]).max() > 1.0


def test_noise_differs_between_examples_in_training_and_not_outside():
    layer = built((1.0, 1.0, 1.0))
    outside, inside = added(layer, False), added(layer, True)
    np.testing.assert_allclose(outside, np.broadcast_to(outside[:1], outside.shape), atol=1e-6)
    assert np.abs(inside[1:] - inside[:1]).min(axis=(1, 2, 3)).max() > 0


@pytest.mark.parametrize("training", [False, True])
def test_noise_is_standard_normal(training):
    layer = Noise(seed=2)
    x = np.zeros((16, 32, 32, 1), "float32")
    layer.build(x.shape)
    layer.strength.assign([1.0])
    noise = ops.convert_to_numpy(layer(x, training=training))
    n = noise.size if training else 32 * 32
    assert noise.mean() == pytest.approx(0.0, abs=4 / np.sqrt(n))
    assert noise.std() == pytest.approx(1.0, abs=4 / np.sqrt(2 * n))


def test_noise_trains_its_strengths_and_keeps_its_fixed_map():
    layer = built()
    assert [v.path.split("/")[-1] for v in layer.trainable_variables] == ["strength"]
    assert [tuple(v.shape) for v in layer.non_trainable_weights] == [(1, 8, 6, 1)]
    again = Noise.from_config(layer.get_config())
    again.build(X.shape)
    again.set_weights(layer.get_weights())
    layer.strength.assign([1.0, 0.0, 0.0])
    again.strength.assign([1.0, 0.0, 0.0])
    np.testing.assert_array_equal(added(again, False), added(layer, False))


@pytest.mark.parametrize("half", ["float16", "bfloat16"])
@pytest.mark.parametrize("training", [False, True])
def test_noise_in_half_precision(half, training):
    layer = Noise(seed=1, dtype=f"mixed_{half}")
    y = layer(ops.cast(X, half), training=training)
    assert keras.backend.standardize_dtype(y.dtype) == half
    np.testing.assert_array_equal(ops.convert_to_numpy(ops.cast(y - ops.cast(X, half), "float32")), 0.0)


def test_shared_strength_is_one_number_for_all_channels():
    """StyleGAN2's: famous mistake, a strength for each channel, which its count of weights has not."""
    layer = Noise(shared=True, seed=1)
    layer.build(X.shape)
    assert [tuple(v.shape) for v in layer.trainable_variables] == [()]
    layer.strength.assign(-2.0)
    noise = added(layer, training=False)
    expected = np.broadcast_to(-2.0 * ops.convert_to_numpy(layer.fixed), X.shape)
    np.testing.assert_allclose(noise, expected, atol=1e-5)
    assert Noise.from_config(layer.get_config()).shared
