"""Translating games at their papers' depths, narrow: they build and make a step."""

import numpy as np
import pytest

from keras_gans import recipes


@pytest.mark.tensorflow  # on JAX each operation is compiled; the battery trains both there
@pytest.mark.parametrize(("name", "side"), [("pix2pix", 64), ("pix2pix", 128), ("cyclegan", 64)])
def test_recipe_makes_a_step_on_pictures(name, side):
    model = recipes.RECIPES[name].build((side, side, 3), width=2, run_eagerly=True)
    x, y = np.random.default_rng(0).uniform(-1, 1, (2, 1, side, side, 3)).astype("float32")
    logs = model.train_on_batch(x, y, return_dict=True)
    assert all(np.isfinite(value) for value in logs.values())
    assert int(model.optimizer.iterations) == 1
