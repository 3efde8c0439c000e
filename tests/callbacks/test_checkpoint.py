"""Checkpoint: the model on disk is whole at any time and no older than was asked for."""

import keras
import pytest
from conftest import assert_same_state, dense_gan

from keras_gans.callbacks import Checkpoint


def saved(path):
    return keras.saving.load_model(path)


def test_checkpoint_saves_the_last_state(images, tmp_path):
    gan = dense_gan()
    gan.fit(images, batch_size=16, verbose=0, callbacks=[Checkpoint(tmp_path / "runs" / "model.keras")])
    assert_same_state(saved(tmp_path / "runs" / "model.keras"), gan)
    assert [path.name for path in (tmp_path / "runs").iterdir()] == ["model.keras"]


def test_checkpoint_saves_while_training_goes_on_and_keeps_the_save_before(images, tmp_path):
    class Crash(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            if batch == 2:
                raise RuntimeError("power cut")

    for seconds, expected in ((0.0, 3), (3600.0, None)):
        path = tmp_path / f"{seconds}.keras"
        with pytest.raises(RuntimeError, match="power cut"):
            dense_gan().fit(images, batch_size=16, verbose=0, callbacks=[Checkpoint(path, seconds), Crash()])
        assert (int(saved(path).optimizer.iterations) if path.exists() else None) == expected
    assert int(saved(tmp_path / "0.0.previous.keras").optimizer.iterations) == 2


def test_checkpoint_leaves_the_last_state_to_the_end(images, tmp_path):
    """A save of the last step means that the callbacks before it have ended too, e.g. that a film is whole."""

    class Stop(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            self.model.stop_training = batch == 1

        def on_train_end(self, logs=None):
            self.found = int(saved(path).optimizer.iterations)

    path, stop = tmp_path / "model.keras", Stop()
    dense_gan().fit(images, batch_size=16, verbose=0, callbacks=[stop, Checkpoint(path, seconds=0.0)])
    assert (stop.found, int(saved(path).optimizer.iterations)) == (1, 2)


def test_checkpoint_that_fails_leaves_the_earlier_one(images, tmp_path, monkeypatch):
    path = tmp_path / "model.keras"
    gan = dense_gan()
    gan.fit(images, batch_size=16, verbose=0, callbacks=[Checkpoint(path)])
    before = path.read_bytes()

    def disk_full(file):
        file.write_bytes(b"half a model")
        raise OSError("No space left on device")

    monkeypatch.setattr(gan, "save", disk_full)
    with pytest.raises(OSError, match="No space left"):
        gan.fit(images, batch_size=16, verbose=0, callbacks=[Checkpoint(path)])
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_checkpoint_refuses_another_suffix():
    with pytest.raises(ValueError, match=r"ends in .keras. Received: 'model.h5'"):
        Checkpoint("model.h5")
