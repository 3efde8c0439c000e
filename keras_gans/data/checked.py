"""Datasets and generators of users: each batch is looked at on its way to a step, and brought to what it takes."""

import contextlib
import types
import warnings

import keras
import numpy as np

from keras_gans.data.check import check_array, squeezed
from keras_gans.data.streams import check_rows, taken_apart


def is_stream(x):
    """Says whether `fit` is given batches: a `tf.data.Dataset`, a `keras.utils.PyDataset`, or a generator."""
    return hasattr(x, "element_spec") or isinstance(x, (keras.utils.PyDataset, types.GeneratorType))


class Checks(keras.callbacks.Callback):
    """What is asked of each batch; it remembers in a sentence what a framework buries in its own.

    A batch that n_critic does not divide loses the rest of its examples, and the end of the epoch says so once.

    As a context it raises, in place of what came of it, what was wrong with a batch.

    Attributes:
        fault: None, or the `ValueError` of a batch.
        dropped: int, how many examples were dropped.
        hides_length: whether a Dataset that knew its length no longer does; Keras then takes its end for a mistake.

    Args:
        parts: tuple of `check.Part`, what the game expects.
        aligned: which parts belong together, as `data.Examples` takes it.
        n_critic: int, which must divide a batch.
    """

    def __init__(self, parts, aligned, n_critic):
        super().__init__()
        self.parts, self.aligned, self.n_critic = parts, aligned, n_critic
        self.fault, self.dropped, self._told = None, 0, False
        self.hides_length, self._quiet = False, contextlib.ExitStack()

    def batch(self, *arrays):
        """Checks a batch.

        Args:
            *arrays: arrays (m, ...).

        Returns:
            tuple of arrays (k, ...), k <= m the next that n_critic divides, which may be 0.

        Raises:
            ValueError: if it does not fit.
        """
        try:
            arrays = [squeezed(np.asarray(x), part) for x, part in zip(arrays, self.parts)]
            for x, part in zip(arrays, self.parts):
                check_array(x, part)
            check_rows(arrays, self.parts, self.aligned)
        except ValueError as fault:
            self.fault = fault
            raise
        rest = len(arrays[0]) % self.n_critic
        self.dropped += rest
        return tuple(x[: len(x) - len(x) % self.n_critic] for x in arrays)

    def on_epoch_end(self, epoch, logs=None):
        if self.dropped and not self._told:
            self._told = True
            warnings.warn(
                f"Dropped {self.dropped} examples of a batch, the rest that n_critic={self.n_critic} leaves; "
                "`drop_remainder=True` in the Dataset's batch, or `data.batches`, drops whole batches.",
                stacklevel=2,
            )

    def __enter__(self):
        if self.hides_length:
            self._quiet.enter_context(warnings.catch_warnings())
            warnings.filterwarnings("ignore", "Your input ran out of data")
        return self

    def __exit__(self, kind, error, traceback):
        self._quiet.close()
        if self.fault is not None and isinstance(error, Exception):
            raise self.fault from None


def checked(x, checks):
    """Puts checks between batches and a step.

    Args:
        x: `tf.data.Dataset`, `keras.utils.PyDataset` or generator of batches, arrays or tuples of arrays.
        checks: `Checks`.

    Returns:
        One of the same kind; a Dataset's batches have the shapes that the networks take, where it does not know them.
    """
    if isinstance(x, types.GeneratorType):
        return _generator(x, checks)
    if isinstance(x, keras.utils.PyDataset):
        return _PyDataset(x, checks)
    return _dataset(x, checks) if hasattr(x, "map") else x


def _generator(generator, checks):
    for batch in generator:
        found = checks.batch(*taken_apart(batch))
        if len(found[0]):
            yield found


def _dataset(dataset, checks):
    import tensorflow as tf

    specs = keras.tree.flatten(dataset.element_spec)
    rows = [spec.shape[0] if spec.shape.rank else None for spec in specs]

    def look(*batch):
        found = tf.nest.flatten(tf.numpy_function(checks.batch, batch, [spec.dtype for spec in specs]))
        found = tuple(tf.ensure_shape(x, (n, *part.shape)) for x, n, part in zip(found, rows, checks.parts))
        return found if len(found) > 1 else found[0]

    dataset = dataset.map(look)
    if checks.n_critic == 1 or None not in rows:
        return dataset
    checks.hides_length = int(dataset.cardinality()) >= 0
    return dataset.filter(lambda *batch: tf.shape(batch[0])[0] > 0)


class _PyDataset(keras.utils.PyDataset):
    def __init__(self, dataset, checks):
        super().__init__(dataset.workers, dataset.use_multiprocessing, dataset.max_queue_size)
        self.dataset, self.checks = dataset, checks
        self._batches = dataset.num_batches
        if checks.n_critic > 1 and self._batches:
            last = taken_apart(dataset[self._batches - 1])
            if len(last[0]) < checks.n_critic:
                self._batches -= 1
                checks.dropped += len(last[0])

    @property
    def num_batches(self):
        return self._batches

    def __getitem__(self, index):
        found = self.checks.batch(*taken_apart(self.dataset[index]))
        return found if len(found) > 1 else found[0]

    def on_epoch_begin(self):
        self.dataset.on_epoch_begin()

    def on_epoch_end(self):
        self.dataset.on_epoch_end()
