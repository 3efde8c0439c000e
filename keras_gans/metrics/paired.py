"""Paired: how near generated pictures are to those that they ought to be, pixel by pixel and in structure."""

import numpy as np
from scipy.ndimage import correlate1d

from keras_gans.metrics.streaming import METRICS, Result, SetMetric

__all__ = [
    "LumaPeakSignalToNoise",
    "LumaStructuralSimilarity",
    "PeakSignalToNoise",
    "StructuralSimilarity",
    "luma",
    "psnr",
    "ssim",
]

RANGE = 2.0  # of a pixel, from -1 to 1
OVERSHOOT = 0.5  # beyond either end, of networks and filters that are not bounded; beyond it numbers are others
SIDE = 11
WINDOW = np.exp(-0.5 * (np.arange(-(SIDE // 2), SIDE // 2 + 1) / 1.5) ** 2)
WINDOW /= WINDOW.sum()
LUMA = np.array([65.481, 128.553, 24.966])  # of red, green and blue in [0, 1], above BLACK: BT.601's levels of 8 bits
BLACK, BORDER = 16.0, 4  # the level of black, and pixels of the border that are cut off where pictures were enlarged


def psnr(a, b):
    """Peak signal-to-noise ratio of two sets of pictures, in decibels, the mean over the pairs.

    Args:
        a: float array (N, H, W, C) in [-1, 1].
        b: float array (N, H, W, C) in [-1, 1].

    Returns:
        float; infinite if a pair is equal.

    Formula:
        10 log10(2^2 / mean over a picture of (a - b)^2)

    Deviations:
        none

    Raises:
        ValueError: if the shapes do not fit, or the pictures are of integers or not in that range.
    """
    a, b = _pairs(a, b)
    _check_range(a, b)
    return _psnr(a, b)


def ssim(a, b):
    """Structural similarity of two sets of pictures, the mean over the pairs: 1 if they are equal.

    Args:
        a: float array (N, H, W, C) in [-1, 1], H and W at least 11.
        b: float array (N, H, W, C) in [-1, 1].

    Returns:
        float in [-1, 1].

    Formula:
        (2 m_a m_b + C1) (2 s_ab + C2) / ((m_a^2 + m_b^2 + C1) (s_a^2 + s_b^2 + C2)), means m, variances s^2 and
        covariance s_ab under a Gaussian window, 11x11 with deviation 1.5; C1 = (0.01 L)^2, C2 = (0.03 L)^2

    Deviations:
        The window moves over places where it lies inside the picture, and over each channel by itself. Pixels are
        counted from black, 0, to white, L = 2, since means are compared by their ratio; pictures are not made smaller
        first, as the authors advise for large ones.

    Reference:
        Wang, Bovik, Sheikh, Simoncelli, 2004, Image Quality Assessment: From Error Visibility to Structural
        Similarity, IEEE Transactions on Image Processing 13(4), Eq. 13 to 17.

    Raises:
        ValueError: if the shapes do not fit, or the pictures are smaller than the window, of integers or not in that
            range.
    """
    a, b = _pairs(a, b)
    _check_range(a, b)
    return _ssim(a, b)


def _psnr(a, b):
    """See `psnr`; of a network that has learned nothing yet numbers may be out of range."""
    a, b = _pairs(a, b)
    with np.errstate(divide="ignore"):
        return float(np.mean(10 * np.log10(RANGE**2 / np.mean((a - b) ** 2, axis=(1, 2, 3)))))


def _ssim(a, b):
    """See `ssim`; of a network that has learned nothing yet numbers may be out of range."""
    a, b = (x + 1 for x in _pairs(a, b))
    if min(a.shape[1:3]) < SIDE:
        raise ValueError(f"Expected pictures of at least {SIDE}x{SIDE} pixels, the window. Received: shape {a.shape}.")
    c1, c2 = (0.01 * RANGE) ** 2, (0.03 * RANGE) ** 2
    mean_a, mean_b = _smooth(a), _smooth(b)
    squares, product = mean_a**2 + mean_b**2, mean_a * mean_b
    variances, covariance = _smooth(a**2 + b**2) - squares, _smooth(a * b) - product
    return float(np.mean((2 * product + c1) * (2 * covariance + c2) / ((squares + c1) * (variances + c2))))


def luma(images, border=BORDER):
    """Takes the luma of pictures, without their border: what papers on enlarged pictures compare by `psnr` and `ssim`.

    Args:
        images: float array (N, H, W, 1 or 3) in [-1, 1], H and W of more than twice the border.
        border: int, pixels that are cut off along each side.

    Returns:
        float64 array (N, H - 2 border, W - 2 border, 1): levels of 8 bits, of which -1 is 0 and 1 is 255. Black is
        level 16, and white 235.

    Formula:
        level = 16 + 65.481 R + 128.553 G + 24.966 B of colours in [0, 1], as MATLAB's `rgb2ycbcr` has it; a grey
        picture has three equal colours.

    Deviations:
        Levels are not rounded.

    Reference:
        Recommendation ITU-R BT.601. Ledig et al., 2017, arXiv:1609.04802, Section 3.1: the y-channel, 4 pixels off.

    Raises:
        ValueError: if the pictures are of integers, have other channels, or are no larger than their borders.
    """
    images = _floats(images)
    if images.ndim != 4 or images.shape[-1] not in (1, 3) or min(images.shape[1:3]) <= 2 * border:
        raise ValueError(
            f"Expected pictures (N, H, W, 1 or 3) of more than {2 * border} pixels a side. Received: {images.shape}."
        )
    inside = slice(border, -border or None)
    colours = (images[:, inside, inside] + 1) / 2
    weights = LUMA if colours.shape[-1] == 3 else LUMA.sum(keepdims=True)
    return (BLACK + colours @ weights[:, None]) / 127.5 - 1


def _smooth(images):
    """Mean under the window, at places where it lies inside the picture."""
    inside = slice(SIDE // 2, -(SIDE // 2))
    return correlate1d(correlate1d(images, WINDOW, axis=1), WINDOW, axis=2)[:, inside, inside]


def _floats(images):
    """Pictures as float64; those of integers are of another range."""
    images = np.asarray(images)
    if images.dtype.kind != "f":
        raise ValueError(f"Expected float images in [-1, 1]. Received: dtype {images.dtype}.")
    return images.astype("float64")


def _check_range(*sets):
    for images in sets:
        low, high = images.min(), images.max()
        if low < -1 - OVERSHOOT or high > 1 + OVERSHOOT:
            raise ValueError(f"Expected images in [-1, 1]. Received: numbers from {low:.4g} to {high:.4g}.")


def _pairs(a, b):
    a, b = map(_floats, (a, b))
    if a.ndim != 4 or a.shape != b.shape or not a.size:
        raise ValueError(f"Expected two sets of images (N, H, W, C) of one shape. Received: {a.shape} and {b.shape}.")
    return a, b


class PairedMetric(SetMetric):
    """Mean of a figure over pairs of what a generator made and what it ought to have made, as many of each in a batch.

    Args:
        extractor: None, or callable from examples to `Features`; only the examples are looked at.
        name: string.
    """

    paired = True
    _function = _figure_name = None

    def see(self, real=None, fake=None):
        if real is None or fake is None:
            raise ValueError(f"Expected real and generated examples in pairs. Received: {real} and {fake}.")
        value = self._function(self._examples(real), self._examples(fake))
        self._sum += value * len(fake.examples)
        self._count += len(fake.examples)

    def results(self):
        if not self._count:
            raise ValueError("Expected at least one pair. Received: none.")
        counts = {"real": self._count, "generated": self._count}
        return [Result(self._figure_name, self._sum / self._count, extractor="the examples themselves", **counts)]

    def reset_state(self):
        self._sum, self._count = 0.0, 0


class PeakSignalToNoise(PairedMetric):
    """Peak signal-to-noise ratio of generated pictures and those that they ought to be, in decibels: see `psnr`.

    Args:
        extractor: None, or callable from examples to `Features`; only the examples are looked at.
        name: string.
    """

    _function, _figure_name = staticmethod(_psnr), "psnr"


class StructuralSimilarity(PairedMetric):
    """Structural similarity of generated pictures and those that they ought to be, at most 1: see `ssim`.

    Args:
        extractor: None, or callable from examples to `Features`; only the examples are looked at.
        name: string.
    """

    _function, _figure_name = staticmethod(_ssim), "ssim"


class LumaPeakSignalToNoise(PairedMetric):
    """Peak signal-to-noise ratio of luma without the border, as papers on enlarged pictures give it: `psnr` of `luma`.

    Args:
        extractor: None, or callable from examples to `Features`; only the examples are looked at.
        name: string.
    """

    _function, _figure_name = staticmethod(lambda a, b: _psnr(luma(a), luma(b))), "psnr_y"


class LumaStructuralSimilarity(PairedMetric):
    """Structural similarity of luma without the border, as papers on enlarged pictures give it: `ssim` of `luma`.

    Args:
        extractor: None, or callable from examples to `Features`; only the examples are looked at.
        name: string.
    """

    _function, _figure_name = staticmethod(lambda a, b: _ssim(luma(a), luma(b))), "ssim_y"


METRICS.register(PeakSignalToNoise, "psnr")
METRICS.register(StructuralSimilarity, "ssim")
METRICS.register(LumaPeakSignalToNoise, "psnr_y")
METRICS.register(LumaStructuralSimilarity, "ssim_y")
