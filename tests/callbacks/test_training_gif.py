"""TrainingGIF: the film at the end, at an interrupt, after a kill, and after a run is continued."""

import gc
import warnings

import imageio.v3
import keras
import numpy as np
import pytest
from PIL import Image

from keras_gans.callbacks import TrainingGIF
from keras_gans.visualization import animation


class Painter(keras.Model):
    """Stands in for a GAN: `generate` returns pictures that brighten as the bias is trained towards 1."""

    def __init__(self, steps_per_execution=1):
        super().__init__()
        self.dense = keras.layers.Dense(1)
        self.dense.build((None, 1))
        self.compile(keras.optimizers.SGD(0.1), "mse", jit_compile=False, steps_per_execution=steps_per_execution)

    def call(self, x):
        return self.dense(x)

    def generate(self, n, seed=None):
        noise = np.random.default_rng(seed).uniform(-1, 0, (n, 8, 8, 1)).astype("float32")
        return noise + float(self.dense.bias[0])

    def sheet(self, n, seed, real):
        return self.generate(n, seed), None


class Raise(keras.callbacks.Callback):
    def __init__(self, error, epoch=2):
        super().__init__()
        self.error, self.epoch = error, epoch

    def on_epoch_begin(self, epoch, logs=None):
        if epoch == self.epoch:
            raise self.error


def fit(model, *callbacks, epochs=3, **kwargs):
    x, y = np.zeros((8, 1), "float32"), np.ones((8, 1), "float32")
    model.fit(x, y, batch_size=2, epochs=epochs, verbose=0, callbacks=list(callbacks), **kwargs)


def frame_count(path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # imageio's reader of MP4 leaves its pipes open
        film = imageio.v3.imread(path)
        gc.collect()
    return len(film)


def files(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("suffix", [".gif", ".mp4"])
def test_training_gif_films_the_run(tmp_path, suffix):
    callback = TrainingGIF(tmp_path / f"run{suffix}", examples=4)
    fit(Painter(), callback)
    assert files(tmp_path) == [f"run{suffix}", "run_frames"]
    assert files(tmp_path / "run_frames") == [f"step_{step:08d}.png" for step in (0, 4, 8, 12)]
    assert frame_count(tmp_path / f"run{suffix}") == 4


@pytest.mark.parametrize(("steps_per_execution", "count"), [(1, 4), (3, 4)])
def test_training_gif_films_by_steps(tmp_path, steps_per_execution, count):
    callback = TrainingGIF(tmp_path / "run.gif", examples=4, every=5, unit="step")
    fit(Painter(steps_per_execution), callback)
    assert len(callback.frames) == frame_count(tmp_path / "run.gif") == count


def test_training_gif_holds_its_last_frame(tmp_path):
    fit(Painter(), TrainingGIF(tmp_path / "run.gif", examples=4, fps=4), epochs=1)
    with Image.open(tmp_path / "run.gif") as gif:
        durations = [gif.info["duration"]]
        gif.seek(1)
        assert [*durations, gif.info["duration"]] == [250, 2000]


def test_training_gif_respects_its_folder_and_limit(tmp_path):
    callback = TrainingGIF(tmp_path / "run.gif", examples=36, folder=tmp_path / "elsewhere", max_bytes=60_000)
    fit(Painter(), callback, epochs=6)
    assert files(tmp_path) == ["elsewhere", "run.gif"]
    assert len(callback.frames) == 7
    assert (tmp_path / "run.gif").stat().st_size <= 60_000


def test_training_gif_keeps_the_frames_of_a_killed_run(tmp_path):
    callback = TrainingGIF(tmp_path / "run.gif", examples=4)
    with pytest.raises(RuntimeError, match="killed"):
        fit(Painter(), callback, Raise(RuntimeError("killed")))
    assert files(tmp_path) == ["run_frames"]
    assert len(callback.frames) == 3
    animation(tmp_path / "run.gif", callback.frames)
    assert frame_count(tmp_path / "run.gif") == 3


def test_training_gif_films_an_interrupted_run(tmp_path):
    callback = TrainingGIF(tmp_path / "run.gif", examples=4)
    with pytest.raises(KeyboardInterrupt):
        fit(Painter(), callback, Raise(KeyboardInterrupt()))
    callback.on_train_interrupt()  # as the `fit` of this package's models does
    assert frame_count(tmp_path / "run.gif") == 3


def test_training_gif_interrupted_before_any_frame_writes_nothing(tmp_path):
    TrainingGIF(tmp_path / "run.gif").on_train_interrupt()
    assert files(tmp_path) == []


def test_training_gif_of_a_continued_run_holds_the_whole_run(tmp_path):
    model = Painter()
    fit(model, TrainingGIF(tmp_path / "run.gif", examples=4), epochs=1)
    (tmp_path / "run_frames" / "step_00000009.png").write_bytes(b"half-written by a killed run")
    fit(model, TrainingGIF(tmp_path / "run.gif", examples=4), epochs=3, initial_epoch=1)
    assert files(tmp_path / "run_frames") == [f"step_{step:08d}.png" for step in (0, 4, 8, 12)]
    assert frame_count(tmp_path / "run.gif") == 4


@pytest.mark.parametrize(
    ("name", "arguments", "sentence"),
    [
        ("run.png", {}, r"Expected a path that ends in \.gif or \.mp4. Received: '.*run\.png'\.$"),
        ("run.gif", {"fps": 0}, r"Expected `fps` above 0. Received: 0\.$"),
        ("run.gif", {"unit": "hour"}, r"Expected `unit` 'epoch' or 'step'. Received: 'hour'\.$"),
    ],
)
def test_training_gif_refuses_at_once(tmp_path, name, arguments, sentence):
    with pytest.raises(ValueError, match=sentence):
        TrainingGIF(tmp_path / name, **arguments)


def test_training_gif_begins_anew_with_a_fresh_model(tmp_path):
    """A notebook's cell that is run twice, the second time for longer steps; what lies beside the frames stays."""
    fit(Painter(), TrainingGIF(tmp_path / "run.gif", examples=4), epochs=3)
    (tmp_path / "run_frames" / "mine.png").write_bytes(b"mine")
    first = (tmp_path / "run_frames" / "step_00000004.png").read_bytes()
    fit(Painter(), TrainingGIF(tmp_path / "run.gif", examples=9, every=2), epochs=2)
    assert files(tmp_path / "run_frames") == ["mine.png", "step_00000000.png", "step_00000008.png"]
    assert frame_count(tmp_path / "run.gif") == 2
    fit(Painter(), TrainingGIF(tmp_path / "run.gif", examples=4), epochs=1)
    assert (tmp_path / "run_frames" / "step_00000004.png").read_bytes() == first
