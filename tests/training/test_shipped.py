"""The trained models that come with the package: they load, are small, documented, and found where pip puts them."""

import importlib.metadata
import pathlib
import shutil

import numpy as np
import pytest

from benchmarks.pretrained import MOST_BYTES, shrink
from keras_gans import models, recipes
from keras_gans.cli.shell import opened
from keras_gans.training import shipped
from keras_gans.training.loading import load_model

ROOT = pathlib.Path(__file__).parents[2]
NAMES = sorted(path.stem for path in (ROOT / shipped.FOLDER).glob("*.keras"))


@pytest.mark.parametrize(  # one on JAX, where nothing but the engine is another
    "name", [NAMES[0], *(pytest.param(name, marks=pytest.mark.tensorflow) for name in NAMES[1:])]
)
def test_each_is_small_documented_and_makes_varied_examples(name):
    model = models.pretrained(name)
    assert (ROOT / shipped.FOLDER / f"{name}.keras").stat().st_size <= MOST_BYTES
    assert f"| `{name}` |" in (ROOT / shipped.FOLDER / "README.md").read_text()
    assert int(model.optimizer.iterations.numpy()) == 0
    if model.latent_dim is not None:
        captions = {"labels": list(model.words[:8])} if model.vocabulary else {}
        made = np.asarray(model.generate(8, seed=0, **captions))
        assert np.abs(made).max() <= 1
        assert np.std(made, axis=0).mean() > 0.05


def test_an_unknown_name_is_answered_with_those_there_are():
    with pytest.raises(ValueError, match=f"Did you mean 'digits16'.*{NAMES[-1]}.*Received: 'digit16'"):
        models.pretrained("digit16")


def test_the_command_line_takes_a_name_or_a_file(tmp_path):
    assert opened(pathlib.Path("digits16")).name == "quick_gan"
    path = shutil.copy(ROOT / shipped.FOLDER / "digits16.keras", tmp_path / "mine.keras")
    assert opened(pathlib.Path(path)).name == "quick_gan"
    with pytest.raises(ValueError, match="which is not a file"):
        opened(tmp_path / "digits16.keras")


def test_an_installed_package_finds_them_where_pip_put_them(monkeypatch, tmp_path):
    class File(pathlib.PurePosixPath):
        def locate(self):
            return ROOT / shipped.FOLDER / self.name

    noted = [File("../../../share/keras_gans/models/digits16.keras"), File("keras_gans/version.py")]
    monkeypatch.setattr(shipped, "FOLDER", tmp_path / "nowhere")
    monkeypatch.setattr(importlib.metadata, "files", lambda _: noted)
    assert list(shipped.shipped()) == ["digits16"]
    monkeypatch.setattr(importlib.metadata, "files", lambda _: None)
    assert not shipped.shipped()


def test_a_shrunken_run_has_the_weights_that_examples_are_made_with(tmp_path):
    model = recipes.quick_gan((2,), width=32)
    points = np.random.default_rng(0).normal(size=(256, 2)).astype("float32")
    model.fit(points, batch_size=64, epochs=5, verbose=0)
    model.save(tmp_path / "model.keras")
    size = shrink(tmp_path, tmp_path / "small.keras")
    small = load_model(tmp_path / "small.keras")
    with model.averages.worn():
        for ours, whole in zip(small.generator.get_weights(), model.generator.get_weights(), strict=True):
            np.testing.assert_array_equal(ours, whole.astype("float16"))
    assert np.abs(model.generator.get_weights()[0] - small.generator.get_weights()[0]).max() > 1e-3
    assert 2 * size < (tmp_path / "model.keras").stat().st_size
