"""Arguments of a recipe by name and in plain words, as `--set` gives them: found, typed, or refused in a sentence."""

import dataclasses
import inspect
import math
import typing

from keras_gans.recipes import RECIPES
from keras_gans.recipes.build import learning_rates
from keras_gans.registry import Registry
from keras_gans.runs.settings import Settings

MOST = 10**5  # of a whole number
WORDS = {bool: "true or false", int: f"a whole number from 1 to {MOST}", float: "a finite number", str: "a word"}
OPTIONS = {field.name: f"--{field.name.replace('_', '-')}" for field in dataclasses.fields(Settings) if field.metadata}
OPTIONS |= {"image_shape": "--image-size", "classes": "the labels of --data"}  # what else the run itself decides
OPTIONS |= dict.fromkeys(("domains", "sets", "exclusive"), "--data and --attributes")
OPTIONS |= {"target_channels": "--input-channels"}
OPTIONS |= dict.fromkeys(("words", "length"), "the captions of --data")
SWITCH = {"true": True, "false": False}
KEYWORDS = ("fresh_fakes", "jit_compile", "run_eagerly")  # switches that every game's `compile` hands on


def typed(recipe, given):
    """Reads arguments of a recipe: its own, those of its game's `compile`, and learning rates of one player or all.

    Args:
        recipe: string, name of the recipe.
        given: dict of name -> string, to be read by the type of the argument's default or its annotation; or the value
            that was read.

    Returns:
        dict of name -> bool, int, float, string or None.

    Raises:
        ValueError: if there is no such argument, the run decides it by an option of its own, it takes an object, or the
            value is of another type or out of range.
    """
    kinds, plain = _kinds(RECIPES[recipe]), plain_arguments(recipe)
    for name, value in given.items():
        if name in OPTIONS:
            raise ValueError(f"Expected {name} by {OPTIONS[name]}, not by --set. Received: {name}={value}.")
        if name in kinds and name not in plain:
            raise ValueError(f"Expected {name}, which takes an object, from Python only. Received: {name}={value}.")
    return {name: _read(name, value, plain[name]) for name, value in given.items()}


def plain_arguments(recipe):
    """Lists the arguments of a recipe that plain words can set, see `typed`.

    Args:
        recipe: string, name of the recipe.

    Returns:
        `registry.Registry` of names -> tuple of types.
    """
    plain = Registry(f"argument of {recipe}")
    plain.update({name: found for name, found in _kinds(RECIPES[recipe]).items() if found and name not in OPTIONS})
    return plain


def built(recipe, arguments, given):
    """Builds a recipe, and says of which arguments it was if Keras refuses one.

    Args:
        recipe: `recipes.Recipe`.
        arguments: dict, all that it is built with.
        given: dict, those of them that `typed` returned.

    Returns:
        The compiled model.

    Raises:
        ValueError: if an argument does not fit.
    """
    try:
        return recipe.build(**arguments)
    except (TypeError, ValueError, ArithmeticError, LookupError) as error:
        if not given:
            raise
        words = str(error)
        if not words.startswith(("Expected ", "Unknown ")):  # Ours say what they mean; Keras' may be pages.
            listed = ", ".join(f"{name}={value}" for name, value in given.items())
            words = f"Expected arguments with which the recipe can be built. Received: {listed}."
        raise ValueError(words) from None


def _kinds(recipe):
    """What each argument of a recipe may be: plain types, or none if it takes an object."""
    own = inspect.signature(recipe.build).parameters
    compiled = dict(list(inspect.signature(recipe.game.compile).parameters.items())[1:])
    found = {name: _plain(p) for name, p in {**compiled, **own}.items() if p.kind is not p.VAR_KEYWORD}
    rates = ("learning_rate", *learning_rates(recipe.game))
    return {**dict.fromkeys(rates, (float,)), **dict.fromkeys(KEYWORDS, (bool,)), **found}


def _plain(parameter):
    kinds = (type(parameter.default),)
    if parameter.annotation is not parameter.empty:
        kinds = typing.get_args(parameter.annotation) or (parameter.annotation,)
    return kinds if set(kinds) - {type(None)} <= set(WORDS) and kinds != (type(None),) else ()


def _read(name, value, kinds):
    """One value; what was read before is read again as it is."""
    kind = next(kind for kind in kinds if kind is not type(None))
    words = str(value).lower()
    if type(None) in kinds and words == "none":
        return None
    found = value if kind is str else SWITCH.get(words) if kind is bool else _number(words, kind)
    if not isinstance(found, kind):
        wanted = WORDS[kind] + " or none" * (type(None) in kinds)
        raise ValueError(f"Expected {name} as {wanted}. Received: {value!r}.")
    return found


def _number(words, kind):
    """The number, or None if it is none, or out of range."""
    try:
        found = kind(words)
    except ValueError:
        return None
    return found if (1 <= found <= MOST if kind is int else math.isfinite(found)) else None
