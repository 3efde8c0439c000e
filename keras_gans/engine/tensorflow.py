"""The engine on TensorFlow: tapes, and losses divided by the number of replicas."""

import contextlib

import keras
import tensorflow as tf
from keras import ops

from keras_gans.engine import kernels
from keras_gans.engine.devices import check_built_here
from keras_gans.engine.kernels import fused as fused
from keras_gans.engine.private import summed_already
from keras_gans.engine.reading import read_once
from keras_gans.engine.scope import Scope
from keras_gans.engine.unpack import unpack


class Trainer:
    """Keras' hook: `fit` calls `train_step`, which hands the data to the model's one `training_step`.

    Attributes:
        replicas: int, how many devices share each batch.
    """

    @property
    def replicas(self):
        return self.distribute_strategy.num_replicas_in_sync

    def make_train_function(self, force=False):
        """Keras' hook, before the first step: refuses what TensorFlow would fail at in a page of internals."""
        check_built_here(self)
        if self.jit_compile and self.replicas > 1:
            raise ValueError(
                "Expected jit_compile=False on several replicas, between which XLA exchanges nothing on TensorFlow. "
                f"Received: jit_compile={self.jit_compile} on {self.replicas} replicas."
            )
        return super().make_train_function(force)

    def train_step(self, data):
        """One step of training on one batch, compiled by Keras. Returns the logs."""
        data = unpack(data)
        # Where a Dataset is at its end, nothing may move: neither counts nor seeds, which else need no data.
        fused = kernels.fused_layers(self) if self.replicas == 1 else contextlib.nullcontext()
        with tf.control_dependencies(tf.nest.flatten(data)), fused:
            return self.whole_step(data)

    def test_step(self, data):
        """One step of `evaluate`: the model's `evaluation_step`, compiled by Keras. Returns the logs."""
        return self.evaluation_step(unpack(data))

    def _trackable_children(self, save_type="checkpoint", **kwargs):
        """What `tf.train.Checkpoint` saves and restores, to which belongs what Keras leaves out."""
        children = super()._trackable_children(save_type, **kwargs)
        return children | self.remembered() if save_type == "checkpoint" else children

    def reader_of(self, variables):
        """Makes a function that reads weights between two steps of `fit`, at the least cost.

        Args:
            variables: list of trainable `keras.Variable` of this model.

        Returns:
            function without arguments that returns a list of arrays.
        """
        values = [variable.value for variable in variables]
        return lambda: [value.value().numpy() for value in values]


class ForwardPass:
    """What networks make, computed once: others may learn from it first, then the networks themselves.

    Attributes:
        fn: the function that was given, which makes it anew at each call.
        outputs: what it returned.
        value: tensor or nested tensors, what the networks made.

    Args:
        fn: function without arguments that returns a tuple: what the networks make, and a list of scalars, what they
            add to the loss.
        variables: list of the `keras.Variable` for whose gradient the pass is remembered.
    """

    def __init__(self, fn, variables):
        self.fn, self._weights = fn, [variable.value for variable in variables]
        with tf.GradientTape(watch_accessed_variables=False) as self._tape:
            self._tape.watch(self._weights)
            self.outputs = fn()
        self.value = self.outputs[0]

    def backward(self, gradients):
        """Takes the gradient of a loss from what was made to the variables; once.

        Args:
            gradients: tensors like `outputs`, the loss's gradient with respect to each.

        Returns:
            list of tensors, None where a variable had no part in it.
        """
        return self._tape.gradient(self.outputs, self._weights, output_gradients=gradients)


def minimize(loss_fn, variables, optimizer, made=None):
    """Moves variables one optimizer step down the gradient of a loss.

    Args:
        loss_fn: function of `made.outputs`, or without arguments where nothing was made, that returns a scalar loss, a
            mean over the examples of this replica.
        variables: list of `keras.Variable`, the only ones that move.
        optimizer: built `keras.optimizers.Optimizer`.
        made: None, or the `ForwardPass` of the variables through which the gradient goes on.

    Returns:
        The loss before the move, a scalar (of this replica).
    """
    weights = [tf.convert_to_tensor(variable.value) for variable in variables]
    inputs = [] if made is None else [made.outputs]
    replicas = tf.distribute.get_strategy().num_replicas_in_sync
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch([weights, inputs])
        with read_once(variables, weights):
            loss = loss_fn(*inputs)
        objective = optimizer.scale_loss(loss / replicas)
    gradients, through = tape.gradient(objective, [weights, inputs])
    terms = [gradients]
    if made is not None:
        through = tf.nest.map_structure(lambda x, g: tf.zeros_like(x) if g is None else g, inputs, through)
        terms.append(made.backward(through[0]))
    gradients = [_sum(*pair) for pair in zip(*terms)]
    # First all gradients, then the move: TensorFlow may else move a bias that a penalty's forward pass still reads.
    # One operation waits for all of them, so that each of the move's waits for one.
    known = tf.control_dependencies([tf.group(loss, *(gradient for gradient in gradients if gradient is not None))])
    with known, summed_already(optimizer) if replicas == 1 else contextlib.nullcontext():
        optimizer.apply(gradients, variables)
    return loss


def _sum(*gradients):
    """Adds up gradients that are not None, and rows that one has several times, which Keras would square first."""
    found = [tf.convert_to_tensor(gradient) for gradient in gradients if gradient is not None]
    return sum(found[1:], start=found[0]) if found else None


def compile_stateless(fn, variables):
    """Compiles a function so that what it assigns to variables is forgotten when it returns.

    Args:
        fn: function of tensors.
        variables: list of all `keras.Variable` that it uses.

    Returns:
        function of tensors or arrays.
    """

    @tf.function(autograph=False)
    def stateless(*tensors):
        with keras.StatelessScope():
            return fn(*tensors)

    return stateless


def input_gradient(fn, x):
    """Gradient of a function of each example with respect to that example; it can itself be differentiated.

    Args:
        fn: function from a batch (m, ...) to outputs whose first axis is the batch, e.g. a discriminator.
        x: float tensor (m, ...).

    Returns:
        float tensor of x's shape: the gradient of the sum of the outputs.
    """
    x = ops.convert_to_tensor(x)
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(x)
        with kernels.differentiated_twice():
            outputs = fn(x)
    return tape.gradient(outputs, x)


def only_if(predicate, fn, shape=()):
    """Computes numbers only where a condition holds that is known at run time only.

    Args:
        predicate: bool scalar tensor.
        fn: function without arguments that returns a float32 tensor; it may assign to variables.
        shape: tuple of ints or scalar tensors, of what it returns.

    Returns:
        float32 tensor: fn(), or zeros.
    """
    assigned = {}  # A scope of variables around it must learn what it assigns from outputs, not from within the branch.

    def branch():
        with Scope() as scope:
            result = fn()
        assigned.update(scope.assigned)
        return result, [scope.get_current_value(variable) for variable in assigned.values()]

    def otherwise():  # traced second
        return tf.zeros(shape), [ops.convert_to_tensor(variable) for variable in assigned.values()]

    result, values = tf.cond(predicate, branch, otherwise)
    for variable, value in zip(assigned.values(), values):
        variable.assign(value)
    return result


def replica_rows(draw, rows):
    """Draws random rows so that replicas get different ones, together the rows that one replica would draw.

    Keras gives every replica the same seed. So the whole batch is drawn on each and every replica keeps its part.

    Args:
        draw: function from a number of rows to a tensor (rows, ...).
        rows: number of rows on this replica.

    Returns:
        tensor (rows, ...).
    """
    context = tf.distribute.get_replica_context()
    replicas = 1 if context is None else context.num_replicas_in_sync
    return own_rows(draw(rows * replicas), rows)


def all_rows(x):
    """Puts together the rows of all replicas, in their order.

    Gradients flow back to the replica that each row came from. So a mean over all rows, in a loss that every replica
    computes, is differentiated as on one replica.

    Args:
        x: tensor (rows, ...) of this replica.

    Returns:
        tensor (rows of all replicas, ...), the same on each replica.

    Raises:
        ValueError: in what `only_if` computes, where TensorFlow cannot exchange rows.
    """
    context = tf.distribute.get_replica_context()
    if context is None or context.num_replicas_in_sync == 1:
        return x
    try:
        return context.all_gather(x, axis=0)
    except RuntimeError as error:  # TensorFlow's sentence names its internals
        raise ValueError(
            "Expected no `Lazy` around a penalty that looks at the whole batch, as DRAGAN and FeatureMatching do, on "
            f"several replicas. Received: {context.num_replicas_in_sync} replicas."
        ) from error


def own_rows(x, rows):
    """Takes this replica's part of the rows of all replicas.

    Args:
        x: tensor (rows of all replicas, ...).
        rows: number of rows on this replica.

    Returns:
        tensor (rows, ...).
    """
    context = tf.distribute.get_replica_context()
    if context is None or context.num_replicas_in_sync == 1:
        return x
    first = context.replica_id_in_sync_group * rows
    return x[first : first + rows]


def spread():
    """Makes `devices`' context: every GPU a replica; without a GPU every logical CPU, which is for tests."""
    if tf.config.list_logical_devices("GPU"):
        return tf.distribute.MirroredStrategy().scope()
    names = [device.name for device in tf.config.list_logical_devices("CPU")]
    return tf.distribute.MirroredStrategy(names, tf.distribute.ReductionToOneDevice()).scope()


def known(variable):
    """The number in an int variable; None while a graph is traced."""
    return int(variable.numpy()) if tf.executing_eagerly() else None


def processes():
    """How many processes train one model: on TensorFlow always one."""
    return 1


def is_chief():
    """Whether this process is the one that writes files: on TensorFlow always."""
    return True


def by_one_process():
    """Makes a context in which this process may save a model while others go on: on TensorFlow there are none."""
    return contextlib.nullcontext()


def process_rows(x):
    """Takes this process's part of the rows of a batch: on TensorFlow all of them."""
    return x
