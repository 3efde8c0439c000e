"""What a run folder needs while it is trained: its history, its end, and that two parts count as one run."""

import csv
import math

import keras

from keras_gans import visualization
from keras_gans.files.whole import whole_file


class OneRun(keras.callbacks.Callback):
    """Holds the callbacks of a run that is fitted in two parts: for them it begins once and ends once.

    Args:
        members: list of `keras.callbacks.Callback`.
        unheard: None, or tuple of an epoch and its logs, whose end they are told of when the run begins.
    """

    def __init__(self, members, unheard=None):
        super().__init__()
        self.members = members
        self.unheard = unheard
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
            if self.unheard:
                self._each("on_epoch_end", *self.unheard)

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
    """Writes a row after each epoch, of its means and what other callbacks found in it, and the means as curves.

    The table has a column for every name that some epoch has; where an epoch has none, the cell is empty. To have what
    another callback adds to an epoch's logs in its row, list this one after it. Keras' CSVLogger would add columns of
    NA for the validation that a GAN does not have, and keep to the columns of the first epoch.

    Args:
        table: path of the .csv file.
        picture: path of the .png file of the curves.
        rows: list of dicts, the epochs that were trained before, as `read_rows` returns them.
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
            columns = dict.fromkeys(name for row in self.rows for name in row)
            with whole_file(self.table) as path, open(path, "w", newline="") as file:
                table = csv.DictWriter(file, columns, restval="", lineterminator="\n")
                table.writeheader()
                table.writerows(self.rows)
        else:
            (self.table).unlink(missing_ok=True)

    def _draw(self):
        if self.rows:
            names = [metric.name for metric in self.model.metrics]
            history = {name: [row.get(name, math.nan) for row in self.rows] for name in names}
            visualization.save_figure(self.picture, visualization.loss_curves(history))


def read_rows(path):
    """Reads the table that `History` wrote.

    Args:
        path: path of the .csv file.

    Returns:
        list of dicts, one for each epoch: `epoch`, an int, and a float for each name that the epoch has; empty without
        such a file.
    """
    if not path.exists():
        return []
    with open(path, newline="") as file:
        rows = [{name: float(cell) for name, cell in row.items() if cell} for row in csv.DictReader(file)]
    return [{**row, "epoch": int(row["epoch"])} for row in rows]
