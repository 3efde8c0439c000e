"""SampleGrid: which frames it writes, what is on them, and what becomes of the frames of an earlier run."""

import imageio.v3
import keras
import numpy as np
import pytest

from keras_gans.callbacks import SampleGrid
from keras_gans.visualization import image_grid, save_image


class Painter(keras.Model):
    """Stands in for a GAN: `generate` returns pictures that brighten as the bias is trained towards 1."""

    def __init__(self, shape=(8, 8, 1)):
        super().__init__()
        self.dense = keras.layers.Dense(1)
        self.dense.build((None, 1))
        self.shape = shape
        self.compile(keras.optimizers.SGD(0.1), "mse", jit_compile=False)

    def call(self, x):
        return self.dense(x)

    def generate(self, n, seed=None):
        noise = np.random.default_rng(seed).uniform(-1, 0, (n, *self.shape)).astype("float32")
        return noise + float(self.dense.bias[0])


class Kill(keras.callbacks.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        if epoch == 2:
            raise RuntimeError("killed")


def fit(model, *callbacks, epochs=3, **kwargs):
    x, y = np.zeros((8, 1), "float32"), np.ones((8, 1), "float32")
    model.fit(x, y, batch_size=2, epochs=epochs, verbose=0, callbacks=list(callbacks), **kwargs)


def names(steps):
    return [f"step_{step:08d}.png" for step in steps]


def files(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize(
    ("arguments", "steps"),
    [({}, [0, 4, 8, 12]), ({"every": 2}, [0, 8, 12]), ({"every": 5, "unit": "step"}, [0, 5, 10, 12])],
)
def test_sample_grid_writes_its_frames(tmp_path, arguments, steps):
    callback = SampleGrid(tmp_path / "new" / "frames", examples=4, **arguments)
    assert callback.frames == []
    fit(Painter(), callback)
    assert [path.name for path in callback.frames] == names(steps)
    assert files(tmp_path / "new" / "frames") == names(steps)  # and leaves no temporary file


def test_sample_grid_draws_the_same_latents_with_the_step_as_title(tmp_path):
    model, callback = Painter(), SampleGrid(tmp_path, examples=5, seed=7, columns=5)
    fit(model, callback, epochs=1)
    expected = image_grid(model.generate(5, seed=7), columns=5, title="step 4")
    np.testing.assert_array_equal(imageio.v3.imread(tmp_path / "step_00000004.png"), expected)
    first = image_grid(model.generate(5, seed=7) - float(model.dense.bias[0]), columns=5, title="step 0")
    np.testing.assert_allclose(imageio.v3.imread(tmp_path / "step_00000000.png").astype(int), first, atol=1)


def test_sample_grid_keeps_the_frames_of_a_killed_run(tmp_path):
    callback = SampleGrid(tmp_path, examples=4)
    with pytest.raises(RuntimeError, match="killed"):
        fit(Painter(), callback, Kill())
    assert files(tmp_path) == names([0, 4, 8])


def test_sample_grid_deletes_later_frames_when_a_run_continues(tmp_path):
    model = Painter()
    fit(model, SampleGrid(tmp_path, examples=4), epochs=1)
    for step in (5, 8, 100):  # of a killed run that got further
        save_image(tmp_path / f"step_{step:08d}.png", np.zeros((2, 2, 3), "uint8"))
    (tmp_path / "notes.png").write_bytes(b"of the user")
    fit(model, SampleGrid(tmp_path, examples=4), epochs=2, initial_epoch=1)
    assert files(tmp_path) == ["notes.png", *names([0, 4, 8])]
    assert imageio.v3.imread(tmp_path / "step_00000008.png").shape[0] > 2


def test_sample_grid_of_a_fresh_run_refuses_frames_of_an_earlier_one(tmp_path):
    fit(Painter(), SampleGrid(tmp_path, examples=4), epochs=1)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(ValueError, match=r"Expected a folder without frames .* Received: .* with 1 of them\.$"):
        fit(Painter(), SampleGrid(tmp_path, examples=9), epochs=1)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_sample_grid_of_a_fresh_run_overwrites_the_frame_of_step_0(tmp_path):
    save_image(tmp_path / "step_00000000.png", np.zeros((2, 2, 3), "uint8"))
    fit(Painter(), SampleGrid(tmp_path, examples=4), epochs=1)
    assert files(tmp_path) == names([0, 4])
    assert imageio.v3.imread(tmp_path / "step_00000000.png").shape[0] > 2


def test_sample_grid_refuses_what_is_no_image(tmp_path):
    with pytest.raises(ValueError, match=r"Expected a model that generates images .* of shape \(4, 2\)\.$"):
        fit(Painter(shape=(2,)), SampleGrid(tmp_path, examples=4))


@pytest.mark.parametrize("argument", ["examples", "columns"])
def test_sample_grid_refuses_numbers_below_one(tmp_path, argument):
    with pytest.raises(ValueError, match=rf"Expected `{argument}` of at least 1. Received: 0\.$"):
        SampleGrid(tmp_path, **{argument: 0})
