"""Diversity: how different generated examples are from each other, beside how different real ones are."""

import numpy as np

from keras_gans.metrics.neighbours import distances_in_parts
from keras_gans.metrics.streaming import METRICS, SampledMetric, as_rows

__all__ = ["Diversity", "pairwise_diversity"]


def pairwise_diversity(features):
    """Mean Euclidean distance of two different examples.

    Args:
        features: float array (N, d), N at least 2.

    Returns:
        float, at least 0; 0 if all are the same.

    Raises:
        ValueError: if there are fewer than two rows.
    """
    rows = as_rows(features)
    if len(rows) < 2:
        raise ValueError(f"Expected at least 2 examples. Received: {len(rows)}.")
    rows = rows - rows.mean(axis=0)  # Distances lose fewest digits here.
    total = sum(np.sqrt(squared).sum() for _, squared, _ in distances_in_parts(rows, rows))
    return float(total / (len(rows) * (len(rows) - 1)))


class Diversity(SampledMetric):
    """Mean distance of two generated examples' features, divided by that of two real ones: 1 is right.

    See `pairwise_diversity`. Below 1 the generator varies too little, down to 0, where all its examples are the same;
    above 1, as noise, too much. It keeps at most 2,000 examples of each kind, drawn evenly.

    Args:
        extractor: None, or callable from examples to `Features`.
        most: int, examples of each kind to keep.
        name: string.
    """

    def __init__(self, extractor=None, most=2000, name=None):
        super().__init__(extractor, most, name)

    def results(self):
        real, generated = (pairwise_diversity(kept.rows) for kept in (self._real, self._fake))
        if real == 0:
            raise ValueError(f"Expected real examples that differ. Received: {self._real.seen} that are all the same.")
        note = f"mean distance of two generated {generated:.4g}, of two real {real:.4g}"
        return [self._figure("diversity", generated / real, note=note)]


METRICS.register(Diversity, "diversity")
