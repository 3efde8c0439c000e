"""Stops a training that no longer computes with numbers, and says where that began."""

import math

import numpy as np
from keras import ops

from keras_gans.callbacks.watcher import Watcher
from keras_gans.training.fitting import NotFinite


class FiniteGuard(Watcher):
    """Stops the training at the first loss or weight that is NaN or infinite, by raising `NotFinite`.

    Losses are looked at after every step, which costs next to nothing, and so is a small weight near the input of each
    network that moves last in a step: a gradient that is not finite shows there, but in no loss before the next step.
    All weights are looked at after each epoch, and to tell who is at fault: the first move of the step whose loss is
    not finite, by the first term that was computed of it, or whose weights are not although its loss is.

    List it before other callbacks, so that they see no model of NaN: `fit` lets those that have a method
    `on_train_interrupt` end well before the exception leaves it. `Checkpoint` keeps the last finite model in any case.
    In mixed_float16, gradients that overflow are left out by the optimizer and do not stop the training.

    Raises:
        NotFinite: in training; it has the attributes `step`, `player` and `term`.
    """

    def __init__(self):
        super().__init__()

    def on_train_begin(self, logs=None):
        """Looks at the weights of a model that no step has been made on."""
        self._read = None
        super().on_train_begin(logs)

    def on_train_batch_end(self, batch, logs=None):
        """Looks at the losses and at a few weights."""
        first = self.step + 1
        super().on_train_batch_end(batch, logs)
        if not (all(map(math.isfinite, logs.values())) and self._last_move_is_finite()):
            self._accuse(f"at step {self.step}" if first == self.step else f"in steps {first} to {self.step}", logs)

    def watch(self):
        """Looks at all weights."""
        if first_not_finite(self.model.variables):
            self._accuse(f"by step {self.step}", {})

    def _last_move_is_finite(self):
        if self._read is None:
            player, _ = self.model.moves[-1]
            networks = [getattr(self.model, name) for name in player.networks]
            self._read = self.model.reader_of([_near_input(n) for n in networks if n.trainable_variables])
        return all(np.isfinite(values).all() for values in self._read())

    def _accuse(self, when, logs):
        for player, terms in self.model.moves:
            names = player.networks
            for term in terms:
                if not math.isfinite(logs.get(term, 0.0)):
                    self._stop(logs[term], f"'{term}' of the {' and '.join(names)}", when, " and ".join(names), term)
            for name in names:
                found = first_not_finite(getattr(self.model, name).trainable_variables)
                if found:
                    path, value = found
                    self._stop(value, f"'{path}' of the {name}, by its gradient,", when, name, path)
        others = [(name, value) for name, value in logs.items() if not math.isfinite(value)]
        name, value = (*others, first_not_finite(self.model.variables))[0]
        self._stop(value, f"'{name}'", when, None, name)

    def _stop(self, value, what, when, player, term):
        raise NotFinite(f"Expected finite numbers. Received: {value} in {what} {when}.", self.step, player, term)


def first_not_finite(variables):
    """Finds the first variable that holds a number that is NaN or infinite.

    Args:
        variables: list of `keras.Variable`.

    Returns:
        None, or a tuple of the variable's path and the number, a float.
    """
    for variable in variables:
        values = ops.convert_to_numpy(variable)
        finite = np.isfinite(values)
        if not finite.all():
            return variable.path, float(values[~finite].flat[0])
    return None


def _near_input(network):
    """The smallest of a network's first weights, which gradients reach from everywhere in it."""
    return min(network.trainable_variables[:3], key=lambda v: math.prod(v.shape))
