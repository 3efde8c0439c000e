"""ADA's geometry: maps of the plane as matrices, of which a picture goes through the product, sampled once.

Places are in pixels from a picture's centre, x to the right and y down. A sampler asks where each pixel of its result
comes from: all matrices are those of the way back, and the map that is to happen first stands first in a product.
"""

import math

from keras import ops


def blits(numbers):
    """Draws maps that bring pixels to places of pixels: mirrored, by quarter turns, and moved by whole pixels.

    Args:
        numbers: `augmentation.Numbers`.

    Returns:
        list of functions of (height, width) that return the way back, float32 (N, 3, 3).
    """
    mirrored = numbers.maybe(numbers.one_of(2), 0.0)
    turns = numbers.maybe(numbers.one_of(4), 0.0)
    x, y = numbers.maybe((_shift(numbers), _shift(numbers)), 0.0)
    return [
        lambda height, width: scaled(1.0 - 2.0 * mirrored, 1.0),
        lambda height, width: ops.round(turned(0.5 * math.pi * turns)),
        lambda height, width: moved(ops.round(x * width), ops.round(y * height)),
    ]


def _shift(numbers, most=0.125):
    return (2.0 * numbers.uniform() - 1.0) * most


def general(numbers):
    """Draws maps that bring pixels to any place: scaled, turned, scaled in one direction, turned again, and moved.

    Args:
        numbers: `augmentation.Numbers`.

    Returns:
        list of functions as those of `blits`.
    """
    p_turn = 1.0 - ops.sqrt(1.0 - ops.clip(numbers.p, 0.0, 1.0))  # so that one of the two, or both, happen with p
    scale = numbers.maybe(2.0 ** (0.2 * numbers.normal()), 1.0)
    before = numbers.maybe(_angle(numbers), 0.0, p_turn)
    stretch = numbers.maybe(2.0 ** (0.2 * numbers.normal()), 1.0)
    after = numbers.maybe(_angle(numbers), 0.0, p_turn)
    x, y = numbers.maybe((0.125 * numbers.normal(), 0.125 * numbers.normal()), 0.0)
    return [
        lambda height, width: scaled(1.0 / scale, 1.0 / scale),
        lambda height, width: turned(before),
        lambda height, width: scaled(1.0 / stretch, stretch),
        lambda height, width: turned(after),
        lambda height, width: moved(x * width, y * height),
    ]


def _angle(numbers):
    return (2.0 * numbers.uniform() - 1.0) * math.pi


def moved(x, y):
    """The way back from a movement by (x, y) pixels, float32 (N, 3, 3)."""
    return _matrix([1.0, 0.0, -x], [0.0, 1.0, -y])


def scaled(x, y):
    """The matrix that multiplies places by (x, y), float32 (N, 3, 3)."""
    return _matrix([x, 0.0, 0.0], [0.0, y, 0.0])


def turned(angle):
    """The matrix that turns places by an angle in radians, float32 (N, 3, 3)."""
    cosine, sine = ops.cos(angle), ops.sin(angle)
    return _matrix([cosine, -sine, 0.0], [sine, cosine, 0.0])


def _matrix(*rows):
    some = next(x for row in rows for x in row if not isinstance(x, float))
    rows = [*rows, [0.0, 0.0, 1.0]]
    return ops.stack([ops.stack([x + ops.zeros_like(some) for x in row], axis=-1) for row in rows], axis=-2)


def product(matrices):
    """The product of matrices (N, k, k), in float32, which a GPU's own products of matrices are not."""
    first, *others = matrices
    for other in others:
        first = ops.sum(first[:, :, :, None] * other[:, None, :, :], axis=2)
    return first


def sampled(images, back):
    """Takes each pixel from another place, between four pixels by how near they are; beyond the border is a mirror.

    Args:
        images: float tensor (N, height, width, channels).
        back: float32 tensor (N, 3, 3), from places in the result to places in the pictures.

    Returns:
        float tensor of the images' shape.
    """
    _, height, width, channels = images.shape
    x0, y0 = 0.5 * (width - 1), 0.5 * (height - 1)
    x = ops.tile(ops.arange(width, dtype="float32") - x0, height)
    y = ops.repeat(ops.arange(height, dtype="float32") - y0, width)
    x, y = (back[:, i, 0:1] * x + back[:, i, 1:2] * y + back[:, i, 2:3] for i in (0, 1))
    (left, right), (top, bottom) = _neighbours(x + x0, width), _neighbours(y + y0, height)
    pixels = ops.reshape(images, (-1, height * width, channels))
    result = 0.0
    for (row, share_of_row), (column, share_of_column) in ((a, b) for a in (top, bottom) for b in (left, right)):
        taken = ops.take_along_axis(pixels, (row * width + column)[:, :, None], axis=1)
        result += ops.cast(share_of_row * share_of_column, images.dtype)[:, :, None] * taken
    return ops.reshape(result, (-1, height, width, channels))


def _neighbours(place, side):
    """The pixels before and behind places along a side, and the share of each."""
    before = ops.floor(place)
    share, before = place - before, ops.cast(before, "int32")
    return (mirrored(before, side), 1.0 - share), (mirrored(before + 1, side), share)


def mirrored(places, side):
    """Whole places inside a side, a tensor or an array; behind its last pixel comes the last but one, and so on."""
    period = max(2 * (side - 1), 1)
    return (period - abs(2 * (places % period) - period)) // 2
