"""What recipes share: default networks by the shape of an example, and a model compiled with its paper's constants.

Papers give their constants for pictures. For points every recipe has the dense pair and the learning rate below.
"""

import inspect

import keras

from keras_gans import models, networks

POINT_LATENTS, PICTURE_LATENTS, RESIDUAL_LATENTS = 2, 100, 128
POINT_WIDTH, POINT_DEPTH, POINT_RATE = 128, 3, 2e-3  # of the dense default pair for points


def make(
    image_shape,
    latent_dim=None,
    seed=0,
    generator=None,
    discriminator=None,
    game=models.GAN,
    architecture=networks.dcgan,
    g_arguments=None,
    **d_arguments,
):
    """Builds a model that is not compiled yet: a game, with default networks where none are given.

    Points, examples of shape (d,), get a dense pair; pictures get the paper's.

    Args:
        image_shape: tuple, shape of an example.
        latent_dim: None for 2 (points) or 100 (pictures), or int.
        seed: int, seed of the model; `recipe` sees to that of the weights.
        generator: None, or built `keras.Model`.
        discriminator: None, or built `keras.Model`.
        game: class of `keras_gans.models`.
        architecture: module of `keras_gans.networks`, for pictures.
        g_arguments: None, or dict of further arguments of the default generator of pictures.
        **d_arguments: further arguments of the default discriminator; `batch_norm` is for pictures only.

    Returns:
        `models.AdversarialModel`.
    """
    latent_dim = latent_dim or (POINT_LATENTS if len(image_shape) == 1 else PICTURE_LATENTS)
    if len(image_shape) == 1:
        architecture, g_arguments = networks.mlp, {"width": POINT_WIDTH, "depth": POINT_DEPTH}
        d_arguments = {**d_arguments, **g_arguments}
        d_arguments.pop("batch_norm", None)
    generator = generator or architecture.generator(image_shape, latent_dim, **(g_arguments or {}))
    discriminator = discriminator or architecture.discriminator(image_shape, **d_arguments)
    return game(generator, discriminator, latent_dim, seed)


def make_residual(
    image_shape, latent_dim, seed, generator, discriminator, game=models.GAN, g_width=128, spectral_norm=False
):
    """Builds a model like `make`, whose default networks are ResNets at 32x32 and which has no batch norm in D.

    Args:
        image_shape, latent_dim, seed, generator, discriminator, game: as in `make`.
        g_width: int, width of the residual generator.
        spectral_norm: whether D has spectral normalisation; the residual D then sums over pixels instead of averaging.

    Returns:
        `models.AdversarialModel`.
    """
    arguments = {"batch_norm": False}
    if tuple(image_shape[:2]) == (32, 32):
        latent_dim = latent_dim or RESIDUAL_LATENTS
        pooling = "sum" if spectral_norm else "mean"
        arguments = {"architecture": networks.resnet, "g_arguments": {"width": g_width}, "pooling": pooling}
    arguments |= {"game": game, "spectral_norm": spectral_norm}
    return make(image_shape, latent_dim, seed, generator, discriminator, **arguments)


def compiled(model, optimizer, overrides, **constants):
    """Compiles a model with a paper's constants.

    Args:
        model: `models.AdversarialModel`.
        optimizer: the paper's Keras optimizer, of which each player gets one.
        overrides: dict of arguments of the model's `compile` that replace the paper's; and of the players' learning
            rates, e.g. `d_learning_rate` and `g_learning_rate`, at which a schedule begins, or `learning_rate`, that of
            all players without one of their own.
        **constants: the paper's arguments of the model's `compile`; a player's own optimizer takes the place of
            `optimizer`.

    Returns:
        The model.

    Raises:
        ValueError: if a player is given an optimizer and a learning rate.
    """
    players = learning_rates(type(model))
    every = dict.fromkeys(players if "learning_rate" in overrides else (), overrides.get("learning_rate"))
    given = every | {key: rate for key, rate in overrides.items() if key in players}
    overrides = {key: value for key, value in overrides.items() if key not in (*players, "learning_rate")}
    twice = sorted(key for key in given if players[key] in overrides)
    if twice:
        raise ValueError(f"Expected of a player its optimizer or its learning rate. Received: both, and {twice[0]}.")
    usual = POINT_RATE if len(model.parts[0].shape) == 1 else None
    own = {player: constants.pop(player, optimizer) for player in players.values()}
    optimizers = {player: _at(own[player], given.get(key, usual)) for key, player in players.items()}
    model.compile(**{**optimizers, **constants, **overrides})
    return model


def learning_rates(game):
    """The names by which recipes of a game take the learning rates of its players.

    Args:
        game: class of `keras_gans.models`.

    Returns:
        dict of name -> that argument of the game's `compile` which is the player's optimizer.
    """
    players = [name for name in inspect.signature(game.compile).parameters if name.endswith("_optimizer")]
    return {player.replace("_optimizer", "_learning_rate"): player for player in players}


def _at(optimizer, rate):
    """A copy of an optimizer, at another learning rate unless that is None."""
    config = optimizer.get_config()
    if rate is not None and isinstance(config["learning_rate"], dict):
        schedule = config["learning_rate"]["config"]
        name = "learning_rate" if "learning_rate" in schedule else "initial_learning_rate"  # of Keras' own schedules
        schedule[name] = rate
    elif rate is not None:
        config["learning_rate"] = rate
    return type(optimizer).from_config(config)


def adam(learning_rate=2e-4, beta_1=0.5, beta_2=0.999):
    """Adam, with DCGAN's constants unless a paper has others."""
    return keras.optimizers.Adam(learning_rate, beta_1=beta_1, beta_2=beta_2)
