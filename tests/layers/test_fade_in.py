"""Fade-in: exactly the one at its level, exactly the other a level above; and Clip, where pictures are looked at."""

import numpy as np
import pytest
from keras import ops

from keras_gans.layers import Clip, FadeIn

LOW, HIGH = np.random.default_rng(0).normal(size=(2, 3, 4, 4, 2)).astype("float32")


def faded(detail=None):
    layer = FadeIn(level=3)
    layer.build([LOW.shape, HIGH.shape])
    if detail is not None:
        layer.detail.assign(detail)
    return ops.convert_to_numpy(layer([LOW, HIGH]))


@pytest.mark.parametrize("detail", [2.0, 3.0])
def test_up_to_its_level_it_is_the_lower_bit_for_bit(detail):
    np.testing.assert_array_equal(faded(detail), LOW)


@pytest.mark.parametrize("detail", [None, 4.0, 5.5])
def test_from_the_next_level_on_and_at_first_it_is_the_higher_bit_for_bit(detail):
    """Trap: low + a (high - low) is not, in floating point."""
    np.testing.assert_array_equal(faded(detail), HIGH)


def test_between_it_mixes():
    np.testing.assert_allclose(faded(3.25), 0.75 * LOW + 0.25 * HIGH, rtol=1e-6)


def test_detail_does_not_train_and_is_not_averaged():
    layer = FadeIn(level=3)
    layer.build([LOW.shape, HIGH.shape])
    assert not layer.trainable_variables
    assert not layer.averaged


def test_clip_leaves_what_is_in_training():
    x = np.array([-3.0, 0.5, 2.0], "float32")
    np.testing.assert_array_equal(Clip()(x, training=True), x)
    np.testing.assert_array_equal(Clip()(x), [-1.0, 0.5, 1.0])
