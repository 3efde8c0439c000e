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
        self._names = [name if isinstance(name, str) else name.name for name in names]

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

    def results(self, left_out=None):
        """Computes the figures.

        Args:
            left_out: as in `measured`.

        Returns:
            list of `Result`, in the order of the names.
        """
        pairs = zip(self._names, self.metrics)
        return [result for name, metric in pairs for result in measured(name, metric.results, left_out)]


def measured(name, measure, left_out=None):
    """Measures, unless there are too few examples for it.

    Args:
        name: string, the metric's.
        measure: function without arguments that returns a list of `Result`.
        left_out: None, or dict in which a reason, a string, is put by the metric's name if it cannot be had.

    Returns:
        list of `Result`, empty if it cannot be had.

    Raises:
        ValueError: if it cannot be had, and there is no such dict.
    """
    try:
        return measure()
    except ValueError as error:
        if left_out is None:
            raise
        left_out[name] = str(error)
        return []
