"""Masking noise."""

import keras
import numpy as np
import pytest

from keras_gans.layers import MaskingNoise


def test_masking_noise_loses_numbers_and_leaves_the_others_alone():
    """Trap: dropout multiplies what it keeps, and its zero is grey in [-1, 1]."""
    x = np.random.default_rng(0).uniform(-0.9, 0.9, (50, 8, 8, 1)).astype("float32")
    y = keras.ops.convert_to_numpy(MaskingNoise(0.25, seed=1)(x, training=True))
    lost = y == -1.0
    np.testing.assert_array_equal(y[~lost], x[~lost])
    assert lost.mean() == pytest.approx(0.25, abs=4 * np.sqrt(0.25 * 0.75 / x.size))
    assert not np.array_equal(lost[0], lost[1])
    dropped = keras.ops.convert_to_numpy(keras.layers.Dropout(0.25, seed=1)(x, training=True))
    assert np.abs(dropped[dropped != 0] / x[dropped != 0] - 4 / 3).max() < 1e-5


def test_masking_noise_draws_anew_in_training_and_does_nothing_outside():
    x = np.zeros((20, 8), "float32")
    layer = MaskingNoise(0.5, value=3.0, seed=0)
    first, second = (keras.ops.convert_to_numpy(layer(x, training=True)) for _ in range(2))
    assert set(np.unique(first)) == {0.0, 3.0}
    assert not np.array_equal(first, second)
    np.testing.assert_array_equal(keras.ops.convert_to_numpy(layer(x)), x)


@pytest.mark.parametrize("rate", [-0.1, 1.0, float("nan")])
def test_masking_noise_refuses_what_is_no_rate(rate):
    with pytest.raises(ValueError, match=r"^Expected `rate` of at least 0 and below 1\. Received: "):
        MaskingNoise(rate)
