"""The course's convolutional pair after DCGAN, for any picture with sides of 16 to 256 pixels."""

import math

import keras
from keras import layers

from keras_gans import engine
from keras_gans.layers import (
    DropReference,
    MinibatchDiscrimination,
    NearestUpSampling2D,
    ReferenceBatch,
    SpectralNormalization,
    VirtualBatchNormalization,
)

__all__ = ["discriminator", "generator"]

SMALLEST, LARGEST = 16, 256  # pixels of a side
REFERENCE = 64  # latents in the reference batch of virtual batch norm
BASE = 7  # the generator's first map is at most this large: 7 for 28 and 56 pixels, 4 for 16, 32, 64, 128 and 256


@engine.channels_last()
def generator(
    image_shape,
    latent_dim=100,
    width=64,
    kernel_size=5,
    strides=None,
    upsampling="transposed",
    dense_batch_norm=False,
    negative_slope=0.2,
    momentum=0.9,
    epsilon=1e-5,
    virtual_batch_norm=False,
):
    """The course's generator: Dense, LeakyReLU, Reshape, then upsampling convolutions up to a tanh.

    Every block but the last is convolution, batch norm, LeakyReLU. The number of channels doubles from the picture
    towards the dense layer: `width`, 2 `width`, ..., at most 8 `width`. Where a side is odd, the larger map that a
    stride of 2 makes is cropped by one pixel.

    Args:
        image_shape: tuple (height, width, channels), sides 16 to 256, channels 1 to 5. Both sides are halved as often
            as the longer one, of which the shorter must have a pixel left.
        latent_dim: int, length of a latent vector.
        width: int, channels of the last hidden map.
        kernel_size: int, side of the convolutions' kernels.
        strides: None, or a tuple of the upsampling factors (1 or 2) of the convolutions in order; None means as many
            2s as bring the first map to 7 pixels or less on its longer side.
        upsampling: `"transposed"` (strided transposed convolution) or `"resize"` (nearest neighbour, then convolution,
            which leaves no checkerboard).
        dense_batch_norm: whether batch norm follows the dense layer (which then has no bias).
        negative_slope: float, slope of LeakyReLU below zero.
        momentum: float, momentum of the batch norms' moving averages.
        epsilon: float, epsilon of the batch norms.
        virtual_batch_norm: whether `layers.VirtualBatchNormalization`, by a reference batch of 64 fixed latents, takes
            the place of batch norm.

    Returns:
        Built `keras.Model` named "generator": float (N, latent_dim) -> float32 (N, height, width, channels) in [-1, 1].

    Raises:
        ValueError: if the image shape, the strides or the upsampling is not one of the above.

    Deviations:
        Radford et al. use ReLU in G; the course uses LeakyReLU. Their weights N(0, 0.02) are kept, and that the last
        convolution has no bias. Batch norm has Torch's constants (momentum 0.9, epsilon 1e-5); their own code has 1e-8
        and always takes the batch's statistics. Their 64x64 network is `width=128` with `dense_batch_norm=True`.
        TensorFlow's tutorial (2,330,944 parameters at 28x28x1) is `strides=(1, 2, 2), dense_batch_norm=True`, and in
        all its constants also `negative_slope=0.3, momentum=0.99, epsilon=1e-3`.

    Reference:
        Radford et al., 2015, Unsupervised Representation Learning with Deep Convolutional GANs, arXiv:1511.06434,
        Section 3 and Figure 1. Resizing: Odena et al., 2016, Deconvolution and Checkerboard Artifacts. Virtual batch
        norm: Salimans et al., 2016, Improved Techniques for Training GANs, arXiv:1606.03498, Section 3.5.
    """
    shape, channels = _fitting(image_shape)
    upsample = _upsampling(upsampling, kernel_size)
    sizes = maps(shape, strides)
    widths = [min(width * 2**i, 8 * width) for i in reversed(range(len(sizes) - 1))]

    def batch_norm_relu(x):
        if virtual_batch_norm:
            x = VirtualBatchNormalization(REFERENCE, epsilon)(x)
        else:
            x = layers.BatchNormalization(momentum=momentum, epsilon=epsilon)(x)
        return layers.LeakyReLU(negative_slope)(x)

    x = latents = keras.Input((latent_dim,), name="latents")
    x = ReferenceBatch(REFERENCE)(x) if virtual_batch_norm else x
    x = layers.Dense(math.prod(sizes[0]) * widths[0], use_bias=not dense_batch_norm, kernel_initializer=_normal())(x)
    x = batch_norm_relu(x) if dense_batch_norm else layers.LeakyReLU(negative_slope)(x)
    x = layers.Reshape((*sizes[0], widths[0]))(x)
    for before, after, filters in zip(sizes, sizes[1:-1], widths[1:]):
        x = batch_norm_relu(upsample(x, filters, before, after))
    x = DropReference(REFERENCE)(x) if virtual_batch_norm else x
    x = upsample(x, channels, *sizes[-2:])
    images = layers.Activation("tanh", dtype="float32")(x)
    return keras.Model(latents, images, name="generator")


@engine.channels_last()
def discriminator(
    image_shape,
    width=64,
    kernel_size=5,
    batch_norm=True,
    dropout=0.0,
    negative_slope=0.2,
    momentum=0.9,
    epsilon=1e-5,
    spectral_norm=False,
    minibatch_discrimination=0,
):
    """The course's discriminator: strided convolutions with batch norm and LeakyReLU, Flatten, one logit.

    The number of channels doubles from the picture on: `width`, 2 `width`, ..., at most 8 `width`, until the map has
    7 pixels on its longer side or less. The layer named "features" holds this last map, flat.

    Args:
        image_shape: tuple (height, width, channels), as in `generator`.
        width: int, channels of the first hidden map.
        kernel_size: int, side of the convolutions' kernels.
        batch_norm: whether batch norm follows each convolution. False where a gradient penalty is used, since a
            penalty looks at single examples and batch norm mixes them; the convolutions then have a bias.
        dropout: float in [0, 1), share of units dropped after each LeakyReLU.
        negative_slope: float, slope of LeakyReLU below zero.
        momentum: float, momentum of the batch norms' moving averages.
        epsilon: float, epsilon of the batch norms.
        spectral_norm: whether every convolution and the dense layer are under `layers.SpectralNormalization`; mostly
            with `batch_norm=False`, since batch norm sets the scale anew.
        minibatch_discrimination: int, projections of the `layers.MinibatchDiscrimination` before the logit; 0 for none.

    Returns:
        Built `keras.Model` named "discriminator": float (N, height, width, channels) -> float32 logits (N, 1).

    Raises:
        ValueError: if the image shape is not one of the above.

    Deviations:
        Radford et al. leave batch norm out after the first convolution; the course has it there too.
        TensorFlow's tutorial (212,865 parameters at 28x28x1) is `batch_norm=False, dropout=0.3`, and in all its
        constants also `negative_slope=0.3`.

    Reference:
        Radford et al., 2015, Unsupervised Representation Learning with Deep Convolutional GANs, arXiv:1511.06434,
        Section 3.
    """
    shape, channels = _fitting(image_shape)
    normalized = SpectralNormalization if spectral_norm else lambda layer: layer
    x = images = keras.Input((*shape, channels), name="images")
    for i in range(len(maps(shape)) - 1):
        filters = min(width * 2**i, 8 * width)
        convolution = layers.Conv2D(
            filters, kernel_size, strides=2, padding="same", use_bias=not batch_norm, kernel_initializer=_normal()
        )
        x = normalized(convolution)(x)
        x = layers.BatchNormalization(momentum=momentum, epsilon=epsilon)(x) if batch_norm else x
        x = layers.LeakyReLU(negative_slope)(x)
        x = layers.Dropout(dropout)(x) if dropout else x
    x = layers.Flatten(name="features")(x)
    x = MinibatchDiscrimination(minibatch_discrimination)(x) if minibatch_discrimination else x
    logits = normalized(layers.Dense(1, kernel_initializer=_normal(), dtype="float32"))(x)
    return keras.Model(images, logits, name="discriminator")


def _normal():
    return keras.initializers.RandomNormal(mean=0.0, stddev=0.02)


def checked(image_shape):
    """Refuses what is not the shape of a square picture that the networks of this file fit.

    Args:
        image_shape: tuple (side, side, channels), side 16 to 256, channels 1 to 5.

    Returns:
        side and channels.

    Raises:
        ValueError: if it is not.
    """
    ok = isinstance(image_shape, (tuple, list)) and len(image_shape) == 3 and image_shape[0] == image_shape[1]
    if not ok or not SMALLEST <= image_shape[0] <= LARGEST or not 1 <= image_shape[2] <= 5:
        raise ValueError(
            f"Expected `image_shape` as (side, side, channels) with a side of {SMALLEST} to {LARGEST} pixels and 1 to "
            f"5 channels. Received: {image_shape!r}."
        )
    return image_shape[0], image_shape[2]


def _fitting(image_shape):
    """The sides and channels of pictures that this file's networks fit, which may be no squares; else a ValueError."""
    ok = isinstance(image_shape, (tuple, list)) and len(image_shape) == 3
    if not ok or not all(SMALLEST <= side <= LARGEST for side in image_shape[:2]) or not 1 <= image_shape[2] <= 5:
        raise ValueError(
            f"Expected `image_shape` as (height, width, channels) with sides of {SMALLEST} to {LARGEST} pixels and 1 "
            f"to 5 channels. Received: {image_shape!r}."
        )
    return tuple(image_shape[:2]), image_shape[2]


def maps(shape, strides=None):
    """Sizes of the maps from the first to the picture: (28, 40) -> [(4, 5), (7, 10), (14, 20), (28, 40)].

    Args:
        shape: tuple (height, width).
        strides: as in `generator`.

    Returns:
        list of tuples of two ints.

    Raises:
        ValueError: if one side has a single pixel left while the other must be halved.
    """
    strides = (2,) * (len(sides(max(shape))) - 1) if strides is None else strides
    sizes = list(zip(*(sides(side, strides) if strides else [side] for side in shape)))
    if any(min(after) == 1 for after, stride in zip(sizes[1:], strides) if stride == 2):
        raise ValueError(
            "Expected `image_shape` with sides that are nearer to each other, so that both can be halved "
            f"{len(strides)} times. Received: {shape[0]}x{shape[1]}."
        )
    return sizes


def sides(side, strides=None):
    """Sides of the maps from the first to the picture: 28 -> [7, 14, 28]; 50 -> [7, 13, 25, 50]."""
    sizes = [side]
    if strides is None:
        while sizes[0] > BASE:
            sizes.insert(0, -(-sizes[0] // 2))
        return sizes
    if not strides or any(stride not in (1, 2) for stride in strides):
        raise ValueError(f"Expected `strides` as a tuple of 1s and 2s, e.g. (1, 2, 2). Received: {strides!r}.")
    for stride in reversed(strides):
        sizes.insert(0, -(-sizes[0] // stride))
    return sizes


def _upsampling(name, kernel_size):
    def convolution(layer, filters, stride):
        return layer(filters, kernel_size, stride, padding="same", use_bias=False, kernel_initializer=_normal())

    def transposed(x, filters, before, after):
        stride = 2 if after > before else 1
        x = convolution(layers.Conv2DTranspose, filters, stride)(x)
        return crop(x, *(stride * n - m for n, m in zip(before, after)))

    def resize(x, filters, before, after):
        if after > before:
            x = NearestUpSampling2D()(x)
            x = crop(x, *(2 * n - m for n, m in zip(before, after)))
        return convolution(layers.Conv2D, filters, 1)(x)

    ways = {"transposed": transposed, "resize": resize}
    if name not in ways:
        raise ValueError(f"Expected `upsampling` as one of {', '.join(ways)}. Received: {name!r}.")
    return ways[name]


def crop(x, rows, columns=None):
    """Takes rows off the bottom and columns, as many unless told, off the right of maps."""
    columns = rows if columns is None else columns
    return layers.Cropping2D(((0, rows), (0, columns)))(x) if rows or columns else x
