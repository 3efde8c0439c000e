"""Evaluate: when it looks, who sees its figures, that it changes nothing, and what becomes of its file."""

import copy
import json
import math

import keras
import numpy as np
import pytest
from conftest import assert_same_state, dense_gan

from keras_gans import data, engine, metrics
from keras_gans.callbacks import Evaluate
from keras_gans.metrics.evaluator import Evaluator

NAMES = ("frechet", "diversity")


def look(x):
    return np.reshape(x, (len(x), -1))[:, ::32]


PIXELS = metrics.extractor(look, "every 32nd pixel")


class Logs(keras.callbacks.Callback):
    """Listed after it, as a CSV callback or TensorBoard would be."""

    def __init__(self):
        super().__init__()
        self.seen = []

    def on_epoch_end(self, epoch, logs=None):
        self.seen.append(dict(logs))


def fit(model, images, *callbacks, **arguments):
    return model.fit(images, batch_size=16, verbose=0, callbacks=list(callbacks), **arguments).history


@pytest.fixture(scope="module")
def fitted(images, tmp_path_factory):
    """Three epochs of four steps, looked at after every second and at the end."""
    path = tmp_path_factory.mktemp("run") / "evaluation.json"
    model, logs = dense_gan(), Logs()
    callback = Evaluate(images, NAMES, every=2, samples=50, extractor=PIXELS, path=path)
    history = fit(model, images, callback, logs, epochs=3)
    return model, callback, logs.seen, history, path


def test_evaluate_looks_at_the_start_every_so_often_and_at_the_end(fitted):
    _, callback, *_ = fitted
    assert [(entry["step"], entry["epoch"]) for entry in callback.results] == [(0, 0), (8, 2), (12, 3)]
    assert [[result["name"] for result in entry["results"]] for entry in callback.results] == [
        ["frechet_distance", "diversity"]
    ] * 3


def test_evaluate_measures_the_model_as_it_is(fitted, images):
    model, callback, *_ = fitted
    expected = Evaluator(model, images, NAMES, PIXELS, samples=50).results()
    assert [result["value"] for result in callback.results[-1]["results"]] == [result.value for result in expected]
    assert callback.results[1]["results"][0]["value"] != expected[0].value


def test_evaluate_puts_its_figures_into_the_logs_of_their_epoch(fitted):
    _, callback, seen, history, _ = fitted
    figures = {result["name"]: result["value"] for result in callback.results[1]["results"]}
    assert [set(NAMES) & set(logs) | {"frechet_distance"} & set(logs) for logs in seen] == [
        set(),
        {"frechet_distance", "diversity"},
        set(),
    ]
    assert {name: seen[1][name] for name in figures} == figures
    assert {name: history[name] for name in figures} == {name: [value] for name, value in figures.items()}
    assert len(history["d_loss"]) == 3


def test_evaluate_writes_what_it_keeps(fitted):
    _, callback, _, _, path = fitted
    assert json.loads(path.read_text()) == callback.results
    assert [file.name for file in path.parent.iterdir()] == ["evaluation.json"]
    assert callback.results[0]["results"][0]["extractor"] == "every 32nd pixel"
    assert callback.results[0]["results"][0]["real"] == 70


def test_evaluate_does_not_touch_the_training(fitted, images):
    alone = dense_gan()
    fit(alone, images, epochs=3)
    assert_same_state(fitted[0], alone)


def begun(model, callback):
    callback.set_model(model)
    callback.on_train_begin()
    return callback


def test_evaluate_of_a_continued_run_drops_entries_beyond_its_step(fitted, images, tmp_path):
    model, callback, *_ = fitted
    path = tmp_path / "evaluation.json"
    late = copy.deepcopy(callback.results[-1]) | {"step": 99, "epoch": 24}  # of a killed run that got further
    path.write_text(json.dumps([*callback.results, late]))
    again = Evaluate(images, NAMES, every=9, samples=50, extractor=PIXELS, path=path)
    assert begun(model, again).results == callback.results
    fit(model, images, again, epochs=4, initial_epoch=3)
    assert [(entry["step"], entry["epoch"]) for entry in again.results] == [(0, 0), (8, 2), (12, 3), (16, 4)]
    assert json.loads(path.read_text()) == again.results


def test_evaluate_writes_from_one_process_only(images, tmp_path, monkeypatch):
    monkeypatch.setattr(engine, "is_chief", lambda: False)
    callback = begun(dense_gan(), Evaluate(images, ["diversity"], extractor=PIXELS, path=tmp_path / "found.json"))
    assert len(callback.results) == 1
    assert not (tmp_path / "found.json").exists()


def test_evaluate_looks_at_what_is_real_once(images):
    seen = []
    counting = metrics.extractor(lambda x: seen.append(len(x)) or look(x), "counted")
    callback = begun(dense_gan(), Evaluate(images, ["frechet"], samples=30, extractor=counting))
    seen.clear()
    callback.watch()
    assert seen == [30]


def test_evaluate_writes_a_figure_that_is_none_as_null(images, tmp_path):
    model, path = dense_gan(), tmp_path / "found.json"
    bias = model.generator.trainable_variables[-1]
    bias.assign(np.full(bias.shape, np.nan))
    callback = begun(model, Evaluate(images, ["frechet"], samples=30, extractor=PIXELS, path=path))
    assert callback.results[0]["results"][0]["value"] is None
    assert "NaN" not in path.read_text()
    logs = {}
    callback.on_epoch_end(0, logs)
    assert math.isnan(logs["frechet_distance"])


def test_evaluate_makes_an_extractor_of_what_is_real(images, monkeypatch):
    made = []
    monkeypatch.setattr(metrics, "classifier", lambda *arguments: made.append(arguments) or PIXELS)
    labels = np.arange(70) % 10
    callback = begun(dense_gan(), Evaluate(data.Examples(images, labels), samples=30, seed=4))
    callback.on_train_begin()
    ((pictures, learned, seed),) = made  # once
    np.testing.assert_array_equal(pictures, images)
    np.testing.assert_array_equal(learned, labels)
    assert seed == 4


def test_evaluate_refuses_an_unknown_metric_before_the_first_step(images):
    model = dense_gan()
    with pytest.raises(ValueError, match=r"Did you mean 'frechet'\?"):
        fit(model, images, Evaluate(images, ["frechet_"], extractor=PIXELS), epochs=1)
    assert int(model.optimizer.iterations.numpy()) == 0


def test_evaluate_of_all_metrics_leaves_out_what_so_few_examples_do_not_give(images):
    """And raises where it was asked for by name."""
    model = dense_gan()
    for names in (None, ["precision_recall"]):
        callback = Evaluate(images[:3], names, samples=4, extractor=PIXELS)
        callback.set_model(model)
        callback.prepare(model)
        if names:
            with pytest.raises(ValueError, match="Expected two sets of more than 3 examples"):
                callback.watch()
            continue
        callback.watch()
        found = [result["name"] for result in callback.results[-1]["results"]]
        assert {"frechet_distance", "sharpness"} <= set(found)
        assert "precision" not in found
