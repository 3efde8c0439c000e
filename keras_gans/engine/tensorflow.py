"""The engine on TensorFlow: tapes, and losses divided by the number of replicas."""

import tensorflow as tf
from keras import ops

from keras_gans.engine.unpack import unpack


class Trainer:
    """Keras' hook: `fit` calls `train_step`, which hands the data to the model's one `training_step`."""

    def train_step(self, data):
        """One step of training on one batch, compiled by Keras. Returns the logs."""
        logs = self.training_step(unpack(data))
        self.optimizer.iterations.assign_add(1)
        return logs


def minimize(loss_fn, variables, optimizer):
    """Moves variables one optimizer step down the gradient of a loss.

    Args:
        loss_fn: function without arguments that returns a scalar loss, a mean over the examples of this replica.
        variables: list of `keras.Variable`, the only ones that move.
        optimizer: built `keras.optimizers.Optimizer`.

    Returns:
        The loss before the move, a scalar (of this replica).
    """
    weights = [variable.value for variable in variables]
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(weights)
        loss = loss_fn()
        objective = optimizer.scale_loss(loss / tf.distribute.get_strategy().num_replicas_in_sync)
    gradients = tape.gradient(objective, weights)
    # First all gradients, then the move: TensorFlow may else move a bias that a penalty's forward pass still reads.
    with tf.control_dependencies([loss, *(gradient for gradient in gradients if gradient is not None)]):
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
    x = ops.convert_to_tensor(x)
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(x)
        outputs = fn(x)
    return tape.gradient(outputs, x)


def when(predicate, fn):
    """Computes a scalar only where a condition holds that is known at run time only.

    Args:
        predicate: bool scalar tensor.
        fn: function without arguments that returns a float32 scalar; it may assign to variables.

    Returns:
        float32 scalar: fn(), or 0.
    """
    return tf.cond(predicate, fn, lambda: tf.constant(0.0))


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

    Args:
        x: tensor (rows, ...) of this replica.

    Returns:
        tensor (rows of all replicas, ...), the same on each replica.
    """
    context = tf.distribute.get_replica_context()
    several = context is not None and context.num_replicas_in_sync > 1
    return context.all_gather(x, axis=0) if several else x


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
