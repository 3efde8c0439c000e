"""`--augment`: in config.json, in the history, on the page, and as it was when a run goes on."""

import csv
import json

import keras
import pytest
from command_line import run

from keras_gans.layers import ADA

STEPS = ("--image-size", 8, "--batch-size", 64, "--no-gif", "--no-diagnose")


@pytest.mark.tensorflow
def test_a_run_keeps_its_augmentation(tmp_path):
    folder = tmp_path / "run"
    command = ("train", "gan", "--out", folder, *STEPS)
    assert run(*command, "--augment", "ada", "--steps", 30)[0] == 0
    assert json.loads((folder / "config.json").read_text())["augment"] == "ada"
    with open(folder / "history.csv", newline="") as file:
        first, *_ = csv.DictReader(file)
    assert 0 <= float(first["augment_p"]) < 28 * 64 / 500_000
    model = keras.saving.load_model(folder / "model.keras")
    assert isinstance(model.augment, ADA)
    assert float(model.augment.batches) == 30 % 4
    code, output = run(*command, "--augment", "diff", "--steps", 31, "--resume")
    assert code == 2
    assert "Expected the augment with which the run was started, 'ada'. Received: 'diff'." in " ".join(output.split())
    assert run(*command, "--augment", "ada", "--steps", 31, "--resume")[0] == 0
    assert float(keras.saving.load_model(folder / "model.keras").augment.batches) == 31 % 4
    assert run("report", folder)[0] == 0
    (page,) = (path.read_text(encoding="utf-8") for path in folder.glob("*.html"))
    assert "augment_p" in page
    assert "--augment ada" in page


@pytest.mark.tensorflow
@pytest.mark.parametrize(
    ("words", "answer"),
    [
        (("vae", "--augment", "diff"), "Expected an augmentation only of recipes with a judge. Received: 'vae'."),
        (("gan", "--data", "ring", "--augment", "diff"), "only where pictures (height, width, channels) are judged."),
        (("dcgan", "--image-size", 16, "--set", "augment=diff"), "Expected augment by --augment, not by --set."),
        (("dcgan", "--set", "loss=wasserstein", "--augment", "ada"), "Received: ADA in a GAN without such a loss."),
    ],
)
def test_what_does_not_go_together_is_one_sentence(words, answer, tmp_path):
    code, output = run("train", *words, "--steps", 1, "--out", tmp_path / "run")
    assert code == 2
    assert answer in " ".join(output.split())
    assert not (tmp_path / "run").exists()
