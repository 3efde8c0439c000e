"""Runs of StarGAN: from drawn pictures, or two data sets, to a film and translated files; and what they refuse."""

import json

import numpy as np
import pytest
from command_line import run
from PIL import Image

from keras_gans import callbacks, data, visualization
from keras_gans.data import shapes
from keras_gans.runs import train as command
from keras_gans.training import load_model

pytestmark = pytest.mark.tensorflow  # on JAX, where compiling takes the longest, the battery continues the game

SMALL = ("--image-size", 16, "--width", 2, "--set", "blocks=1", "--batch-size", 4)
RUN = ("train", "stargan", "--data", "shapes", *SMALL, "--epochs", 2)


@pytest.fixture(scope="module", autouse=True)
def few_shapes():
    """45 drawn shapes, and a save after each step."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shapes, "_PER_CLASS", 5)
        patch.setattr(command, "SECONDS_BETWEEN_SAVES", 0.0)
        yield


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """Two passes of two steps, of 20 pictures each, that nobody stops."""
    folder = tmp_path_factory.mktemp("domains") / "run"
    code, output = run(*RUN, "--out", folder)
    assert code == 0, output
    assert "45 pictures, brought to 16 x 16 pixels, in colour, from shapes; 6 domains: red (15), green (15)" in output
    return folder


def test_run_leaves_a_model_that_knows_its_domains_and_a_film_of_all(whole):
    model = load_model(whole / "model.keras")
    assert model.domains == ("red", "green", "blue", "circle", "square", "triangle")
    assert model.attributes.exclusive == (("red", "green", "blue"), ("circle", "square", "triangle"))
    assert int(model.optimizer.iterations) == 4
    assert int(model.d_optimizer.iterations) == 20
    pictures, columns = model.sheet(real=data.attributes("shapes", image_size=16).spread(8))
    assert (len(pictures), columns) == (8 * 7, 7)
    with Image.open(whole / "samples" / "step_00000004.png") as frame:
        np.testing.assert_array_equal(np.asarray(frame), visualization.film_grid(pictures, columns, None, "step 4"))
    config = json.loads((whole / "config.json").read_text())
    assert (config["data"], config["steps"], config["data_shapes"]) == ("shapes", 4, [[45, 16, 16, 3], [45, 6]])


def test_run_given_in_epochs_has_the_schedule_of_its_steps(whole):
    """D makes five updates a step, so the data last for a fifth of the steps that they would for one."""
    model = load_model(whole / "model.keras")
    of_d, of_g = (optimizer._learning_rate.get_config() for optimizer in (model.d_optimizer, model.g_optimizer))
    assert (of_g["constant_steps"], of_g["decay_steps"]) == (2, 2)
    assert (of_d["constant_steps"], of_d["decay_steps"]) == (10, 10)


@pytest.mark.slow  # the battery continues the game, and runs of other recipes are killed
def test_run_killed_and_resumed_equals_uninterrupted(whole, tmp_path, monkeypatch):
    save = callbacks.Checkpoint.save

    def fail(self):
        if int(self.model.optimizer.iterations.numpy()) == 3:
            raise RuntimeError("power cut")
        save(self)

    monkeypatch.setattr(callbacks.Checkpoint, "save", fail)
    assert run(*RUN, "--out", tmp_path / "killed")[0] != 0
    monkeypatch.undo()
    assert run(*RUN, "--out", tmp_path / "killed", "--resume")[0] == 0
    one, two = (load_model(folder / "model.keras") for folder in (whole, tmp_path / "killed"))
    for a, b in zip(one.get_weights() + one.optimizer.variables, two.get_weights() + two.optimizer.variables):
        np.testing.assert_array_equal(np.array(a), np.array(b))


def test_run_translates_files_to_a_domain_and_to_each(whole, tmp_path):
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (20, 30, 3), dtype="uint8")).save(tmp_path / "a.jpg")
    words = ["translate", whole / "model.keras", tmp_path / "a.jpg", "--out"]
    for domain in ("red", "-red", "green,square"):
        code, output = run(*words, tmp_path / domain, "--domain", domain)
        expected = (2, False) if domain == "-red" else (0, True)
        assert (code, f"Wrote 1 pictures to {tmp_path / domain}" in output) == expected
    assert run(*words, tmp_path / "each")[0] == 0
    found = {path.parent.name: path.read_bytes() for path in (tmp_path / "each").rglob("*.png")}
    assert found.keys() == {"red", "green", "blue", "circle", "square", "triangle"}
    assert found["red"] == (tmp_path / "red" / "a.png").read_bytes() != found["green"]
    code, output = run(*words, tmp_path / "typo", "--domain", "rde")
    assert (code, "Did you mean 'red'" in output, (tmp_path / "typo").exists()) == (2, True, False)


def test_run_of_two_data_sets_and_of_some_attributes(tmp_path):
    """And it is measured by what it was trained on."""
    sources = ("--data", "shapes_by_colour,shapes_by_shape")
    words = ("train", "stargan", *sources, *SMALL, "--steps", 1, "--set", "n_critic=1", "--attributes")
    code, output = run(*words, "red,circle,square", "--out", tmp_path / "run")
    assert code == 0, output
    model = load_model(tmp_path / "run" / "model.keras")
    assert model.domains == ("red", "circle", "square")
    assert model.attributes.sets == ((1, "binary"), (2, "binary"))
    assert json.loads((tmp_path / "run" / "config.json").read_text())["data"] == sources[1]
    path = tmp_path / "run" / "model.keras"
    judged = ("evaluate", path, *sources, "--metrics", "sharpness", "--n", 4, "--out", tmp_path / "found.json")
    code, output = run(*judged)
    assert (code, "sharpness" in output) == (0, True)
    code, output = run(*words, "red,cirlce", "--out", tmp_path / "typo")
    assert (code, "Did you mean 'circle'" in output) == (2, True)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("dcgan", "--data", "shapes", "--attributes", "red"), "attributes only for recipes that take them: stargan."),
        (
            ("stargan", "--data", "shapes", "--set", "domains=red"),
            "Expected domains by --data and --attributes, not by",
        ),
        (("stargan", "--data", "ring"), "Expected pictures with attributes for this recipe. Received: 'ring'"),
        (("stargan", "--data", "shaeps"), "Did you mean 'shapes'?"),
    ],
)
def test_run_refuses_what_it_cannot_be_trained_on(tmp_path, words, sentence):
    code, output = run("train", *words, "--steps", 1, "--out", tmp_path / "run")
    assert (code, sentence in " ".join(output.split())) == (2, True), output
    assert not (tmp_path / "run").exists()
