"""Exported runs make, without this package, what their models make; and their cards say what they are."""

import json
import subprocess
import sys

import keras
import numpy as np
import pytest
from command_line import run
from games import GAMES
from PIL import Image

from keras_gans.commands import export as command
from keras_gans.files.pixels import to_uint8
from keras_gans.recipes import RECIPES

pytestmark = [
    pytest.mark.tensorflow,
    pytest.mark.filterwarnings("ignore:In the future `np.object`:FutureWarning"),
]
RUNS = {"dcgan": "GAN", "cgan": "CGAN", "stylegan2": "StyleGAN2", "stargan": "StarGAN", "stackgan": "StackGAN"}
ARGUMENTS = {
    "dcgan": "--n 4 --seed 3 --out samples.npy",
    "cgan": "--n 4 --seed 3 --out samples.npy --label owl",
    "stylegan2": "--n 4 --seed 3",
    "stargan": "in.png --domain {}",
    "stackgan": "--n 4 --seed 3 --out samples.npy --caption '{}'",
}
ALONE = """
import os, runpy, shlex, sys
sys.modules["keras_gans"] = None  # whoever imports it gets an ImportError
for folder, arguments in {!r}.items():
    os.chdir(folder)
    sys.argv = ["generate.py", *shlex.split(arguments)]
    runpy.run_path("generate.py", run_name="__main__")
"""


def made_by_hand(folder, recipe):
    """The folder of a run of a small game, and its model with weights that are felt."""
    folder.mkdir()
    model = GAMES[RUNS[recipe]].make()
    rng = np.random.default_rng(0)
    for network in (getattr(model, name) for name in model.network_names):
        for weight in network.trainable_weights:
            weight.assign(0.3 * rng.uniform(-1, 1, weight.shape))
    model.save(folder / "model.keras")
    names = {"class_names": ["cat", "dog", "owl"]} if model.classes else {}
    config = {"recipe": recipe, "data": "/home/me/animals", "steps": 7, "started_with": {"keras_gans": "0.1.0"}}
    (folder / "config.json").write_text(json.dumps({**config, **names, "data_shapes": [[1797, 16, 16, 1]]}))
    (folder / "history.csv").write_text("epoch,d_loss,g_loss\n0,0.5,2.0\n1,0.25,3.0\n")
    (folder / "training.gif").write_bytes(b"GIF89a")
    return model


def asked(recipe, model):
    """What generate.py is asked for, of a model."""
    words = " ".join(model.vocabulary.words[:2]) if model.vocabulary else ""
    return ARGUMENTS[recipe].format(model.domains[0] if model.domains else words)


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    """Runs, exported, and what their scripts left: dicts of models and of folders, by recipe."""
    place = tmp_path_factory.mktemp("runs")
    models = {recipe: made_by_hand(place / recipe, recipe) for recipe in RUNS}
    folders = {recipe: place / f"{recipe}-alone" for recipe in RUNS}
    for recipe, folder in folders.items():
        code, output = run("export", place / recipe, "--to", folder)
        assert code == 0, output
    side = models["stargan"].generator.input_shape[0][1]
    pixels = np.random.default_rng(0).integers(0, 256, (side or 16, side or 16, 3)).astype("uint8")
    Image.fromarray(pixels).save(folders["stargan"] / "in.png")
    words = {str(folder): asked(recipe, models[recipe]) for recipe, folder in folders.items()}
    found = subprocess.run([sys.executable, "-c", ALONE.format(words)], cwd=place, capture_output=True, text=True)
    assert found.returncode == 0, found.stderr
    return models, folders


def latents(model):
    return np.random.default_rng(3).standard_normal((4, model.latent_dim), "float32")


def test_plain_generator_makes_alone_what_the_model_makes(exported):
    models, folders = exported
    found = np.load(folders["dcgan"] / "samples.npy")
    np.testing.assert_allclose(found, models["dcgan"].decode(latents(models["dcgan"])), atol=1e-5)
    assert np.ptp(found) > 0.01


def test_generator_of_classes_makes_the_class_that_is_asked_for(exported):
    models, folders = exported
    model, found = models["cgan"], np.load(folders["cgan"] / "samples.npy")
    np.testing.assert_allclose(found, model.decode(latents(model), 2), atol=1e-5)
    assert np.abs(found - model.decode(latents(model), 0)).max() > 0.01


def test_generator_of_captions_reads_alone(exported):
    models, folders = exported
    model, found = models["stackgan"], np.load(folders["stackgan"] / "samples.npy")
    np.testing.assert_allclose(
        found, model.decode(latents(model), [" ".join(model.vocabulary.words[:2])] * 4), atol=1e-5
    )


def test_generator_of_layers_of_ours_makes_a_sheet_without_them(exported):
    models, folders = exported
    model = models["stylegan2"]
    pixels = to_uint8(model.decode(latents(model)))[..., 0]
    with Image.open(folders["stylegan2"] / "samples.png") as sheet:
        found = np.asarray(sheet).astype(int)
    expected = np.concatenate([np.concatenate(list(pixels[i : i + 2]), axis=1) for i in (0, 2)]).astype(int)
    assert np.abs(found - expected).max() <= 1
    assert np.ptp(expected) > 5


def test_picture_goes_alone_to_the_domain_that_is_wished_for(exported):
    models, folders = exported
    with Image.open(folders["stargan"] / "in.png") as picture:
        image = np.asarray(picture, "float32")[None] / 127.5 - 1
    expected = to_uint8(models["stargan"].translate(image, models["stargan"].domains[0]))[0].astype(int)
    with Image.open(folders["stargan"] / "translated.png") as picture:
        assert np.abs(np.asarray(picture).astype(int) - expected).max() <= 1


def test_card_says_what_was_trained_on_what_and_how_to_push_it(exported):
    _, folders = exported
    card = (folders["cgan"] / "README.md").read_text()
    _, head, text = card.split("---\n", 2)
    assert "library_name: keras\npipeline_tag: unconditional-image-generation\ntags:\n" in head
    for words in (
        "1,797 of shape (16, 16, 1)",
        "(training.gif)",
        "| d_loss | 0.25 |",
        "| steps | `7` |",
        "--label cat",
    ):
        assert words in text
    assert RECIPES["cgan"].address in text
    assert "hf upload" in text
    assert "/home/me" not in card
    assert "keras-gans" not in (folders["cgan"] / "generate.py").read_text()


def test_mistakes_are_answered_in_a_sentence(exported, tmp_path):
    _, folders = exported
    for words, arguments in {
        "Expected a run folder": (tmp_path, "--to", tmp_path / "out"),
        "Expected a new or empty folder": (folders["cgan"].parent / "cgan", "--to", folders["cgan"]),
    }.items():
        code, output = run("export", *arguments)
        assert code == 2
        assert words in output
        assert "Received: " in output
    with pytest.raises(ValueError, match=r"makes examples\. Received: MatchingEncoder"):
        command.described(GAMES["MatchingEncoder"].make())


def shaped(spec, wishes, rng):
    shape = [1, *(8 if size is None else size for size in spec.shape[1:])]
    if "int" in spec.dtype:
        return rng.integers(0, 2, shape).astype("int32")
    return np.eye(shape[1], dtype="float32")[:1] if spec.name == wishes else rng.uniform(-1, 1, shape).astype("float32")


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", [name for name in GAMES if name not in ("CGAN of vectors", "MatchingEncoder", "captions")]
)
def test_every_game_and_recipe_is_exported_whole(name, tmp_path):
    model = GAMES[name].make()
    facts, endpoints = command.described(model)
    command.save(model, endpoints, tmp_path / "generator")
    rng = np.random.default_rng(0)
    for way, (_, specs) in endpoints.items():
        inputs = [shaped(spec, "wishes", rng) for spec in specs]
        layer = keras.layers.TFSMLayer(tmp_path / "generator", call_endpoint=way)
        found = keras.ops.convert_to_numpy(layer(inputs if len(inputs) > 1 else inputs[0]))
        if "latent_dim" in facts:
            expected = model.decode(*inputs)
        else:
            wish = {"domain": model.domains[0]} if model.domains else {"direction": way, "seed": 0}
            expected = model.translate(inputs[0], **wish)
        np.testing.assert_allclose(np.clip(found, -1, 1), np.clip(expected, -1, 1), atol=1e-5)
