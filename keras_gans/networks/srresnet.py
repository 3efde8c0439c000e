"""SRResNet: a residual network that enlarges pictures of any size to four times their sides."""

import keras
from keras import layers

from keras_gans import engine
from keras_gans.layers import PixelShuffle

__all__ = ["generator"]


@engine.channels_last()
def generator(channels=3, width=64, blocks=16):
    """Residual blocks on the small picture, then two convolutions whose channels are shuffled into pixels.

    A 9x9 convolution with PReLU; blocks of 3x3 convolution, batch norm, PReLU, 3x3 convolution and batch norm, added to
    their input; a 3x3 convolution with batch norm, added to what the first PReLU made; twice a 3x3 convolution to
    4 `width` channels, pixel shuffle and PReLU, without batch norm; a 9x9 convolution to the picture. A PReLU has one
    slope for each channel, which begins at 0.25.

    The last convolution is linear, so pictures may leave [-1, 1] a little: who shows them clips them.

    Args:
        channels: int, channels of the pictures.
        width: int, channels of the maps.
        blocks: int, number of residual blocks.

    Returns:
        Built `keras.Model` named "generator": float (N, height, width, channels) in [-1, 1] -> float32 (N, 4 height,
        4 width, channels), for any height and width. At 3 channels, width 64 and 16 blocks 1,550,659 parameters that
        are trained.

    Raises:
        ValueError: if a number is no positive integer.

    Deviations:
        The paper gives its network small pictures in [0, 1]; here a first layer brings them there. How many slopes a
        PReLU has, where they begin (0.25, as in He et al.), and the batch norms' constants (0.9 and 1e-5) are ours.

    Reference:
        Ledig et al., 2017, Photo-Realistic Single Image Super-Resolution Using a Generative Adversarial Network,
        arXiv:1609.04802, Section 2.1.1 and Figure 4. He et al., 2015, Delving Deep into Rectifiers, arXiv:1502.01852.
    """
    for name, count in {"channels": channels, "width": width, "blocks": blocks}.items():
        if not isinstance(count, int) or count < 1:
            raise ValueError(f"Expected `{name}` as a positive integer. Received: {count!r}.")
    images = keras.Input((None, None, channels), name="images")
    x = layers.Rescaling(0.5, 0.5, name="from_0_to_1")(images)
    x = first = _prelu(_convolution(x, width, "first", 9), "first")
    for name in (f"block_{number}" for number in range(1, blocks + 1)):
        residual = _prelu(_normalized(x, width, f"{name}_1"), f"{name}_1")
        x = layers.Add(name=f"{name}_sum")([x, _normalized(residual, width, f"{name}_2")])
    x = layers.Add(name="sum")([first, _normalized(x, width, "last")])
    for name in ("twice", "four_times"):
        x = PixelShuffle(2, name=f"{name}_shuffle")(_convolution(x, 4 * width, name))
        x = _prelu(x, name)
    return keras.Model(images, _convolution(x, channels, "pictures", 9, dtype="float32"), name="generator")


# Layers have names of their own: by Keras' counters TensorFlow would add up gradients in another order each time.


def _convolution(x, filters, name, kernel_size=3, **arguments):
    return layers.Conv2D(filters, kernel_size, padding="same", name=name, **arguments)(x)


def _normalized(x, filters, name):
    x = _convolution(x, filters, name)
    return layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=f"{name}_norm")(x)


def _prelu(x, name):
    """One slope a channel: Keras' own has one a pixel, too, so that maps would have one size, and starts at 0."""
    quarter = keras.initializers.Constant(0.25)
    return layers.PReLU(quarter, shared_axes=[1, 2], name=f"{name}_prelu")(x)
