"""The bodies of residual networks for small pictures, which `resnet` and `projection` share."""

import keras
from keras import layers

from keras_gans.layers import NearestUpSampling2D


def picture(latents, first, doublings, width, channels, norm):
    """Residual generator: Dense, residual blocks that double the side, batch norm, ReLU, convolution, tanh.

    Args:
        latents: symbolic float tensor (N, latent_dim).
        first: int, side of the first map.
        doublings: int, number of blocks.
        width: int, channels of the hidden maps.
        channels: int, channels of the pictures.
        norm: function map -> map, the normalization within the blocks.

    Returns:
        symbolic float32 tensor (N, side, side, channels) in [-1, 1], side = first * 2^doublings.
    """
    x = layers.Dense(first**2 * width)(latents)
    x = layers.Reshape((first, first, width))(x)
    for _ in range(doublings):
        x = layers.Add()([_up_residual(x, width, norm), _convolution(width, 1)(NearestUpSampling2D()(x))])
    x = layers.ReLU()(batch_norm(x))
    x = _convolution(channels, 3)(x)
    return layers.Activation("tanh", dtype="float32")(x)


def features(images, halvings, width, normalized, pool):
    """Residual discriminator without its last layer: blocks that halve the side, two more blocks, ReLU, pooling.

    Args:
        images: symbolic float tensor (N, side, side, channels), side divisible by 2^halvings.
        halvings: int, number of blocks that halve the side, at least 1.
        width: int, channels of the hidden maps.
        normalized: function layer -> layer that every convolution goes through.
        pool: function of a map and `axis`, over the positions of the last map.

    Returns:
        symbolic float tensor (N, width), the output of a layer named "features".
    """

    def convolution(kernel_size, gain=1):
        return normalized(_convolution(width, kernel_size, gain))

    def residual(x):
        x = convolution(3, gain=2)(x)
        return convolution(3, gain=2)(layers.ReLU()(x))

    def halve(x):
        return layers.AveragePooling2D(2)(x)

    x = layers.Add()([halve(residual(images)), convolution(1)(halve(images))])
    for _ in range(halvings - 1):
        x = layers.Add()([halve(residual(layers.ReLU()(x))), halve(convolution(1)(x))])
    for _ in range(2):
        x = layers.Add()([residual(layers.ReLU()(x)), x])
    x = pool(layers.ReLU()(x), axis=(1, 2))
    return layers.Identity(name="features")(x)


def batch_norm(x):
    """Batch norm of a symbolic map, with the papers' constants.

    Args:
        x: symbolic float tensor (N, H, W, C).

    Returns:
        symbolic float tensor of the same shape.
    """
    return layers.BatchNormalization(momentum=0.9, epsilon=1e-5)(x)


def _up_residual(x, width, norm):
    x = layers.ReLU()(norm(x))
    x = _convolution(width, 3, gain=2)(NearestUpSampling2D()(x))
    x = layers.ReLU()(norm(x))
    return _convolution(width, 3, gain=2)(x)


def _convolution(filters, kernel_size, gain=1):
    """A convolution with Glorot's uniform weights, of twice the variance (gain 2) where ReLU comes before or after."""
    uniform = keras.initializers.VarianceScaling(gain, mode="fan_avg", distribution="uniform")
    return layers.Conv2D(filters, kernel_size, padding="same", kernel_initializer=uniform)
