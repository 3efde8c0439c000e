"""Neighbours: which training examples are nearest to generated ones, and how many of these are copies."""

import numpy as np

from keras_gans.metrics.streaming import METRICS, Result, SetMetric, as_rows

__all__ = ["Duplicates", "duplicates", "nearest_neighbours"]

CELLS = 4_000_000  # numbers of an array that is made on the way
NEIGHBOURS, ALPHA = 50, 0.5  # the rule by which a sample is called a copy


def nearest_neighbours(samples, training, k=1):
    """Finds the training examples that are nearest to each sample, by Euclidean distance.

    Args:
        samples: float array (N, ...), in pixels or in features.
        training: float array (M, ...), M at least `k`.
        k: int, neighbours of each sample.

    Returns:
        Tuple of two arrays (N, k), nearest first: distances, float, and indices into `training`, int. Of examples at
        the same distance the earlier comes first.

    Raises:
        ValueError: if the shapes do not fit, numbers are not finite, or there are fewer training examples than
            neighbours.
    """
    samples, training = np.asarray(samples), np.asarray(training)
    for name, examples in (("samples", samples), ("training", training)):
        if not np.all(np.isfinite(examples)):
            raise ValueError(f"Expected finite numbers. Received: `{name}` with NaN or infinite ones.")
    return _found(samples, training, k)


def duplicates(samples, training):
    """Share of samples that copy a training example.

    A sample is a copy if it is much nearer to one example than to those around: at most half as far from the nearest
    as it is, on average, from the 50 nearest. The rule needs no threshold in pixels, and finds no copy among samples
    that are far from, or near to, all examples alike. Compare with the share among real examples that were held out:
    small pictures are alike by nature (22 % of 800 of scikit-learn's digits copy 800 others, by this rule).

    Args:
        samples: float array (N, ...), in pixels.
        training: float array (M, ...), M at least 50.

    Returns:
        float in [0, 1]. A sample that is not finite copies nothing.

    Formula:
        copy if |x - nearest(x)| <= alpha mean_{y in S} |x - y|,  S the n nearest examples, alpha = 0.5, n = 50

    Deviations:
        The paper draws many samples and looks for copies of each training example; this is the share of the samples.

    Reference:
        Carlini et al., 2023, Extracting Training Data from Diffusion Models, arXiv:2301.13188, Section 5.

    Raises:
        ValueError: if the shapes do not fit, or there are fewer than 50 training examples.
    """
    distances, _ = _found(np.asarray(samples), np.asarray(training), NEIGHBOURS)
    return float(_copies(distances).mean())


def _found(samples, training, k):
    nearest = _Nearest(samples, k)
    for start in range(0, len(training), 1000):
        nearest.add(training[start : start + 1000])
    return nearest.found()


def _copies(distances):
    """Bool array (N,), given the distances (N, n) of the nearest, nearest first."""
    return np.isfinite(distances[:, 0]) & (distances[:, 0] <= ALPHA * distances.mean(axis=1))


class _Nearest:
    """The k nearest to each sample of a stream of examples."""

    def __init__(self, samples, k):
        self.seen = 0
        self._samples = samples.reshape(len(samples), -1)
        self._squared = np.full((len(samples), k), np.inf)
        self._indices = np.full((len(samples), k), -1)

    def add(self, examples):
        examples = examples.reshape(len(examples), -1)
        places = np.arange(self.seen, self.seen + len(examples))
        for rows, squared, _ in distances_in_parts(self._samples, examples):
            squared = np.concatenate([self._squared[rows], squared], axis=1)
            indices = np.concatenate(
                [self._indices[rows], np.broadcast_to(places, (len(squared), len(places)))], axis=1
            )
            order = np.argsort(squared, axis=1, kind="stable")[:, : self._squared.shape[1]]
            self._squared[rows] = np.take_along_axis(squared, order, axis=1)
            self._indices[rows] = np.take_along_axis(indices, order, axis=1)
        self.seen += len(examples)

    def found(self):
        k = self._squared.shape[1]
        if not len(self._samples) or self.seen < k:
            raise ValueError(
                f"Expected at least 1 sample and {k} training examples, as many as neighbours. "
                f"Received: {len(self._samples)} and {self.seen}."
            )
        return np.sqrt(self._squared), self._indices


def distances_in_parts(a, b):
    """Squared Euclidean distances of all rows of two sets, a part of the rows at a time, so that memory is bounded.

    They are counted from the median of `b`, which neither an offset nor an outlier moves far, so that few digits are
    lost.

    Args:
        a: array (N, d).
        b: array (M, d).

    Yields:
        Tuples of a slice of the rows of `a`, their distances, float array (rows, M), and what may be rounding in each,
        the same shape: 1e-12 of the squared norms. What is no more than that is 0, as the distance from itself.
    """
    if a.shape[1:] != b.shape[1:]:
        raise ValueError(f"Expected examples of one shape. Received: shapes {a.shape} and {b.shape}.")
    b = as_rows(b)
    middle = np.median(b, axis=0) if len(b) else 0.0
    b = b - middle
    norms_b = np.einsum("ij,ij->i", b, b)
    step = max(1, CELLS // max(1, *b.shape))
    for start in range(0, len(a), step):
        rows = slice(start, start + step)
        part = as_rows(a[rows]) - middle
        norms = np.einsum("ij,ij->i", part, part)[:, None] + norms_b
        squared, rounding = norms - 2 * part @ b.T, 1e-12 * norms
        squared[squared <= rounding] = 0.0
        yield rows, squared, rounding


class Duplicates(SetMetric):
    """Share of generated examples that copy a real one, by the examples themselves.

    See `duplicates`. The generated ones must come first: it keeps 1,000 of them, and for each the 50 nearest of the
    real ones that pass by.

    Args:
        extractor: None, or callable from examples to `Features`; only the examples are looked at.
        most: int, generated examples to keep, the first.
        name: string.
    """

    def __init__(self, extractor=None, most=1000, name=None):
        self.most = most
        super().__init__(extractor, name)

    def see(self, real=None, fake=None):
        if fake is not None:
            self._keep(self._examples(fake))
        if real is not None:
            if self._nearest is None:
                if self._samples is None:
                    raise ValueError("Expected generated examples before the first real one. Received: real ones.")
                self._nearest = _Nearest(self._samples, NEIGHBOURS)
            self._nearest.add(self._examples(real))

    def _keep(self, examples):
        """Keeps what there is room for."""
        self._generated += len(examples)
        full = self._samples is not None and len(self._samples) >= self.most
        if not full and self._nearest is not None:
            raise ValueError(
                f"Expected all generated examples, or {self.most:,} of them, before the first real one. "
                f"Received: {len(examples):,} generated ones after {self._nearest.seen:,} real ones."
            )
        if not full:
            kept = [examples] if self._samples is None else [self._samples, examples]
            self._samples = np.concatenate(kept)[: self.most]

    def neighbours(self):
        """What a figure needs to show samples beside their neighbours.

        Returns:
            Tuple of three arrays: the samples (N, ...), as they were given; distances (N, 50) of their nearest real
            examples, nearest first; indices (N, 50) of these, counted in the order in which the real ones came.
        """
        if self._nearest is None:
            raise ValueError("Expected generated and then real examples. Received: no real ones.")
        return (self._samples, *self._nearest.found())

    def results(self):
        samples, distances, _ = self.neighbours()
        note = f"copy: at most {ALPHA} times as far from the nearest as from the {NEIGHBOURS} nearest on average"
        if self._generated > len(samples):
            note += f"; the first {len(samples):,} of {self._generated:,} generated"
        counts = {"real": self._nearest.seen, "generated": len(samples)}
        value = float(_copies(distances).mean())
        return [Result("duplicates", value, extractor="the examples themselves", note=note, **counts)]

    def reset_state(self):
        self._samples, self._nearest, self._generated = None, None, 0


METRICS.register(Duplicates, "duplicates")
