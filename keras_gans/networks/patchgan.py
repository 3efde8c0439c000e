"""What the networks of translating games share: the discriminator of patches, the convolution, the input."""

import keras
from keras import layers

SMALLEST = 16  # pixels of a side that is halved twice
STRIDED = {1: 0, 16: 1, 70: 3, 286: 5}  # receptive field in pixels -> convolutions of stride 2


def patch_logits(images, width, receptive_field, norm, use_bias):
    """One logit for each of many overlapping patches of a picture.

    4x4 convolutions with LeakyReLU(0.2): some of stride 2, one of stride 1, and one of stride 1 to the logits, all with
    one pixel of zeros around their input. The number of channels doubles from `width` up to 8 `width`. A receptive
    field of 1 is the PixelGAN, 1x1 convolutions of `width` and 2 `width` channels.

    Args:
        images: symbolic float tensor (N, H, W, C).
        width: int, channels of the first hidden map.
        receptive_field: int, side of a patch in pixels: 1, 16, 70 or 286.
        norm: function without arguments that makes the normalization layer of each convolution but the first and last.
        use_bias: whether the convolutions have a bias; the last always has.

    Returns:
        symbolic float32 tensor (N, h, w, 1). With k convolutions of stride 2, h = H / 2^k - 2; for PixelGAN, h = H.

    Raises:
        ValueError: if the receptive field is not one of the above, or H or W leaves no logit.

    Deviations:
        none, where the strided convolutions meet even sides; odd ones are rounded up, in the authors' code down.

    Reference:
        Isola et al., 2017, Image-to-Image Translation with Conditional Adversarial Networks, arXiv:1611.07004,
        Sections 3.2.2 and 6.1.2.
    """
    kernel_size = 1 if receptive_field == 1 else 4
    x = images
    for i, stride in enumerate(_strides(images.shape, receptive_field)):
        x = _around(x, kernel_size, stride)
        x = convolution(x, min(width * 2**i, 8 * width), kernel_size, stride, use_bias=use_bias)
        x = norm()(x) if i else x
        x = layers.LeakyReLU(0.2)(x)
    return convolution(_around(x, kernel_size, 1), 1, kernel_size, dtype="float32")


def convolution(x, filters, kernel_size, stride=1, kind=layers.Conv2D, **arguments):
    """A convolution with weights N(0, 0.02): where it strides, padded to map sides 2n and n to each other.

    Args:
        x: symbolic float tensor (N, H, W, C).
        filters: int, channels of the output.
        kernel_size: int, side of the kernel.
        stride: int, 1 or 2.
        kind: `keras.layers.Conv2D` or `keras.layers.Conv2DTranspose`.
        **arguments: more arguments of the layer, e.g. `use_bias`, or `padding` where it does not stride.

    Returns:
        symbolic float tensor (N, h, w, filters).
    """
    normal = keras.initializers.RandomNormal(mean=0.0, stddev=0.02)
    arguments = {"padding": "valid" if stride == 1 else "same", "kernel_initializer": normal, **arguments}
    return kind(filters, kernel_size, stride, **arguments)(x)


def picture_input(image_shape, name):
    """The input of a network for pictures of one size.

    Args:
        image_shape: tuple (height, width, channels).
        name: string, the input's name.

    Returns:
        symbolic float tensor (N, height, width, channels).

    Raises:
        ValueError: if the shape is not three positive integers.
    """
    ok = isinstance(image_shape, (tuple, list)) and len(image_shape) == 3
    if not ok or not all(isinstance(n, int) and n > 0 for n in image_shape):
        raise ValueError(
            f"Expected `image_shape` as three positive integers, (height, width, channels). Received: {image_shape!r}."
        )
    return keras.Input(tuple(image_shape), name=name)


def divisible_input(image_shape):
    """The input of a network that halves pictures twice and doubles them again.

    Args:
        image_shape: tuple (height, width, channels), sides of at least 16 pixels that 4 divides.

    Returns:
        symbolic float tensor (N, height, width, channels).

    Raises:
        ValueError: if the shape is not one of these.
    """
    images = picture_input(image_shape, "images")
    if any(side < SMALLEST or side % 4 for side in image_shape[:2]):
        raise ValueError(
            f"Expected `image_shape` as (height, width, channels) with sides of at least {SMALLEST} pixels that 4 "
            f"divides. Received: {image_shape!r}."
        )
    return images


def check_counts(**counts):
    """Refuses what is no positive integer (raises ValueError).

    Args:
        **counts: numbers, by the names of the arguments.
    """
    for name, count in counts.items():
        if not isinstance(count, int) or count < 1:
            raise ValueError(f"Expected `{name}` as a positive integer. Received: {count!r}.")


def _around(x, kernel_size, stride):
    """Zeros around the input of a 4x4 convolution of stride 1; one of stride 2 has them by its padding."""
    return layers.ZeroPadding2D(1)(x) if (kernel_size, stride) == (4, 1) else x


def _strides(shape, receptive_field):
    """Strides of the hidden convolutions, e.g. [2, 2, 2, 1] for 70."""
    if receptive_field not in STRIDED:
        fields = ", ".join(map(str, STRIDED))
        raise ValueError(f"Expected `receptive_field` as one of {fields}. Received: {receptive_field!r}.")
    if receptive_field == 1:
        return [1, 1]
    halvings = STRIDED[receptive_field]
    smallest = 2 * 2**halvings + 1  # pixels; after the halvings, rounded up, the 3 rows that make one logit are left
    if min(shape[1:3]) < smallest:
        raise ValueError(
            f"Expected sides of at least {smallest} pixels for patches of {receptive_field}. "
            f"Received: {shape[1]}x{shape[2]}."
        )
    return [2] * halvings + [1]
