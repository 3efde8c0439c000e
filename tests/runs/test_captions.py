"""Runs of captions on the command line: an encoder, both stages of StackGAN, and StackGAN++; measured and reported."""

import json

import numpy as np
import pytest
from command_line import run
from conftest import assert_same_state
from PIL import Image

from keras_gans import callbacks, data, visualization
from keras_gans.data import captioned
from keras_gans.runs import train as command
from keras_gans.training import load_model

pytestmark = pytest.mark.tensorflow  # on JAX, where compiling takes the longest, the battery continues the games

DATA = ("--data", "captioned", "--batch-size", 40, "--width", 4)
SIZES = ("--set", "text_units=6", "--set", "noise=4", "--set", "units=4")
TREE = ("train", "stackgan_plus", *DATA, *SIZES, "--image-size", 16, "--set", "branches=2")


@pytest.fixture(scope="module", autouse=True)
def few_pictures():
    """160 to train on, 80 to compare with, and a save after each step."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(captioned, "_OF_EACH", {"train": 2, "test": 1, "unseen": 1})
        patch.setattr(command, "SECONDS_BETWEEN_SAVES", 0.0)
        yield


def train(*words):
    code, output = run(*words)
    assert code == 0, output
    return output


@pytest.fixture(scope="module")
def encoder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("captions") / "run"
    train("train", "captions", *DATA, "--image-size", 16, "--set", "units=6", "--steps", 1, "--out", folder)
    return folder


@pytest.fixture(scope="module")
def tree(encoder, tmp_path_factory):
    """Four steps that nobody stops, with the encoder's text."""
    folder = tmp_path_factory.mktemp("tree") / "run"
    assert "Starts with text of captions in " in train(*TREE, "--steps", 4, "--start", encoder, "--out", folder)
    return folder


def assert_measured(folder):
    """`evaluate` compares what a run makes of captions with their pictures, and `report` shows the run."""
    out = folder / "found.json"
    words = ("evaluate", folder / "model.keras", "--data", "captioned", "--metrics", "sharpness,path_length", "--n", 80)
    assert "160 real, 80 generated" in train(*words, "--out", out)
    train("report", folder)
    page = (folder / "report.html").read_text()
    frames = len(list((folder / "samples").glob("*.png")))
    assert page.count("data:image/") >= frames > 1
    assert "mismatch" in page
    found = json.loads(out.read_text())["results"]
    assert len(found) == 2
    assert all(np.isfinite(figure["value"]) for figure in found)


@pytest.mark.slow  # the battery continues the game, and runs of other recipes are killed
def test_tree_killed_and_resumed_equals_uninterrupted(tree, encoder, tmp_path, monkeypatch):
    save = callbacks.Checkpoint.save

    def fail(self):
        if int(self.model.optimizer.iterations.numpy()) == 3:
            raise RuntimeError("power cut")
        save(self)

    words = (*TREE, "--steps", 4, "--start", encoder, "--out", tmp_path / "killed")
    monkeypatch.setattr(callbacks.Checkpoint, "save", fail)
    assert run(*words)[0] != 0
    monkeypatch.undo()
    assert int(load_model(tmp_path / "killed" / "model.keras").optimizer.iterations) == 2
    train(*words, "--resume")
    assert_same_state(*(load_model(folder / "model.keras") for folder in (tree, tmp_path / "killed")))


def test_tree_reads_with_the_encoder_and_shows_all_sizes(tree, encoder):
    model, reader = (load_model(folder / "model.keras") for folder in (tree, encoder))
    np.testing.assert_array_equal(model.read(["a red circle"]), reader.read(["a red circle"]))
    assert [shape[1] for shape in model.generator.output_shape] == [8, 16]
    pictures, columns = model.sheet(seed=0, real=data.captions("captioned", 16).spread(8))
    assert (len(pictures), columns) == (16, 4)
    with Image.open(tree / "samples" / "step_00000004.png") as frame:
        np.testing.assert_array_equal(np.asarray(frame), visualization.film_grid(pictures, columns, None, "step 4"))


def test_tree_draws_a_caption_and_is_measured_and_reported(tree, tmp_path):
    words = ("generate", tree / "model.keras", "--caption", "a red circle", "--n", 4, "--out", tmp_path / "a.png")
    assert "Wrote 4 examples" in train(*words)
    assert_measured(tree)


def test_second_stage_starts_with_the_first_and_is_measured_and_reported(encoder, tmp_path):
    small, large = (*DATA, *SIZES, "--image-size", 8), (*DATA, *SIZES, "--image-size", 32)
    train("train", "stackgan", *small, "--steps", 1, "--start", encoder, "--out", tmp_path / "one")
    words = ("train", "stackgan_stage2", *large, "--steps", 2, "--start", tmp_path / "one", "--out", tmp_path / "two")
    assert "Starts with generator, text of stackgan in " in train(*words)
    one, two = (load_model(tmp_path / name / "model.keras") for name in ("one", "two"))
    for a, b in zip(one.generator.weights, two.generator.get_layer("first_stage").weights, strict=True):
        np.testing.assert_array_equal(a, b)
    assert_measured(tmp_path / "two")
