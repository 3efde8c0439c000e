"""Kernel distance: the squared maximum mean discrepancy of two sets of features, unbiased."""

import numpy as np

from keras_gans.metrics.streaming import METRICS, SampledMetric, as_rows

__all__ = ["KernelDistance", "kernel_distance"]


def kernel_distance(features_a, features_b, block=1000):
    """Squared maximum mean discrepancy under a cubic kernel; KID is this in Inception's features.

    It is unbiased: for two draws of one distribution its mean is 0 at every size, and single values may be negative.
    Both sets are shuffled, with a fixed seed, and cut into equally many blocks, whose estimates are averaged.

    Args:
        features_a: float array (N, d).
        features_b: float array (M, d).
        block: int, most rows of a block. Each set must have at least 3 rows for each block.

    Returns:
        Tuple of two floats, the distance and its standard error, which is the jackknife's in each block (it leaves
        out one row of one set at a time). Where the distributions are equal it is too large, by about 1.4.

    Formula:
        k(x, y) = (x . y / d + 1)^3
        distance = mean_{i != j} k(a_i, a_j) + mean_{i != j} k(b_i, b_j) - 2 mean_{i, j} k(a_i, b_j)
        error^2 = sum over both sets of (n - 1)/n sum_i (distance without row i - mean of these)^2

    Deviations:
        The paper's figures are means over random subsets of 1,000, which may overlap, and it reports the deviation
        between subsets. Blocks do not overlap, so that all rows count once and the squared errors of blocks add up.

    Reference:
        Binkowski, Sutherland, Arbel, Gretton, 2018, Demystifying MMD GANs, arXiv:1801.01401, Section 4. Gretton et
        al., 2012, A Kernel Two-Sample Test, JMLR 13, Lemma 6. The jackknife: Arvesen, 1969, Jackknifing U-Statistics,
        Annals of Mathematical Statistics 40(6).

    Raises:
        ValueError: if there are too few rows, or the shapes do not fit.
    """
    a, b = as_rows(features_a), as_rows(features_b)
    blocks = -(-max(len(a), len(b), 1) // block)
    if min(len(a), len(b)) < 3 * blocks or a.shape[1] != b.shape[1]:
        raise ValueError(
            f"Expected two sets of rows of one width, at least {3 * blocks} each, 3 for each of {blocks} blocks. "
            f"Received: shapes {a.shape} and {b.shape}."
        )
    generator = np.random.default_rng(0)  # Blocks of a data set that is sorted by classes would be unlike each other.
    pairs = zip(*(np.array_split(generator.permutation(rows), blocks) for rows in (a, b)))
    distances, variances = np.transpose([_squared_mmd(*pair) for pair in pairs])
    return float(distances.mean()), float(np.sqrt(variances.sum()) / blocks)


def _squared_mmd(a, b):
    """Unbiased estimate of the squared discrepancy, and the jackknife's estimate of its variance."""
    within_a, within_b, across = _sums_with_others(a), _sums_with_others(b), _kernel(a, b)
    distance, variance = -2 * across.mean(), 0.0
    for within, sums in ((within_a, across.sum(axis=1)), (within_b, across.sum(axis=0))):
        n = len(within)
        distance += within.sum() / (n * (n - 1))
        without = (within.sum() - 2 * within) / ((n - 1) * (n - 2))
        without -= 2 * (sums.sum() - sums) / (across.size - across.size // n)
        variance += (n - 1) * without.var()
    return distance, variance


def _sums_with_others(rows):
    """Float array (n,): sum of the kernel of each row with the n - 1 others."""
    kernel = _kernel(rows, rows)
    return kernel.sum(axis=1) - np.diag(kernel)


def _kernel(a, b):
    return (a @ b.T / a.shape[1] + 1) ** 3


class KernelDistance(SampledMetric):
    """Squared maximum mean discrepancy of the generated and the real ones' features, unbiased, with its error.

    See `kernel_distance`. It keeps at most 10,000 examples of each kind, drawn evenly from all, ten blocks.

    Args:
        extractor: None, or callable from examples to `Features`.
        most: int, examples of each kind to keep.
        name: string.
    """

    def results(self):
        value, error = kernel_distance(self._real.rows, self._fake.rows)
        return [self._figure("kernel_distance", value, "kernel", error=error)]


METRICS.register(KernelDistance, "kernel")
