"""The networks of R3GAN: ResNeXt's bottlenecks, without norms, from 4x4 pixels up and, the mirror image, down again."""

import math

import keras
from keras import initializers, layers, ops

from keras_gans import engine
from keras_gans.layers import Clip, GroupedConv2D, LearnedConstant, SmoothDownSampling2D, SmoothUpSampling2D
from keras_gans.networks.cgan import check_positive
from keras_gans.networks.progan import SLOPE, stages

__all__ = ["discriminator", "generator"]

WIDE = 32  # pixels of a side up to which maps have all channels
EXPANSION = 2  # how many times as many channels a block has inside
GROUP = 8  # channels of a map for each of a block's groups
FIRST = 4  # pixels of a side of the smallest maps


@engine.channels_last()
def generator(image_shape, latent_dim=64, width=768, cardinality=None, blocks=2, classes=None):
    """R3GAN's generator: a learned 4x4 map that latents scale, then residual blocks and bilinear enlarging in turn.

    A block is a 1x1 convolution to twice the channels, a 3x3 one in groups and a 1x1 one back, with bias and LeakyReLU
    after the first two; it is added to the map, and nothing comes after the sum. Its last kernel is 0 at first, so that
    it begins as the identity. A map is enlarged behind a 1x1 convolution if it has other channels than the next. Maps
    have `width` channels up to 32 pixels, then with each doubling half as many.

    Args:
        image_shape: tuple (side, side, channels), side a power of 2 from 8 to 1024, channels 1 to 4.
        latent_dim: int, length of a latent vector.
        width: int, channels of the maps up to 32 pixels.
        cardinality: None for width / 8, or int, groups of the 3x3 convolutions of these maps; those of others have as
            many channels.
        blocks: int, residual blocks of each side.
        classes: None, or int, number of classes; of each an embedding, as long as the latents, stands beside them.

    Returns:
        Built `keras.Model` named "generator": float (N, latent_dim), with classes [latents, labels (N,)] -> float32
        (N, side, side, channels), in [-1, 1] outside of training.

    Raises:
        ValueError: if an argument is not one of the above, or groups would not be equal.

    Formula:
        Kernels are N(0, gain^2 / fan_in) at first; the first two of a block have gain = sqrt(2 / (1 + 0.2^2)) L^(-1/4)
        with L blocks in the network, all others gain 1. The learned map is N(0, 1).

    Deviations:
        The authors have networks for 32, 64 and 256 pixels; others follow their pattern. They clip pictures where they
        are written, and compute the larger maps in bfloat16, as the policy "mixed_bfloat16" does all.

    Reference:
        Huang et al., 2024, The GAN is dead; long live the GAN! A Modern GAN Baseline, arXiv:2501.05441, Section 4 and
        its appendices; what these leave open is as in the authors' code, github.com/brownvc/R3GAN.
    """
    sides, channels = stages(image_shape)
    rungs = _Rungs(sides, width, cardinality, blocks)
    latents = keras.Input((latent_dim,), name="latents")
    inputs = x = latents
    if classes is not None:
        check_positive(classes=classes)
        labels = keras.Input((), dtype="int32", name="labels")
        told = layers.Embedding(classes, latent_dim, _normal(1.0 / math.sqrt(classes)), name="classes")(labels)
        inputs, x = [latents, labels], layers.Concatenate(name="told")([latents, told])
    first = rungs.channels(FIRST)
    basis = LearnedConstant((FIRST, FIRST, first), _normal(1.0), name="basis")(x)
    x = layers.Reshape((1, 1, first))(_dense(first, name="scales")(x))
    x = layers.Multiply(name="first")([basis, x])
    for side in sides:
        if side > FIRST:
            x = _to_channels(x, rungs.channels(side), f"up_{side}_conv")
            x = SmoothUpSampling2D(name=f"up_{side}")(x)
        x = rungs.stage(x, side)
    pictures = _convolution(channels, dtype="float32", name="to_rgb")(x)
    return keras.Model(inputs, Clip(dtype="float32", name="images")(pictures), name="generator")


@engine.channels_last()
def discriminator(image_shape, width=768, cardinality=None, blocks=2, classes=None):
    """R3GAN's discriminator: the generator's blocks and sides in reverse, then a learned weight for each place.

    Args:
        image_shape, width, cardinality, blocks, classes: as in `generator`.

    Returns:
        Built `keras.Model` named "discriminator": float (N, side, side, channels), with classes [images, labels (N,)]
        -> float32 logits (N, 1). The layer named "features" holds the weighted sums over the places.

    Raises:
        ValueError: if an argument is not one of the above, or groups would not be equal.

    Formula:
        With h the features: f(x) = <w, h(x)>; with classes f(x, y) = <v_y, W h(x)>, as many numbers as h has, v_y
        N(0, 1 / (numbers classes)) at first. Other kernels as in `generator`.

    Deviations:
        As for the generator.

    Reference:
        Huang et al., 2024, The GAN is dead; long live the GAN! A Modern GAN Baseline, arXiv:2501.05441, Section 4 and
        its appendices; what these leave open is as in the authors' code, github.com/brownvc/R3GAN.
    """
    sides, channels = stages(image_shape)
    rungs = _Rungs(sides, width, cardinality, blocks)
    inputs = images = keras.Input((sides[-1], sides[-1], channels), name="images")
    x = _convolution(rungs.channels(sides[-1]), name="from_rgb")(images)
    for side in reversed(sides):
        x = rungs.stage(x, side)
        if side > FIRST:
            x = SmoothDownSampling2D(name=f"down_{side}")(x)
            x = _to_channels(x, rungs.channels(side // 2), f"down_{side}_conv")
    last = x.shape[-1]
    basis = LearnedConstant((FIRST, FIRST, last), _normal(1.0 / FIRST), name="basis")(x)
    weighted = layers.Multiply(dtype="float32", name="weighted")([basis, x])
    h = layers.Identity(dtype="float32", name="features")(ops.sum(weighted, axis=(1, 2)))
    if classes is None:
        logits = _dense(1, dtype="float32", name="score")(h)
    else:
        check_positive(classes=classes)
        labels = keras.Input((), dtype="int32", name="labels")
        inputs = [images, labels]
        normal = _normal(1.0 / math.sqrt(classes * last))
        told = layers.Embedding(classes, last, normal, dtype="float32", name="classes")(labels)
        seen = _dense(last, dtype="float32", name="embedding")(h)
        logits = layers.Dot(axes=1, dtype="float32", name="score")([told, seen])
    return keras.Model(inputs, logits, name="discriminator")


class _Rungs:
    """The blocks of a network: how many channels and groups the maps of a side have, and how kernels begin.

    Args:
        sides: list of ints, of all maps.
        width, cardinality, blocks: as in `generator`.
    """

    def __init__(self, sides, width, cardinality, blocks):
        check_positive(width=width, blocks=blocks)
        self.width, self.blocks = width, blocks
        self.cardinality = max(1, width // GROUP) if cardinality is None else cardinality
        check_positive(cardinality=self.cardinality)
        self.scale = 2.0 / (1.0 + SLOPE**2) / math.sqrt(blocks * len(sides))  # gain^2
        for side in sides:
            if EXPANSION * self.channels(side) % self.groups(side):
                raise ValueError(
                    f"Expected `width` and `cardinality` that make equal groups at all sides. Received: {width} and "
                    f"{self.cardinality}, which do not at {side} pixels."
                )

    def channels(self, side):
        """Channels of the maps of a side."""
        return max(1, self.width * WIDE // max(side, WIDE))

    def groups(self, side):
        """Groups of the 3x3 convolutions of a side."""
        return max(1, self.cardinality * self.channels(side) // self.width)

    def stage(self, x, side):
        """The residual blocks of a side."""
        for block in range(1, self.blocks + 1):
            x = self._block(x, self.groups(side), f"block_{side}_{block}")
        return x

    def _block(self, x, groups, name):
        filters = EXPANSION * x.shape[-1]
        drawn = {"kernel_initializer": initializers.VarianceScaling(self.scale, "fan_in", "untruncated_normal")}
        y = layers.LeakyReLU(SLOPE)(layers.Conv2D(filters, 1, name=f"{name}_1", **drawn)(x))
        y = GroupedConv2D(filters, 3, groups=groups, padding="same", name=f"{name}_2", **drawn)(y)
        y = layers.LeakyReLU(SLOPE)(y)
        y = layers.Conv2D(x.shape[-1], 1, use_bias=False, kernel_initializer="zeros", name=f"{name}_3")(y)
        return layers.Add(name=name)([x, y])


def _to_channels(x, filters, name):
    """A map of so many channels: itself if it has them."""
    return x if x.shape[-1] == filters else _convolution(filters, name=name)(x)


def _convolution(filters, **arguments):
    """A 1x1 convolution of gain 1 without bias."""
    return layers.Conv2D(filters, 1, use_bias=False, kernel_initializer=_unit(), **arguments)


def _dense(units, **arguments):
    """A dense layer of gain 1 without bias."""
    return layers.Dense(units, use_bias=False, kernel_initializer=_unit(), **arguments)


def _unit():
    return initializers.VarianceScaling(1.0, "fan_in", "untruncated_normal")


def _normal(stddev):
    return initializers.RandomNormal(stddev=stddev)
