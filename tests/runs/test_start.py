"""`--start`: a run begins with the trained networks of another, once, and is exact from there on."""

import json
import re
import shutil

import keras
import numpy as np
import pytest
from conftest import assert_same_state
from typer.testing import CliRunner

from keras_gans import cli, losses, models, networks, recipes
from keras_gans.data.check import Part
from keras_gans.runs import starting
from keras_gans.training import Player, TrainedModel, load_model

STILL = ("--set", "d_learning_rate=0", "--set", "g_learning_rate=0")  # one step moves nothing


def invoke(*words):
    result = CliRunner().invoke(cli.app, list(map(str, words)))
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.output


def train(recipe, out, *words, steps=1):
    size = ("--data", "ring", "--batch-size", 20, "--steps", steps, "--no-gif", "--no-diagnose")
    code, output = invoke("train", recipe, *size, *words, "--out", out)
    assert code == 0, output
    return output


def refusal(*words):
    code, output = invoke("train", *words)
    assert code == 2, output
    (sentence,) = re.findall(r"^Error: (Expected .* Received: .*\.)$", output, re.MULTILINE)
    return sentence


def assert_equal(weights, others):
    assert len(weights) == len(others)
    for one, other in zip(weights, others):
        np.testing.assert_array_equal(keras.ops.convert_to_numpy(one), keras.ops.convert_to_numpy(other))


def config_of(folder):
    return json.loads((folder / "config.json").read_text())


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    """Three steps of `gan`, whose averages are not its weights."""
    folder = tmp_path_factory.mktemp("start") / "first"
    train("gan", folder, "--ema", 0.9, steps=3)
    model = load_model(folder / "model.keras")
    assert np.abs(model.averages.variables[0] - model.generator.weights[0]).max() > 1e-5
    return folder


def test_start_takes_the_weights_that_the_other_run_makes_examples_with(first, tmp_path):
    """Of another recipe, and of another game; its own averages begin there, and all else is new."""
    output = train("wgan_gp", tmp_path / "run", "--start", first, "--ema", 0.5, "--seed", 7, *STILL)
    file = str(first / "model.keras")
    assert f"Starts with generator, discriminator of gan in {file!r}; networks that are new: none.\n" in output
    model, other = load_model(tmp_path / "run" / "model.keras"), load_model(file)
    assert_equal(model.generator.weights, other.averages.variables)
    assert_equal(model.discriminator.weights, other.discriminator.weights)
    assert_equal(model.averages.variables, other.averages.variables)
    assert (model.name, model.seed, int(model.optimizer.iterations)) == ("wgan_gp", 7, 1)
    config = config_of(tmp_path / "run")
    assert config["start"] == file
    assert isinstance(config["start_crc32"], int)
    assert config_of(first)["start"] is config_of(first)["start_crc32"] is None


def test_start_is_exact_and_resumed_without_the_file(first, tmp_path):
    """The other's folder has gone once the run has saved; `--start` still means what it meant."""
    whole, stopped, other = tmp_path / "whole", tmp_path / "stopped", tmp_path / "other"
    shutil.copytree(first, other)
    train("gan", whole, "--start", other, steps=4)
    train("gan", stopped, "--start", other, steps=2)
    config = config_of(stopped)
    shutil.rmtree(other)
    again = ("gan", "--data", "ring", "--batch-size", 20, "--no-gif", "--no-diagnose", "--out", stopped, "--resume")
    assert str(first) in refusal(*again, "--steps", 4, "--start", first)
    assert refusal(*again, "--steps", 4).endswith("Received: None.")
    assert "Starts with" not in train("gan", stopped, "--start", other, "--resume", steps=4)
    assert_same_state(load_model(whole / "model.keras"), load_model(stopped / "model.keras"))
    assert {**config_of(stopped), "steps": 2} == config


def test_start_is_made_again_where_nothing_was_saved_yet(first, tmp_path):
    train("gan", tmp_path / "run", "--start", first)
    whole = load_model(tmp_path / "run" / "model.keras")
    (tmp_path / "run" / "model.keras").unlink()
    assert "Starts with" in train("gan", tmp_path / "run", "--start", first, "--resume")
    assert_same_state(load_model(tmp_path / "run" / "model.keras"), whole)


def test_start_is_repeated_by_the_config_and_its_weights_are_compared(first, tmp_path):
    """Another file of the same weights will do, as the first run leaves one when it is made again."""
    other, config = tmp_path / "other.keras", tmp_path / "run" / "config.json"
    shutil.copy(first / "model.keras", other)
    train("gan", tmp_path / "run", "--start", other)
    load_model(first / "model.keras").save(other)
    code, output = invoke("train", "--config", config, "--out", tmp_path / "again")
    assert code == 0, output
    assert_same_state(load_model(tmp_path / "again" / "model.keras"), load_model(tmp_path / "run" / "model.keras"))
    changed = load_model(other)
    changed.discriminator.weights[0].assign(2.0 * changed.discriminator.weights[0])
    changed.save(other)
    sentence = refusal("--config", config, "--out", tmp_path / "third")
    assert re.match(r"Expected the start_crc32 with which the run was started, \d+\. Received: \d+", sentence)
    other.unlink()
    assert "not a file" in refusal("--config", config, "--out", tmp_path / "third")
    assert not (tmp_path / "third").exists()


def test_start_refuses_networks_of_other_shapes_and_what_is_no_model(first, tmp_path):
    narrow = tmp_path / "narrow.keras"
    pair = networks.mlp.generator((2,), 2, width=128, depth=3), networks.mlp.discriminator((2,), width=8)
    models.GAN(*pair, 2).save(narrow)
    command = ("gan", "--data", "ring", "--steps", 1, "--out", tmp_path / "run", "--start")
    sentence = refusal(*command, narrow)
    assert "discriminator has weights of the same shapes, (2, 128) of weight 1. Received: (2, 8) in" in sentence
    pair = networks.mlp.generator((2,), 2, width=128, depth=3), networks.mlp.discriminator((2,), width=128, depth=2)
    models.GAN(*pair, 2).save(narrow)
    assert "(128, 128) of weight 5. Received: (128, 1) in" in refusal(*command, narrow)
    (tmp_path / "junk.keras").write_bytes(b"junk")
    for wrong in (tmp_path / "junk.keras", tmp_path / "none", tmp_path):
        assert refusal(*command, wrong).startswith("Expected a .keras file that keras_gans saved.")
    assert not (tmp_path / "run").exists()


@keras.saving.register_keras_serializable("tests")
class Alone(TrainedModel):
    """Only a generator, or whatever its one network is called."""

    players = (Player("g", ("generator",), makes=True),)

    def __init__(self, generator, seed=0, name="alone"):
        super().__init__({"generator": generator}, seed, name)

    @property
    def parts(self):
        return (Part("points", self.generator.input_shape[1:]),)

    def compile(self, g_optimizer, **keras_arguments):
        self._compile({"g_optimizer": g_optimizer}, terms=[], logs=["loss"], **keras_arguments)

    def training_step(self, x):
        return self.log(loss=self.minimize(lambda: losses.l1(x, self.generator(x)), self.generator))


def test_start_says_which_networks_are_new(tmp_path):
    """Of one that was saved before its first step, whose averages have not begun."""
    path, pair = str(tmp_path / "alone.keras"), networks.mlp.generator((2,), 2, width=128, depth=3)
    alone = Alone(pair)
    alone.compile("sgd", ema=0.9)
    pair.weights[0].assign(keras.ops.ones((2, 128)))
    alone.save(path)
    model = recipes.gan((2,))
    before = model.discriminator.get_weights()
    words, crc = starting.begin(model, path)
    assert words == f"Starts with generator of alone in {path!r}; networks that are new: discriminator."
    assert_equal(model.generator.weights, pair.weights)
    assert_equal(model.discriminator.weights, before)
    assert crc == starting.begin(recipes.gan((2,), seed=3), path)[1]


def test_start_refuses_a_model_without_a_network_of_the_same_name(tmp_path):
    path = str(tmp_path / "cyclegan.keras")
    recipes.cyclegan(**recipes.RECIPES["cyclegan"].smallest).save(path)
    with pytest.raises(ValueError) as caught:
        starting.begin(recipes.gan((2,)), path)
    assert str(caught.value).startswith("Expected a start with a network of gan: generator, discriminator. Received: ")
    assert "of cyclegan, with generator_ab, generator_ba" in str(caught.value)


def test_start_means_a_file_by_its_words(tmp_path):
    """Whether it is there or not, through links of folders, and again when it is read from a config."""
    (tmp_path / "run").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "run")
    for given in ("run", "link", "run/model.keras", "link/model.keras"):
        found = starting.file_of(str(tmp_path / given))
        assert found == starting.file_of(found) == str(tmp_path.resolve() / "run" / "model.keras")
    assert starting.file_of(None) is None
