"""The networks of StyleGAN2: styles scale kernels, pictures of all sides are added up, and nothing grows."""

import math

import keras
from keras import layers, ops

from keras_gans import engine
from keras_gans.layers import (
    Bias,
    Clip,
    EqualizedConv2D,
    EqualizedDense,
    EqualizedDownConv2D,
    LearnedConstant,
    MinibatchStandardDeviation,
    ModulatedConv2D,
    Noise,
    SmoothDownSampling2D,
    SmoothUpSampling2D,
)
from keras_gans.networks.progan import SLOPE, channels_of, stages
from keras_gans.networks.stylegan import mixed_styles

__all__ = ["discriminator", "generator"]


@engine.channels_last()
def generator(image_shape, latent_dim=512, width=512, base=16384, mapping_layers=8):
    """StyleGAN2's generator with skip connections: the picture of each side is added to the enlarged one of the last.

    At 4x4 pixels one convolution of a learned constant, at each larger side two, the first of which enlarges; each is
    modulated by a style, then noise, bias and LeakyReLU. The maps of side s have base / (s / 2) channels, at most
    `width`.

    Args:
        image_shape: tuple (side, side, channels), side a power of 2 from 8 to 1024, channels 1 to 4.
        latent_dim: int, length of a latent vector.
        width: int, the most channels of a map, and the length d of a style.
        base: int, channels of a map times half its side, as far as `width` allows it.
        mapping_layers: int, dense layers from latents to w.

    Returns:
        Built `keras.Model` named "generator": float (N, latent_dim) -> float32 (N, side, side, channels), in [-1, 1]
        outside of training, with the layers "w" and "styles" of `networks.stylegan`. Of the 2 log2(side) - 2 styles
        each convolution has its own, and a picture that of the convolution after it, or the last.

    Raises:
        ValueError: if the image shape is not one of the above.

    Deviations:
        Gains of sqrt(2) are in the kernels and not behind rectifiers, so that biases and noise strengths, which are 0
        at first, move by sqrt(2) less in a step. The base is that of the paper's config F; config E has 8192.

    Reference:
        Karras et al., 2019, Analyzing and Improving the Image Quality of StyleGAN, arXiv:1912.04958, Figures 2 and 7
        and Section 4.1; what these leave open is as in the authors' code.
    """
    sides, channels = stages(image_shape)
    latents = keras.Input((latent_dim,), name="latents")
    # In float32, in which lengths are measured: a model rounds what it is given to what its inputs are.
    mixed = mixed_styles(latents, width, mapping_layers, rows=2 * len(sides), dtype="float32")
    styles, filters = ops.unstack(mixed, axis=1), channels_of(4, width, base)
    normal = keras.initializers.RandomNormal(stddev=1.0)
    x = LearnedConstant((4, 4, filters), normal, name="constant")(mixed)
    x = _styled(x, styles[0], filters, "conv_4")
    picture = _to_rgb(x, styles[1], channels, 4)
    for i, side in enumerate(sides[1:]):
        filters = channels_of(side, width, base)
        x = _styled(x, styles[2 * i + 1], filters, f"conv_{side}_1", up=True)
        x = _styled(x, styles[2 * i + 2], filters, f"conv_{side}_2")
        rgb = _to_rgb(x, styles[2 * i + 3], channels, side)
        picture = SmoothUpSampling2D(dtype="float32", name=f"up_{side}")(picture)
        picture = layers.Add(dtype="float32", name=f"sum_{side}")([picture, rgb])
    return keras.Model(latents, Clip(dtype="float32", name="images")(picture), name="generator")


@engine.channels_last()
def discriminator(image_shape, width=512, base=16384):
    """StyleGAN2's residual discriminator: two 3x3 convolutions a side, the second of which reduces, beside a 1x1 one.

    Sides are halved behind a filter. Before the last convolution each example learns how much its group differs.

    Args:
        image_shape: tuple (side, side, channels), side a power of 2 from 8 to 1024, channels 1 to 4.
        width, base: as in `generator`.

    Returns:
        Built `keras.Model` named "discriminator": float (N, side, side, channels) -> float32 logits (N, 1).

    Raises:
        ValueError: if the image shape is not one of the above.

    Deviations:
        Where `layers.MinibatchStandardDeviation` deviates. Gains of sqrt(2) are in the kernels and not behind
        rectifiers, so that most biases move by sqrt(2) less in a step.

    Reference:
        Karras et al., 2019, Analyzing and Improving the Image Quality of StyleGAN, arXiv:1912.04958, Figure 7 and
        Section 4.1; what these leave open is as in the authors' code.
    """
    sides, channels = stages(image_shape)
    images = keras.Input((sides[-1], sides[-1], channels), name="images")
    x = _rectified(EqualizedConv2D(channels_of(sides[-1], width, base), 1, name="from_rgb")(images))
    for side in reversed(sides[1:]):
        x = _halved(x, channels_of(side, width, base), channels_of(side // 2, width, base), side)
    x = MinibatchStandardDeviation(name="deviation")(x)
    x = _rectified(EqualizedConv2D(channels_of(4, width, base), 3, name="conv_4")(x))
    x = layers.Flatten(name="features")(x)
    x = _rectified(EqualizedDense(channels_of(2, width, base), name="dense")(x))
    scores = EqualizedDense(1, gain=1.0, dtype="float32", name="score")(x)
    return keras.Model(images, scores, name="discriminator")


def _styled(x, style, filters, name, up=False):
    """A modulated convolution with all that belongs to it."""
    x = ModulatedConv2D(filters, 3, up=up, name=name)([x, style])
    return _rectified(Bias(name=f"{name}_bias")(Noise(shared=True, name=f"{name}_noise")(x)))


def _to_rgb(x, style, channels, side):
    """A picture of maps, whose size the style decides."""
    convolution = ModulatedConv2D(channels, 1, gain=1.0, demodulate=False, dtype="float32", name=f"to_rgb_{side}")
    return Bias(dtype="float32", name=f"to_rgb_{side}_bias")(convolution([x, style]))


def _halved(x, filters, filters_below, side):
    """A residual block. The authors' sum is divided by sqrt(2), which leaves the long way, of gain sqrt(2), with 1."""
    y = _rectified(EqualizedConv2D(filters, 3, name=f"conv_{side}_1")(x))
    y = _rectified(EqualizedDownConv2D(filters_below, 3, gain=1.0, name=f"conv_{side}_2")(y))
    x = SmoothDownSampling2D(name=f"down_{side}")(x)
    x = EqualizedConv2D(filters_below, 1, gain=math.sqrt(0.5), use_bias=False, name=f"skip_{side}")(x)
    return layers.Add(name=f"sum_{side}")([x, y])


def _rectified(x):
    return layers.LeakyReLU(SLOPE)(x)
