"""What a newcomer sees first: digits that a classifier recognises, of all classes, near to all real ones."""

import numpy as np
import pytest

from benchmarks.first_contact import BARS, Judge, shrunk
from keras_gans import data, recipes
from keras_gans.cli.training import DEMO


@pytest.fixture(scope="module")
def judge():
    return Judge(DEMO["image_size"])


def test_demo_is_recognised_after_a_fifth_of_its_steps(judge):
    """Half of each bar at least; the whole bars, over three seeds: `python -m benchmarks.first_contact`."""
    images = data.load(DEMO["data"], image_size=DEMO["image_size"])
    gan = recipes.RECIPES[DEMO["recipe"]].build(image_shape=images.shape[1:])
    epochs = DEMO["steps"] // 5 // (len(images) // DEMO["batch_size"])
    gan.fit(images, batch_size=DEMO["batch_size"], epochs=epochs, verbose=0)
    judged = judge(shrunk(gan.generate(1000, seed=0)))
    assert all(judged[name] > bar / 2 for name, bar in BARS.items()), judged


def test_judge_passes_real_digits_and_neither_noise_nor_one_digit(judge):
    assert judge.right > 0.9
    assert all(judge.of_real()[name] > bar for name, bar in BARS.items())
    noise = judge(np.random.default_rng(0).uniform(-1, 1, (1000, 64)))
    assert noise["coverage"] < 0.1
    one = judge(np.repeat(judge.trained[:1], 1000, axis=0))
    assert one["coverage"] < 0.1
    assert one["rarest"] == 0.0
