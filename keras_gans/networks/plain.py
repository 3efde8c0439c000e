"""A small convolutional pair without any normalisation, which learns on a laptop; for squares of 16 to 256 pixels."""

import itertools

import keras
from keras import layers

from keras_gans import engine
from keras_gans.layers import NearestUpSampling2D
from keras_gans.networks.dcgan import checked, crop, sides

__all__ = ["discriminator", "generator"]


@engine.channels_last()
def generator(image_shape, latent_dim=64, width=32, negative_slope=0.2):
    """Generator of a dense layer and of nearest-neighbour upsampling with 3x3 convolutions, each with LeakyReLU.

    The number of channels doubles from the picture towards the dense layer: `width`, 2 `width`, ..., at most
    8 `width`. Where a side is odd, the larger map that upsampling makes is cropped by one pixel. Neighbouring pixels
    come from the same kernels, so that no checkerboard is left, and no example depends on the others of its batch.

    Args:
        image_shape: tuple (side, side, channels), side 16 to 256, channels 1 to 5.
        latent_dim: int, length of a latent vector.
        width: int, channels of the map from which the picture is made.
        negative_slope: float, slope of LeakyReLU below zero.

    Returns:
        Built `keras.Model` named "generator": float (N, latent_dim) -> float32 (N, side, side, channels) in [-1, 1].

    Raises:
        ValueError: if the image shape is not one of the above.

    Reference:
        Odena et al., 2016, Deconvolution and Checkerboard Artifacts (upsampling). Mescheder et al., 2018, Which
        Training Methods for GANs do actually Converge?, arXiv:1801.04406 (no normalisation beside R1).
    """
    side, channels = checked(image_shape)
    maps = sides(side)
    x = latents = keras.Input((latent_dim,), name="latents")
    x = layers.LeakyReLU(negative_slope)(layers.Dense(maps[0] ** 2 * _filters(width, len(maps) - 1))(x))
    x = layers.Reshape((maps[0], maps[0], -1))(x)
    for level, (before, after) in enumerate(itertools.pairwise(maps)):
        x = crop(NearestUpSampling2D()(x), 2 * before - after)
        x = layers.Conv2D(_filters(width, len(maps) - 2 - level), 3, padding="same")(x)
        x = layers.LeakyReLU(negative_slope)(x)
    x = layers.Conv2D(channels, 3, padding="same")(x)
    images = layers.Activation("tanh", dtype="float32")(x)
    return keras.Model(latents, images, name="generator")


@engine.channels_last()
def discriminator(image_shape, width=32, negative_slope=0.2):
    """Discriminator of 3x3 convolutions with stride 2 and LeakyReLU, Flatten, one logit.

    The number of channels doubles from the picture on: `width`, 2 `width`, ..., at most 8 `width`, until the map has
    7 pixels a side or less. The layer named "features" holds this last map, flat.

    Args:
        image_shape: tuple (side, side, channels), side 16 to 256, channels 1 to 5.
        width: int, channels of the first hidden map.
        negative_slope: float, slope of LeakyReLU below zero.

    Returns:
        Built `keras.Model` named "discriminator": float (N, side, side, channels) -> float32 logits (N, 1).

    Raises:
        ValueError: if the image shape is not one of the above.

    Reference:
        Mescheder et al., 2018, Which Training Methods for GANs do actually Converge?, arXiv:1801.04406 (no
        normalisation beside R1).
    """
    side, channels = checked(image_shape)
    x = images = keras.Input((side, side, channels), name="images")
    for level in range(len(sides(side)) - 1):
        x = layers.Conv2D(_filters(width, level), 3, strides=2, padding="same")(x)
        x = layers.LeakyReLU(negative_slope)(x)
    x = layers.Flatten(name="features")(x)
    return keras.Model(images, layers.Dense(1, dtype="float32")(x), name="discriminator")


def _filters(least, level):
    return least * min(2**level, 8)
