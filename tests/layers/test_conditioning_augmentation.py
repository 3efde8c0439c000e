"""Conditioning augmentation: what is drawn around a caption's vector, and how far that may shrink."""

import keras
import numpy as np
import pytest
from keras import ops

from keras_gans import losses
from keras_gans.layers import ConditioningAugmentation

MEAN, DEVIATION = np.array([1.0, -0.5]), np.array([0.5, 2.0])


def saying(mean, deviation, d=3):
    """A layer that says the same of every vector."""
    layer = ConditioningAugmentation(len(mean))
    layer.build([(None, d), (None, len(mean))])
    layer.set_weights([np.zeros((d, 2 * len(mean))), np.concatenate([mean, 2 * np.log(deviation)])])
    return layer


def test_kl_of_worked_vector():
    """1.75; where the logarithm of the deviation is read from the mean, as a known copy has it, 3.003468."""
    mean, log_variance = saying(MEAN, DEVIATION).moments(np.ones((4, 3)))
    assert float(losses.gaussian_kl(mean, log_variance)) == pytest.approx(1.75, abs=1e-5)
    parts = [float(losses.gaussian_kl(mean[:, i : i + 1], log_variance[:, i : i + 1])) for i in (0, 1)]
    assert parts == pytest.approx([0.818147, 0.931853], abs=1e-5)
    assert float(losses.gaussian_kl(mean, 2 * mean)) == pytest.approx(3.003468, abs=1e-5)


def test_condition_is_drawn_around_the_mean():
    noise = np.random.default_rng(0).normal(size=(20000, 2)).astype("float32")
    y = ops.convert_to_numpy(saying(MEAN, DEVIATION)([np.ones((20000, 3)), noise]))
    np.testing.assert_allclose(y, MEAN + DEVIATION * noise, rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(y.std(axis=0), DEVIATION, rtol=0.02)


def test_without_variance_noise_makes_no_difference():
    layer, rng = saying(MEAN, np.exp([-15.0, -15.0])), np.random.default_rng(0)
    a, b = (ops.convert_to_numpy(layer([np.ones((4, 3)), rng.normal(size=(4, 2))])) for _ in range(2))
    np.testing.assert_allclose(a, b, atol=1e-5)


def test_means_below_zero_and_deviations_below_one_are_reached():
    """Behind a ReLU, as one of the authors' codes has it, they are not."""
    for layer in (ConditioningAugmentation(8), ConditioningAugmentation(8, gated=True)):
        vectors = np.random.default_rng(0).normal(size=(16, 5)).astype("float32")
        layer([vectors, np.zeros((16, 8))])
        for part in layer.moments(vectors):
            assert 0 < (ops.convert_to_numpy(part) < 0).mean() < 1


def test_gates_stand_behind_the_values_of_mean_and_log_variance():
    """As in the authors' code of StackGAN++: half of all values are the gates of the other half."""
    layer = ConditioningAugmentation(2, gated=True)
    layer.build([(None, 3), (None, 2)])
    layer.set_weights([np.zeros((3, 8)), np.array([1.0, -2.0, 3.0, 4.0, 0.0, np.log(3.0), 0.0, -50.0])])
    mean, log_variance = (ops.convert_to_numpy(part)[0] for part in layer.moments(np.ones((1, 3))))
    np.testing.assert_allclose(mean, [0.5, -1.5], rtol=1e-6)
    np.testing.assert_allclose(log_variance, [1.5, 0.0], atol=1e-6)


def test_parameters_and_config():
    layer = ConditioningAugmentation(128)
    layer.build([(None, 1024), (None, 128)])
    assert layer.count_params() == 262_400
    layer = ConditioningAugmentation(128, gated=True, kernel_initializer="orthogonal")
    layer.build([(None, 1024), (None, 128)])
    assert layer.count_params() == 524_800
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(layer))
    assert again.get_config() == layer.get_config()


@pytest.mark.parametrize("units", [0, 1.5, None])
def test_units_that_are_none_are_refused(units):
    with pytest.raises(ValueError, match=r"Expected `units` as a positive integer\. Received: "):
        ConditioningAugmentation(units)


def test_noise_of_another_length_is_refused():
    with pytest.raises(ValueError, match=r"Expected vectors \(N, d\) and noise \(N, 4\)\. Received: "):
        ConditioningAugmentation(4)([np.zeros((2, 3)), np.zeros((2, 5))])
