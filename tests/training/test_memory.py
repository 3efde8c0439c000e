"""A model that is gone leaves nothing behind: neither the graphs of its steps nor the pictures that it learned from."""

import gc
import weakref

import numpy as np
import pytest
from conftest import small_gan
from games import GAMES

BATCH = 16
KINDS = ["GAN", "WGANGP", "CycleGAN", "S3GANCO"]  # batch norm, a gradient's gradient, pools, heads


def objects():
    gc.collect()
    return len(gc.get_objects())


@pytest.mark.tensorflow
@pytest.mark.parametrize("name", KINDS)
def test_nobody_keeps_the_graph_of_a_model_that_is_gone(name, images):
    """Some dozens of objects stay, where a step's graph is thousands."""

    def play():
        model = GAMES[name].make()
        model.fit(GAMES[name].examples(images, model.n_critic), batch_size=BATCH, steps_per_epoch=1, verbose=0)

    play()
    before = objects()
    play()
    assert objects() - before < 500


def test_nobody_keeps_the_pictures_that_a_model_learned_from(images):
    x = np.array(images)
    seen = weakref.ref(x)
    small_gan().fit(x, batch_size=BATCH, verbose=0)
    del x
    gc.collect()
    assert seen() is None
