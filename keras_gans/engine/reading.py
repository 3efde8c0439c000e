"""Reading the weights of a move once, on TensorFlow, which then sees where two terms of a loss compute the same."""

import tensorflow as tf

from keras_gans.engine import private
from keras_gans.engine.scope import Scope, kept


class ReadOnce(Scope):
    """A scope in which each variable is read once until something is assigned to it, and in each branch of a graph.

    So of two judgements of the same examples, the loss's and a penalty's, TensorFlow makes one.
    """

    def __enter__(self):
        self._read = {}
        return super().__enter__()

    def get_current_value(self, variable):
        value = super().get_current_value(variable)
        held = private.held_by(variable) if value is None else None
        if held is None:
            return value
        place = tf.compat.v1.get_default_graph(), id(variable)
        if place not in self._read:
            self._read[place] = tf.convert_to_tensor(held)
        return self._read[place]


def read_once(variables, values):
    """Makes a context in which variables are read once; what is assigned in it they have after it.

    Args:
        variables: list of `keras.Variable` that have been read.
        values: list of tensors, what was read.
    """
    return kept(ReadOnce(state_mapping=list(zip(variables, values))))
