"""Energy by size of details: how much of each band of the Laplacian pyramid generated pictures have."""

import numpy as np
from keras import ops

from keras_gans import pyramid
from keras_gans.metrics.streaming import METRICS, Result, SetMetric

__all__ = ["BandEnergy", "band_energies"]

SMALLEST = 16  # pixels of a side from which on pictures are halved: coarser ones have no small details


def band_energies(images):
    """Mean square of the details of each size that pictures have.

    Args:
        images: float array (N, H, W, C), whose sides are even and at least 16.

    Returns:
        dict of the shorter side in pixels -> float, the largest first: halved as long as the above holds.

    Formula:
        mean of h_k^2 over pictures, places and channels, [h_0, h_1, ..., coarsest picture] = `pyramid.split`(images)

    Raises:
        ValueError: if the shape does not fit.

    Reference:
        Burt and Adelson, 1983, The Laplacian Pyramid as a Compact Image Code, IEEE Transactions on Communications 31.
    """
    images = np.asarray(images, dtype="float32")
    bands = sides(images.shape[1:])
    if not bands or not len(images):
        raise ValueError(
            f"Expected pictures (N, H, W, C), sides even and at least {SMALLEST}. Received: {images.shape}."
        )
    details = pyramid.split(images, len(bands))[:-1]
    squares = (np.square(ops.convert_to_numpy(detail), dtype="float64") for detail in details)
    return {side: float(square.mean()) for side, square in zip(bands, squares)}


def sides(shape):
    """Lists the shorter sides of pictures of a shape (H, W, C) that have bands, the largest first; maybe none."""
    found = []
    while len(shape) == 3 and min(shape[:2]) >= SMALLEST and not (shape[0] % 2 or shape[1] % 2):
        found.append(min(shape[:2]))
        shape = (shape[0] // 2, shape[1] // 2, shape[2])
    return found


class BandEnergy(SetMetric):
    """Energy of each band of details of generated pictures, divided by that of real ones.

    1 is as in real pictures. Below it, in the band of the largest side, edges are blurred; above it there is noise or
    a chequered pattern. A figure says how much there is, not whether it is in the right place. Bands overlap a little:
    the pyramid is not orthogonal.

    Args:
        extractor: None, or callable from examples to `Features`; only the examples are looked at.
        name: string.
    """

    def see(self, real=None, fake=None):
        for side, features in enumerate((real, fake)):
            if features is not None:
                examples = self._examples(features)
                for band, energy in band_energies(examples).items():
                    self._sums[side][band] = self._sums[side].get(band, 0.0) + energy * len(examples)
                self._counts[side] += len(examples)

    def results(self):
        if not all(self._counts):
            raise ValueError(
                f"Expected real and generated pictures. Received: {self._counts[0]} and {self._counts[1]}."
            )
        return [self._result(band) for band in self._sums[0]]

    def _result(self, band):
        """The figure of the details of a size."""
        real, generated = (total[band] / count for total, count in zip(self._sums, self._counts))
        if real == 0:
            raise ValueError("Expected real pictures with details. Received: pictures of one colour each.")
        note = f"mean square of the details at {band} pixels: {generated:.4g}, of real pictures {real:.4g}"
        counts = {"real": self._counts[0], "generated": self._counts[1]}
        name = f"band_energy_{band}"
        return Result(name, generated / real, extractor="the examples themselves", note=note, **counts)

    def reset_state(self):
        self._sums, self._counts = [{}, {}], [0, 0]


METRICS.register(BandEnergy, "band_energy")
