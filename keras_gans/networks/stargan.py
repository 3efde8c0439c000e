"""StarGAN's networks: a translator that sees the wanted labels as planes, and patches of scores beside labels."""

import keras
from keras import layers

from keras_gans import engine
from keras_gans.layers import InstanceNormalization
from keras_gans.networks.patchgan import SMALLEST, check_counts, divisible_input, picture_input

__all__ = ["discriminator", "generator"]

MOST_HALVINGS = 6  # of D, unless asked otherwise; the paper's number at 128 pixels


@engine.channels_last()
def generator(image_shape=(128, 128, 3), labels=5, width=64, blocks=6):
    """Residual translator that is told what is wanted: two halvings, residual blocks, two doublings, tanh.

    Each number of the label vector is a plane of that value beside the picture. 7x7, 4x4 (where the map is halved or
    doubled) and 3x3 convolutions without bias, each with affine instance norm and ReLU; a residual block is
    convolution, norm, ReLU, convolution, norm, added to its input.

    Borders are zeros everywhere, and must be: a constant plane only shifts a map, which instance norm takes away, but
    where it meets zeros. With mirrored borders the labels would not be seen.

    Args:
        image_shape: tuple (height, width, channels), sides of at least 16 pixels that 4 divides.
        labels: int, numbers of a label vector: a domain each, and of several data sets the mask, too.
        width: int, channels of the first hidden map; the blocks have 4 times as many.
        blocks: int, number of residual blocks.

    Returns:
        Built `keras.Model` named "generator": [float pictures (N, height, width, channels) in [-1, 1], float labels
        (N, labels)] -> float32 pictures of the same shape in [-1, 1]. At 128 pixels and 5 labels 8,430,528 parameters.

    Raises:
        ValueError: if the image shape, the number of labels or of blocks is not one of the above.

    Deviations:
        none. Samples are made with each picture's own statistics; the authors' code keeps running ones, which it never
        uses, as it samples in training mode.

    Reference:
        Choi et al., 2018, StarGAN: Unified Generative Adversarial Networks for Multi-Domain Image-to-Image Translation,
        arXiv:1711.09020; the authors' code, github.com/yunjey/stargan, `model.py`.
    """
    images = divisible_input(image_shape)
    check_counts(labels=labels, blocks=blocks)
    wanted = keras.Input((labels,), name="labels")

    def norm_relu(x):
        return layers.ReLU()(InstanceNormalization(affine=True)(x))

    x = layers.Concatenate()([images, _planes(wanted, image_shape)])
    x = norm_relu(_convolution(x, width, 7))
    for filters in (2 * width, 4 * width):
        x = norm_relu(_convolution(x, filters, 4, 2))
    for _ in range(blocks):
        residual = norm_relu(_convolution(x, 4 * width, 3))
        residual = InstanceNormalization(affine=True)(_convolution(residual, 4 * width, 3))
        x = layers.Add()([x, residual])
    for filters in (2 * width, width):
        x = norm_relu(_convolution(x, filters, 4, 2, layers.Conv2DTranspose))
    x = _convolution(x, image_shape[2], 7)
    outputs = layers.Activation("tanh", dtype="float32")(x)
    return keras.Model([images, wanted], outputs, name="generator")


@engine.channels_last()
def discriminator(image_shape=(128, 128, 3), labels=5, width=64, halvings=None):
    """Two answers on one body: each patch of a picture gets a score, and the picture a logit for each domain.

    4x4 convolutions of stride 2 with biases and LeakyReLU(0.01), whose channels double from `width`; then a 3x3
    convolution to the scores, and beside it one over the whole map to the logits, both without bias.

    Args:
        image_shape: tuple (side, side, channels).
        labels: int, number of the domains; a mask is not among them.
        width: int, channels of the first hidden map.
        halvings: int, number of convolutions of stride 2, so that 2^halvings divides the side; None for as many as
            leave at least 2 pixels a side, at most 6.

    Returns:
        Built `keras.Model` named "discriminator": float (N, side, side, channels) -> [float32 scores (N, s, s, 1),
        float32 logits (N, labels)], s = side / 2^halvings, 2 at 128 pixels. There, of 5 labels, 44,762,048 parameters.

    Raises:
        ValueError: if the image shape, the number of labels or of halvings is not one of the above.

    Deviations:
        The number of halvings at other sides than 128 pixels is ours.

    Reference:
        Choi et al., 2018, StarGAN: Unified Generative Adversarial Networks for Multi-Domain Image-to-Image Translation,
        arXiv:1711.09020; the authors' code, github.com/yunjey/stargan, `model.py`.
    """
    x = images = picture_input(image_shape, "images")
    side = _side(image_shape)
    most = max(n for n in range(side.bit_length()) if side % 2**n == 0 and side >= 2 * 2**n)
    halvings = min(most, MOST_HALVINGS) if halvings is None else halvings
    check_counts(labels=labels, halvings=halvings)
    if halvings > most:
        raise ValueError(
            f"Expected `halvings` of at most {most} for a side of {side} pixels, which 2^halvings must divide and must "
            f"not exceed by half. Received: {halvings}."
        )
    for i in range(halvings):
        bound = (16 * x.shape[-1]) ** -0.5
        biases = {"use_bias": True, "bias_initializer": keras.initializers.RandomUniform(-bound, bound)}
        x = layers.LeakyReLU(0.01)(_convolution(x, width * 2**i, 4, 2, **biases))
    scores = _convolution(x, 1, 3, dtype="float32", name="scores")
    logits = _convolution(x, labels, x.shape[1], padding="valid", dtype="float32")
    return keras.Model(images, [scores, layers.Flatten(name="logits", dtype="float32")(logits)], name="discriminator")


def _convolution(x, filters, kernel_size, stride=1, kind=layers.Conv2D, padding="same", use_bias=False, **arguments):
    """A convolution whose kernel begins uniform within +-1/sqrt(fan_in), as PyTorch's do."""
    uniform = keras.initializers.VarianceScaling(1 / 3, "fan_in", "uniform")
    arguments = {"padding": padding, "use_bias": use_bias, "kernel_initializer": uniform, **arguments}
    return kind(filters, kernel_size, stride, **arguments)(x)


def _planes(labels, image_shape):
    """Labels (N, d) as planes (N, height, width, d)."""
    height, width, _ = image_shape
    return layers.Reshape((height, width, labels.shape[-1]))(layers.RepeatVector(height * width)(labels))


def _side(image_shape):
    height, width, _ = image_shape
    if height != width or height < SMALLEST or height % 2:
        raise ValueError(
            f"Expected `image_shape` as (side, side, channels) with an even side of at least {SMALLEST} pixels. "
            f"Received: {image_shape}."
        )
    return height
