"""How long a training step takes here, so that a run can be asked for in minutes."""

import time

import keras

from keras_gans import engine

UNCOUNTED = 2  # steps, of which the first is traced, and the second may still meet what is set up once
COUNTED, SECONDS = (
    32,
    15.0,
)  # steps that are timed at most, and for so long; one that comes every 16 steps is among them


def steps_within(minutes, model, examples, batch_size, clock=time.perf_counter):
    """Counts the training steps that fit into minutes, by the first steps of a model that is thrown away afterwards.

    A run is made of steps, not of seconds, so that it can be resumed and repeated exactly, and that a schedule knows
    its end.

    Args:
        minutes: float, for the steps alone: tracing, films, looks of the diagnosis and saves come on top.
        model: compiled model, which is trained a little.
        examples: `data.Examples`.
        batch_size: int.
        clock: function without arguments that returns seconds.

    Returns:
        tuple of an int, at least 1, and a float, the seconds of a step.

    Raises:
        ValueError: if a step is not like the others: the model grows, or several processes train, which would count
            differently.
    """
    if model.phases:
        raise ValueError(
            "Expected steps or epochs for a recipe that grows, whose first steps do not tell how long the last ones "
            f"take. Received: minutes={minutes}, for {model.name!r}."
        )
    if engine.processes() > 1:
        raise ValueError(
            "Expected steps or epochs where several processes train, each of which would measure its own speed. "
            f"Received: minutes={minutes}."
        )
    watch = _Stopwatch(clock)
    # as many passes as it may take: data may be a single batch
    model.fit(examples, batch_size=batch_size, epochs=UNCOUNTED + COUNTED, callbacks=[watch], verbose=0)
    return max(1, round(60 * minutes / watch.seconds)), watch.seconds


class _Stopwatch(keras.callbacks.Callback):
    """Times steps after the first ones, and ends the training when it has seen enough of them."""

    def __init__(self, clock):
        super().__init__()
        self.clock, self.done, self.begin, self.seconds = clock, 0, None, None

    def on_train_batch_end(self, batch, logs=None):
        for value in (logs or {}).values():
            float(value)  # waits for a step that is still computed
        now, self.done = self.clock(), self.done + 1
        counted = self.done - UNCOUNTED
        if counted == 0:
            self.begin = now
        elif counted > 0:
            self.seconds = (now - self.begin) / counted
            self.model.stop_training = counted == COUNTED or now - self.begin > SECONDS
