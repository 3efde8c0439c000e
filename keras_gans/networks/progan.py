"""The networks of Progressive Growing: all stages at once, from 4x4 pixels up, faded into one another.

Each is one network, of the same interface as any other; who trains chooses the stage, see `training.stages.at`.
"""

import math

import keras
from keras import layers

from keras_gans import engine
from keras_gans.layers import (
    Bias,
    Blur,
    Clip,
    EqualizedConv2D,
    EqualizedDense,
    FadeIn,
    MinibatchStandardDeviation,
    NearestUpSampling2D,
    PixelNormalization,
)

__all__ = ["discriminator", "generator", "parameter_table"]

LARGEST = 1024  # pixels of a side
SLOPE = 0.2  # of LeakyReLU below zero
RGB = (("to", ""), ("from", "_conv"))  # how the layers with weights are called that make and take pictures


@engine.channels_last()
def generator(image_shape, latent_dim=512, width=512, base=8192):
    """ProGAN's generator: latents on a sphere, then two 3x3 convolutions a side, LeakyReLU and pixel normalisation.

    At each side a 1x1 convolution makes a picture of the maps, and the picture of the side below fades into it. The
    maps of side s have base / (s / 2) channels, at most `width`.

    Args:
        image_shape: tuple (side, side, channels), side a power of 2 from 8 to 1024, channels 1 to 4.
        latent_dim: int, length of a latent vector.
        width: int, the most channels of a map.
        base: int, channels of a map times half its side, as far as `width` allows it.

    Returns:
        Built `keras.Model` named "generator": float (N, latent_dim) -> float32 (N, side, side, channels), in [-1, 1]
        outside of training.

    Raises:
        ValueError: if the image shape is not one of the above.

    Deviations:
        none from the authors' code but that it fuses enlarging and convolution into one operation.

    Reference:
        Karras et al., 2018, Progressive Growing of GANs for Improved Quality, Stability, and Variation,
        arXiv:1710.10196, Table 2 and Appendix A.1.
    """
    sides, channels = stages(image_shape)
    x = latents = keras.Input((latent_dim,), name="latents")
    filters = channels_of(4, width, base)
    x = PixelNormalization(name="sphere")(x)
    # Of a transposed 4x4 convolution, which this dense layer stands for, the fan is 16 times larger: sqrt(2) / 4.
    x = EqualizedDense(16 * filters, gain=math.sqrt(2.0) / 4.0, use_bias=False, name="dense")(x)
    x = _normalized(Bias(name="dense_bias")(layers.Reshape((4, 4, filters))(x)))
    x = _normalized(EqualizedConv2D(filters, 3, name="conv_4")(x))
    picture = layers.Identity(dtype="float32", name="picture_4")(to_rgb(x, channels, 4))
    for side in sides[1:]:
        x = NearestUpSampling2D(name=f"up_{side}")(x)
        for i in (1, 2):
            x = _normalized(EqualizedConv2D(channels_of(side, width, base), 3, name=f"conv_{side}_{i}")(x))
        picture = faded(picture, to_rgb(x, channels, side), side)
    return keras.Model(latents, Clip(dtype="float32", name="images")(picture), name="generator")


@engine.channels_last()
def discriminator(image_shape, width=512, base=8192, blur=False):
    """ProGAN's discriminator, the generator's mirror image: two 3x3 convolutions and a mean over 2x2 pixels a side.

    At each side a 1x1 convolution makes maps of the picture at that side, and what comes from the side above fades
    into them. Before the last convolution each example learns how much its group differs.

    Args:
        image_shape: tuple (side, side, channels), side a power of 2 from 8 to 1024, channels 1 to 4.
        width, base: as in `generator`.
        blur: whether maps are halved as StyleGAN has it: blurred before the convolution, halved before its LeakyReLU.

    Returns:
        Built `keras.Model` named "discriminator": float (N, side, side, channels) -> float32 scores (N, 1).

    Raises:
        ValueError: if the image shape is not one of the above.

    Deviations:
        Where `layers.MinibatchStandardDeviation` deviates.

    Reference:
        Karras et al., 2018, Progressive Growing of GANs for Improved Quality, Stability, and Variation,
        arXiv:1710.10196, Table 2 and Appendix A.1.
    """
    sides, channels = stages(image_shape)
    picture = images = keras.Input((sides[-1], sides[-1], channels), name="images")
    x = _from_rgb(picture, channels_of(sides[-1], width, base), sides[-1])
    for side in reversed(sides[1:]):
        x = _convolved(x, channels_of(side, width, base), f"conv_{side}_1")
        x = _halved(x, channels_of(side // 2, width, base), side, blur)
        picture = layers.AveragePooling2D(2, name=f"picture_{side // 2}")(picture)
        low = _from_rgb(picture, channels_of(side // 2, width, base), side // 2)
        x = FadeIn(_log2(side // 2), name=f"fade_{side // 2}")([low, x])
    x = MinibatchStandardDeviation(name="deviation")(x)
    x = _convolved(x, channels_of(4, width, base), "conv_4")
    x = layers.Flatten(name="features")(x)
    x = layers.LeakyReLU(SLOPE)(EqualizedDense(channels_of(2, width, base), name="dense")(x))
    scores = EqualizedDense(1, gain=1.0, dtype="float32", name="score")(x)
    return keras.Model(images, scores, name="discriminator")


def parameter_table(network):
    """Lists the layers with weights that a network of this room uses once it is grown, as the paper's Table 2 does.

    Args:
        network: built `keras.Model`, what `generator` or `discriminator` returned.

    Returns:
        list of tuples (name, output shape without the batch, number of weights), from the input to the output.
    """
    largest = max(network.input_shape[1:-1] + network.output_shape[1:-1])
    others = {f"{way}_rgb_{2**i}{kind}" for way, kind in RGB for i in range(2, _log2(largest))}
    used = [layer for layer in network.layers if layer.name not in others and layer.trainable_variables]
    return [(layer.name, tuple(layer.output.shape[1:]), layer.count_params()) for layer in used]


def stages(image_shape):
    """Reads the sides of all stages off the shape of a picture.

    Args:
        image_shape: tuple (side, side, channels), side a power of 2 from 8 to 1024, channels 1 to 4.

    Returns:
        list of the sides, from 4 on, and the channels.

    Raises:
        ValueError: if it is not such a shape.
    """
    sides = [2**i for i in range(2, _log2(LARGEST) + 1)]
    ok = isinstance(image_shape, (tuple, list)) and len(image_shape) == 3 and image_shape[0] == image_shape[1]
    if not ok or image_shape[0] not in sides[1:] or image_shape[2] not in range(1, 5):
        raise ValueError(
            f"Expected `image_shape` as (side, side, channels) with a side that is a power of 2 from {sides[1]} to "
            f"{LARGEST} pixels and 1 to 4 channels. Received: {image_shape!r}."
        )
    return sides[: sides.index(image_shape[0]) + 1], image_shape[2]


def channels_of(side, most, base):
    """How many channels the maps of a side have."""
    return min(2 * base // side, most)


def to_rgb(x, channels, side):
    """Makes a picture of maps, with nothing after it."""
    return EqualizedConv2D(channels, 1, gain=1.0, dtype="float32", name=f"to_rgb_{side}")(x)


def faded(low, high, side):
    """Lets the picture of a side take over from that of half the side."""
    low = NearestUpSampling2D(dtype="float32", name=f"low_{side}")(low)
    return FadeIn(_log2(side // 2), dtype="float32", name=f"picture_{side}")([low, high])


def _normalized(x):
    return PixelNormalization()(layers.LeakyReLU(SLOPE)(x))


def _convolved(x, filters, name):
    return layers.LeakyReLU(SLOPE)(EqualizedConv2D(filters, 3, name=name)(x))


def _halved(x, filters, side, blur):
    down = layers.AveragePooling2D(2, name=f"down_{side}")
    if not blur:
        return down(_convolved(x, filters, f"conv_{side}_2"))
    x = EqualizedConv2D(filters, 3, name=f"conv_{side}_2")(Blur(name=f"blur_{side}")(x))
    return layers.LeakyReLU(SLOPE)(down(x))


def _from_rgb(picture, filters, side):
    maps = EqualizedConv2D(filters, 1, name=f"from_rgb_{side}_conv")(picture)
    return layers.LeakyReLU(SLOPE, name=f"from_rgb_{side}")(maps)


def _log2(side):
    return side.bit_length() - 1
