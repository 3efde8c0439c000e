"""What a run folder needs while it is trained: its history, its end, and that two parts count as one run."""

import keras

from keras_gans import visualization
from keras_gans.files import whole_file


class OneRun(keras.callbacks.Callback):
    """Holds the callbacks of a run that is fitted in two parts: for them it begins once and ends once."""

    def __init__(self, members):
        super().__init__()
        self.members = members
        self.begun = False
        self.last_logs = None

    def set_params(self, params):
        self._each("set_params", params)

    def set_model(self, model):
        super().set_model(model)
        self._each("set_model", model)

    def on_train_begin(self, logs=None):
        if not self.begun:
            self.begun = True
            self._each("on_train_begin", logs)

    def on_epoch_begin(self, epoch, logs=None):
        self._each("on_epoch_begin", epoch, logs)

    def on_train_batch_end(self, batch, logs=None):
        self._each("on_train_batch_end", batch, logs)

    def on_epoch_end(self, epoch, logs=None):
        self._each("on_epoch_end", epoch, logs)

    def on_train_end(self, logs=None):
        self.last_logs = logs

    def on_train_interrupt(self):
        self.members.reverse()  # the checkpoint first: to put a film together takes longer
        self._each("on_train_interrupt")

    def end(self):
        """Ends the run for the callbacks."""
        self._each("on_train_end", self.last_logs)

    def _each(self, hook, *arguments):
        for member in self.members:
            if hasattr(member, hook):
                getattr(member, hook)(*arguments)


class StopAfter(keras.callbacks.Callback):
    """Stops the training after so many steps in all."""

    def __init__(self, steps, done):
        super().__init__()
        self.left = steps - done

    def on_train_batch_end(self, batch, logs=None):
        self.left -= 1
        if self.left <= 0:
            self.model.stop_training = True


class History(keras.callbacks.Callback):
    """Writes a row of means after each epoch, and the curves at the end.

    Keras' CSVLogger would add columns of NA for the validation that a GAN does not have.

    Args:
        table: path of the .csv file.
        picture: path of the .png file of the curves.
        rows: list of dicts, the epochs that were trained before.
    """

    def __init__(self, table, picture, rows):
        super().__init__()
        self.table, self.picture, self.rows = table, picture, rows
        self._write()

    def on_epoch_end(self, epoch, logs=None):
        self.rows.append({"epoch": epoch, **logs})
        self._write()

    def on_train_end(self, logs=None):
        self._draw()

    def on_train_interrupt(self):
        self._draw()

    def _write(self):
        if self.rows:
            lines = [self.rows[0], *(row.values() for row in self.rows)]
            with whole_file(self.table) as table:
                table.write_text("".join(",".join(map(str, line)) + "\n" for line in lines))
        else:
            (self.table).unlink(missing_ok=True)

    def _draw(self):
        history = {key: [row[key] for row in self.rows] for key in (self.rows or [{}])[0] if key != "epoch"}
        if history:
            visualization.save_figure(self.picture, visualization.loss_curves(history))
