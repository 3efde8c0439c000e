"""Redraw: other latents in training."""

import keras
import numpy as np
import pytest
from keras import ops

from keras_gans.layers import Redraw

Z = np.random.default_rng(0).normal(size=(500, 20)).astype("float32")


def test_redraw_returns_its_inputs_outside_of_training():
    np.testing.assert_array_equal(ops.convert_to_numpy(Redraw()(Z)), Z)


def test_redraw_draws_anew_in_training_whatever_it_is_given():
    layer = Redraw(seed=0)
    first, second = (ops.convert_to_numpy(layer(Z, training=True)) for _ in range(2))
    assert first.shape == Z.shape
    assert not np.any(first == second)
    other = Redraw(seed=0)(1000.0 * Z, training=True)
    np.testing.assert_array_equal(ops.convert_to_numpy(other), first)
    assert first.mean() == pytest.approx(0.0, abs=4 / np.sqrt(first.size))
    assert first.std() == pytest.approx(1.0, abs=4 / np.sqrt(2 * first.size))
    assert np.unique(first).size > 0.99 * first.size


@pytest.mark.parametrize("half", ["float16", "bfloat16"])
def test_redraw_in_half_precision(half):
    y = Redraw(seed=0, dtype=f"mixed_{half}")(Z, training=True)
    assert keras.backend.standardize_dtype(y.dtype) == half
