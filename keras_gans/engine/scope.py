"""Scopes in which variables have other values."""

import contextlib

import keras


class Scope(keras.StatelessScope):
    """A stateless scope that sees the values of the scope around it and remembers what was assigned inside."""

    def __enter__(self):
        self.assigned = {}
        return super().__enter__()

    def add_update(self, update):
        variable, _ = update
        self.assigned[id(variable)] = variable
        super().add_update(update)

    def get_current_value(self, variable):
        value = super().get_current_value(variable)
        if value is None and self.original_scope is not None:
            value = self.original_scope.get_current_value(variable)
        return value


@contextlib.contextmanager
def substitute(variable, value):
    """Context in which a variable reads as another value, through which gradients flow; the variable keeps its own.

    What is assigned inside is kept.

    Args:
        variable: `keras.Variable`.
        value: tensor of the variable's shape.
    """
    with kept(Scope(state_mapping=[(variable, value)])):
        yield


@contextlib.contextmanager
def kept(scope):
    """Context of a `Scope`, after which variables have what was assigned to them in it."""
    with scope:
        yield
    for other in scope.assigned.values():
        other.assign(scope.get_current_value(other))
