"""Ways from caption to caption: where they pass, with latents that stay; and what needs captions, or has none."""

import numpy as np
import pytest
from games import GAMES
from linear import linear_gan

from keras_gans import explore

A, B = "a red circle", "a blue square"


@pytest.fixture(scope="module", params=["StackGAN", pytest.param("StackGANPlus", marks=pytest.mark.tensorflow)])
def told(request):
    return GAMES[request.param].make()


def test_way_between_captions_is_straight_among_their_vectors_and_keeps_latents(told):
    examples, columns = explore.interpolation(told, n=2, steps=3, seed=1, captions=[A, B, A])
    assert columns == 5
    rows = examples.reshape(2, 5, *examples.shape[1:])
    for k, caption in ((0, A), (2, B), (4, A)):
        np.testing.assert_allclose(rows[:, k], told.generate(2, seed=1, labels=caption), atol=1e-5)
    half = told.read([A, B]).mean(axis=0)
    np.testing.assert_allclose(rows[:, 1], told.generate(2, seed=1, labels=np.tile(half, (2, 1))), atol=1e-5)
    np.testing.assert_allclose(rows[:, 1], rows[:, 3], atol=1e-5)
    assert np.abs(rows[:, 1] - rows[:, 0]).max() > 1e-4


def test_way_of_one_caption_goes_from_sample_to_sample(told):
    examples, columns = explore.interpolation(told, n=2, steps=3, seed=1, captions=[A])
    assert columns == 3
    ends = examples.reshape(2, 3, *examples.shape[1:])[:, [0, 2]].reshape(4, *examples.shape[1:])
    np.testing.assert_allclose(ends, told.generate(4, seed=1, labels=A), atol=1e-5)


def test_loop_of_captions_comes_back(told):
    frames = explore.loop(told, n=2, steps=2, seed=1, captions=[A, B])
    assert frames.shape[:2] == (4, 2)
    for frame, caption in ((1, B), (3, A)):
        np.testing.assert_allclose(frames[frame], told.generate(2, seed=1, labels=caption), atol=1e-5)


@pytest.mark.tensorflow
def test_captions_that_do_not_fit_the_model_are_refused(told):
    for call in (explore.interpolation, explore.loop):
        with pytest.raises(ValueError, match=r"^Expected captions for a model that reads them.* Received: StackGAN"):
            call(told)
        with pytest.raises(ValueError, match=r"^Expected one caption or more\. Received: \[\] for StackGAN"):
            call(told, captions=[])
        with pytest.raises(ValueError, match=r"^Expected no classes, as the model has none\. Received: \[0, 1\]"):
            call(told, captions=[A], classes=[0, 1])
        with pytest.raises(ValueError, match=r"captions for a model that reads none\. Received: \['red'\] for GAN"):
            call(linear_gan(), captions=["red"])
