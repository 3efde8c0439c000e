"""Evaluation: several metrics of the same examples, whose features are extracted once for all of them."""

from keras_gans.metrics.streaming import METRICS

__all__ = ["Evaluation"]


class Evaluation:
    """Several metrics that share an extractor, in the memory that they take, however many examples there are.

    Give all generated examples first, then the real ones, or, for metrics of pairs, both together.

    Args:
        names: list of names in `METRICS`, or of `SetMetric`.
        extractor: `metrics.Extractor`.

    Raises:
        ValueError: if a name is unknown; the nearest is named.
    """

    def __init__(self, names, extractor):
        self.extractor = extractor
        self.metrics = [METRICS[name](extractor) if isinstance(name, str) else name for name in names]

    def update_state(self, real=None, fake=None):
        """Looks at more examples.

        Args:
            real: None, or float array (N, ...), real ones.
            fake: None, or float array (M, ...), generated ones.
        """
        self.see(*(x if x is None else self.extractor(x) for x in (real, fake)))

    def see(self, real=None, fake=None):
        """Looks at more examples, of which the features are known: `Features`, or None."""
        for metric in self.metrics:
            metric.see(real=real, fake=fake)

    def results(self):
        """List of `Result`, in the order of the names."""
        return [result for metric in self.metrics for result in metric.results()]
