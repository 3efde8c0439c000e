"""Recipe of the first lecture and of the demo: what learns within minutes on a laptop."""

import math

from keras_gans import networks, regularizers
from keras_gans.recipes.build import adam, compiled, make
from keras_gans.recipes.registry import recipe

DENSE = 1024  # numbers of a picture up to which the pair is dense
LATENTS, DENSE_WIDTH, WIDTH = 64, 256, 32
RATE = 1e-3
GAMMA, LEAST_GAMMA = 1e-3, 0.1  # of R1: for each pixel, and at least
DECAY = 0.995  # of the averages of the generator's weights


@recipe(paper="Mescheder et al. 2018", arxiv="1801.04406", chapter="Quickstart", batch_size=64)
def quick_gan(
    image_shape=(28, 28, 1),
    latent_dim: int | None = None,
    seed=0,
    generator=None,
    discriminator=None,
    width: int | None = None,
    **overrides,
):
    """Quick GAN: the plain game with R1, averages and small networks without batch norm: learns in minutes on a laptop.

    Args:
        image_shape: tuple (side, side, channels), side 16 to 256, channels 1 to 5; or points (d,).
        latent_dim: int, length of a latent vector; None is 64 for pictures and 2 for points.
        seed: int, seed of weights, latents and the order of the data.
        generator: None, or a built `keras.Model` instead of this one's.
        discriminator: None, or a built `keras.Model` instead of this one's.
        width: int, units of a hidden layer (256 where None) of the dense pair, which pictures of at most 1,024 numbers
            have, or channels of the last hidden map (32) of the convolutional one, `networks.plain`.
        **overrides: arguments of `models.GAN.compile` that replace these.

    Returns:
        Compiled `models.GAN`.

    Deviations:
        Loss, R1 and averages of the generator's weights are the paper's. The rest is this package's choice by
        measurement (`benchmarks/first_contact.py`): gamma 1/1000 for each pixel, at least 0.1, instead of 10; Adam
        (beta_1 0, beta_2 0.99) at 1e-3 instead of RMSprop at 1e-4; decay 0.995 instead of 0.999; networks of a size
        for which a laptop makes a hundred steps a second (dense) or several (convolutional).

    Reference:
        Mescheder et al., 2018, Which Training Methods for GANs do actually Converge?, arXiv:1801.04406, Sections 4
        and 5. That gamma grows with the number of pixels: Karras et al., 2020, Training Generative Adversarial
        Networks with Limited Data, arXiv:2006.06676, and its code.
    """
    if len(image_shape) > 1:
        latent_dim = latent_dim or LATENTS
    if is_small(image_shape):
        sizes = {"width": width or DENSE_WIDTH, "depth": 3}
        pair = {"architecture": networks.mlp, "g_arguments": {**sizes, "activation": "leaky_relu"}, **sizes}
    else:
        sizes = {"width": width or WIDTH}
        pair = {"architecture": networks.plain, "g_arguments": sizes, **sizes}
    model = make(image_shape, latent_dim, seed, generator, discriminator, **pair)
    optimizer, constants = quick(image_shape)
    return compiled(model, optimizer, overrides, **constants)


def is_small(image_shape):
    """Whether examples of this shape get a dense pair."""
    return math.prod(image_shape) <= DENSE


def quick(image_shape):
    """What makes games of networks without batch norm in D quick.

    Args:
        image_shape: tuple, shape of an example.

    Returns:
        The Keras optimizer of each player, and a dict of arguments of the game's `compile`.
    """
    pixels = math.prod(image_shape[:2]) if len(image_shape) > 1 else 0
    penalties = [regularizers.R1(max(LEAST_GAMMA, GAMMA * pixels))]
    return adam(RATE, beta_1=0.0, beta_2=0.99), {"penalties": penalties, "ema": DECAY}
