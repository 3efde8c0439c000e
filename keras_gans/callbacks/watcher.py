"""When to look at a model in training: every so many epochs or steps, at the beginning and at the end."""

import abc
import math

import keras


class Watcher(keras.callbacks.Callback, abc.ABC):
    """Calls `watch()` at the start of a fresh run, every so often after that, and on the last state.

    The model's own count of steps (`optimizer.iterations`) is read only while no epoch runs, since on JAX the weights
    are detached from the model within one; in between, steps are counted here. `watch` itself may use `self.model`
    at any time: Keras attaches the weights for it.

    To resume a run, list this callback after the one that restores the model.

    Attributes:
        step: int, training steps made on the model so far, earlier runs included.

    Args:
        every: int, number of epochs or steps between two looks. When Keras makes several steps per execution, the
            look follows the execution that passes a multiple.
        unit: "epoch" or "step".

    Raises:
        ValueError: if `every` is no int of at least 1, or `unit` is another word.
    """

    def __init__(self, every=1, unit="epoch"):
        super().__init__()
        if not isinstance(every, int) or every < 1:
            raise ValueError(f"Expected `every` as an int of at least 1. Received: {every!r}.")
        if unit not in ("epoch", "step"):
            raise ValueError(f"Expected `unit` 'epoch' or 'step'. Received: {unit!r}.")
        self.every = every
        self.unit = unit
        self.step = 0
        self._step_before_epoch = 0
        self._watched_step = None

    @abc.abstractmethod
    def watch(self):
        """Looks at `self.model` as it is after `self.step` steps."""

    def on_train_begin(self, logs=None):
        """Watches a model that no step has been made on."""
        self.step = self._model_step()
        self._watched_step = None
        if self.step == 0:
            self._watch()

    def on_epoch_begin(self, epoch, logs=None):
        """Remembers the step that the epoch starts from."""
        self.step = self._step_before_epoch = self._model_step()

    def on_train_batch_end(self, batch, logs=None):
        """Counts the steps, of which several may have been made at once; watches if a multiple was passed."""
        most = (self.params or {}).get("steps") or math.inf  # in an epoch, whose last execution can be cut short
        before, self.step = self.step, self._step_before_epoch + min(batch + 1, most)
        if self.unit == "step" and self.step // self.every > before // self.every:
            self._watch()

    def on_epoch_end(self, epoch, logs=None):
        """Watches after every so many epochs, counted from the model's first."""
        self.step = self._model_step()
        if self.unit == "epoch" and (epoch + 1) % self.every == 0:
            self._watch()

    def on_train_end(self, logs=None):
        """Watches the last state, if it has not been watched yet."""
        if self._watched_step != self.step:
            self._watch()

    def on_train_interrupt(self):
        """Called by the `fit` of this package's models when KeyboardInterrupt leaves it; does nothing by default."""

    def _model_step(self):
        return int(self.model.optimizer.iterations.numpy())

    def _watch(self):
        self._watched_step = self.step
        self.watch()
