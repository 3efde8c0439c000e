"""Runs of a recipe that learns from few labels: which labels, resumed bit for bit, measured, refused elsewhere."""

import json

import keras
import pytest
from conftest import assert_same_state
from PIL import Image

from keras_gans import data
from keras_gans.commands.evaluate import evaluate
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


def test_a_run_resumed_equals_one_that_was_not_stopped(whole, tmp_path, monkeypatch):
    class Power(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            if batch == 2:
                raise RuntimeError("power cut")

    monkeypatch.setattr(train, "SECONDS_BETWEEN_SAVES", 0.0)
    monkeypatch.setattr(train.callbacks, "FiniteGuard", Power)
    with pytest.raises(RuntimeError, match="power cut"):
        train.train(tmp_path / "cut", WANTED)
    monkeypatch.undo()
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
    with pytest.raises(ValueError, match=r"only for recipes that learn from few: triplegan\. Received: 'cgan'\.$"):
        train.train(tmp_path / "run", Settings("cgan", "digits", labels_per_class=4, steps=1))
    with pytest.raises(ValueError, match=r"at least 175 examples of each class.*Received: 174 of class 8\.$"):
        train.train(tmp_path / "run", Settings("triplegan", "digits", labels_per_class=175, steps=1))
    with pytest.raises(ValueError, match=r"Expected a share of labels only for recipes that learn from few: triplegan"):
        train.train(tmp_path / "run", Settings("cgan", "digits", label_share=0.1, steps=1))
    assert not (tmp_path / "run").exists()
