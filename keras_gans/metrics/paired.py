"""Paired: how near generated pictures are to those that they ought to be, pixel by pixel and in structure."""

import numpy as np
from scipy.ndimage import correlate1d

from keras_gans.metrics.streaming import METRICS, Result, SetMetric

__all__ = ["PeakSignalToNoise", "StructuralSimilarity", "psnr", "ssim"]

RANGE = 2.0  # of a pixel, from -1 to 1
SIDE = 11
WINDOW = np.exp(-0.5 * (np.arange(-(SIDE // 2), SIDE // 2 + 1) / 1.5) ** 2)
WINDOW /= WINDOW.sum()


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
        ValueError: if the shapes do not fit.
    """
    a, b = _pairs(a, b)
    with np.errstate(divide="ignore"):
        return float(np.mean(10 * np.log10(RANGE**2 / np.mean((a - b) ** 2, axis=(1, 2, 3)))))


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
        ValueError: if the shapes do not fit, or the pictures are smaller than the window.
    """
    a, b = (x + 1 for x in _pairs(a, b))
    if min(a.shape[1:3]) < SIDE:
        raise ValueError(f"Expected pictures of at least {SIDE}x{SIDE} pixels, the window. Received: shape {a.shape}.")
    c1, c2 = (0.01 * RANGE) ** 2, (0.03 * RANGE) ** 2
    mean_a, mean_b = _smooth(a), _smooth(b)
    squares, product = mean_a**2 + mean_b**2, mean_a * mean_b
    variances, covariance = _smooth(a**2 + b**2) - squares, _smooth(a * b) - product
    return float(np.mean((2 * product + c1) * (2 * covariance + c2) / ((squares + c1) * (variances + c2))))


def _smooth(images):
    """Mean under the window, at places where it lies inside the picture."""
    inside = slice(SIDE // 2, -(SIDE // 2))
    return correlate1d(correlate1d(images, WINDOW, axis=1), WINDOW, axis=2)[:, inside, inside]


def _pairs(a, b):
    a, b = (np.asarray(x, dtype="float64") for x in (a, b))
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

    _function, _figure_name = staticmethod(psnr), "psnr"


class StructuralSimilarity(PairedMetric):
    """Structural similarity of generated pictures and those that they ought to be, at most 1: see `ssim`.

    Args:
        extractor: None, or callable from examples to `Features`; only the examples are looked at.
        name: string.
    """

    _function, _figure_name = staticmethod(ssim), "ssim"


METRICS.register(PeakSignalToNoise, "psnr")
METRICS.register(StructuralSimilarity, "ssim")
