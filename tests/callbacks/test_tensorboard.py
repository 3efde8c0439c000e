"""TensorBoard: the event files, read back by TensorFlow's own reader, hold what was logged and drawn, and no more."""

import sys

import keras
import numpy as np
import pytest
from conftest import assert_same_state, dense_gan

from keras_gans import models, networks
from keras_gans.callbacks import TensorBoard
from keras_gans.callbacks.sample_frames import frame

tf = pytest.importorskip("tensorflow")
pytest.importorskip("tensorboard")


class Judge(keras.callbacks.Callback):
    """Stands in for an evaluation: it puts a number into the logs of every other epoch."""

    def on_epoch_end(self, epoch, logs=None):
        if epoch % 2:
            logs["distance"] = 100.0 - epoch


def values(folder):
    """What the event files of a folder hold, as dict of (tag, step) -> array; each only once."""
    found = []
    for path in sorted(folder.glob("events.out.tfevents.*")):
        options = tf.data.Options()
        options.autotune.enabled = False
        for record in tf.data.TFRecordDataset(str(path)).with_options(options).as_numpy_iterator():
            event = tf.compat.v1.Event.FromString(record)
            found += [((value.tag, event.step), tf.make_ndarray(value.tensor)) for value in event.summary.value]
    assert len(dict(found)) == len(found)
    return dict(found)


def fit(model, images, *callbacks, **arguments):
    """Four steps an epoch; returns the history."""
    return model.fit(images, batch_size=16, verbose=0, callbacks=list(callbacks), **arguments).history


@pytest.fixture(scope="module")
def watched(images, tmp_path_factory):
    folder, gan = tmp_path_factory.mktemp("watched"), dense_gan(dropout=0.3)
    history = fit(gan, images, Judge(), TensorBoard(folder, examples=9, every=2, seed=7), epochs=3)
    return folder, gan, history


def test_tensorboard_writes_the_logs_and_learning_rates_at_the_models_step(watched):
    folder, _, history = watched
    expected = {("epoch_distance", 8): 99.0}
    for epoch in range(3):
        expected |= {(f"epoch_{name}", 4 * (epoch + 1)): history[name][epoch] for name in ("d_loss", "g_loss")}
        expected |= {(f"epoch_learning_rate_{name}_optimizer", 4 * (epoch + 1)): 2e-3 for name in "dg"}
    found = values(folder / "train")
    assert found.keys() == expected.keys()
    for key, value in expected.items():
        assert found[key] == pytest.approx(value, rel=1e-6)


def test_tensorboard_writes_the_grid_of_the_same_examples(watched):
    folder, gan, _ = watched
    found = values(folder / "samples")
    assert list(found) == [("samples", step) for step in (0, 8, 12)]
    for step, model in ((0, dense_gan(dropout=0.3)), (12, gan)):
        drawn = frame(model, examples=9, seed=7)
        width, height, png = found["samples", step]
        assert (int(height), int(width)) == drawn.shape[:2]
        np.testing.assert_array_equal(tf.io.decode_png(png).numpy(), drawn)
    assert {path.name for path in folder.iterdir()} == {"train", "samples"}  # no graph, no validation


def test_tensorboard_changes_no_bit_of_the_training(watched, images):
    _, gan, history = watched
    alone = dense_gan(dropout=0.3)
    assert fit(alone, images, epochs=3)["d_loss"] == history["d_loss"]
    assert_same_state(alone, gan)


class SaveAndDie(keras.callbacks.Callback):
    """Stands in for a process that saves after the first epoch and is killed after the second."""

    def __init__(self, path):
        super().__init__()
        self.path = path

    def on_epoch_end(self, epoch, logs=None):
        if epoch == 1:
            raise RuntimeError("killed")
        self.model.save(self.path)


def test_tensorboard_of_a_continued_run_holds_each_step_once(watched, images, tmp_path):
    """The last event before the kill is half-written."""
    whole, folder, path = watched[0], tmp_path / "log", tmp_path / "saved.keras"
    logs = [TensorBoard(folder, examples=9, every=2, seed=7) for _ in range(2)]
    with pytest.raises(RuntimeError, match="killed"):
        fit(dense_gan(dropout=0.3), images, Judge(), logs[0], SaveAndDie(path), epochs=3)
    assert ("epoch_d_loss", 8) in values(folder / "train")  # each epoch is on the disk at its end
    (last,) = (folder / "train").iterdir()
    last.write_bytes(last.read_bytes()[:-5])
    gan = keras.saving.load_model(path)
    fit(gan, images, Judge(), logs[1], initial_epoch=1, epochs=3)
    assert_same_state(gan, watched[1])
    for name in ("train", "samples"):
        expected, found = values(whole / name), values(folder / name)
        assert found.keys() == expected.keys()
        for key, value in expected.items():
            np.testing.assert_array_equal(found[key], value)


def begin(model, callback):
    """What `fit` does at the beginning of a fresh run, and when it is interrupted before the first step."""
    callback.set_model(model)
    callback.on_train_begin()
    callback.on_train_interrupt()


def test_tensorboard_draws_points_over_real_ones(tmp_path):
    generator = networks.mlp.generator((2,), latent_dim=2, width=4)
    gan = models.GAN(generator, networks.mlp.discriminator((2,), width=4), latent_dim=2)
    gan.compile(keras.optimizers.Adam(), keras.optimizers.Adam())
    real = np.random.default_rng(0).normal(size=(50, 2))
    begin(gan, TensorBoard(tmp_path, examples=5, seed=7, real=real))
    drawn = frame(gan, examples=5, seed=7, real=real)
    assert drawn.shape[1] > drawn.shape[0]  # points and critic side by side
    png = values(tmp_path / "samples")["samples", 0][2]
    np.testing.assert_array_equal(tf.io.decode_png(png).numpy(), drawn)


def test_tensorboard_of_a_fresh_run_refuses_events_of_an_earlier_one(tmp_path):
    begin(dense_gan(), TensorBoard(tmp_path))
    before = values(tmp_path / "samples")
    with pytest.raises(ValueError, match=r"Expected a folder without events .* Received: .* with 2 files of them\.$"):
        begin(dense_gan(), TensorBoard(tmp_path))
    assert values(tmp_path / "samples").keys() == before.keys() == {("samples", 0)}


def test_tensorboard_interrupted_before_the_training_began_writes_nothing(tmp_path):
    TensorBoard(tmp_path).on_train_interrupt()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("package", ["tensorflow", "tensorboard"])
def test_tensorboard_says_which_package_is_missing(tmp_path, monkeypatch, package):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(ValueError, match=rf"^Expected the packages .*pip install .* Received: .*{package}.*\.$"):
        TensorBoard(tmp_path)
