"""Frechet distance: how far two sets of features are from each other, seen as Gaussians."""

import numpy as np

from keras_gans.metrics.streaming import METRICS, SetMetric, as_rows

__all__ = ["FrechetDistance", "frechet_distance", "frechet_distance_of_moments"]


def frechet_distance(features_a, features_b):
    """Squared Frechet distance of the Gaussians fitted to two sets of features; FID is this in Inception's features.

    It is biased: between two draws of one distribution it falls towards 0 as about 1/N, and how fast depends on the
    distribution, so that only distances of sets of the same size compare. Fewer examples than features are allowed,
    and make the bias large.

    Args:
        features_a: float array (N, d), N at least 2.
        features_b: float array (M, d), M at least 2.

    Returns:
        float, at least 0; NaN if features are not finite. 0 if the sets are the same.

    Formula:
        |m_a - m_b|^2 + tr(C_a + C_b - 2 (C_a C_b)^(1/2)), means m and unbiased covariances C

    Deviations:
        none; as tr (C_a C_b)^(1/2) is the sum of the singular values of R_a^T R_b for any R_a R_a^T = C_a and
        R_b R_b^T = C_b, no root of a matrix that is not symmetric is taken, and nothing is added to the diagonals.

    Reference:
        Heusel, Ramsauer, Unterthiner, Nessler, Hochreiter, 2017, GANs Trained by a Two Time-Scale Update Rule Converge
        to a Local Nash Equilibrium, arXiv:1706.08500, Eq. 6. Dowson, Landau, 1982, The Frechet Distance between
        Multivariate Normal Distributions, Journal of Multivariate Analysis 12, 450-455. The bias: Binkowski et al.,
        2018, Demystifying MMD GANs, arXiv:1801.01401, Section 4 and Appendix D.

    Raises:
        ValueError: if there are fewer than two rows, or the shapes do not fit.
    """
    a, b = Moments(), Moments()
    a.add(features_a)
    b.add(features_b)
    return frechet_distance_of_moments(a.mean, a.covariance, b.mean, b.covariance)


def frechet_distance_of_moments(mean_a, covariance_a, mean_b, covariance_b):
    """Squared Frechet distance of two Gaussians, see `frechet_distance`.

    Args:
        mean_a: float array (d,).
        covariance_a: float array (d, d), symmetric and positive semidefinite; it may be singular.
        mean_b: float array (d,).
        covariance_b: float array (d, d), the same.

    Returns:
        float, at least 0; NaN if the moments are not finite.

    Raises:
        ValueError: if the shapes do not fit.
    """
    mean_a, covariance_a, mean_b, covariance_b = moments = [
        np.asarray(moment, dtype="float64") for moment in (mean_a, covariance_a, mean_b, covariance_b)
    ]
    shapes = [moment.shape for moment in moments]
    if shapes != [(len(mean_a),), (len(mean_a),) * 2] * 2:
        raise ValueError(f"Expected means (d,) and covariances (d, d). Received: shapes {shapes}.")
    if not all(np.isfinite(moment).all() for moment in moments):
        return float("nan")
    root = np.linalg.svd(_factor(covariance_a).T @ _factor(covariance_b), compute_uv=False).sum()
    distance = np.sum((mean_a - mean_b) ** 2) + np.trace(covariance_a) + np.trace(covariance_b) - 2 * root
    return max(float(distance), 0.0)  # Rounding may leave it below.


def _factor(covariance):
    """R, (d, rank), with R R^T = covariance."""
    values, vectors = np.linalg.eigh(covariance)
    real = values > len(values) * np.finfo("float64").eps * values[-1]  # The others are rounding.
    return vectors[:, real] * np.sqrt(values[real])


class Moments:
    """Mean and covariance of a stream of rows, merged batch by batch without loss of digits.

    Reference:
        Chan, Golub, LeVeque, 1983, Algorithms for Computing the Sample Variance: Analysis and Recommendations, The
        American Statistician 37(3), Eq. 1.5, for vectors.
    """

    def __init__(self):
        self.count = 0
        self.mean = 0.0
        self._scatter = 0.0

    def add(self, rows):
        """Looks at more rows, a float array (N, d)."""
        rows = as_rows(rows)
        if not len(rows):
            return
        mean = rows.mean(axis=0)
        before, self.count = self.count, self.count + len(rows)
        shift = mean - self.mean
        self.mean = self.mean + shift * len(rows) / self.count
        rows = rows - mean
        self._scatter = self._scatter + rows.T @ rows + np.outer(shift, shift) * (before * len(rows) / self.count)

    @property
    def covariance(self):
        """Float array (d, d), unbiased."""
        if self.count < 2:
            raise ValueError(f"Expected at least 2 examples of each kind. Received: {self.count}.")
        return self._scatter / (self.count - 1)


class FrechetDistance(SetMetric):
    """Squared Frechet distance of the generated to the real ones' features, from running means and covariances.

    See `frechet_distance`. In features of dimension d it keeps 2 d (d + 1) numbers.

    Args:
        extractor: None, or callable from examples to `Features`.
        name: string.
    """

    def see(self, real=None, fake=None):
        for moments, features in ((self._real, real), (self._fake, fake)):
            if features is not None:
                moments.add(features.values)

    def results(self):
        a, b = self._real, self._fake
        value = frechet_distance_of_moments(a.mean, a.covariance, b.mean, b.covariance)
        note = "biased: compare at the same numbers only"
        return [self._figure("frechet_distance", value, "frechet", real=a.count, generated=b.count, note=note)]

    def reset_state(self):
        self._real, self._fake = Moments(), Moments()


METRICS.register(FrechetDistance, "frechet")
