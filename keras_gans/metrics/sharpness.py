"""Sharpness: how strong the edges of generated pictures are, beside those of real ones."""

import numpy as np
from scipy.ndimage import correlate

from keras_gans.metrics.streaming import METRICS, Result, SetMetric

__all__ = ["Sharpness", "laplacian_variance"]

LAPLACIAN = np.array([[0.0, 1.0, 0.0], [1.0, -4.0, 1.0], [0.0, 1.0, 0.0]])[None, :, :, None]


def laplacian_variance(images):
    """Variance of the Laplacian of a picture, the mean over pictures and channels.

    Args:
        images: float array (N, H, W, C) in [-1, 1], sides of at least 3.

    Returns:
        float, at least 0; of blurred pictures small, and of noise large.

    Formula:
        variance over places of the sum of the four neighbours less four times the pixel, where all are in the picture

    Raises:
        ValueError: if the shape does not fit.

    Reference:
        Pech-Pacheco, Cristobal, Chamorro-Martinez, Fernandez-Valdivia, 2000, Diatom Autofocusing in Brightfield
        Microscopy: A Comparative Study, ICPR.
    """
    images = np.asarray(images, dtype="float64")
    if images.ndim != 4 or not images.size or min(images.shape[1:3]) < 3:
        raise ValueError(f"Expected pictures (N, H, W, C) of at least 3x3 pixels. Received: shape {images.shape}.")
    edges = correlate(images, LAPLACIAN)[:, 1:-1, 1:-1]
    return float(edges.var(axis=(1, 2)).mean())


class Sharpness(SetMetric):
    """Mean variance of the Laplacian of generated pictures, divided by that of real ones.

    1 is as sharp as real pictures, below it they are blurred. Above it they are noisy: alone the figure proves nothing.

    Args:
        extractor: None, or callable from examples to `Features`; only the examples are looked at.
        name: string.
    """

    def see(self, real=None, fake=None):
        for side, features in enumerate((real, fake)):
            if features is not None:
                examples = self._examples(features)
                self._sums[side] += laplacian_variance(examples) * len(examples)
                self._counts[side] += len(examples)

    def results(self):
        if not all(self._counts):
            raise ValueError(
                f"Expected real and generated pictures. Received: {self._counts[0]} and {self._counts[1]}."
            )
        real, generated = (total / count for total, count in zip(self._sums, self._counts))
        if real == 0:
            raise ValueError("Expected real pictures with edges. Received: pictures of one colour each.")
        note = f"variance of the Laplacian of generated pictures {generated:.4g}, of real ones {real:.4g}"
        counts = {"real": self._counts[0], "generated": self._counts[1]}
        return [Result("sharpness", generated / real, extractor="the examples themselves", note=note, **counts)]

    def reset_state(self):
        self._sums, self._counts = [0.0, 0.0], [0, 0]


METRICS.register(Sharpness, "sharpness")
