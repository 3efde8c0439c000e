"""What all metrics of sets share: they see examples batch by batch, in constant memory, and name their protocol."""

import abc
import dataclasses
import math

import keras
import numpy as np

from keras_gans.registry import Registry

__all__ = ["METRICS", "Features", "Result", "SetMetric"]

METRICS = Registry("metric")  # name -> subclass of `SetMetric`, entered at the end of its file


@dataclasses.dataclass(frozen=True, eq=False)
class Features:
    """What an extractor makes of a batch of examples.

    Args:
        values: float array (N, d), features.
        probabilities: None, or float array (N, K), what a classifier says of each example.
        examples: float array (N, ...), the examples themselves.
        asked: None, or int array (N,), the classes that they were to be of.
    """

    values: np.ndarray
    probabilities: np.ndarray | None = None
    examples: np.ndarray | None = None
    asked: np.ndarray | None = None


@dataclasses.dataclass(frozen=True)
class Result:
    """A figure with its protocol, without which it compares with no other.

    Args:
        name: string, e.g. "fid" or "classifier_distance".
        value: float.
        error: None, or float, the standard error of the value.
        extractor: string, what made the features.
        resize: string, what was done to the pictures' size before.
        real: int, how many real examples were looked at.
        generated: int, how many generated ones.
        note: string, what else a reader must know.
    """

    name: str
    value: float
    error: float | None = None
    extractor: str = "none"
    resize: str = "none"
    real: int = 0
    generated: int = 0
    note: str = ""

    def __float__(self):
        return float(self.value)

    def __str__(self):
        return f"{self.name} {self.figure} ({self.protocol})"

    def fields(self):
        """Dict of the fields, as JSON can hold them: None in place of a value that is not finite."""
        fields = dataclasses.asdict(self)
        return {key: None if isinstance(x, float) and not math.isfinite(x) else x for key, x in fields.items()}

    @property
    def figure(self):
        """The value with its error, in words."""
        return f"{self.value:.4g}" + ("" if self.error is None else f" +- {self.error:.2g}")

    @property
    def protocol(self):
        """How it was measured, in words."""
        counts = f"{self.real:,} real, {self.generated:,} generated"
        return f"{self.extractor}; resize: {self.resize}; {counts}"


class SetMetric(keras.metrics.Metric, abc.ABC):
    """A metric of a set of generated examples, most often beside a set of real ones.

    It computes with NumPy, in float64, outside of any graph, and keeps sums or a bounded number of examples, so that
    its memory does not grow with the number of examples. A subclass sets its own options before it calls
    `super().__init__`, which resets the state.

    Args:
        extractor: callable from examples (N, ...) to `Features`, see `metrics.extractors`; None if what it is given
            stands for itself: for features, for probabilities, for examples. Its attributes `name` and `resize`
            (strings) go into the results; its `names` (dict of metric -> name of its result) says what a figure is
            called where its features make it another one: {"frechet": "fid", "kernel": "kid"}. What is not in there
            keeps its plain name: "frechet_distance".
        name: string.

    Attributes:
        paired: bool, whether each real example is what the generated one beside it ought to be.
    """

    paired = False

    def __init__(self, extractor=None, name=None):
        super().__init__(name=name)
        self.extractor = extractor
        self.reset_state()

    def update_state(self, real=None, fake=None):
        """Looks at more examples: all generated ones first, then the real ones, suits every metric of two sets.

        Args:
            real: None, or float array (N, ...), real ones; in a metric of pairs, what `fake` ought to be.
            fake: None, or float array (M, ...), generated ones.
        """
        self.see(*(x if x is None else self._features(x) for x in (real, fake)))

    @abc.abstractmethod
    def see(self, real=None, fake=None):
        """Looks at more examples, of which the features are known: `Features`, or None."""

    @abc.abstractmethod
    def results(self):
        """List of `Result`."""

    @abc.abstractmethod
    def reset_state(self):
        """Forgets all examples."""

    def result(self):
        """The figure, a float, or a dict of figures by name where there are several."""
        found = {result.name: result.value for result in self.results()}
        return found if len(found) > 1 else next(iter(found.values()))

    def _features(self, x):
        if self.extractor is not None:
            return self.extractor(x)
        x = keras.ops.convert_to_numpy(x)
        return Features(x.reshape(len(x), math.prod(x.shape[1:])), probabilities=x, examples=x)

    def _examples(self, features):
        """The examples themselves, of which some metrics take no features."""
        if features.examples is None:
            raise ValueError(f"Expected features with their examples for {self.name}. Received: examples=None.")
        return features.examples

    def _figure(self, name, value, metric=None, **fields):
        """A `Result` that names the extractor, and is named by it where that has a name for what `metric` finds."""
        name = getattr(self.extractor, "names", {}).get(metric or name, name)
        extractor, resize = (getattr(self.extractor, attribute, "none") for attribute in ("name", "resize"))
        return Result(name, float(value), extractor=extractor, resize=resize, **fields)


class SampledMetric(SetMetric):
    """A metric that looks at the features of a bounded number of examples together.

    Args:
        extractor: None, or callable from examples to `Features`.
        most: int, examples of each kind to keep, drawn evenly from all that it sees. They fix what it takes of memory.
        name: string.
    """

    def __init__(self, extractor=None, most=10_000, name=None):
        self.most = most
        super().__init__(extractor, name)

    def see(self, real=None, fake=None):
        for kept, features in ((self._real, real), (self._fake, fake)):
            if features is not None:
                kept.add(features.values)

    def reset_state(self):
        self._real, self._fake = Reservoir(self.most), Reservoir(self.most)

    def _figure(self, name, value, metric=None, note="", **fields):
        seen = (self._real.seen, self._fake.seen)
        if max(seen) > self.most:
            note += f"{'; ' * bool(note)}drawn from {seen[0]:,} real and {seen[1]:,} generated"
        counts = {"real": len(self._real.rows), "generated": len(self._fake.rows)}
        return super()._figure(name, value, metric, note=note, **counts, **fields)


class Reservoir:
    """At most so many rows of a stream of any length, each as likely to be among them, drawn with a fixed seed.

    A stream that is no longer is kept whole, in its order. What is kept depends on how the stream was cut into
    batches no more than on anything else but its order.

    Args:
        most: int, rows to keep.

    Reference:
        Vitter, 1985, Random Sampling with a Reservoir, ACM TOMS 11(1), Algorithm R.
    """

    def __init__(self, most):
        self.most = most
        self.seen = 0
        self._kept = None
        self._generator = np.random.default_rng(0)

    def add(self, rows):
        """Looks at more rows, an array (N, d)."""
        if self._kept is None:
            self._kept = np.empty((self.most, *rows.shape[1:]), rows.dtype)
        places = np.arange(self.seen, self.seen + len(rows))
        drawn = (self._generator.random(len(rows)) * (places + 1)).astype(int)
        places = np.where(places < self.most, places, drawn)
        self._kept[places[places < self.most]] = rows[places < self.most]
        self.seen += len(rows)

    @property
    def rows(self):
        """Array (min(seen, most), d)."""
        return np.empty((0, 0)) if self._kept is None else self._kept[: self.seen]


def as_rows(features):
    """Casts features to float64 and checks that they are rows (N, d)."""
    features = np.asarray(features, dtype="float64")
    if features.ndim != 2:
        raise ValueError(f"Expected features of shape (N, d). Received: shape {features.shape}.")
    return features
