"""The package leaves alone what belongs to the whole process, and is not led astray by it."""

import contextlib
import dataclasses
import inspect
import pathlib
import subprocess
import sys

import keras
import numpy as np
import pytest
from conftest import assert_same_state
from games import GAMES
from surroundings import assert_as_before, surroundings

from keras_gans import engine, networks
from keras_gans.recipes import RECIPES
from keras_gans.runs import settings
from keras_gans.runs.train import train

SMALL = {"classes": 3, "width": 4, "receptive_field": 16, "blocks": 1, "steps": 10, "text_dim": 5}
PICTURES = (32, 32, 3)
BUILDERS = {
    f"{room}.{name}": build
    for room, module in inspect.getmembers(networks, inspect.ismodule)
    for name, build in inspect.getmembers(module, inspect.isfunction)
    if build.__module__ == module.__name__
    and name.endswith(("generator", "discriminator", "encoder", "decoder", "classifier"))
    if {"shape", "image_shape"} & inspect.signature(build).parameters.keys()  # else it is made of networks
}


def small(build, *args, **arguments):
    """What a recipe or a builder of networks makes at its smallest."""
    taken = inspect.signature(build).parameters
    return build(*args, **{key: value for key, value in SMALL.items() if key in taken}, **arguments)


@contextlib.contextmanager
def setting(kind, value):
    """Context in which one of Keras' global settings is another."""
    change, before = getattr(keras.config, f"set_{kind}"), getattr(keras.config, kind)()
    change(value)
    try:
        yield
    finally:
        change(before)


def test_importing_every_module_changes_nothing():
    code = """if True:
        import importlib, pkgutil
        import imageio, keras, matplotlib.figure, PIL.Image, scipy.linalg, scipy.optimize, sklearn.datasets, sys
        sys.path.append(sys.argv[1])
        from surroundings import assert_as_before, surroundings
        before = surroundings()
        import keras_gans
        for module in pkgutil.walk_packages(keras_gans.__path__, "keras_gans."):
            if not module.name.startswith("keras_gans.engine."):  # of which one is the other backend's
                importlib.import_module(module.name)
        assert_as_before(before)
    """
    subprocess.run([sys.executable, "-c", code, str(pathlib.Path(__file__).parent)], check=True)


@pytest.mark.tensorflow  # which is quick, and nothing here is the engine's
@pytest.mark.parametrize("name", RECIPES)
def test_building_a_recipe_changes_nothing_and_its_seed_decides_all_weights(name):
    shape = (2,) if RECIPES[name].smallest["image_shape"] == (2,) else PICTURES
    before = surroundings()
    a = small(RECIPES[name].build, shape, seed=5)
    assert_as_before(before)
    b, other = (small(RECIPES[name].build, shape, seed=seed) for seed in (5, 6))
    for one, same in zip(a.get_weights(), b.get_weights(), strict=True):
        np.testing.assert_array_equal(one, same)
    assert not all(np.array_equal(*pair) for pair in zip(a.get_weights(), other.get_weights()))


@pytest.mark.tensorflow  # which is quick; a run on JAX follows
@pytest.mark.parametrize("name", ["GAN", "CGAN", "TripleGAN", "Pix2Pix", "CycleGAN"])
def test_training_and_making_examples_changes_nothing(name, images):
    model, examples = GAMES[name].make(), GAMES[name].examples(images)
    before = surroundings()
    model.fit(examples, batch_size=32, verbose=0)
    model.sheet(seed=0, real=examples.head(4) if len(examples.parts) > 1 else None)
    assert_as_before(before)


def test_a_run_changes_nothing(tmp_path):
    wanted = settings.Settings("gan", "ring", steps=2, precision="mixed_bfloat16", gif=False)
    before = surroundings()
    assert train(tmp_path / "run", wanted) == 2
    assert_as_before(before)
    with pytest.raises(ValueError, match="Expected "):
        train(tmp_path / "other", dataclasses.replace(wanted, data="nowhere"))
    assert_as_before(before)


@pytest.mark.tensorflow  # which is quick, and nothing here is the engine's
@pytest.mark.parametrize("name", BUILDERS)
def test_networks_are_for_channels_last_whatever_keras_is_set_to(name):
    def made():
        keras.utils.set_random_seed(0)
        return small(BUILDERS[name], PICTURES)

    expected = made()
    with setting("image_data_format", "channels_first"):
        network = made()
        assert keras.config.image_data_format() == "channels_first"
        assert {layer.get_config().get("data_format", "channels_last") for layer in network.layers} == {"channels_last"}
        rng = np.random.default_rng(0)
        inputs = [rng.integers(3, size=(2, *x.shape[1:])).astype(x.dtype) for x in network.inputs]
        inputs = inputs if len(inputs) > 1 else inputs[0]
        for one, other in zip(*(keras.tree.flatten(made(inputs)) for made in (network, expected)), strict=True):
            np.testing.assert_array_equal(one, other)


@pytest.mark.tensorflow  # which is quick, and nothing here is the engine's
@pytest.mark.parametrize("name", ["dcgan", "pix2pix"])
def test_a_step_is_the_same_whatever_the_layout_keras_is_set_to(name, images):
    models, batch = [], [part[:16] for part in GAMES[name].examples(images).parts]
    for layout in ("channels_last", "channels_first"):
        with setting("image_data_format", layout):
            models.append(GAMES[name].make(run_eagerly=True))
            models[-1].train_on_batch(*batch)
    assert_same_state(*models)


@pytest.mark.tensorflow  # JAX has float64 only where its own setting says so
@pytest.mark.parametrize("name", ["gan", "wgan_gp", "pix2pix"])
@pytest.mark.parametrize(("floatx", "policy"), [("float64", "float64"), ("float64", "float32"), ("float16", "float32")])
def test_a_step_is_finite_whatever_keras_computes_in(name, floatx, policy):
    shape = (2,) if RECIPES[name].smallest["image_shape"] == (2,) else PICTURES
    with setting("floatx", floatx), engine.dtype_policy(policy):
        model = small(RECIPES[name].build, shape, run_eagerly=True)
        batch = np.random.default_rng(0).uniform(-1, 1, (4 * model.n_critic, *shape)).astype("float32")
        model.train_on_batch(*[batch] * len(model.parts))
        assert all(np.isfinite(weight).all() for weight in model.get_weights())
        made = model.make(4, batch)
    assert made.dtype == np.float32
