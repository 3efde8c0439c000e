"""StackGAN's networks: a caption's vector becomes a small picture, and that a large one."""

import math

import keras
from keras import layers, ops

from keras_gans import engine
from keras_gans.layers import ConditioningAugmentation, NearestUpSampling2D
from keras_gans.networks.cgan import check_positive

__all__ = ["discriminator", "first_generator", "second_generator"]

BOTTOM = 4  # pixels a side of the first map of G, and of the last of D
LARGEST = 512
STAGE = "first_stage"  # name of the first stage inside the second
BLOCKS, MOST_BLOCKS = 2, 4  # residual blocks of stage II, of pictures of up to 128 pixels and of larger ones


@engine.channels_last()
def first_generator(image_shape, text_dim, latent_dim=228, units=128, width=128):
    """Stage I: latents and a condition that is drawn around the caption's vector become a picture.

    A dense layer to 4x4 maps of 8 `width` channels, then nearest-neighbour upsampling and 3x3 convolutions, of which
    each has half the channels of the one before it; batch norm and ReLU behind each; a convolution and tanh.

    Args:
        image_shape: tuple (side, side, channels), side 8 to 512, a power of two.
        text_dim: int, length of a caption's vector.
        latent_dim: int, length of a latent vector, of which the last `units` numbers draw the condition.
        units: int, length of the condition.
        width: int, the paper's N_g; 8 `width` is a multiple of the sides between the first map and the picture.

    Returns:
        Built `keras.Model` named "generator": [latents, vectors], float (N, latent_dim) and (N, text_dim) -> float32
        (N, side, side, channels) in [-1, 1].

    Raises:
        ValueError: if an argument is not one of the above.

    Deviations:
        As the paper's text has it; the authors' code for TensorFlow has residual blocks besides.

    Reference:
        Zhang et al., 2017, StackGAN, arXiv:1612.03242, Sections 3.3 and 3.5; the constants of weights and of batch
        norm are those of the authors' code.
    """
    doublings, channels = doublings_of(image_shape)
    check_positive(text_dim=text_dim, units=units, width=width)
    check_parts(latent_dim, units + 1)
    latents, vectors = keras.Input((latent_dim,), name="latents"), keras.Input((text_dim,), name="vectors")
    noise, draw = ops.split(latents, [latent_dim - units], axis=1)
    condition = ConditioningAugmentation(units)([vectors, draw])
    filters = 8 * width
    x = layers.Concatenate()([condition, noise])
    x = _norm_relu(layers.Dense(BOTTOM**2 * filters, use_bias=False, kernel_initializer=normal())(x))
    x = layers.Reshape((BOTTOM, BOTTOM, filters))(x)
    images = _picture(_upsampled(x, filters, doublings), channels)
    return keras.Model([latents, vectors], images, name="generator")


@engine.channels_last()
def second_generator(first, side, units=128, width=128, blocks=None):
    """Stage II: the first stage's picture and a condition of its own become a picture of more pixels, without noise.

    A 3x3 convolution and two of 4x4 with stride 2; the condition, tiled, beside the maps, and a 3x3 convolution;
    residual blocks; nearest-neighbour upsampling and 3x3 convolutions, each with half the channels; tanh. The first
    stage is inside, and stays as it is: its weights do not move, its batch norm has the statistics of its own training.

    Args:
        first: built `keras.Model`, what `first_generator` returns; its layers become part of this network.
        side: int, pixels of the picture's side, the first stage's times a power of two, at most 512.
        units: int, length of the condition.
        width: int, channels of the first convolution.
        blocks: None, or int, residual blocks; 2 where the side is at most 128 and else 4.

    Returns:
        Built `keras.Model` named "generator": [latents, vectors] -> float32 (N, side, side, channels) in [-1, 1]. Its
        latents are those of the first stage, and `units` numbers that draw the second condition.

    Raises:
        ValueError: if the sides do not fit, or a number is not positive.

    Reference:
        Zhang et al., 2017, StackGAN, arXiv:1612.03242, Section 3.4; that 128 pixels have two blocks and 256 four is in
        Section 3.5.
    """
    _, _, before, channels = first.output_shape
    doublings_of((side, side, channels))
    blocks = blocks or (BLOCKS if side <= 128 else MOST_BLOCKS)
    check_positive(units=units, width=width, blocks=blocks)
    (_, of_first), (_, text_dim) = first.input_shape
    doublings = math.log2(side / before)
    if doublings < 1:
        raise ValueError(f"Expected `side` as the first stage's {before} pixels times 2, 4, ... Received: {side!r}.")
    latents, vectors = keras.Input((of_first + units,), name="latents"), keras.Input((text_dim,), name="vectors")
    inner, draw = ops.split(latents, [of_first], axis=1)
    first = keras.Model(first.inputs, first.outputs[0], name=STAGE)
    first.trainable = False
    condition = ConditioningAugmentation(units)([vectors, draw])
    x = layers.ReLU()(convolution(width)(first([inner, vectors])))
    for filters in (2 * width, 4 * width):
        x = _norm_relu(convolution(filters, 4, 2)(x))
    x = layers.Concatenate()([tiled(condition, x), x])
    x = _norm_relu(convolution(4 * width)(x))
    for _ in range(blocks):
        x = _residual(x, 4 * width)
    images = _picture(_upsampled(x, 4 * width, int(doublings) + 2), channels)
    return keras.Model([latents, vectors], images, name="generator")


@engine.channels_last()
def discriminator(image_shape, text_dim, compressed=128, width=64, kernel_size=1):
    """Either stage's D: convolutions with stride 2 down to 4x4 maps, beside which the caption's vector is laid, tiled.

    Channels double from layer to layer up to 8 `width` at 4x4 maps. Pictures of more than 64 pixels have maps of more
    channels, and 3x3 convolutions that bring these down to 8 `width`. A convolution looks at both, and a linear layer
    at all of it.

    Args:
        image_shape: tuple (side, side, channels), side 8 to 512, a power of two.
        text_dim: int, length of a caption's vector.
        compressed: None, or int, units of a dense layer with LeakyReLU through which the vector comes.
        width: int, an eighth of the channels of the last map.
        kernel_size: int, side of the kernel that looks at maps and vector together: 1 in the paper, 3 in the code.

    Returns:
        Built `keras.Model` named "discriminator": [images, vectors] -> float32 logits (N, 1).

    Raises:
        ValueError: if an argument is not one of the above.

    Reference:
        Zhang et al., 2017, StackGAN, arXiv:1612.03242, Sections 3.3 to 3.5. The 3x3 convolutions of large pictures are
        the authors' code's.
    """
    halvings, channels = doublings_of(image_shape)
    check_positive(text_dim=text_dim, width=width, kernel_size=kernel_size)
    images = keras.Input((*image_shape[:2], channels), name="images")
    vectors = keras.Input((text_dim,), name="vectors")
    x = seen(images, halvings, width)
    told = vectors
    if compressed is not None:
        check_positive(compressed=compressed)
        told = leaky(layers.Dense(compressed, kernel_initializer=normal())(vectors))
    x = layers.Concatenate()([tiled(told, x), x])
    x = norm_leaky(convolution(8 * width, kernel_size)(x))
    logits = layers.Dense(1, kernel_initializer=normal(), dtype="float32")(layers.Flatten(name="features")(x))
    return keras.Model([images, vectors], logits, name="discriminator")


def normal():
    """Weights of the authors, N(0, 0.02)."""
    return keras.initializers.RandomNormal(stddev=0.02)


def seen(images, halvings, width, initializer=normal):
    """What D sees in pictures: 4x4 maps of 8 `width` channels.

    Args:
        images: symbolic float tensor (N, side, side, channels).
        halvings: int, how often 4 pixels are doubled to the side.
        width: int.
        initializer: function without arguments that makes the initializer of a layer.

    Returns:
        symbolic float tensor (N, 4, 4, 8 width).
    """
    first = max(1, 8 * width // 2 ** (halvings - 1)) if halvings < 4 else width
    x = leaky(convolution(first, 4, 2, initializer)(images))
    for level in range(1, halvings):
        x = norm_leaky(convolution(first * 2**level, 4, 2, initializer)(x))
    for level in range(halvings - 2, 2, -1):
        x = norm_leaky(convolution(width * 2**level, 3, 1, initializer)(x))
    return x


def doublings_of(image_shape):
    """How often a map of 4 pixels is doubled to this picture, and its channels."""
    ok = isinstance(image_shape, (tuple, list)) and len(image_shape) == 3 and image_shape[0] == image_shape[1]
    doublings = math.log2(image_shape[0] / BOTTOM) if ok and image_shape[0] > 0 else 0
    if not ok or doublings < 1 or doublings % 1 or image_shape[0] > LARGEST or image_shape[2] < 1:
        raise ValueError(
            f"Expected `image_shape` as (side, side, channels) with a side of 8, 16, ... to {LARGEST} pixels. "
            f"Received: {image_shape!r}."
        )
    return int(doublings), image_shape[2]


def check_parts(latent_dim, least):
    """Refuses latents that are too short (raises ValueError)."""
    if not isinstance(latent_dim, int) or latent_dim < least:
        raise ValueError(f"Expected `latent_dim` of at least {least}, noise and the draw. Received: {latent_dim!r}.")


def convolution(filters, kernel_size=3, stride=1, initializer=normal):
    """A convolution without bias that keeps the side but for the stride; `initializer` as in `seen`."""
    return layers.Conv2D(filters, kernel_size, stride, "same", use_bias=False, kernel_initializer=initializer())


def norm(x):
    """Batch norm whose scales begin at N(1, 0.02)."""
    gamma = keras.initializers.RandomNormal(mean=1.0, stddev=0.02)
    return layers.BatchNormalization(momentum=0.9, epsilon=1e-5, gamma_initializer=gamma)(x)


def leaky(x):
    """LeakyReLU of slope 0.2."""
    return layers.LeakyReLU(0.2)(x)


def _norm_relu(x):
    return layers.ReLU()(norm(x))


def norm_leaky(x):
    """Batch norm, then LeakyReLU."""
    return leaky(norm(x))


def _residual(x, filters):
    y = norm(convolution(filters)(_norm_relu(convolution(filters)(x))))
    return layers.ReLU()(layers.Add()([x, y]))


def _upsampled(x, filters, doublings):
    """Maps of twice the side and half the channels, again and again."""
    for level in range(1, doublings + 1):
        x = NearestUpSampling2D()(x)
        x = _norm_relu(convolution(max(1, filters // 2**level))(x))
    return x


def _picture(x, channels):
    return layers.Activation("tanh", dtype="float32")(convolution(channels)(x))


def tiled(vectors, maps):
    """Vectors at every place of maps, (N, side, side, d)."""
    side, units = maps.shape[1], vectors.shape[1]
    return layers.Reshape((side, side, units))(layers.RepeatVector(side**2)(vectors))
