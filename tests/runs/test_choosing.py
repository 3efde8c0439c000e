"""A run that names no recipe: what it takes, why, and that it goes on as what it began as."""

import numpy as np
import pytest
from command_line import run
from PIL import Image

from keras_gans import engine
from keras_gans.runs import choosing, settings
from keras_gans.runs.settings import Settings

pytestmark = pytest.mark.tensorflow  # what is chosen has nothing to do with the engine


@pytest.fixture
def photographs(tmp_path):
    """Twelve of one kind, in a folder with another, of 40 x 30 pixels."""
    rng = np.random.default_rng(0)
    for kind in ("cat", "dog"):
        (tmp_path / "pets" / kind).mkdir(parents=True)
        for i in range(12):
            pixels = rng.integers(0, 256, (30, 40, 3)).astype("uint8")
            Image.fromarray(pixels).save(tmp_path / "pets" / kind / f"{i}.png")
    return tmp_path / "pets"


def test_few_pictures_without_classes(photographs):
    wanted, (why,) = choosing.chosen(Settings(None, data=str(photographs / "cat"), steps=1))
    taken = wanted.recipe, wanted.image_size, wanted.batch_size, wanted.augment
    assert taken == (choosing.ALONE["recipe"], 32, 12, "diff")
    assert why.startswith(f"Chosen: {wanted.recipe}, for pictures without classes; 32 pixels a side; batches of 12; ")
    assert why.endswith("(diff), since there are only 12.")


def test_classes_take_a_recipe_with_labels(photographs):
    wanted, (why,) = choosing.chosen(Settings(None, data=str(photographs), steps=1))
    assert (wanted.recipe, wanted.batch_size, wanted.width) == (choosing.WITH_CLASSES["recipe"], 24, 32)
    assert wanted.set == choosing.WITH_CLASSES["set"]
    assert "for pictures of 2 classes" in why


def test_what_was_asked_for_stays(photographs):
    asked = {"image_size": 16, "batch_size": 5, "augment": "ada", "width": 8, "set": {"gamma": 2.0}}
    wanted, (why,) = choosing.chosen(Settings(None, data=str(photographs), steps=1, **asked))
    assert {
        name: getattr(wanted, name) for name in ("image_size", "batch_size", "augment", "width")
    }.items() <= asked.items()
    assert wanted.set == choosing.WITH_CLASSES["set"] | {"gamma": 2.0}
    assert why.endswith("sees them (ada).")


@pytest.mark.parametrize(("cpus", "side"), [(True, 64), (False, 128)])
def test_large_pictures_are_as_large_as_the_machine_allows(cpus, side, tmp_path, monkeypatch):
    monkeypatch.setattr(engine, "only_cpus", lambda: cpus)
    np.savez(tmp_path / "large.npz", x=np.zeros((6000, 150, 200), "uint8"))
    wanted, (why,) = choosing.chosen(Settings(None, data=str(tmp_path / "large.npz"), steps=1))
    assert (wanted.image_size, wanted.batch_size, wanted.augment) == (side, 32, None)
    assert ("no more without a GPU" in why) == cpus


def test_two_domains_are_asked_for_a_recipe(photographs):
    for kind, side in (("cat", "trainA"), ("dog", "trainB")):
        (photographs / kind).rename(photographs / side)
    with pytest.raises(ValueError, match="^Expected the name of a recipe for two domains: cyclegan, unit, or pix2pix"):
        choosing.chosen(Settings(None, data=str(photographs), steps=1))


def test_points_are_points():
    assert choosing.chosen(Settings(None, data="ring", steps=1))[0] == Settings("quick_gan", data="ring", steps=1)


def test_command_chooses_trains_and_goes_on_as_it_began(photographs, tmp_path):
    small = ("--image-size", 16, "--width", 4, "--no-gif", "--no-diagnose")
    words = ("train", "--data", photographs / "cat", *small, "--out", tmp_path / "run")
    code, output = run(*words, "--steps", 2)
    assert code == 0, output
    assert "12 pictures of 40 x 30 pixels, brought to 16 x 16, in colour" in output
    assert f"Chosen: {choosing.ALONE['recipe']}, " in output
    (photographs / "cat" / "note.txt").write_text("no picture")
    code, output = run(*words, "--steps", 2, "--resume")  # which has nothing left to do
    assert code == 0, output
    assert f"As the run began: {choosing.ALONE['recipe']}." in output
    config = settings.read(tmp_path / "run")
    assert (config["recipe"], config["steps"], config["augment"]) == (choosing.ALONE["recipe"], 2, "diff")


def test_command_asks_for_a_recipe_or_data():
    code, output = run("train")
    assert code == 2
    assert "Expected the name of a recipe, or --data, or --config." in output.replace("\n", " ")
