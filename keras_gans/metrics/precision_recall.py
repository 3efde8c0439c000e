"""Precision and recall, density and coverage: how real generated examples are, and how much of the real they reach."""

import numpy as np

from keras_gans.metrics.neighbours import distances_in_parts
from keras_gans.metrics.streaming import METRICS, SampledMetric, as_rows

__all__ = ["PrecisionRecall", "density_coverage", "precision_recall"]


def precision_recall(real, fake, neighbours=3):
    """Share of generated examples among the real ones, and share of real examples among the generated ones.

    A set is seen as the union of balls, one around each of its examples, that reach to the k-th nearest other one.

    Args:
        real: float array (N, d), features, N above `neighbours`.
        fake: float array (M, d), features, M above `neighbours`. The paper takes as many as there are real ones.
        neighbours: int, k. The paper takes 3.

    Returns:
        Tuple of two floats in [0, 1]: precision and recall.

    Formula:
        f(x, S) = 1 if |x - s| <= |s - NN_k(s, S)| for any s in S, else 0
        precision = mean_{x in fake} f(x, real),  recall = mean_{x in real} f(x, fake)

    Deviations:
        Distances that differ by rounding count as equal, and so as inside.

    Reference:
        Kynkaanniemi, Karras, Laine, Lehtinen, Aila, 2019, Improved Precision and Recall Metric for Assessing
        Generative Models, arXiv:1904.06991, Eq. 1 and 2.

    Raises:
        ValueError: if the shapes do not fit, or a set has no more examples than neighbours.
    """
    real, fake = _prepared(real, fake, neighbours)
    around_fake, _ = _hits(real, fake, neighbours)
    around_real, _ = _hits(fake, real, neighbours)
    return float(np.mean(around_fake > 0)), float(np.mean(around_real > 0))


def density_coverage(real, fake, neighbours=5):
    """How many real examples' balls hold a generated one, against what is to be expected, and how many are hit.

    Unlike precision and recall they take balls around real examples only, so that outliers among the generated ones
    do not count, and density does not saturate. Two sets of one distribution have density 1, and coverage
    1 - 1/2^k or a little more, on average.

    Args:
        real: float array (N, d), features, N above `neighbours`.
        fake: float array (M, d), features, M above `neighbours`.
        neighbours: int, k. The paper takes 5.

    Returns:
        Tuple of two floats: density, at least 0, may be above 1; coverage in [0, 1].

    Formula:
        density = 1/(k M) sum_{j <= M} sum_{i <= N} 1[fake_j in B(real_i, NND_k(real_i))]
        coverage = 1/N sum_{i <= N} 1[some fake_j in B(real_i, NND_k(real_i))]

    Deviations:
        The balls are closed, as those of precision and recall; the authors' code takes them open. Distances that
        differ by rounding count as equal, and so as inside.

    Reference:
        Naeem, Oh, Uh, Choi, Yoo, 2020, Reliable Fidelity and Diversity Metrics for Generative Models,
        arXiv:2002.09797, Section 3.

    Raises:
        ValueError: if the shapes do not fit, or a set has no more examples than neighbours.
    """
    real, fake = _prepared(real, fake, neighbours)
    balls, points = _hits(real, fake, neighbours)
    return float(balls.mean() / neighbours), float(np.mean(points > 0))


def _prepared(real, fake, neighbours):
    """Both sets as rows of one width."""
    real, fake = as_rows(real), as_rows(fake)
    if min(len(real), len(fake)) <= neighbours or real.shape[1] != fake.shape[1]:
        raise ValueError(
            f"Expected two sets of more than {neighbours} examples, as many as neighbours, and of one width. "
            f"Received: shapes {real.shape} and {fake.shape}."
        )
    return real, fake


def _hits(centres, points, k):
    """In how many centres' balls each point is, int (M,), and how many points are in each ball, int (N,)."""
    radii = _squared_radii(centres, k)
    balls, inside = np.zeros(len(points), int), np.zeros(len(centres), int)
    for rows, squared, rounding in distances_in_parts(centres, points):
        hit = squared <= radii[rows, None] + rounding
        balls += hit.sum(axis=0)
        inside[rows] = hit.sum(axis=1)
    return balls, inside


def _squared_radii(centres, k):
    """Squared distance of each to its k-th nearest other, float (N,)."""
    radii = np.empty(len(centres))
    for rows, squared, _ in distances_in_parts(centres, centres):
        itself = np.arange(len(centres))[rows]
        squared[np.arange(len(itself)), itself] = np.inf
        radii[rows] = np.partition(squared, k - 1, axis=1)[:, k - 1]
    return radii


class PrecisionRecall(SampledMetric):
    """Precision, recall, density and coverage of the generated examples' features.

    See `precision_recall` and `density_coverage`. It keeps at most 10,000 examples of each kind, drawn evenly.

    Args:
        extractor: None, or callable from examples to `Features`.
        most: int, examples of each kind to keep.
        name: string.
    """

    def results(self):
        values, notes = [], []
        for function, k in ((precision_recall, 3), (density_coverage, 5)):
            values += function(self._real.rows, self._fake.rows, k)
            notes += [f"{k} neighbours"] * 2
        names = ("precision", "recall", "density", "coverage")
        return [self._figure(name, value, note=note) for name, value, note in zip(names, values, notes)]


METRICS.register(PrecisionRecall, "precision_recall")
