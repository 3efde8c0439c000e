"""SampleFrames: which it writes, what is on them, and what becomes of the frames of an earlier run."""

import imageio.v3
import keras
import numpy as np
import pytest

from keras_gans.callbacks import SampleFrames
from keras_gans.training import AdversarialModel
from keras_gans.visualization import figure_pixels, film_cell, image_grid, points_and_critic, save_image, scatter

REAL = np.random.default_rng(0).normal(size=(50, 2))


class Painter(keras.Model):
    """Stands in for a GAN: `generate` returns what brightens, or moves, as the bias is trained towards 1."""

    judging = ("discriminator",)
    judge_of_points = AdversarialModel.judge_of_points

    def __init__(self, shape=(8, 8, 1), judged=(2,)):
        super().__init__()
        judge = [keras.Input(judged), keras.layers.Flatten(), keras.layers.Dense(1, kernel_initializer="ones")]
        self.discriminator = keras.Sequential(judge)
        self.discriminator.trainable = False
        self.dense = keras.layers.Dense(1)
        self.dense.build((None, 1))
        self.shape = shape
        self.compile(keras.optimizers.SGD(0.1), "mse", jit_compile=False)

    def call(self, x):
        return self.dense(x)

    def generate(self, n, seed=None):
        noise = np.random.default_rng(seed).uniform(-1, 0, (n, *self.shape)).astype("float32")
        return noise + float(self.dense.bias[0])

    def sheet(self, n, seed, real):
        return self.generate(n or 9, seed), 3


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
def test_sample_frames_writes_its_frames(tmp_path, arguments, steps):
    callback = SampleFrames(tmp_path / "new" / "frames", examples=4, **arguments)
    assert callback.frames == []
    fit(Painter(), callback)
    assert [path.name for path in callback.frames] == names(steps)
    assert files(tmp_path / "new" / "frames") == names(steps)  # and leaves no temporary file


def test_sample_frames_draws_the_same_latents_with_the_step_as_title(tmp_path):
    model, callback = Painter(), SampleFrames(tmp_path, examples=5, seed=7, columns=5)
    fit(model, callback, epochs=1)
    expected = image_grid(model.generate(5, seed=7), columns=5, cell=94, title="step 4")
    assert expected.shape[1] == 5 * (96 + 2) + 2  # the first whole factor that makes it 480 wide
    np.testing.assert_array_equal(imageio.v3.imread(tmp_path / "step_00000004.png"), expected)
    first = image_grid(model.generate(5, seed=7) - float(model.dense.bias[0]), columns=5, cell=94, title="step 0")
    np.testing.assert_allclose(imageio.v3.imread(tmp_path / "step_00000000.png").astype(int), first, atol=1)


def test_sample_frames_draws_cells_as_large_as_asked(tmp_path):
    model, callback = Painter(), SampleFrames(tmp_path, examples=4, columns=2, cell=100)
    fit(model, callback, epochs=1)
    expected = image_grid(model.generate(4, seed=0), columns=2, cell=100, title="step 4")
    assert expected.shape[1] == 2 * 104 + 3 * 2  # 8 pixels become 13 times as wide, with gaps
    np.testing.assert_array_equal(imageio.v3.imread(tmp_path / "step_00000004.png"), expected)


def test_sample_frames_keeps_the_frames_of_a_killed_run(tmp_path):
    callback = SampleFrames(tmp_path, examples=4)
    with pytest.raises(RuntimeError, match="killed"):
        fit(Painter(), callback, Kill())
    assert files(tmp_path) == names([0, 4, 8])


def test_sample_frames_deletes_later_frames_when_a_run_continues(tmp_path):
    model = Painter()
    fit(model, SampleFrames(tmp_path, examples=4), epochs=1)
    for step in (5, 8, 100):  # of a killed run that got further
        save_image(tmp_path / f"step_{step:08d}.png", np.zeros((2, 2, 3), "uint8"))
    (tmp_path / "notes.png").write_bytes(b"of the user")
    fit(model, SampleFrames(tmp_path, examples=4), epochs=2, initial_epoch=1)
    assert files(tmp_path) == ["notes.png", *names([0, 4, 8])]
    assert imageio.v3.imread(tmp_path / "step_00000008.png").shape[0] > 2


def test_sample_frames_of_a_fresh_run_refuses_frames_of_an_earlier_one(tmp_path):
    fit(Painter(), SampleFrames(tmp_path, examples=4), epochs=1)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(ValueError, match=r"without frames .* delete its step_\*\.png.* Received: .* with 1 of them\.$"):
        fit(Painter(), SampleFrames(tmp_path, examples=9), epochs=1)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_sample_frames_of_a_fresh_run_overwrites_the_frame_of_step_0(tmp_path):
    save_image(tmp_path / "step_00000000.png", np.zeros((2, 2, 3), "uint8"))
    fit(Painter(), SampleFrames(tmp_path, examples=4), epochs=1)
    assert files(tmp_path) == names([0, 4])
    assert imageio.v3.imread(tmp_path / "step_00000000.png").shape[0] > 2


def test_sample_frames_draws_points_and_the_critic(tmp_path):
    """The discriminator of these points is x + y."""
    model, callback = Painter(shape=(2,)), SampleFrames(tmp_path, examples=5, seed=7, real=REAL)
    fit(model, callback, epochs=1)
    figure = points_and_critic(model.generate(5, seed=7), lambda x: x.sum(axis=1), REAL, title="step 4")
    drawn = imageio.v3.imread(tmp_path / "step_00000004.png").astype(int)
    expected = figure_pixels(figure).astype(int)
    assert drawn.shape == expected.shape
    assert np.mean(drawn != expected) < 0.01  # the sum is of float32 there
    assert imageio.v3.imread(tmp_path / "step_00000000.png").shape == drawn.shape


def test_sample_frames_draws_points_alone_where_no_single_point_is_judged(tmp_path):
    model = Painter(shape=(2,), judged=(2, 2))
    fit(model, SampleFrames(tmp_path, seed=7, real=REAL), epochs=1)
    expected = figure_pixels(scatter(model.generate(9, seed=7), REAL, title="step 4"))
    np.testing.assert_array_equal(imageio.v3.imread(tmp_path / "step_00000004.png"), expected)


@pytest.mark.parametrize(
    ("shape", "real", "sentence"),
    [
        ((2,), None, r"Expected real points .* Received: real=None\.$"),
        ((3,), REAL, r"Expected `samples` as .* Received: shape \(4, 3\)\.$"),
        ((8, 8), None, r"Expected at least one image .* Received: shape \(4, 8, 8\)\.$"),
    ],
)
def test_sample_frames_refuses_what_cannot_be_drawn(tmp_path, shape, real, sentence):
    with pytest.raises(ValueError, match=sentence):
        fit(Painter(shape), SampleFrames(tmp_path, examples=4, real=real))


def test_sample_frames_leaves_numbers_to_the_model(tmp_path):
    model = Painter()
    callback = SampleFrames(tmp_path, seed=7)
    fit(model, callback, epochs=1)
    expected = image_grid(model.generate(9, seed=7), columns=3, cell=film_cell(8, 3), title="step 4")
    np.testing.assert_array_equal(imageio.v3.imread(callback.frames[-1]), expected)


def test_sample_frames_of_a_translation_hands_the_model_its_pictures_and_takes_its_columns(tmp_path):
    class Translator(Painter):
        def sheet(self, n, seed, real):
            return np.concatenate([part[:n] for part in real]) * 0.5 + seed / 10, 4

    a, b = np.random.default_rng(0).uniform(-1, 1, (2, 6, 8, 8, 3)).astype("float32")
    for folder, columns in (("model", None), ("mine", 2)):
        callback = SampleFrames(tmp_path / folder, examples=2, seed=3, columns=columns, real=(a, b))
        fit(Translator(), callback, epochs=1)
        pictures = np.concatenate([a[:2], b[:2]]) * 0.5 + 0.3
        columns = columns or 4
        expected = image_grid(pictures, columns, film_cell(8, columns), title="step 4")
        np.testing.assert_array_equal(imageio.v3.imread(callback.frames[-1]), expected)


@pytest.mark.parametrize("argument", ["examples", "columns", "cell"])
def test_sample_frames_refuses_numbers_below_one(tmp_path, argument):
    with pytest.raises(ValueError, match=rf"Expected `{argument}` of at least 1. Received: 0\.$"):
        SampleFrames(tmp_path, **{argument: 0})
