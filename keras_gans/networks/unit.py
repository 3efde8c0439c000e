"""UNIT's networks: front encoders and back decoders of two domains, what they share between, and two discriminators."""

import functools

import keras
from keras import layers

from keras_gans import engine
from keras_gans.layers import InstanceNormalization
from keras_gans.networks.patchgan import check_counts, convolution, divisible_input

__all__ = ["back_decoder", "discriminator", "front_encoder", "shared_decoder", "shared_encoder"]

MOST_HALVINGS = 6  # of D, unless asked otherwise; the authors' number
WIDTH = 64  # the authors'


@engine.channels_last()
def front_encoder(image_shape=(256, 256, 3), width=64, blocks=3):
    """The first layers of a domain's encoder: a 7x7 convolution, two halvings, residual blocks.

    The first convolution has LeakyReLU(0.01) and no norm. The others are 3x3, each with instance norm and ReLU; a
    residual block is convolution, norm, ReLU, convolution, norm, added to its input. Borders are zeros.

    Args:
        image_shape: tuple (height, width, channels), sides of at least 16 pixels that 4 divides.
        width: int, channels of the first hidden map; the blocks have 4 times as many.
        blocks: int, number of residual blocks.

    Returns:
        Built `keras.Model` named "front_encoder": float (N, height, width, channels) in [-1, 1] -> float (N, height /
        4, width / 4, 4 width). At 3 channels 3,918,976 parameters.

    Raises:
        ValueError: if the image shape or the number of blocks is not one of the above.

    Deviations:
        Weights begin N(0, 0.02) as the authors' do at width 64, and at others N(0, 0.02 (64 / width)^1/2), so that a
        layer of as many times fewer inputs passes on as much: with 0.02 at width 8 D's gradient by the picture is 3e-5.
        Biases begin at 0, in the authors' code as PyTorch's do. Keras' "same" padding puts the odd row of zeros of a
        strided 3x3 convolution behind the map, theirs before it: the network is the mirror image of theirs.

    Reference:
        Liu, Breuel, Kautz, 2017, Unsupervised Image-to-Image Translation Networks, arXiv:1703.00848; the authors' code,
        github.com/mingyuliutw/UNIT, branch version_02, `cocogan_nets.py` (`COCOResGen`) and `exps/unit/cat2tiger.yaml`.
    """
    images = divisible_input(image_shape)
    x = layers.LeakyReLU(0.01)(_convolution(width)(images, width, 7, padding="same"))
    for filters in (2 * width, 4 * width):
        x = _norm_relu(_convolution(width)(x, filters, 3, 2))
    return keras.Model(images, _residual(x, blocks), name="front_encoder")


@engine.channels_last()
def shared_encoder(image_shape=(256, 256, 3), width=64, blocks=1):
    """The last layers of both encoders, residual blocks as in `front_encoder`: they make codes of the common space.

    Args:
        image_shape: tuple (height, width, channels), of either domain.
        width: int, as in `front_encoder`.
        blocks: int, number of residual blocks.

    Returns:
        Built `keras.Model` named "shared_encoder": float (N, height / 4, width / 4, 4 width) -> the same shape. With
        one block 1,180,160 parameters.

    Raises:
        ValueError: if the image shape or the number of blocks is not one of the above.

    Deviations:
        Weights and biases begin as in `front_encoder`. The noise that the authors' code adds here is `models.UNIT`'s.

    Reference:
        As `front_encoder`.
    """
    return _shared(image_shape, width, blocks, "shared_encoder")


@engine.channels_last()
def shared_decoder(image_shape=(256, 256, 3), width=64, blocks=1):
    """The first layers of both decoders, which take codes of the common space: residual blocks as in `shared_encoder`.

    Args:
        image_shape, width, blocks: as in `shared_encoder`.

    Returns:
        Built `keras.Model` named "shared_decoder", of the shapes of `shared_encoder`.

    Raises:
        ValueError: as `shared_encoder`.

    Deviations:
        Weights and biases begin as in `front_encoder`.

    Reference:
        As `front_encoder`.
    """
    return _shared(image_shape, width, blocks, "shared_decoder")


@engine.channels_last()
def back_decoder(image_shape=(256, 256, 3), width=64, blocks=3):
    """The last layers of a domain's decoder: residual blocks, two doublings, a 1x1 convolution, tanh.

    Blocks are as in `front_encoder`; doublings are transposed 3x3 convolutions, each with instance norm and ReLU.

    Args:
        image_shape, width, blocks: as in `front_encoder`, of what it makes.

    Returns:
        Built `keras.Model` named "back_decoder": float (N, height / 4, width / 4, 4 width) -> float32 (N, height,
        width, channels) in [-1, 1]. At 3 channels 3,909,507 parameters.

    Raises:
        ValueError: as `front_encoder`.

    Deviations:
        As `front_encoder`.

    Reference:
        As `front_encoder`.
    """
    x = _residual(codes := _codes(image_shape, width), blocks)
    for filters in (2 * width, width):
        x = _norm_relu(_convolution(width)(x, filters, 3, 2, layers.Conv2DTranspose))
    outputs = layers.Activation("tanh", dtype="float32")(_convolution(width)(x, image_shape[2], 1))
    return keras.Model(codes, outputs, name="back_decoder")


@engine.channels_last()
def discriminator(image_shape=(256, 256, 3), width=64, halvings=None):
    """Discriminator of one domain: 3x3 convolutions of stride 2 with LeakyReLU(0.01), then a 1x1 one to the logits.

    The number of channels doubles from `width`. There is no norm.

    Args:
        image_shape: tuple (height, width, channels), as in `front_encoder`.
        width: int, channels of the first hidden map.
        halvings: int, number of convolutions of stride 2; None for as many as leave at least 2 pixels a side, at most
            6.

    Returns:
        Built `keras.Model` named "discriminator": float (N, height, width, channels) -> float32 logits (N, h, w, 1),
        h = height / 2^halvings, rounded up; 4x4 at 256x256. At 3 channels and 6 halvings, 25,149,057 parameters.

    Raises:
        ValueError: if the image shape or the number of halvings is not one of the above.

    Deviations:
        As `front_encoder`. Fewer than 6 halvings, below 65 pixels, are ours.

    Reference:
        As `front_encoder` (`COCODis`).
    """
    x = images = divisible_input(image_shape)
    if halvings is None:
        halvings = min((min(image_shape[:2]) - 1).bit_length() - 1, MOST_HALVINGS)
    check_counts(halvings=halvings)
    for i in range(halvings):
        x = layers.LeakyReLU(0.01)(_convolution(width)(x, width * 2**i, 3, 2))
    return keras.Model(images, _convolution(width)(x, 1, 1, dtype="float32"), name="discriminator")


def _shared(image_shape, width, blocks, name):
    return keras.Model(codes := _codes(image_shape, width), _residual(codes, blocks), name=name)


def _codes(image_shape, width):
    """The input for maps of the common space, of pictures of a shape."""
    _, height, row, _ = divisible_input(image_shape).shape
    return keras.Input((height // 4, row // 4, 4 * width), name="codes")


def _residual(x, blocks):
    """Residual blocks of as many channels as x has."""
    check_counts(blocks=blocks)
    convolution = _convolution(x.shape[-1] / 4)
    for _ in range(blocks):
        residual = _norm_relu(convolution(x, x.shape[-1], 3, padding="same"))
        residual = convolution(residual, x.shape[-1], 3, padding="same")
        x = layers.Add()([x, InstanceNormalization()(residual)])
    return x


def _convolution(width):
    """`patchgan.convolution` whose weights are N(0, 0.02) at the authors' width, and pass on as much at any other."""
    normal = keras.initializers.RandomNormal(stddev=0.02 * (WIDTH / width) ** 0.5)
    return functools.partial(convolution, kernel_initializer=normal)


def _norm_relu(x):
    return layers.ReLU()(InstanceNormalization()(x))
