"""Keeps the whole model on disk while it trains, so that a killed run loses a minute at most and nothing is torn."""

import pathlib
import time

import keras

from keras_gans.files import whole_file


class Checkpoint(keras.callbacks.Callback):
    """Saves the model every so often, at the end and on interrupt, each time whole: written aside, then renamed.

    The file holds networks, optimizers, random generators, the count of steps and the means of the epoch, so that the
    run can go on from any step as if it had not been stopped.

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
        if time.monotonic() - self._saved >= self.seconds:
            self.save()

    def on_train_end(self, logs=None):
        self.save()

    def on_train_interrupt(self):
        """Called by the model's fit when Ctrl-C stops it."""
        self.save()

    def save(self):
        """Saves the model now."""
        with whole_file(self.path) as file:
            self.model.save(file)
        self._saved = time.monotonic()
