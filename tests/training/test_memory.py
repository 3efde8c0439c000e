"""A long training takes no more memory than a short one."""

import os
import pathlib
import subprocess
import sys

import pytest

STATM = pathlib.Path("/proc/self/statm")  # pages of memory: in all, resident, ...
STEPS = 2000
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
