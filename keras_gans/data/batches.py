"""From an array to batches in an order that a seed and a step decide, so that a run can be continued exactly."""

import keras
import numpy as np


def batches(x, batch_size, n_critic=1, shuffle=True, seed=0, skip=0, take=None):
    """Makes an array into batches that `fit` trains on.

    Each pass over the data has an order of its own, drawn from the seed and from the number of the training step at
    which the pass begins; `fit` tells that number. So a run that was stopped and is continued sees the same batches
    as one that was not. Examples that do not fill a batch are left out of a pass; another order leaves out others.

    Args:
        x: float array (N, ...), the examples.
        batch_size: int, examples of one update, the papers' m.
        n_critic: int, updates of the discriminator per training step; a batch holds batch_size * n_critic examples.
        shuffle: whether each pass is in a new order.
        seed: int, seed of the orders.
        skip: int, how many batches to leave out at the beginning of a pass: those that a stopped run has had.
        take: None, or int, how many batches to give of a pass at most.

    Returns:
        On TensorFlow a `tf.data.Dataset`, on JAX a `keras.utils.PyDataset` (TensorFlow is not needed there), of
        float32 (batch_size * n_critic, ...).

    Raises:
        ValueError: if the array holds less than one batch.
    """
    source = Batches(x, batch_size * n_critic, shuffle, seed, skip, take)
    return _dataset(source) if keras.backend.backend() == "tensorflow" else source


class Batches(keras.utils.PyDataset):
    """The batches of one pass after another over an array in memory; see `batches`.

    Args:
        x: float array (N, ...).
        size: int, examples of a batch.
        shuffle: whether each pass is in a new order.
        seed: int, seed of the orders.
        skip: int, batches left out at the beginning of a pass.
        take: None, or int, batches given of a pass at most.
    """

    def __init__(self, x, size, shuffle, seed, skip=0, take=None):
        super().__init__()
        if size < 1 or len(x) < size:
            raise ValueError(
                "Expected at least one batch of batch_size * n_critic examples. Received: "
                f"{len(x)} examples for batches of {size}."
            )
        self.x, self.size, self.shuffle, self.seed = np.asarray(x, dtype="float32"), size, shuffle, seed
        self.steps_per_pass = len(x) // size
        self.skip = skip
        self.stop = self.steps_per_pass if take is None else min(self.steps_per_pass, skip + take)
        self._told_step = None
        self._passes = 0
        self._order = self._new_order()

    def begin(self, step):
        """Says at which training step the passes begin; None lets each follow the one before it."""
        self._told_step = step

    def one_pass(self):
        """Yields the batches of the next pass."""
        order = self._new_order()
        for index in range(len(self)):
            yield self._batch(order, index)

    def on_epoch_begin(self):
        """Keras' hook on JAX, where it asks for the batches of a pass one by one."""
        self._order = self._new_order()

    def __len__(self):
        return self.stop - self.skip

    def __getitem__(self, index):
        return self._batch(self._order, index)

    def _batch(self, order, index):
        first = (self.skip + index) * self.size
        return self.x[order[first : first + self.size]]

    def _new_order(self):
        step = self._told_step
        if step is None:
            step = self._passes * self.steps_per_pass
            self._passes += 1
        order = np.arange(len(self.x))
        if self.shuffle:
            np.random.default_rng((self.seed, step)).shuffle(order)
        return order


def _dataset(source):
    """A tf.data.Dataset over the source, without the autotuner, which holds up the end of a `fit` by seconds."""
    import tensorflow as tf

    signature = tf.TensorSpec((source.size, *source.x.shape[1:]), tf.float32)
    options = tf.data.Options()
    options.autotune.enabled = False
    dataset = tf.data.Dataset.from_generator(source.one_pass, output_signature=signature)
    dataset = dataset.apply(tf.data.experimental.assert_cardinality(len(source)))
    dataset = dataset.prefetch(2).with_options(options)
    dataset.source = source  # so that `fit` can tell it at which step a pass begins
    return dataset
