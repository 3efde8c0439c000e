"""The pair of BigGAN-deep: more layers than BigGAN's and fewer weights, by bottlenecks and bare shortcuts."""

import math

import keras
from keras import layers

from keras_gans import engine
from keras_gans.layers import (
    LinearConditionalBatchNormalization,
    NearestUpSampling2D,
    SelfAttention,
    SpectralNormalization,
)
from keras_gans.networks import ladder
from keras_gans.networks.cgan import check_positive

__all__ = ["discriminator", "generator", "parameter_table"]

WEIGHTS = ladder.Weights("orthogonal")
NARROW = 4  # by what the channels within a block are fewer than those of the wider of its ends
HALVED = {6: 2}  # doublings -> halvings of 256 pixels to the map of 64, in the generator, too


@engine.channels_last()
def generator(image_shape=(128, 128, 3), classes=1000, latent_dim=128, width=128, embedding=128, attention="auto"):
    """BigGAN-deep's generator: two bottleneck blocks a side, each of whose four norms hears the class and all latents.

    A block is four times norm, ReLU, convolution: 1x1 to a quarter of the channels, 3x3, 3x3, 1x1. The second block of
    a side doubles it in front of its first 3x3 convolution, and may have fewer channels at its end. Its shortcut drops
    the last channels and takes the nearest neighbour, without any weight. Maps have the channels of
    `biggan.generator`. Everything with a kernel is under `layers.SpectralNormalization`, but not the embedding. The
    last batch norm is plain.

    Args:
        image_shape: tuple (side, side, channels), side 16 to 512 and 4 to 7 times a power of two, channels 1 to 4.
        classes: int, number of classes.
        latent_dim: int, length of a latent vector.
        width: int, ch in the paper, channels of the narrowest map of large pictures.
        embedding: int, numbers by which a class is known to all norms.
        attention: None for none, int, the side of the map that `layers.SelfAttention` follows, or `"auto"`: 64 pixels,
            half the picture's below 128, and none up to 28.

    Returns:
        Built `keras.Model` named "generator": [latents, labels], float (N, latent_dim) and int (N,) -> float32
        (N, side, side, channels) in [-1, 1]. By default 50,244,484 trainable parameters.

    Raises:
        ValueError: if an argument is not one of the above.

    Deviations:
        The last convolution has an output for each colour, as in the paper's tables; the authors' released generators
        have `width` outputs, of which they use the first three. The paper's networks are for 128 pixels and more.

    Reference:
        Brock et al., 2018, Large Scale GAN Training for High Fidelity Natural Image Synthesis, arXiv:1809.11096,
        Appendix B, Tables 7 to 9.
    """
    check_positive(classes=classes)
    rungs = ladder.Rungs.of(image_shape)
    attention = rungs.attention(attention, "generator", HALVED)
    latents = keras.Input((latent_dim,), name="latents")
    labels = keras.Input((), dtype="int32", name="labels")
    embedded = layers.Embedding(classes, embedding, WEIGHTS.initializer, name="embedding")(labels)
    told = layers.Concatenate()([latents, embedded])

    def norm(x):
        return LinearConditionalBatchNormalization()([x, told])

    first, *others = [width * multiplier for multiplier in ladder.UP[rungs.doublings]]
    x = layers.Reshape((rungs.first, rungs.first, first))(WEIGHTS.dense(rungs.first**2 * first)(told))
    for i, filters in enumerate(others):
        x = up(x, x.shape[-1], norm, False, f"block_{2 * i + 1}")
        x = up(x, filters, norm, True, f"block_{2 * i + 2}")
        x = WEIGHTS.attention()(x) if x.shape[1] == attention else x
    images = ladder.to_rgb(x, rungs.channels, WEIGHTS)
    return keras.Model([latents, labels], images, name="generator")


@engine.channels_last()
def discriminator(image_shape=(128, 128, 3), classes=1000, width=128, attention="auto"):
    """BigGAN-deep's discriminator: a convolution, two bottleneck blocks a side, the sum over places, and a projection.

    A block is four times ReLU, convolution, as in `generator`, without norms. The first block of a side halves it, by
    the mean over 2x2 in front of its last convolution, and may have more channels at its end. Its shortcut takes the
    mean, and the channels that it lacks are a 1x1 convolution of it. Maps have the channels of `biggan.discriminator`.
    Everything with a kernel, and the embedding, is under `layers.SpectralNormalization`. The layer named "features"
    holds h.

    Args:
        image_shape, classes, width, attention: as in `generator`.

    Returns:
        Built `keras.Model` named "discriminator": [images, labels], float (N, side, side, channels) and int (N,) ->
        float32 logits (N, 1). By default 34,590,210 trainable parameters.

    Raises:
        ValueError: if an argument is not one of the above.

    Formula:
        f(x, y) = <v_y, h(x)> + w h(x) + b, with h the summed features and v_y the embedding of class y.

    Deviations:
        The paper's networks are for 128 pixels and more.

    Reference:
        Brock et al., 2018, Large Scale GAN Training for High Fidelity Natural Image Synthesis, arXiv:1809.11096,
        Appendix B, Tables 7 to 9.
    """
    check_positive(classes=classes)
    rungs = ladder.Rungs.of(image_shape)
    attention = rungs.attention(attention, "discriminator", HALVED)
    images = keras.Input(tuple(image_shape), name="images")
    labels = keras.Input((), dtype="int32", name="labels")
    first, *others = [width * multiplier for multiplier in ladder.DOWN[rungs.doublings]]
    x = layers.Identity(name="stem")(WEIGHTS.convolution(first, 3)(images))
    for i, (filters, strided) in enumerate(zip(others, rungs.strides())):
        before = x.shape[1]
        x = down(x, filters, strided, f"block_{2 * i + 1}")
        x = down(x, filters, False, f"block_{2 * i + 2}")
        x = WEIGHTS.attention()(x) if x.shape[1] == attention < before else x
    logits = ladder.score(ladder.summed(x), labels, classes, WEIGHTS)
    return keras.Model([images, labels], logits, name="discriminator")


def up(x, filters, norm, doubled, name):
    """A block of the generator.

    Args:
        x: symbolic float tensor (N, H, W, C).
        filters: int, channels of the output, at most C.
        norm: function map -> map.
        doubled: whether both sides are doubled.
        name: string, the name of the sum at the end.

    Returns:
        symbolic float tensor (N, H, W, filters), or (N, 2 H, 2 W, filters).
    """
    narrow = x.shape[-1] // NARROW
    shortcut = x[..., :filters] if filters < x.shape[-1] else x
    shortcut = NearestUpSampling2D()(shortcut) if doubled else shortcut
    x = WEIGHTS.convolution(narrow, 1)(layers.ReLU()(norm(x)))
    x = layers.ReLU()(norm(x))
    x = WEIGHTS.convolution(narrow, 3)(NearestUpSampling2D()(x) if doubled else x)
    x = WEIGHTS.convolution(narrow, 3)(layers.ReLU()(norm(x)))
    x = WEIGHTS.convolution(filters, 1)(layers.ReLU()(norm(x)))
    return layers.Add(name=name)([x, shortcut])


def down(x, filters, strided, name):
    """A block of the discriminator.

    Args:
        x: symbolic float tensor (N, H, W, C).
        filters: int, channels of the output, at least C.
        strided: whether both sides are halved.
        name: string, the name of the sum at the end.

    Returns:
        symbolic float tensor (N, H, W, filters), or (N, H / 2, W / 2, filters).
    """
    narrow, lacking = filters // NARROW, filters - x.shape[-1]
    shortcut = layers.AveragePooling2D(2)(x) if strided else x
    if lacking:
        shortcut = layers.Concatenate()([shortcut, WEIGHTS.convolution(lacking, 1)(shortcut)])
    x = WEIGHTS.convolution(narrow, 1)(layers.ReLU()(x))
    x = WEIGHTS.convolution(narrow, 3)(layers.ReLU()(x))
    x = layers.ReLU()(WEIGHTS.convolution(narrow, 3)(layers.ReLU()(x)))
    x = WEIGHTS.convolution(filters, 1)(layers.AveragePooling2D(2)(x) if strided else x)
    return layers.Add(name=name)([x, shortcut])


def parameter_table(network):
    """Lists the parts of a network of this room, as the paper's Tables 7 to 9 do, and what each weighs.

    Args:
        network: built `keras.Model`, what `generator` or `discriminator` returned.

    Returns:
        list of tuples (part, output shape without the batch, number of trainable weights), from the input to the
        output. Parts are called as in the tables, with numbers of channels: "ResBlock up 2048 -> 1024".
    """
    rows, weights, before = [], 0, network.inputs[0].shape[1:]
    for layer in network.layers:
        weights += sum(math.prod(v.shape) for v in layer.trainable_variables)
        after = tuple(layer.output.shape[1:])
        part = _part(layer, before, after)
        if part:
            rows.append((part, after, weights))
            weights = 0
        if len(after) == 3 and (part or len(before) < 3):  # the first map of a generator is no part
            before = after
    return rows


def _part(layer, before, after):
    """What a part of the table is called that ends with this layer, or None if it goes on."""
    inner = layer.layer if isinstance(layer, SpectralNormalization) else layer
    if layer.name.startswith("block_"):
        way = " up" if after[0] > before[0] else " down" if after[0] < before[0] else ""
        return f"ResBlock{way} {before[-1]} -> {after[-1]}"
    if isinstance(layer, SelfAttention):
        return f"Non-Local Block ({after[0]}x{after[1]})"
    if isinstance(inner, layers.Dense):
        return f"Linear {inner.kernel.shape[0]} -> {inner.units}"
    if isinstance(inner, layers.Embedding):
        return f"Embed(y) {inner.output_dim}"
    if isinstance(layer, layers.Activation):
        return f"BN, ReLU, 3x3 Conv {before[-1]} -> {after[-1]}, Tanh"
    if layer.name == "stem":
        return f"3x3 Conv {before[-1]} -> {after[-1]}"
    return "ReLU, Global sum pooling" if layer.name == "features" else None
