"""The engine on JAX: pure functions of the variables' values, made from code that assigns to variables."""

import contextlib
import os

import jax
import keras

from keras_gans.engine import private
from keras_gans.engine.inference import standardized as standardized
from keras_gans.engine.scope import Scope
from keras_gans.engine.unpack import unpack

ADDRESSES = "KERAS_DISTRIBUTION_JOB_ADDRESSES"  # set by whoever starts one process for each of several hosts


class Trainer:
    """Keras' hook: `fit` calls `train_step`, which hands the data to the model's one `training_step`.

    Attributes:
        replicas: int, how many devices, of all processes, share each batch.
    """

    @property
    def replicas(self):
        distribution = keras.distribution.distribution()
        if distribution is None:
            return 1
        mesh = distribution.device_mesh
        return mesh.shape[mesh.axis_names.index(distribution.batch_dim_name)]

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
            logs = self.whole_step(unpack(data))
        return logs, tuple([scope.get_current_value(variable) for variable in group] for group in groups)

    def test_step(self, state, data):
        """One step of `evaluate`, as a pure function of the state. Returns the logs and the new state."""
        groups = self.trainable_variables, self.non_trainable_variables, self.metrics_variables
        values = [pair for variables, given in zip(groups, state) for pair in zip(variables, given)]
        with keras.StatelessScope(state_mapping=values) as scope:
            logs = self.evaluation_step(unpack(data))
        return logs, tuple([scope.get_current_value(variable) for variable in group] for group in groups)

    def reader_of(self, variables):
        """Makes a function that reads weights between two steps of `fit`, at the least cost.

        Args:
            variables: list of trainable `keras.Variable` of this model.

        Returns:
            function without arguments that returns a list of arrays.
        """
        # Within an epoch Keras keeps the weights apart from the model; a callback's `model` brings all of them back.
        places = [i for i, v in enumerate(self.trainable_variables) if any(v is wanted for wanted in variables)]
        return lambda: private.weights_between_steps(self, places)


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


class ForwardPass:
    """What networks make, computed once: others may learn from it first, then the networks themselves.

    Attributes:
        fn: the function that was given, which makes it anew at each call.
        outputs: what it returned.
        value: tensor or nested tensors, what the networks made.
        backward: function that takes the gradient of a loss from the outputs to the variables, a tuple of one list.

    Args:
        fn: function without arguments that returns a tuple: what the networks make, and a list of scalars, what they
            add to the loss.
        variables: list of the `keras.Variable` for whose gradient the pass is remembered.
    """

    def __init__(self, fn, variables):
        pure, assigned = _differentiable(lambda _: fn(), variables)
        self.fn, weights = fn, [variable.value for variable in variables]
        self.outputs, self.backward, values = jax.vjp(lambda weights: pure(weights, None), weights, has_aux=True)
        self.value = self.outputs[0]
        _assign(assigned, values)


def minimize(loss_fn, variables, optimizer, made=None):
    """Moves variables one optimizer step down the gradient of a loss.

    Args:
        loss_fn: function of `made.outputs`, or without arguments where nothing was made, that returns a scalar loss, a
            mean over the examples.
        variables: list of `keras.Variable`, the only ones that move.
        optimizer: built `keras.optimizers.Optimizer`.
        made: None, or the `ForwardPass` of the variables through which the gradient goes on.

    Returns:
        The loss before the move, a scalar.
    """
    pure, assigned = _differentiable(lambda inputs: loss_fn(*inputs), variables)

    def objective(weights, inputs):
        loss, values = pure(weights, inputs)
        return optimizer.scale_loss(loss), (loss, values)

    weights = [variable.value for variable in variables]
    inputs = [] if made is None else [made.outputs]
    (gradients, through), (loss, values) = jax.grad(objective, argnums=(0, 1), has_aux=True)(weights, inputs)
    _assign(assigned, values)
    if made is not None:
        gradients = jax.tree.map(jax.numpy.add, gradients, *made.backward(through[0]))
    _apply(optimizer, gradients, variables)
    return loss


def _apply(optimizer, gradients, variables):
    """Moves the variables; an optimizer that scales losses decides at run time, and so returns what it would assign."""
    if not isinstance(optimizer, keras.optimizers.LossScaleOptimizer):
        return optimizer.apply(gradients, variables)
    slots, weights = ([v.value for v in group] for group in (optimizer.variables, variables))
    weights, slots = optimizer.stateless_apply(slots, gradients, weights)
    _assign([*variables, *optimizer.variables], [*weights, *slots])


def fused(optimizer):
    """Leaves an optimizer as it is: XLA fuses its operations by itself; see `engine.kernels.fused`."""
    return optimizer


def compile_stateless(fn, variables):
    """Compiles a function so that what it assigns to variables is forgotten when it returns.

    Args:
        fn: function of tensors.
        variables: list of all `keras.Variable` that it uses.

    Returns:
        function of tensors or arrays.
    """

    @jax.jit
    def stateless(values, tensors):
        with keras.StatelessScope(state_mapping=list(zip(variables, values))):
            return fn(*tensors)

    return lambda *tensors: stateless([variable.value for variable in variables], tensors)


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


def only_if(predicate, fn, shape=()):
    """Computes numbers only where a condition holds that is known at run time only.

    Args:
        predicate: bool scalar tensor.
        fn: function without arguments that returns a float32 tensor; it may assign to variables.
        shape: tuple of ints or scalar tensors, of what it returns.

    Returns:
        float32 tensor: fn(), or zeros.
    """
    pure, assigned = _differentiable(lambda _: fn(), [])
    jax.eval_shape(lambda: pure([], None))  # finds out which variables fn assigns
    variables = list(assigned)
    result, values = jax.lax.cond(
        predicate,
        lambda: pure([], None),
        lambda: (keras.ops.zeros(shape, "float32"), [keras.ops.convert_to_tensor(v.value) for v in variables]),
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


def spread():
    """Makes `devices`' context: every device a replica; of all processes, where Keras' variables for them are set."""
    if ADDRESSES in os.environ and not jax.distributed.is_initialized():
        keras.distribution.initialize()
    # Each process reads its own rows itself, see `process_rows`.
    return keras.distribution.DataParallel(auto_shard_dataset=False).scope()


def known(variable):
    """The number in an int variable; None while a program is traced, even if the variable is no part of it."""
    traced = isinstance(jax.numpy.zeros(()), jax.core.Tracer)
    return None if traced else int(variable.value)


def processes():
    """How many processes train one model; JAX starts, if it has not."""
    return jax.process_count()


def is_chief():
    """Whether this process is the one that writes files; JAX starts, if it has not."""
    return jax.process_index() == 0


@contextlib.contextmanager
def by_one_process():
    """Context in which this process may save a model while others go on.

    Keras makes variables while it saves; spread over processes, each would wait for all to make them.
    """
    distribution = keras.distribution.distribution()
    keras.distribution.set_distribution(None)
    try:
        yield
    finally:
        keras.distribution.set_distribution(distribution)


def process_rows(x):
    """Takes this process's part of the rows of a batch.

    Args:
        x: array (rows, ...), the batch of all processes.

    Returns:
        array (rows / processes, ...).
    """
    if keras.distribution.distribution() is None:
        return x
    rows = len(x) // jax.process_count()
    first = jax.process_index() * rows
    return x[first : first + rows]
