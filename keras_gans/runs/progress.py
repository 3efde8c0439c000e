"""What a run says of itself while it is trained: how far it is, its losses, how long it still takes."""

import time

import keras

LINES = 20  # of a run, evenly spread
SECONDS = 60.0  # without a line, at most, unless a step takes longer


class Progress(keras.callbacks.Callback):
    """Prints a line at each twentieth of a run, at least once a minute, and wherever an epoch was measured.

    Keras prints a line for each pass over the data, which are hundreds where data are few. The losses are the means
    since the pass began.

    Args:
        steps: int, training steps of the whole run.
        done: int, those that it has made before.
        clock: function without arguments that returns seconds.
    """

    def __init__(self, steps, done, clock=time.perf_counter):
        super().__init__()
        self.steps, self.step, self.clock = steps, done, clock
        self.first, self.begin, self.told, self.said = done, clock(), clock(), done

    def on_train_begin(self, logs=None):
        self.begin = self.told = self.clock()

    def on_train_batch_end(self, batch, logs=None):
        self.step += 1
        parts = [LINES * step // self.steps for step in (self.said, self.step)]
        if parts[0] < parts[1] or self.clock() - self.told > SECONDS:
            self._say(logs)

    def on_epoch_end(self, epoch, logs=None):
        if set(logs or ()) - {metric.name for metric in self.model.metrics}:
            self._say(logs)

    def _say(self, logs):
        self.told, self.said = self.clock(), self.step
        left = (self.told - self.begin) / (self.step - self.first) * max(0, self.steps - self.step)
        values = ", ".join(f"{name} {value:.3g}" for name, value in (logs or {}).items())
        print(f"step {self.step:,} of {self.steps:,}, {_words(left)} left: {values}", flush=True)


def _words(seconds):
    """A time as one reads it."""
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 100 * 60 else f"{seconds / 3600:.1f} h"
