"""The engine on JAX: pure functions of the variables' values, made from code that assigns to variables."""

import jax
import keras

from keras_gans.engine.scope import Scope
from keras_gans.engine.unpack import unpack


class Trainer:
    """Keras' hook: `fit` calls `train_step`, which hands the data to the model's one `training_step`."""

    def train_step(self, state, data):
        """One step of training on one batch, as a pure function of the state. Returns the logs and the new state."""
        groups = (
            self.trainable_variables,
            self.non_trainable_variables,
            self.optimizer.variables,
            self.metrics_variables,
        )
        values = [pair for variables, given in zip(groups, state) for pair in zip(variables, given)]
        with keras.StatelessScope(state_mapping=values) as scope:
            logs = self.training_step(unpack(data))
            self.optimizer.iterations.assign_add(1)
        return logs, tuple([scope.get_current_value(variable) for variable in group] for group in groups)


def _differentiable(fn, variables):
    """Makes `fn(x)` a pure function of (values of the variables, x) that also returns what it assigned."""
    assigned = []

    def pure(values, x):
        with Scope(state_mapping=list(zip(variables, values))) as scope:
            result = fn(x)
        assigned[:] = scope.assigned.values()
        return result, [scope.get_current_value(variable) for variable in assigned]

    return pure, assigned


def _assign(variables, values):
    for variable, value in zip(variables, values):
        variable.assign(value)


def minimize(loss_fn, variables, optimizer):
    """Moves variables one optimizer step down the gradient of a loss.

    Args:
        loss_fn: function without arguments that returns a scalar loss, a mean over the examples.
        variables: list of `keras.Variable`, the only ones that move.
        optimizer: built `keras.optimizers.Optimizer`.

    Returns:
        The loss before the move, a scalar.
    """
    pure, assigned = _differentiable(lambda _: loss_fn(), variables)
    weights = [variable.value for variable in variables]
    (loss, values), gradients = jax.value_and_grad(pure, has_aux=True)(weights, None)
    _assign(assigned, values)
    optimizer.apply(gradients, variables)
    return loss


def input_gradient(fn, x):
    """Gradient of a function of each example with respect to that example; it can itself be differentiated.

    Args:
        fn: function from a batch (m, ...) to outputs whose first axis is the batch, e.g. a discriminator.
        x: float tensor (m, ...).

    Returns:
        float tensor of x's shape: the gradient of the sum of the outputs.
    """
    pure, assigned = _differentiable(lambda x: keras.ops.sum(fn(x)), [])
    gradient, values = jax.grad(pure, argnums=1, has_aux=True)([], keras.ops.convert_to_tensor(x))
    _assign(assigned, values)
    return gradient


def when(predicate, fn):
    """Computes a scalar only where a condition holds that is known at run time only.

    Args:
        predicate: bool scalar tensor.
        fn: function without arguments that returns a float32 scalar; it may assign to variables.

    Returns:
        float32 scalar: fn(), or 0.
    """
    pure, assigned = _differentiable(lambda _: fn(), [])
    jax.eval_shape(lambda: pure([], None))  # finds out which variables fn assigns
    variables = list(assigned)
    result, values = jax.lax.cond(
        predicate,
        lambda: pure([], None),
        lambda: (keras.ops.zeros((), "float32"), [keras.ops.convert_to_tensor(v.value) for v in variables]),
    )
    _assign(variables, values)
    return result


def replica_rows(draw, rows):
    """Draws random rows; under `keras.distribution` JAX itself shards what one program draws.

    Args:
        draw: function from a number of rows to a tensor (rows, ...).
        rows: number of rows.

    Returns:
        tensor (rows, ...).
    """
    return draw(rows)


def all_rows(x):
    """Puts together the rows of all replicas: on JAX one program sees them all.

    Args:
        x: tensor (rows, ...).

    Returns:
        x.
    """
    return x


def own_rows(x, rows):
    """Takes this replica's part of the rows of all replicas: on JAX one program computes them all.

    Args:
        x: tensor (rows, ...).
        rows: number of rows.

    Returns:
        x.
    """
    return x
