"""What the laboratory plays: the recipes that train on points in the plane, and what each of them is made of."""

import dataclasses
import functools
import inspect

import keras

from keras_gans import engine, losses, networks
from keras_gans.layers import SpectralNormalization
from keras_gans.recipes import RECIPES
from keras_gans.recipes.build import POINT_DEPTH, POINT_LATENTS, POINT_WIDTH
from keras_gans.recipes.modern import GAMMA_SMALL
from keras_gans.regularizers import gradient_penalty

PENALTIES = tuple(gradient_penalty.__all__)  # names of those that can be put on D
MOMENTS = ("beta_1", "beta_2", "rho", "momentum")  # what optimizers remember by
BODY = tuple(list(inspect.signature(networks.mlp.discriminator).parameters)[3:])  # of D, beside its width and depth


@functools.cache
def playable():
    """Names the recipes that the laboratory plays, in the order of the chapters.

    They are those of two players, one of which judges, that train on points, and those of which only the networks are
    made for pictures: they play with dense ones.
    """
    return tuple(name for name, recipe in RECIPES.items() if _plays(recipe))


def _plays(recipe):
    given = inspect.signature(recipe.build).parameters
    rates = inspect.signature(recipe.game.compile).parameters
    two = {"d_optimizer", "g_optimizer"} <= set(rates) and {"generator", "discriminator"} <= set(given)
    return two and recipe.data == "images" and (_on_points(recipe) or {"blocks", "gamma"} <= set(given))


def _on_points(recipe):
    return len(recipe.smallest["image_shape"]) == 1


@dataclasses.dataclass(frozen=True)
class Facts:
    """What a recipe is made of, read off a model that it built.

    Args:
        latent_dim: int.
        width: int, units of G's hidden layers.
        depth: int, how many of these G has.
        body: dict of name -> value, further arguments of `networks.mlp.discriminator`; empty for another D.
        given: whether networks must be handed in.
        arguments: dict of name -> value, what the model was compiled with of plain values.
        rates: dict of player's name -> float, or None under a schedule.
        moments: dict of name -> float, of both players' optimizers.
        optimizer: None, or string, the name of the class in `keras.optimizers`.
        loss: None, or a tuple of the name in `losses` and a dict of its plain arguments.
        penalty: None where none can be chosen, or a tuple of a name in `PENALTIES`, or "none", and its arguments.
    """

    latent_dim: int
    width: int
    depth: int
    body: dict
    given: bool
    arguments: dict
    rates: dict
    moments: dict
    optimizer: str | None
    loss: tuple | None
    penalty: tuple | None


@functools.cache
def facts(name):
    """Reads what a recipe of `playable` is made of.

    Args:
        name: string.

    Returns:
        `Facts`.
    """
    recipe, handed = RECIPES[name], {}
    if not _on_points(recipe):
        handed = {
            "latent_dim": POINT_LATENTS,
            "generator": networks.mlp.generator((2,), POINT_LATENTS, POINT_WIDTH, POINT_DEPTH),
            "discriminator": networks.mlp.discriminator((2,), POINT_WIDTH, POINT_DEPTH),
        }
    model = recipe.build(image_shape=(2,), **handed)
    units = [layer.units for layer in model.generator.layers if isinstance(layer, keras.layers.Dense)][:-1]
    optimizers = {player.name: getattr(model, player.optimizer) for player in model.players}
    configs = [optimizer.get_config() for optimizer in optimizers.values()]
    kind = type(optimizers["d"])
    known = getattr(keras.optimizers, kind.__name__, None) is kind
    return Facts(
        latent_dim=model.latent_dim,
        width=units[0],
        depth=len(units),
        body=_body(model.discriminator),
        given=bool(handed),
        arguments=_plain(model.get_compile_config()) | ({"gamma": GAMMA_SMALL} if handed else {}),
        rates={key: _rate(config) for key, config in zip(optimizers, configs)},
        moments={key: configs[0][key] for key in MOMENTS if known and isinstance(configs[0].get(key), float)},
        optimizer=kind.__name__ if known else None,
        loss=_loss(getattr(model, "loss", None)),
        penalty=_penalty(model, recipe),
    )


def _body(discriminator):
    """Further arguments of a dense D, as they are by default or in this one."""
    if "features" not in {layer.name for layer in discriminator.layers}:
        return {}
    usual = inspect.signature(networks.mlp.discriminator).parameters
    found = {name: usual[name].default for name in BODY}
    layers = engine.layers_of(discriminator)
    found["spectral_norm"] = any(isinstance(layer, SpectralNormalization) for layer in layers)
    for layer in layers:
        if type(layer).__name__ == "MinibatchDiscrimination":
            found["minibatch_discrimination"] = layer.get_config()[
                next(iter(inspect.signature(type(layer)).parameters))
            ]
    return found


def _rate(config):
    rate = config["learning_rate"]
    return float(f"{rate:.6g}") if isinstance(rate, float) else None  # without what float32 adds


def _loss(loss):
    if not isinstance(loss, losses.AdversarialLoss) or getattr(losses, type(loss).__name__, None) is not type(loss):
        return None
    config = loss.get_config()
    plain = {key: value for key, value in config.items() if isinstance(value, (bool, int, float))}
    left = {key for key in config if isinstance(config[key], dict)}  # a loss within a loss
    plain = {key: value for key, value in plain.items() if key not in ("seed", "from_logits")}
    return None if left else (type(loss).__name__, plain)


def _penalty(model, recipe):
    if "penalties" not in inspect.signature(recipe.game.compile).parameters:
        return None
    found = model.penalties
    if not found:
        return "none", {}
    name = type(found[0]).__name__
    return (name, found[0].get_config()) if len(found) == 1 and name in PENALTIES else None


def _plain(arguments):
    return {key: value for key, value in arguments.items() if isinstance(value, (bool, int, float, str))}
