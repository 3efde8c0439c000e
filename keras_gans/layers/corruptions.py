"""ADA's other kinds: bands of frequencies made stronger or weaker, noise, and a rectangle that is cut out."""

import keras
import numpy as np
from keras import ops

from keras_gans.layers.augmentation import cut, each
from keras_gans.layers.plane_maps import mirrored

POWER = np.array([10, 1, 1, 1], "float32") / 13  # what is expected of pictures in the four bands, the lowest first


def bank():
    """The filters of the four bands, whose sum leaves a picture as it is.

    From the wavelet of Daubechies with four taps (sym2): at each of three steps the lower half of what is left is
    taken once more apart.

    Returns:
        float64 array (4, 43), taps along one side.
    """
    root = np.sqrt(3.0)
    low = np.array([1 - root, 3 - root, 3 + root, 1 + root]) / np.sqrt(32)
    high = low * (-1.0) ** np.arange(4)
    low, high = (np.convolve(taps, taps[::-1]) / 2 for taps in (low, high))
    bands = np.eye(4, 1)
    for i in range(1, 4):
        between = np.zeros((4, 2 * bands.shape[1] - 1))
        between[:, ::2] = bands
        bands = np.stack([np.convolve(taps, low) for taps in between])
        middle = bands.shape[1] // 2
        bands[i, middle - 3 : middle + 4] += high
    return bands


def gains(numbers):
    """Draws how much stronger each band becomes, float32 (N, 4); the expected power of the whole stays 1."""
    total = 1.0
    for i in range(4):
        own = numbers.maybe(2.0 ** numbers.normal(), 1.0)[:, None]
        gain = 1.0 + (own - 1.0) * np.eye(4, dtype="float32")[i]
        total = total * gain / ops.sqrt(ops.sum(POWER * ops.square(gain), axis=1, keepdims=True))
    return total


def filtered(images, gain):
    """Pictures (N, height, width, channels) whose bands are as many times stronger, float32 (N, 4), on both sides."""
    taps = ops.sum(gain[:, :, None] * bank().astype("float32"), axis=1)
    _, height, width, _ = images.shape
    images = ops.einsum("nij,njwc->niwc", _along(taps, height, images.dtype), images)
    return ops.einsum("nij,nhjc->nhic", _along(taps, width, images.dtype), images)


def _along(taps, side, dtype):
    """The matrices (N, side, side) that filter along a side, beyond whose border is a mirror."""
    places = np.arange(side)[:, None] + np.arange(taps.shape[1]) - taps.shape[1] // 2
    which = np.eye(side, dtype="float32")[mirrored(places, side)]
    return ops.cast(ops.einsum("nt,itj->nij", taps, which), dtype)


def noise(numbers):
    """Draws how strong noise is, as a function that adds it to pictures (N, height, width, channels)."""
    sigma = each(numbers.maybe(0.1 * ops.abs(numbers.normal()), 0.0))
    return lambda x: x + ops.cast(sigma * numbers.drawn(keras.random.normal, *x.shape[1:]), x.dtype)


def cutout(numbers):
    """Draws rectangles of half the sides, as a function that makes pictures (N, height, width, channels) 0 there."""
    size = numbers.maybe(0.5, 0.0)
    centre = numbers.uniform(), numbers.uniform()

    def half(side, place):
        away = ops.abs((ops.arange(side, dtype="float32") + 0.5) / side - place[:, None])
        return away < 0.5 * size[:, None]

    return lambda x: cut(x, *map(half, x.shape[1:3], centre))
