"""Runs on pictures of one's own: grey inputs that become coloured, values of 12 bits, and what is said of them."""

import json

import numpy as np
import pytest
from command_line import run
from PIL import Image

from keras_gans.training import load_model

pytestmark = pytest.mark.tensorflow  # what is read has nothing to do with the engine

SMALL = ("--image-size", 32, "--width", 2, "--set", "receptive_field=16", "--steps", 2, "--batch-size", 2, "--no-gif")


@pytest.fixture(scope="module")
def pairs(tmp_path_factory):
    """Label maps of 12 bits, and photographs."""
    folder = tmp_path_factory.mktemp("own")
    rng = np.random.default_rng(0)
    for i in range(4):
        for side, pixels in (
            ("A", rng.integers(0, 4096, (40, 36)).astype("uint16")),
            ("B", rng.integers(0, 256, (40, 36, 3)).astype("uint8")),
        ):
            (folder / f"train{side}").mkdir(exist_ok=True)
            Image.fromarray(pixels).save(folder / f"train{side}" / f"{i}.png")
    return folder


def test_run_colours_grey_inputs_of_12_bits(pairs, tmp_path):
    words = ("--input-channels", 1, "--white", "4095,255")
    code, output = run("train", "pix2pix", "--data", pairs, *SMALL, *words, "--out", tmp_path / "run")
    assert code == 0, output
    assert "4 pairs of pictures, of 36 x 40 pixels, brought to 32 x 32, grey to colour, from " in output
    assert "nearly black" not in output
    model = load_model(tmp_path / "run" / "model.keras")
    assert [part.shape for part in model.parts] == [(32, 32, 1), (32, 32, 3)]
    config = json.loads((tmp_path / "run" / "config.json").read_text())
    assert (config["input_channels"], config["white"]) == (1, "4095,255")
    words = ("--out", tmp_path / "coloured", "--white", "4095")
    code, output = run("translate", tmp_path / "run" / "model.keras", pairs / "trainA", *words)
    assert code == 0, output
    with Image.open(tmp_path / "coloured" / "0.png") as picture:
        assert (picture.mode, picture.size) == ("RGB", (36, 36))
    words = ("--data", pairs, "--white", "4095,255", "--metrics", "psnr", "--n", 4, "--out", tmp_path / "figures.json")
    code, output = run("evaluate", tmp_path / "run" / "model.keras", *words)
    assert code == 0, output
    assert output.startswith("4 pairs of pictures, of 36 x 40 pixels, brought to 32 x 32, grey to colour, from ")


@pytest.mark.parametrize(
    ("recipe", "words", "message"),
    [
        ("pix2pix", ("--white", "red"), "Expected white as a positive number, or as two with a comma between them."),
        ("gan", ("--input-channels", 1), "Expected channels of inputs only for recipes of pairs. Received: 'gan'."),
        ("pix2pix", ("--set", "target_channels=3"), "Expected target_channels by --input-channels, not by --set."),
    ],
)
def test_what_does_not_fit_is_one_sentence(recipe, words, message, tmp_path):
    code, output = run("train", recipe, "--steps", 1, *words, "--out", tmp_path / "run")
    assert (code, message in output) == (2, True)
    assert not (tmp_path / "run").exists()


def test_run_says_that_values_are_far_below_white(pairs, tmp_path):
    code, output = run("train", "pix2pix", "--data", pairs, *SMALL, "--out", tmp_path / "run")
    assert code == 0, output
    assert "Of part 1 of 2 the largest of all values is 409" in output
    assert "(--white 409" in output


def test_run_mirrors_pictures_where_it_is_asked_to(pairs, tmp_path):
    words = ("--data", pairs / "trainB", "--image-size", 16, "--steps", 1, "--batch-size", 2, "--no-gif", "--flip")
    code, output = run("train", "gan", *words, "--out", tmp_path / "run")
    assert code == 0, output
    assert "trainB; mirrored every second time" in output
    assert json.loads((tmp_path / "run" / "config.json").read_text())["flip"] is True


def test_run_squeezes_and_translate_does_as_the_run_did(pairs, tmp_path):
    for words, size in (((), (36, 36)), (("--no-crop",), (36, 40))):
        folder = tmp_path / f"run{len(words)}"
        code, output = run("train", "pix2pix", "--data", pairs, *SMALL, *words, "--white", "4095,255", "--out", folder)
        assert code == 0, output
        words = ("--white", "4095", "--out", folder / "out")
        assert run("translate", folder / "model.keras", pairs / "trainA", *words)[0] == 0
        with Image.open(folder / "out" / "0.png") as picture:
            assert picture.size == size
    again = tmp_path / "again"
    run("translate", folder / "model.keras", pairs / "trainA", "--crop", "--white", "4095", "--out", again)
    with Image.open(again / "0.png") as picture:
        assert picture.size == (36, 36)
