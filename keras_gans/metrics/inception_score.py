"""Inception score: how sure a classifier is of each generated example, and how evenly it names the classes."""

import numpy as np

from keras_gans.metrics.streaming import METRICS, SetMetric

__all__ = ["InceptionScore", "inception_score"]

ROUNDING = 0.005  # by which a row's sum may miss 1: bfloat16 rounds by at most 2^-8, 0.0039


def inception_score(probabilities, splits=10):
    """Exponential of the mean divergence between what a classifier says of an example and of all together.

    It lies between 1 (each example is named like all of them) and the number of classes (each is named without
    doubt, and all classes equally often). It looks at no real example, and a score of few examples is too low.

    Args:
        probabilities: float array (N, K), of each class for each generated example; N at least `splits`.
        splits: int, parts that are scored by themselves.

    Returns:
        Tuple of two floats, mean and standard deviation of the parts' scores.

    Formula:
        exp(mean_x KL(p(y | x) || p(y))),  p(y) = mean_x p(y | x)

    Deviations:
        The paper's code takes each tenth of the examples together; here every ten are dealt to the parts by a fixed
        seed, so that their number need not be known before, and it does not matter if classes come in turn.

    Reference:
        Salimans, Goodfellow, Zaremba, Cheung, Radford, Chen, 2016, Improved Techniques for Training GANs,
        arXiv:1606.03498, Section 4.

    Raises:
        ValueError: if there are fewer examples than parts, or rows are no probabilities.
    """
    parts = _Parts(splits)
    parts.add(probabilities)
    scores = parts.scores()
    return float(scores.mean()), float(scores.std())


class _Parts:
    """Sums over the examples of each part, from which its score follows."""

    def __init__(self, splits):
        self.splits = splits
        self._counts = np.zeros(splits, int)
        self._probabilities = self._negative_entropies = 0.0
        self._ahead = np.zeros(0, int)  # parts of examples to come
        self._generator = np.random.default_rng(0)

    @property
    def count(self):
        return int(self._counts.sum())

    def add(self, probabilities):
        p = np.asarray(probabilities, dtype="float64")
        if p.ndim != 2 or (p < 0).any() or (np.abs(p.sum(axis=1) - 1) > ROUNDING).any():
            raise ValueError(
                "Expected probabilities (N, K), not below 0, that sum to 1 in each row. "
                f"Received: shape {p.shape}, values from {p.min(initial=np.inf)} to {p.max(initial=-np.inf)}."
            )
        p = p / p.sum(axis=1, keepdims=True)
        parts = self._deal(len(p))
        dealt = np.eye(self.splits)[:, parts]  # (splits, N), one 1 a column.
        self._probabilities = self._probabilities + dealt @ p
        self._negative_entropies = self._negative_entropies + dealt @ _p_log_p(p)
        self._counts += np.bincount(parts, minlength=self.splits)

    def _deal(self, n):
        """Int array (n,), the parts of the next examples."""
        rounds = np.tile(np.arange(self.splits), (-(-max(n - len(self._ahead), 0) // self.splits), 1))
        parts = np.append(self._ahead, self._generator.permuted(rounds, axis=1).ravel())
        self._ahead = parts[n:]
        return parts[:n]

    def scores(self):
        """Float array (splits,)."""
        if self.count < self.splits:
            raise ValueError(f"Expected at least one example for each of {self.splits} splits. Received: {self.count}.")
        marginals = self._probabilities / self._counts[:, None]
        return np.exp(self._negative_entropies / self._counts - _p_log_p(marginals))


def _p_log_p(p):
    """Float array (N,): sum over classes of p log p, with 0 log 0 = 0."""
    return (p * np.log(np.where(p == 0, 1.0, p))).sum(axis=1)


class InceptionScore(SetMetric):
    """Inception score of the generated examples by the extractor's classifier, with its standard error.

    See `inception_score`. Real examples, where they are given, are not looked at.

    Args:
        extractor: None, or callable from examples to `Features` with probabilities.
        splits: int, parts that are scored by themselves.
        name: string.
    """

    def __init__(self, extractor=None, splits=10, name=None):
        self.splits = splits
        super().__init__(extractor, name)

    def see(self, real=None, fake=None):
        if fake is None:
            return
        if fake.probabilities is None:
            extractor = getattr(self.extractor, "name", self.extractor)
            raise ValueError(f"Expected an extractor that gives probabilities of classes. Received: {extractor!r}.")
        self._parts.add(fake.probabilities)

    def results(self):
        scores = self._parts.scores()
        error = scores.std(ddof=1) / np.sqrt(self.splits) if self.splits > 1 else None
        note = f"mean of {self.splits} parts, standard deviation {scores.std():.3g}"
        count = self._parts.count
        return [self._figure("inception_score", scores.mean(), error=error, generated=count, note=note)]

    def reset_state(self):
        self._parts = _Parts(self.splits)


METRICS.register(InceptionScore, "inception_score")
