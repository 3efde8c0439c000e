"""A training of so many seconds, for rows of a table that shall have the same."""

import time

import keras


class Clock(keras.callbacks.Callback):
    """Ends a training after so many seconds of the processors (`time.process_time`); the first step, which is traced,
    is free. `steps` says how many it made."""

    def __init__(self, seconds):
        super().__init__()
        self.seconds, self.steps, self.begin = seconds, 0, None

    def on_train_batch_end(self, batch, logs=None):
        self.steps += 1
        self.begin = self.begin or time.process_time()
        if time.process_time() - self.begin > self.seconds:
            self.model.stop_training = True
