"""Models, weights and runs of version 0.1.0, in tests/legacy: they load, make what they made, go on, are reported."""

import json
import pathlib
import shutil

import keras
import numpy as np
import pytest
from games import GAMES
from typer.testing import CliRunner

from keras_gans import cli, losses, models, networks
from keras_gans.regularizers import Penalty
from keras_gans.training import load_model

FOLDER = pathlib.Path(__file__).parents[1] / "legacy"
MODELS = sorted(path.stem for path in (FOLDER / "models").glob("*.keras"))
SAVED_BY = json.loads((FOLDER / "runs" / "cgan" / "config.json").read_text())["started_with"]["keras"]
keras_that_saved_them = pytest.mark.skipif(
    tuple(map(int, keras.__version__.split(".")[:2])) < tuple(map(int, SAVED_BY.split(".")[:2])),
    reason=f"Keras reads no files of a later one, {SAVED_BY}",
)


def cancelled_biases(model):
    """The ids of biases that a normalization takes away, so that Adam makes whole steps of their rounding errors."""
    found = [layer for name in model.network_names for layer in getattr(model, name).layers]
    before = [layer.input._keras_history.operation for layer in found if "Normalization" in type(layer).__name__]
    return {id(layer.bias) for layer in before if getattr(layer, "bias", None) is not None}


@keras_that_saved_them
@pytest.mark.tensorflow  # whose random numbers these are
@pytest.mark.parametrize("name", MODELS)
def test_a_saved_model_makes_what_it_made_and_goes_on_as_it_did(name, images):
    model, known = load_model(FOLDER / "models" / f"{name}.keras"), np.load(FOLDER / "models" / f"{name}.npz")
    examples = GAMES[name].examples(images, model.n_critic)
    real = examples.head(4) if len(examples.parts) > 1 else None
    np.testing.assert_allclose(model.sheet(seed=1, real=real)[0][:4], known["made"], atol=1e-4)
    model.fit(examples, batch_size=16, initial_epoch=1, epochs=2, verbose=0)
    assert int(model.optimizer.iterations) == known["iterations"]
    cancelled = cancelled_biases(model)
    for weight, mean in zip(model.weights, known["after"], strict=True):
        atol = 4 * 2e-3 if id(weight) in cancelled else 1e-3  # of four steps at 2e-3
        np.testing.assert_allclose(np.abs(weight).mean(), mean, rtol=0.02, atol=atol, err_msg=weight.path)


class Drawing(Penalty):
    """A penalty of 0 that draws a number at each call."""

    def __init__(self, seed):
        self.seed_generator = keras.random.SeedGenerator(seed)

    def __call__(self, discriminator, real, fake, seed):
        return 0.0 * keras.random.normal((), seed=self.seed_generator)

    def get_config(self):
        return {}


@pytest.mark.parametrize(
    ("name", "noisy_labels", "expected"),
    [("plain", None, [[2, 3]]), ("noisy", ((0.7, 1.2), (0.0, 0.3)), [[1, 6], [2, 3]])],
)
def test_seeds_of_terms_are_loaded_from_when_every_loss_had_one(name, noisy_labels, expected):
    """Saved after three steps, of two draws by the loss of seed 1, if any, and one by the penalty of seed 2."""
    pair = networks.mlp.generator((2,), 2, width=2, depth=1), networks.mlp.discriminator((2,), width=2, depth=1)
    gan, loss = models.GAN(*pair, 2), losses.GANLoss(noisy_labels=noisy_labels, seed=1)
    gan.compile(keras.optimizers.SGD(0.01), keras.optimizers.SGD(0.01), loss, penalties=[Drawing(2)])
    gan.load_weights(FOLDER / "seeds" / f"{name}.weights.h5")
    generators = [term.seed_generator for term in (loss, *gan.penalties) if term.seed_generator]
    assert [generator.state.numpy().tolist() for generator in generators] == expected


def run_command(*words):
    result = CliRunner().invoke(cli.app, list(map(str, words)))
    assert result.exit_code == 0, result.output
    return result.output


@keras_that_saved_them
@pytest.mark.tensorflow  # whose run this is
def test_a_run_goes_on_and_is_reported(tmp_path):
    folder = tmp_path / "run"
    shutil.copytree(FOLDER / "runs" / "cgan", folder)
    words = ("train", "--config", folder / "config.json", "--out", folder, "--resume")
    assert "has made 8 steps" in run_command(*words)  # it is at its end
    words = ("train", "cgan", "--image-size", 16, "--width", 4, "--batch-size", 32, "--steps", 10)
    assert "has made 10 steps" in run_command(*words, "--out", folder, "--resume")
    looks = json.loads((folder / "diagnostics.json").read_text())["looks"]
    assert looks[-1]["step"] == 10
    run_command("report", folder)
    assert "cgan on digits" in (folder / "report.html").read_text()


def test_a_run_of_points_is_reported_with_its_metrics(tmp_path):
    folder = tmp_path / "run"
    shutil.copytree(FOLDER / "runs" / "gan", folder)
    run_command("report", folder)
    page = (folder / "report.html").read_text()
    assert "modes" in page
    assert "gan on ring" in page
