"""Runs of UNIT: from drawn digits and outlines to a film, translated files and a report."""

import numpy as np
import pytest
from command_line import run
from PIL import Image

from keras_gans import data, visualization
from keras_gans.training import load_model

pytestmark = pytest.mark.tensorflow  # on JAX, where compiling takes the longest, the battery makes steps of the game

SMALL = ("--image-size", 16, "--width", 2, "--set", "blocks=1", "--batch-size", 4)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """Four steps that nobody stops."""
    folder = tmp_path_factory.mktemp("unit") / "run"
    code, output = run("train", "unit", "--data", "outlines", *SMALL, "--steps", 4, "--out", folder)
    assert code == 0, output
    assert "699 pictures of domain A and 698 of domain B, brought to 16 x 16 pixels, in colour, from outlines" in output
    return folder


def test_run_leaves_a_model_and_a_film_of_eight_columns(whole):
    model = load_model(whole / "model.keras")
    assert int(model.optimizer.iterations) == 4
    pictures, columns = model.sheet(real=data.domains("outlines", image_size=16, split="test").spread(8))
    assert (len(pictures), columns) == (8 * 8, 8)
    with Image.open(whole / "samples" / "step_00000004.png") as frame:
        np.testing.assert_array_equal(np.asarray(frame), visualization.film_grid(pictures, columns, None, "step 4"))


def test_run_translates_files_both_ways_and_is_reported(whole, tmp_path):
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (20, 30, 3), dtype="uint8")).save(tmp_path / "a.jpg")
    words = ["translate", whole / "model.keras", tmp_path / "a.jpg", "--out"]
    for folder, more in (("plain", ()), ("there", ("--direction", "AtoB")), ("back", ("--direction", "BtoA"))):
        assert run(*words, tmp_path / folder, *more)[0] == 0
    found = {folder: (tmp_path / folder / "a.png").read_bytes() for folder in ("plain", "there", "back")}
    assert found["plain"] == found["there"] != found["back"]
    code, output = run("generate", whole / "model.keras", "--out", tmp_path / "samples.png")
    assert (code, "Expected " in output) == (2, True)
    assert run("report", whole)[0] == 0
    assert "reconstruction" in (whole / "report.html").read_text(encoding="utf-8")
