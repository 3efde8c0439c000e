"""SRGAN's discriminator, which tells enlarged pictures from real ones; its generator is `networks.srresnet`'s."""

import keras
from keras import layers

from keras_gans import engine
from keras_gans.networks.patchgan import picture_input

__all__ = ["discriminator"]

STAGES = ((1, 1), (1, 2), (2, 1), (2, 2), (4, 1), (4, 2), (8, 1), (8, 2))  # times the width, and stride


@engine.channels_last()
def discriminator(image_shape=(96, 96, 3), width=64):
    """Eight 3x3 convolutions, every second of stride 2, whose channels double after each stride; then two dense layers.

    Each convolution is followed by batch norm, but the first, and LeakyReLU(0.2); the hidden dense layer, of 16 `width`
    units, by LeakyReLU(0.2).

    Args:
        image_shape: tuple (height, width, channels), the size of the crops that it judges.
        width: int, channels of the first map.

    Returns:
        Built `keras.Model` named "discriminator": float (N, *image_shape) -> float32 logits (N, 1). At (96, 96, 3) and
        width 64 it has 23,565,505 parameters that are trained.

    Raises:
        ValueError: if the shape is not three positive integers.

    Deviations:
        The batch norms' constants (momentum 0.9, epsilon 1e-5) are ours. The sigmoid is in the loss.

    Reference:
        Ledig et al., 2017, Photo-Realistic Single Image Super-Resolution Using a Generative Adversarial Network,
        arXiv:1609.04802, Section 2.1.1 and Figure 4.
    """
    x = images = picture_input(image_shape, "images")
    for number, (times, stride) in enumerate(STAGES):
        x = layers.Conv2D(times * width, 3, stride, padding="same")(x)
        x = layers.BatchNormalization(momentum=0.9, epsilon=1e-5)(x) if number else x
        x = layers.LeakyReLU(0.2)(x)
    x = layers.LeakyReLU(0.2)(layers.Dense(16 * width)(layers.Flatten()(x)))
    return keras.Model(images, layers.Dense(1, dtype="float32")(x), name="discriminator")
