"""Dense networks, as in the first GAN paper: for points in the plane and for small pictures."""

import math

import keras
from keras import layers

from keras_gans import engine
from keras_gans.layers import MinibatchDiscrimination, SpectralNormalization

__all__ = ["discriminator", "encoder", "generator"]


@engine.channels_last()
def generator(shape, latent_dim=100, width=128, depth=2, activation="relu", output_activation=None):
    """Dense generator.

    `depth` hidden layers of `width` units, then one unit per number of an example.

    Args:
        shape: tuple, shape of an example, e.g. (2,) for points or (28, 28, 1) for pictures.
        latent_dim: int, length of a latent vector.
        width: int, units of a hidden layer; or tuple of ints, those of each.
        depth: int, number of hidden layers, where `width` is one number.
        activation: activation of the hidden layers.
        output_activation: activation of the output; None means tanh for pictures (rank 3) and linear otherwise.

    Returns:
        Built `keras.Model` named "generator": float (N, latent_dim) -> float32 (N, *shape).

    Raises:
        ValueError: if the shape holds anything but positive integers.

    Deviations:
        Goodfellow et al. used a mixture of rectifier and sigmoid units; here all hidden layers are alike.

    Reference:
        Goodfellow et al., 2014, Generative Adversarial Networks, arXiv:1406.2661, Section 5.
    """
    shape = _checked(shape)
    if output_activation is None:
        output_activation = "tanh" if len(shape) == 3 else "linear"
    x = latents = keras.Input((latent_dim,), name="latents")
    for units in _units(width, depth):
        x = layers.Dense(units, activation=activation)(x)
    x = layers.Dense(math.prod(shape))(x)
    x = layers.Reshape(shape)(x)
    outputs = layers.Activation(output_activation, dtype="float32")(x)
    return keras.Model(latents, outputs, name="generator")


@engine.channels_last()
def discriminator(
    shape,
    width=128,
    depth=2,
    negative_slope=0.2,
    dropout=0.0,
    spectral_norm=False,
    minibatch_discrimination=0,
):
    """Dense discriminator.

    Flattens an example and scores it: `depth` hidden layers of `width` units with LeakyReLU, then one logit. The layer
    named "features" holds what the last hidden layer says.

    Args:
        shape: tuple, shape of an example.
        width: int, units of a hidden layer; or tuple of ints, those of each.
        depth: int, number of hidden layers, where `width` is one number.
        negative_slope: float, slope of LeakyReLU below zero.
        dropout: float in [0, 1), share of units dropped after each hidden layer.
        spectral_norm: whether every dense layer is under `layers.SpectralNormalization`.
        minibatch_discrimination: int, projections of the `layers.MinibatchDiscrimination` before the logit; 0 for none.

    Returns:
        Built `keras.Model` named "discriminator": float (N, *shape) -> float32 logits (N, 1).

    Raises:
        ValueError: if the shape holds anything but positive integers.

    Deviations:
        Goodfellow et al. used maxout units; LeakyReLU is what the courses use.

    Reference:
        Goodfellow et al., 2014, Generative Adversarial Networks, arXiv:1406.2661, Section 5.
    """
    normalized = SpectralNormalization if spectral_norm else lambda layer: layer
    examples = keras.Input(_checked(shape), name="examples")
    x = layers.Flatten()(examples)
    for units in _units(width, depth):
        x = normalized(layers.Dense(units))(x)
        x = layers.LeakyReLU(negative_slope)(x)
        x = layers.Dropout(dropout)(x) if dropout else x
    x = layers.Identity(name="features")(x)
    x = MinibatchDiscrimination(minibatch_discrimination)(x) if minibatch_discrimination else x
    logits = normalized(layers.Dense(1, dtype="float32"))(x)
    return keras.Model(examples, logits, name="discriminator")


@engine.channels_last()
def encoder(shape, latent_dim=100, width=128, depth=1, negative_slope=0.2):
    """Dense encoder: `depth` hidden layers of `width` units with LeakyReLU, then the code, linear.

    With `generator` as the decoder it is an autoencoder, and with `networks.energy.discriminator` an energy.

    Args:
        shape: tuple, shape of an example.
        latent_dim: int, length of a code.
        width: int, units of a hidden layer; or tuple of ints, those of each.
        depth: int, number of hidden layers, where `width` is one number.
        negative_slope: float, slope of LeakyReLU below zero.

    Returns:
        Built `keras.Model` named "encoder": float (N, *shape) -> float32 (N, latent_dim).

    Raises:
        ValueError: if the shape holds anything but positive integers.
    """
    examples = keras.Input(_checked(shape), name="examples")
    x = layers.Flatten()(examples)
    for units in _units(width, depth):
        x = layers.LeakyReLU(negative_slope)(layers.Dense(units)(x))
    codes = layers.Dense(latent_dim, dtype="float32")(x)
    return keras.Model(examples, codes, name="encoder")


def _units(given, depth):
    """Units of each hidden layer."""
    return given if isinstance(given, (tuple, list)) else (given,) * depth


def _checked(shape):
    if not isinstance(shape, (tuple, list)) or not shape or not all(isinstance(n, int) and n > 0 for n in shape):
        raise ValueError(f"Expected `shape` as a tuple of positive integers, e.g. (28, 28, 1). Received: {shape!r}.")
    return tuple(shape)
