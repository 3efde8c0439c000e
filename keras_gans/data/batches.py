"""From examples to batches in an order that a seed and a step decide, so that a run can be continued exactly."""

import functools
import os
import weakref

import keras
import numpy as np

from keras_gans import engine
from keras_gans.data.examples import Examples


def batches(x, batch_size, n_critic=1, shuffle=True, seed=0, skip=0, take=None):
    """Makes examples into batches that `fit` trains on.

    Each pass over the data has an order of its own, drawn from the seed and from the number of the training step at
    which the pass begins; `fit` tells that number. So a run that was stopped and is continued sees the same batches
    as one that was not, random crops included. Examples that do not fill a batch are left out of a pass; another
    order leaves out others.

    Args:
        x: array (N, ...), the examples, or `data.Examples`, which may have several parts and lie on disk.
        batch_size: int, examples of one update, the papers' m.
        n_critic: int, updates of the discriminator per training step; a batch holds batch_size * n_critic examples.
        shuffle: whether each pass is in a new order.
        seed: int, seed of the orders.
        skip: int, how many batches to leave out at the beginning of a pass: those that a stopped run has had.
        take: None, or int, how many batches to give of a pass at most.

    Returns:
        On TensorFlow a `tf.data.Dataset`, on JAX a `keras.utils.PyDataset` (TensorFlow is not needed there), of
        float32 (batch_size * n_critic, ...), or of a tuple of these where the examples have several parts.

    Raises:
        ValueError: if there is less than one batch.
    """
    examples = x if isinstance(x, Examples) else Examples(np.asarray(x))
    source = Batches(examples, batch_size * n_critic, shuffle, seed, skip, take)
    return _dataset(source) if keras.backend.backend() == "tensorflow" else source


class Batches(keras.utils.PyDataset):
    """The batches of one pass after another over examples; see `batches`.

    Args:
        examples: `data.Examples`.
        size: int, examples of a batch.
        shuffle: whether each pass is in a new order.
        seed: int, seed of the orders.
        skip: int, batches left out at the beginning of a pass.
        take: None, or int, batches given of a pass at most.
    """

    def __init__(self, examples, size, shuffle, seed, skip=0, take=None):
        super().__init__()
        if size < 1 or len(examples) < size:
            raise ValueError(
                "Expected at least one batch of batch_size * n_critic examples. Received: "
                f"{len(examples)} examples for batches of {size}."
            )
        self.examples, self.size, self.shuffle, self.seed = examples, size, shuffle, seed
        self.steps_per_pass = len(examples) // size
        self.skip = skip
        self.stop = self.steps_per_pass if take is None else min(self.steps_per_pass, skip + take)
        self._told_step = None
        self._passes = 0
        self._order = functools.lru_cache(maxsize=2)(self._new_order)  # a pass may be read ahead of the one before
        self._step = self.next_step()

    def begin(self, step):
        """Says at which training step the passes begin; None lets each follow the one before it."""
        self._told_step = step

    def next_step(self):
        """Says at which training step the next pass begins, an int64 as `tf.data` expects, in its debug mode too."""
        if self._told_step is not None:
            return np.int64(self._told_step)
        self._passes += 1
        return np.int64((self._passes - 1) * self.steps_per_pass)

    def batch(self, step, index):
        """Reads a batch, a tuple of arrays: the same at each call; of several processes each takes its own rows.

        Args:
            step: int, the training step at which the pass begins.
            index: int, the batch's number in the whole pass.
        """
        rows = slice(index * self.size, (index + 1) * self.size)
        order = self._order(int(step))
        changes = np.random.default_rng((self.seed, int(step), int(index))) if self.shuffle else None
        parts = self.examples.read(tuple(indices[rows] for indices in order), changes)
        return tuple(engine.process_rows(part) for part in parts)

    def on_epoch_begin(self):
        """Keras' hook on JAX, where it asks for the batches of a pass one by one."""
        self._step = self.next_step()

    def __len__(self):
        return self.stop - self.skip

    def __getitem__(self, index):
        parts = self.batch(self._step, self.skip + index)
        return parts if len(parts) > 1 else parts[0]

    def _new_order(self, step):
        return self.examples.order(np.random.default_rng((self.seed, step)) if self.shuffle else None)


def _dataset(source):
    """A tf.data.Dataset over the source, without the autotuner, which holds up the end of a `fit` by seconds."""
    import tensorflow as tf

    next_step, batch = _released(source.next_step), _released(source.batch)
    first = source.examples.head(1)
    types = [tf.as_dtype(part.dtype) for part in first]

    def read(step, index):
        parts = tf.nest.flatten(tf.numpy_function(batch, [step, index], types))  # debug mode returns one bare
        parts = tuple(tf.ensure_shape(part, (source.size, *one.shape[1:])) for part, one in zip(parts, first))
        return parts if len(parts) > 1 else parts[0]

    options = tf.data.Options()
    options.autotune.enabled = False
    # Not from_generator: it makes malloc hand all memory above 128 kB back at once, for good, and every step slower.
    dataset = tf.data.Dataset.range(1).map(lambda _: tf.numpy_function(next_step, [], tf.int64))
    dataset = dataset.flat_map(lambda step: tf.data.Dataset.range(source.skip, source.stop).map(lambda i: (step, i)))
    dataset = dataset.map(read, num_parallel_calls=min(8, os.cpu_count() or 1), deterministic=True)
    dataset = dataset.apply(tf.data.experimental.assert_cardinality(len(source)))
    dataset = dataset.prefetch(2).with_options(options)
    dataset.source = source  # so that `fit` can tell it at which step a pass begins, and so that it is there as long
    return dataset


def _released(method):
    """A method as a function that does not keep its object, since TensorFlow keeps the function for good."""
    reference = weakref.WeakMethod(method)
    return lambda *arguments: reference()(*arguments)
