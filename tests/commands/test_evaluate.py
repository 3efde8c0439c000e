"""What a saved model is measured by."""

import json

import numpy as np
import pytest
from command_line import run
from conftest import dense_gan
from PIL import Image

from keras_gans import recipes
from keras_gans.commands.evaluate import evaluate
from keras_gans.metrics import extractors
from keras_gans.runs import settings


def test_evaluate_takes_labels_where_there_are_any_and_says_what_it_read(tmp_path, capsys):
    for i, name in enumerate(["cat", "dog"] * 6):
        (tmp_path / name).mkdir(exist_ok=True)
        Image.fromarray(np.full((16, 16), 20 * i, "uint8")).save(tmp_path / name / f"{i}.png")
    (tmp_path / "cat" / "torn.png").write_bytes(b"hello")
    model = recipes.gan((16, 16, 1))
    (tmp_path / "dog" / "notes.txt").write_text("hello")
    results = evaluate(model, str(tmp_path), ["inception_score", "frechet"], n=12)
    taken, skipped, beside = capsys.readouterr().out.splitlines()
    classes = "of 2 classes, which this recipe does not look at"
    assert taken == f"12 pictures of 16 x 16 pixels, grey, from {tmp_path}; {classes}"
    assert skipped.startswith("Skipped 1 of 13 pictures, unreadable: cat/torn.png (cannot identify image file ")
    assert beside.startswith("Left out 1 file beside the pictures: dog/notes.txt (its suffix is none of ")
    assert [result.name for result in results] == ["classifier_score", "classifier_distance"]  # which needs labels


def test_evaluate_may_be_run_twice_and_replaces_figures_of_the_same_model_only(tmp_path, monkeypatch):
    """On three pictures, of which most metrics cannot be had; the others are printed."""
    monkeypatch.setattr(extractors, "STEPS", 2)
    np.savez(tmp_path / "three.npz", x=np.random.default_rng(0).integers(0, 255, (3, 16, 16), "uint8"))
    for name in ("a", "b"):
        dense_gan(seed=len(name)).save(tmp_path / f"{name}.keras")
    words = ("--data", tmp_path / "three.npz", "--n", 4, "--out", tmp_path / "e.json", "--metrics")
    with pytest.warns(UserWarning, match="^Left out .*Expected .*Received: ") as told:
        code, output = run("evaluate", tmp_path / "a.keras", *words, "all")
    assert [str(one.message).split(".")[0] for one in told] == ["Left out precision_recall", "Left out duplicates"]
    assert (code, "sharpness" in output, "precision" in output) == (0, True, False)
    before = json.loads((tmp_path / "e.json").read_text())
    assert before["model"] == str(tmp_path / "a.keras")
    code, output = run("evaluate", tmp_path / "a.keras", *words, "sharpness,diversity")
    assert (code, output.splitlines()[-1]) == (0, f"Wrote 2 figures to {tmp_path / 'e.json'}.")
    after = json.loads((tmp_path / "e.json").read_text())
    assert [result["name"] for result in after["results"]] == ["sharpness", "diversity"]
    code, output = run("evaluate", tmp_path / "b.keras", *words, "sharpness")
    assert (code, "figures of the same model" in output) == (2, True)
    code, output = run("evaluate", tmp_path / "a.keras", *words, "precision_recall")
    assert (code, "Expected two sets of more than 3" in output) == (2, True)
    assert json.loads((tmp_path / "e.json").read_text()) == after


def test_evaluate_takes_all_metrics_by_a_word():
    assert settings.names_of("all") is settings.names_of(None) is None
    assert settings.names_of("frechet, kernel") == ["frechet", "kernel"]
