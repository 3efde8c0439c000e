"""Keeps the whole model on disk while it trains, so that a killed run loses a minute at most and nothing is torn."""

import pathlib
import sys
import time
import warnings

import keras

from keras_gans import engine
from keras_gans.callbacks.guard import NotFinite, first_not_finite
from keras_gans.files.whole import whole_file


class Checkpoint(keras.callbacks.Callback):
    """Saves the model every so often, at the end and on interrupt, each time whole: written aside, then renamed.

    The save before the last is kept as `NAME.previous.keras`.

    The file holds networks, optimizers, random generators, the count of steps and the means of the epoch, so that the
    run can go on from any step as if it had not been stopped. A model that holds NaN or infinity is not saved: the
    earlier file stays, with a warning (unless `FiniteGuard` has stopped the training and says more).

    Args:
        path: where to save the model, ending in `.keras`.
        seconds: float, how long to wait between two saves.

    Raises:
        ValueError: if the path does not end in `.keras`.
    """

    def __init__(self, path, seconds=60.0):
        super().__init__()
        self.path = pathlib.Path(path)
        self.seconds = seconds
        if self.path.suffix != ".keras":
            raise ValueError(f"Expected a path that ends in .keras. Received: {str(path)!r}.")

    def on_train_begin(self, logs=None):
        self._saved = time.monotonic()

    def on_train_batch_end(self, batch, logs=None):
        if time.monotonic() - self._saved >= self.seconds and not self.model.stop_training:  # else the end saves
            self.save()

    def on_train_end(self, logs=None):
        self.save()

    def on_train_interrupt(self):
        """Called by the model's fit when Ctrl-C stops it."""
        self.save()

    def save(self):
        """Saves the model now, if it is finite; of several processes one does."""
        if engine.is_chief() and self._is_finite():
            with whole_file(self.path, previous_of(self.path)) as file, engine.by_one_process():
                self.model.save(file)
        self._saved = time.monotonic()

    def _is_finite(self):
        model = self.model
        found = first_not_finite([*model.variables, *model.optimizer.variables, *model.metrics_variables])
        if found and not isinstance(sys.exc_info()[1], NotFinite):  # which fit raises after this interrupt
            name, value = found
            warnings.warn(
                f"Expected finite numbers to save. Received: {value} in '{name}'; {str(self.path)!r} stays as it was.",
                stacklevel=3,
            )
        return found is None


def previous_of(path):
    """Where the save before the last lies; a `pathlib.Path`."""
    path = pathlib.Path(path)
    return path.with_name(f"{path.stem}.previous{path.suffix}")
