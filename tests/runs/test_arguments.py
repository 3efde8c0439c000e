"""Arguments of recipes by name: each is found and typed, and what cannot be set is refused in a sentence."""

import keras
import pytest

from keras_gans import recipes
from keras_gans.runs import arguments


@pytest.mark.parametrize(
    ("recipe", "given", "expected"),
    [
        ("dcgan", {"n_critic": "2", "loss": "hinge"}, {"n_critic": 2, "loss": "hinge"}),
        ("dcgan", {"latent_dim": "16"}, {"latent_dim": 16}),
        ("wgan", {"learning_rate": "1e-4", "n_critic": "3"}, {"learning_rate": 1e-4, "n_critic": 3}),
        ("dcgan", {"latent_dim": "none"}, {"latent_dim": None}),
        ("wgan", {"c": "1e-1"}, {"c": 0.1}),
        ("wgan_gp", {"weight": "3", "fresh_fakes": "True"}, {"weight": 3.0, "fresh_fakes": True}),
        ("fgan", {"divergence": "alpha", "parameter": "0.5"}, {"divergence": "alpha", "parameter": 0.5}),
        ("cgan", {"mismatched": "false"}, {"mismatched": False}),
        ("pix2pix", {"receptive_field": "16", "l1_weight": "1"}, {"receptive_field": 16, "l1_weight": 1.0}),
        ("cyclegan", {"blocks": "1", "d_learning_rate": "4e-4"}, {"blocks": 1, "d_learning_rate": 4e-4}),
    ],
)
def test_arguments_are_typed_by_the_recipe_and_by_its_game(recipe, given, expected):
    found = arguments.typed(recipe, given)
    assert found == expected
    assert [type(value) for value in found.values()] == [type(value) for value in expected.values()]
    assert arguments.typed(recipe, found) == found  # as `--config` reads them


@pytest.mark.parametrize(
    ("recipe", "name", "value", "words"),
    [
        ("dcgan", "n_critc", "2", "Unknown argument of dcgan. Did you mean 'n_critic'?"),
        ("dcgan", "c", "2", "Unknown argument of dcgan."),
        ("dcgan", "image_shape", "2", "Expected image_shape by --image-size, not by --set."),
        ("dcgan", "seed", "2", "Expected seed by --seed, not by --set."),
        ("dcgan", "batch_size", "2", "Expected batch_size by --batch-size, not by --set."),
        ("dcgan", "ema", "0.9", "Expected ema by --ema, not by --set."),
        ("cgan", "classes", "3", "Expected classes by the labels of --data, not by --set."),
        ("cgan", "width", "3", "Expected width by --width, not by --set."),
        ("cyclegan", "steps", "3", "Expected steps by --steps, not by --set."),
        ("dcgan", "generator", "x", "Expected generator, which takes an object, from Python only."),
        ("dcgan", "d_optimizer", "adam", "Expected d_optimizer, which takes an object, from Python only."),
        ("dcgan", "penalties", "r1", "Expected penalties, which takes an object, from Python only."),
        ("dcgan", "d_constraint", "x", "Expected d_constraint, which takes an object, from Python only."),
        ("dcgan", "n_critic", "1.5", "Expected n_critic as a whole number from 1 to 100000."),
        ("dcgan", "n_critic", "0", "Expected n_critic as a whole number from 1 to 100000."),
        ("dcgan", "n_critic", "9" * 5000, "Expected n_critic as a whole number from 1 to 100000."),
        ("dcgan", "n_critic", True, "Expected n_critic as a whole number from 1 to 100000."),
        ("dcgan", "n_critic", [2], "Expected n_critic as a whole number from 1 to 100000."),
        ("dcgan", "latent_dim", "x", "Expected latent_dim as a whole number from 1 to 100000 or none."),
        ("dcgan", "loss", 3, "Expected loss as a word."),
        ("wgan", "c", "nan", "Expected c as a finite number."),
        ("dcgan", "g_learning_rate", "1e999", "Expected g_learning_rate as a finite number."),
        ("cgan", "mismatched", "perhaps", "Expected mismatched as true or false."),
    ],
)
def test_arguments_that_cannot_be_set_are_refused(recipe, name, value, words):
    with pytest.raises(ValueError) as caught:
        arguments.typed(recipe, {name: value})
    assert str(caught.value).startswith(words)
    assert (str(value) if words[0] == "E" else name) in str(caught.value).split("Received: ")[1]


@pytest.mark.parametrize("name", recipes.RECIPES)
def test_every_recipe_offers_its_players_rates(name):
    rates = [f"{player.name}_learning_rate" for player in recipes.RECIPES[name].game.players]
    found = arguments.typed(name, {**dict.fromkeys(rates, "0.5"), "fresh_fakes": "false"})
    assert found == {**dict.fromkeys(rates, 0.5), "fresh_fakes": False}


def test_arguments_that_keras_refuses_are_named():
    recipe = recipes.RECIPES["gan"]

    def build(given):
        return arguments.built(recipe, {"image_shape": (2,), **given}, given)

    assert isinstance(build({"loss": "hinge"}), keras.Model)
    with pytest.raises(ValueError, match=r"^Unknown loss\. Did you mean 'hinge'.* Received: 'hnge'\.$"):
        build({"loss": "hnge"})
    with pytest.raises(
        ValueError, match=r"^Expected arguments with which the recipe can be built\. Received: latent_dim=-3"
    ):
        build({"latent_dim": -3})
