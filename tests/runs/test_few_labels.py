"""Runs of a recipe that learns from few labels: which labels, resumed bit for bit, measured, refused elsewhere."""

import dataclasses
import json

import keras
import pytest
from conftest import assert_same_state
from PIL import Image

from keras_gans import data
from keras_gans.commands.evaluate import evaluate
from keras_gans.data import inferred
from keras_gans.runs import settings, train
from keras_gans.runs.settings import Settings
from keras_gans.training import load_model

WANTED = Settings(
    "triplegan", "digits", labels_per_class=4, width=8, batch_size=32, steps=5, ema=0.9, metrics="accuracy"
)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs") / "whole"
    assert train.train(folder, WANTED) == 5
    return folder


def test_a_run_sees_so_many_labels_of_each_class_and_writes_it_down(whole):
    config = settings.read(whole)
    assert config["labels_per_class"] == 4
    assert config["data_shapes"] == [[40, 16, 16, 1], [40], [1797, 16, 16, 1]]
    expected = data.partly_labelled(*data.load("digits", image_size=16, labels=True), per_class=4, seed=0)
    assert config["data_crc32"] == expected.fingerprint()
    with Image.open(whole / "training.gif") as film:
        assert film.n_frames == 6


def cut(folder, wanted, monkeypatch):
    """A run that a power cut ends after two steps."""

    class Power(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            if batch == 2:
                raise RuntimeError("power cut")

    with monkeypatch.context() as patch:
        patch.setattr(train, "SECONDS_BETWEEN_SAVES", 0.0)
        patch.setattr(train.callbacks, "FiniteGuard", Power)
        with pytest.raises(RuntimeError, match="power cut"):
            train.train(folder, wanted)


def test_a_run_resumed_equals_one_that_was_not_stopped(whole, tmp_path, monkeypatch):
    cut(tmp_path / "cut", WANTED, monkeypatch)
    assert 0 < int(load_model(tmp_path / "cut" / "model.keras").optimizer.iterations.numpy()) < 5
    with pytest.raises(ValueError, match=r"Expected the labels_per_class .*, 4\. Received: None\.$"):
        train.train(tmp_path / "cut", Settings(**{**vars(WANTED), "labels_per_class": None}), resume=True)
    assert train.train(tmp_path / "cut", WANTED, resume=True) == 5
    assert_same_state(*(load_model(folder / "model.keras") for folder in (whole, tmp_path / "cut")))
    assert (whole / "training.gif").read_bytes() == (tmp_path / "cut" / "training.gif").read_bytes()


def test_a_run_is_measured_by_what_its_classifier_names_rightly(whole):
    images, labels = data.load("digits", image_size=16, labels=True)
    right = (load_model(whole / "model.keras").classify(images).argmax(axis=1) == labels).mean()
    (last,) = json.loads((whole / "evaluation.json").read_text())[-1]["results"]
    assert (last["name"], last["value"]) == ("accuracy", pytest.approx(right, abs=1e-6))
    (result,) = evaluate(load_model(whole / "model.keras"), "digits", ["accuracy"])
    assert (result.value, result.real) == (pytest.approx(right, abs=1e-6), 1797)


def test_labels_per_class_are_refused_where_all_are_seen_and_where_there_are_not_so_many(tmp_path):
    with pytest.raises(ValueError, match=r"only for recipes that learn from few: triplegan, .*\. Received: 'cgan'\.$"):
        train.train(tmp_path / "run", Settings("cgan", "digits", labels_per_class=4, steps=1))
    with pytest.raises(ValueError, match=r"at least 175 examples of each class.*Received: 174 of class 8\.$"):
        train.train(tmp_path / "run", Settings("triplegan", "digits", labels_per_class=175, steps=1))
    with pytest.raises(ValueError, match=r"Expected a share of labels only for recipes that learn from few: triplegan"):
        train.train(tmp_path / "run", Settings("cgan", "digits", label_share=0.1, steps=1))
    assert not (tmp_path / "run").exists()


SOME = Settings(
    *("s3gan_co", "digits"),
    **{"label_share": 0.05, "width": 4, "batch_size": 32, "steps": 3, "set": {"n_critic": 1, "run_eagerly": True}},
    **{"gif": False, "diagnose": False},
)


@pytest.mark.tensorflow  # no engine is asked
def test_a_run_on_a_share_of_labels_writes_it_down(tmp_path, capsys):
    assert train.train(tmp_path / "run", SOME) == 3
    config = settings.read(tmp_path / "run")
    assert (config["label_share"], config["labels_per_class"]) == (0.05, None)
    images, labels = data.load("digits", image_size=16, labels=True)
    expected = data.Examples(images, data.hide_labels(labels, 0.05, seed=0))
    assert config["data_crc32"] == expected.fingerprint()
    assert "; of which 95 labels are seen, 0.05 of each class" in capsys.readouterr().out
    assert not (tmp_path / "run" / "labels.npz").exists()
    with pytest.raises(ValueError, match=r"Expected the label_share .*, 0\.05\. Received: 0\.1\.$"):
        train.train(tmp_path / "run", dataclasses.replace(SOME, label_share=0.1), resume=True)


@pytest.mark.tensorflow  # no engine is asked
def test_a_run_keeps_the_labels_that_it_inferred_and_goes_on_with_them(tmp_path, capsys, monkeypatch):
    """Bit for bit, without inferring anew; others are another run's."""
    wanted = dataclasses.replace(SOME, recipe="s2gan")
    monkeypatch.setattr(inferred, "STEPS", 20)
    assert train.train(tmp_path / "whole", wanted) == 3
    said = capsys.readouterr().out
    kept = inferred.read(tmp_path / "whole" / "labels.npz")
    assert f"; inferred the labels of 1,702 pictures, of which {kept.accuracy:.1%} are right by" in said
    images = data.load("digits", image_size=16)
    assert settings.read(tmp_path / "whole")["data_crc32"] == data.Examples(images, kept.labels).fingerprint()
    cut(tmp_path / "cut", wanted, monkeypatch)
    monkeypatch.setattr(inferred, "infer_labels", None)
    assert train.train(tmp_path / "cut", wanted, resume=True) == 3
    assert_same_state(*(load_model(tmp_path / name / "model.keras") for name in ("whole", "cut")))
    inferred.Inferred((kept.labels + 1) % 10, kept.accuracy).write(tmp_path / "cut" / "labels.npz")
    with pytest.raises(ValueError, match=r"Expected the data_crc32 with which the run was started"):
        train.train(tmp_path / "cut", dataclasses.replace(wanted, steps=4), resume=True)
