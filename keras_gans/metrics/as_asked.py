"""As asked: how often a classifier finds in a generated example the class that was wanted."""

import dataclasses

import numpy as np

from keras_gans.metrics.streaming import METRICS, SetMetric

__all__ = ["AsAsked", "as_asked"]


def as_asked(probabilities, asked):
    """Computes the share of examples that a classifier puts into the class that they were to be of.

    Args:
        probabilities: float array (N, K), what a classifier says of each example.
        asked: int array (N,), the class of each, 0 to K - 1.

    Returns:
        float in [0, 1].

    Raises:
        ValueError: if there is no example, or not one class for each.
    """
    p, asked = np.asarray(probabilities), np.asarray(asked)
    if p.ndim != 2 or not len(p) or asked.shape != p.shape[:1] or asked.dtype.kind not in "iu":
        raise ValueError(
            "Expected probabilities (N, K) and the classes that were asked for, ints (N,). "
            f"Received: shape {p.shape}, and {asked.dtype} of shape {asked.shape}."
        )
    return float(np.mean(p.argmax(axis=1) == asked))


class AsAsked(SetMetric):
    """Share of the generated examples that are of the class that was asked for, with its standard error.

    See `as_asked`. Real examples, where they are given, are not looked at.

    Args:
        extractor: None, or callable from examples to `Features` with probabilities.
        name: string.
    """

    def update_state(self, real=None, fake=None, asked=None):
        """Looks at more examples.

        Args:
            real: not used.
            fake: None, or float array (M, ...), generated ones.
            asked: int array (M,), the classes that they were to be of.
        """
        if fake is not None:
            self.see(fake=dataclasses.replace(self._features(fake), asked=asked))

    def see(self, real=None, fake=None):
        if fake is None:
            return
        if fake.probabilities is None or fake.asked is None:
            missing = "probabilities" if fake.probabilities is None else "classes that were asked for"
            raise ValueError(
                f"Expected probabilities of classes, and which were asked for. Received: features without {missing}."
            )
        self._right += as_asked(fake.probabilities, fake.asked) * len(fake.asked)
        self._seen += len(fake.asked)

    def results(self):
        if not self._seen:
            raise ValueError("Expected at least one generated example. Received: none.")
        share = self._right / self._seen
        error = np.sqrt(share * (1 - share) / self._seen)
        return [self._figure("as_asked", share, error=float(error), generated=self._seen)]

    def reset_state(self):
        self._right, self._seen = 0.0, 0


METRICS.register(AsAsked, "as_asked")
