"""ADA's colours: maps of colours as matrices, of which each pixel goes through the product."""

import math

import numpy as np
from keras import ops

from keras_gans.layers.plane_maps import product


def colors(numbers):
    """Draws maps of colours: brighter, of more contrast, negative in lightness, of other hue and of more saturation.

    Args:
        numbers: `augmentation.Numbers`.

    Returns:
        function of a number of channels that returns float32 matrices (N, channels + 1, channels + 1), which multiply
        a pixel's channels and a 1 behind them. Hue is left out unless there are three channels, and does nothing to
        grey, nor does saturation.
    """
    brightness = numbers.maybe(0.2 * numbers.normal(), 0.0)
    contrast = numbers.maybe(2.0 ** (0.5 * numbers.normal()), 1.0)
    negative = numbers.maybe(numbers.one_of(2), 0.0)
    hue = numbers.maybe((2.0 * numbers.uniform() - 1.0) * math.pi, 0.0)
    saturation = numbers.maybe(2.0 ** numbers.normal(), 1.0)

    def matrix(channels):
        grey = np.full((channels, channels), 1.0 / channels, "float32")  # onto the axis of lightness
        rest = np.eye(channels, dtype="float32") - grey
        maps = [
            _affine(contrast, np.eye(channels, dtype="float32"), offset=contrast * brightness),
            _affine(1.0 - 2.0 * negative, grey, rest),
        ]
        if channels == 3:
            maps.append(_affine(ops.cos(hue), rest, grey) + _affine(ops.sin(hue), AROUND, last=0.0))
        maps.append(_affine(saturation, rest, grey))
        return product(maps[::-1])

    return matrix


AROUND = np.array([[0, -1, 1], [1, 0, -1], [-1, 1, 0]], "float32") / math.sqrt(3)  # v -> axis of lightness x v


def _affine(factor, linear, other=0.0, offset=0.0, last=1.0):
    """The matrices factor * linear + other, float32 (N, k, k), with an offset (N,) of all channels and a last row."""
    linear = factor[:, None, None] * linear + other
    column = (offset + 0.0 * factor)[:, None, None] + ops.zeros_like(linear[:, :, :1])
    row = ops.concatenate([ops.zeros_like(linear[:, :1]), last + ops.zeros_like(linear[:, :1, :1])], axis=2)
    return ops.concatenate([ops.concatenate([linear, column], axis=2), row], axis=1)


def colored(images, matrix):
    """Pictures (N, height, width, channels) whose pixels went through matrices (N, channels + 1, channels + 1)."""
    channels = images.shape[-1]
    columns = [ops.cast(matrix[:, None, None, :channels, k], images.dtype) for k in range(channels + 1)]
    return columns[-1] + sum(columns[k] * images[..., k : k + 1] for k in range(channels))
