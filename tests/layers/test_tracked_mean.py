"""The tracked mean of w."""

import keras
import numpy as np
import pytest
from keras import ops

from keras_gans.layers import TrackedMean

W = np.array([[1.0, 2.0], [3.0, -1.0]], "float32")


def tracked(layer, w, times=1):
    for _ in range(times):
        layer(w, training=True)
    return layer.mean.numpy()


@pytest.mark.parametrize("training", [False, True])
def test_tracked_mean_returns_its_inputs(training):
    np.testing.assert_array_equal(ops.convert_to_numpy(TrackedMean()(W, training=training)), W)


def test_tracked_mean_begins_at_0_and_goes_half_a_percent_of_the_way():
    layer = TrackedMean()
    layer.build(W.shape)
    np.testing.assert_array_equal(layer.mean.numpy(), [0.0, 0.0])
    np.testing.assert_allclose(tracked(layer, W), [0.005 * 2.0, 0.005 * 0.5], rtol=1e-5)


def test_tracked_mean_converges():
    """After 1000 updates it is w (1 - 0.995^1000) = 0.99335 w."""
    mean = tracked(TrackedMean(), W[:1], times=1000)
    np.testing.assert_allclose(mean, 0.99335 * W[0], rtol=1e-4)


def test_tracked_mean_stays_outside_of_training():
    layer = TrackedMean()
    layer(W)
    np.testing.assert_array_equal(layer.mean.numpy(), [0.0, 0.0])


def test_tracked_mean_does_not_train_and_is_copied_into_averages():
    layer = TrackedMean()
    layer.build(W.shape)
    assert layer.trainable_variables == []
    assert [v.name for v in layer.weights] == ["mean"]
    assert layer.averaged is False


@pytest.mark.parametrize("decay", [-0.1, 1.0, float("nan")])
def test_what_is_no_decay_is_refused(decay):
    with pytest.raises(ValueError, match=r"^Expected `decay` of at least 0 and below 1\. Received: "):
        TrackedMean(decay)


@pytest.mark.parametrize("half", ["float16", "bfloat16"])
def test_tracked_mean_is_float32_in_half_precision(half):
    """A mean near 1 in bfloat16 would not move by half a percent of 0.1."""
    layer = TrackedMean(dtype=f"mixed_{half}")
    layer.build(W.shape)
    layer.mean.assign([1.0, 1.0])
    y = layer(np.full((4, 2), 1.125), training=True)
    assert keras.backend.standardize_dtype(y.dtype) == half
    np.testing.assert_allclose(layer.mean.numpy(), 1.0 + 0.005 * 0.125, rtol=1e-6)
