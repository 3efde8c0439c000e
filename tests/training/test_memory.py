"""A long training takes no more memory than a short one, and a model that is gone leaves nothing behind."""

import gc
import os
import pathlib
import subprocess
import sys
import weakref

import numpy as np
import pytest
from conftest import small_gan
from games import GAMES

STATM = pathlib.Path("/proc/self/statm")  # pages of memory: in all, resident, ...
STEPS = 2000
BATCH = 16
KINDS = ["GAN", "WGANGP", "CycleGAN", "S3GANCO"]  # batch norm, a gradient's gradient, pools, heads
PROGRAM = """
import gc, sys
import keras, numpy as np
from conftest import dense_gan

kept = []
class Look(keras.callbacks.Callback):
    def on_train_batch_end(self, batch, logs=None):
        if "leak" in sys.argv:
            kept.append(np.ones(2500))  # 20 kB

def resident():
    gc.collect()
    return int(open("/proc/self/statm").read().split()[1]) * 4 / 1024

gan, images = dense_gan(), np.random.default_rng(0).uniform(-1, 1, (16, 16, 16, 1)).astype("float32")
data = np.tile(images, ({steps}, 1, 1, 1))
gan.fit(data[:16 * 200], batch_size=16, verbose=0, callbacks=[Look()])
before = resident()
gan.fit(data, batch_size=16, verbose=0, callbacks=[Look()])
assert int(gan.optimizer.iterations) == {steps} + 200
print("grown", resident() - before)
"""


@pytest.mark.skipif(not STATM.exists(), reason="Linux tells a process's memory here")
@pytest.mark.parametrize(("leak", "lower", "upper"), [(False, -100.0, 12.0), (True, 25.0, 100.0)])
def test_memory_does_not_grow_over_2000_steps(leak, lower, upper):
    """In MB; and a callback that keeps 20 kB of each step, 38 MB in all, would be seen."""
    environment = {**os.environ, "PYTHONPATH": str(pathlib.Path(__file__).parent.parent)}
    command = [sys.executable, "-c", PROGRAM.format(steps=STEPS), *(["leak"] if leak else [])]
    result = subprocess.run(command, capture_output=True, text=True, env=environment)
    assert result.returncode == 0, result.stderr[-2000:]
    assert lower < float(result.stdout.split("grown")[1]) < upper


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
