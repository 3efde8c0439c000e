"""BEGAN's convolutional pair: an autoencoder that judges, and a generator of its decoder's architecture."""

import keras
from keras import layers

from keras_gans import engine
from keras_gans.layers import NearestUpSampling2D
from keras_gans.networks import energy
from keras_gans.networks.dcgan import checked

__all__ = ["discriminator", "encoder", "generator"]


@engine.channels_last()
def generator(image_shape, latent_dim=64, width=128, base=8, skip=False):
    """BEGAN's generator, and its discriminator's decoder: two 3x3 convolutions with ELU a scale, no batch norm.

    The dense layer's map, of `width` channels as all maps, is doubled by repeating each pixel until it has the
    picture's side; the last convolution has as many channels as the picture.

    Args:
        image_shape: tuple (side, side, channels), side 16 to 256 and `base` or less times a power of two, channels 1
            to 5.
        latent_dim: int, length of a latent vector, or of a code.
        width: int, channels of a map, the paper's n.
        base: int, the first map has this side at most: the picture's is halved as long as it is larger.
        skip: whether the first map, enlarged, is put beside each map that was doubled.

    Returns:
        Built `keras.Model` named "generator": float (N, latent_dim) -> float32 (N, side, side, channels) in [-1, 1].

    Raises:
        ValueError: if the image shape is not one of the above.

    Deviations:
        Layers and their numbers are those of public code (carpedm20/BEGAN-tensorflow, models.py), which has no tanh
        at the end and clips when it writes pictures. Weights begin by Glorot's rule, as there.

    Reference:
        Berthelot, Schumm, Metz, 2017, BEGAN: Boundary Equilibrium Generative Adversarial Networks, arXiv:1703.10717.
    """
    sides, channels = _scales(image_shape, base)
    latents = keras.Input((latent_dim,), name="latents")
    x = layers.Dense(sides[0] ** 2 * width)(latents)
    x = first = layers.Reshape((sides[0], sides[0], width))(x)
    for i in range(len(sides)):
        x = NearestUpSampling2D(2)(x) if i else x
        x = layers.Concatenate()([x, NearestUpSampling2D(2**i)(first)]) if i and skip else x
        x = _elu(_elu(x, width), width)
    x = layers.Conv2D(channels, 3, padding="same")(x)
    images = layers.Activation("tanh", dtype="float32")(x)
    return keras.Model(latents, images, name="generator")


@engine.channels_last()
def encoder(image_shape, latent_dim=64, width=128, base=8):
    """BEGAN's encoder: 3x3 convolutions with ELU, two a scale and one of stride 2 between scales; the code is dense.

    The maps of the first scale have `width` channels, those of the second 2 `width`, then 3 `width`, ...

    Args:
        image_shape, width, base: as in `generator`; the last map has the side of the generator's first.
        latent_dim: int, length of a code.

    Returns:
        Built `keras.Model` named "encoder": float (N, side, side, channels) -> float32 (N, latent_dim).

    Raises:
        ValueError: if the image shape is not one of those.

    Deviations:
        As in `generator`, but for the tanh.

    Reference:
        Berthelot, Schumm, Metz, 2017, BEGAN: Boundary Equilibrium Generative Adversarial Networks, arXiv:1703.10717.
    """
    sides, _ = _scales(image_shape, base)
    images = keras.Input(tuple(image_shape), name="images")
    x = _elu(images, width)
    for i in range(1, len(sides) + 1):
        x = _elu(_elu(x, i * width), i * width)
        x = _elu(x, i * width, strides=2) if i < len(sides) else x
    codes = layers.Dense(latent_dim, dtype="float32")(layers.Flatten()(x))
    return keras.Model(images, codes, name="encoder")


def discriminator(image_shape, latent_dim=64, width=128, base=8, skip=False):
    """BEGAN's discriminator: `encoder`, and `generator` as the decoder; its score is minus the mean absolute error.

    Args:
        image_shape, width, base, skip: as in `generator`.
        latent_dim: int, length of a code.

    Returns:
        Built `keras.Model` named "discriminator", see `networks.energy.discriminator`: float (N, side, side, channels)
        -> float32 scores (N, 1), at most 0.

    Raises:
        ValueError: if the image shape is not one of those.

    Deviations:
        As in `generator`.

    Reference:
        Berthelot, Schumm, Metz, 2017, BEGAN: Boundary Equilibrium Generative Adversarial Networks, arXiv:1703.10717,
        Equation 1 with eta = 1.
    """
    decoder = generator(image_shape, latent_dim, width, base, skip)
    return energy.discriminator(encoder(image_shape, latent_dim, width, base), decoder, error="l1")


def _elu(x, filters, strides=1):
    return layers.Conv2D(filters, 3, strides, padding="same", activation="elu")(x)


def _scales(image_shape, base):
    """The sides of the maps from the first to the picture's, and the channels; refuses what cannot be halved."""
    side, channels = checked(image_shape)
    sides = [side]
    while sides[0] > base and sides[0] % 2 == 0:
        sides.insert(0, sides[0] // 2)
    if sides[0] > base:
        raise ValueError(f"Expected a side of {base} pixels or less times a power of two. Received: {side}.")
    return sides, channels
