"""TensorFlow's kernels in the place of Keras' chains of small operations: the same numbers, in less time.

Each reads and writes memory once where a chain does so a dozen times. XLA makes such kernels by itself, so that the
engine on JAX needs none of this.
"""

import contextlib
import functools
import threading

import keras
import tensorflow as tf

from keras_gans.engine import private


class _Thread(threading.local):
    """What holds for one thread: TensorFlow traces each replica in one of its own."""

    twice = False


_thread = _Thread()


def fused(optimizer):
    """Lets Keras' Adam move a weight in one kernel; other optimizers stay as they are.

    The formula and the state stay Keras', so do its schedules, clipping, averages and decay of weights; only 1 - beta
    is rounded to the weight's precision.

    Args:
        optimizer: `keras.optimizers.Optimizer`.

    Returns:
        The optimizer.
    """
    adam = getattr(optimizer, "inner_optimizer", optimizer)  # a LossScaleOptimizer has one
    if type(adam).update_step is keras.optimizers.Adam.update_step and not adam.amsgrad:
        adam.update_step = functools.partial(_adam, adam)
    return optimizer


def _adam(self, gradient, variable, learning_rate):
    """Adam.update_step: m and v move, then the variable."""
    slots = private.adam_slots(self, variable)
    if slots is None:
        type(self).update_step(self, gradient, variable, learning_rate)
        return

    def number(x):
        return tf.cast(x, variable.dtype)

    step = number(self.iterations + 1)
    tf.raw_ops.ResourceApplyAdam(
        var=variable.handle,
        m=slots[0].value.handle,
        v=slots[1].value.handle,
        beta1_power=number(self.beta_1) ** step,
        beta2_power=number(self.beta_2) ** step,
        lr=number(learning_rate),
        beta1=number(self.beta_1),
        beta2=number(self.beta_2),
        epsilon=number(self.epsilon),
        grad=number(gradient),
    )


@contextlib.contextmanager
def fused_layers(model):
    """Context in which the layers of a model use kernels that take the place of their `call`.

    BatchNormalization normalises, in training, in one kernel. ReLU and LeakyReLU have, where a gradient is
    differentiated again, a slope that does not depend on their input.

    Args:
        model: `keras.Model`, or another layer.
    """
    changed = {layer: call for layer in private.layers_of(model) if (call := _fast(layer))}
    for layer, call in changed.items():
        layer.call = functools.partial(call, layer)
    try:
        yield
    finally:
        for layer in changed:
            del layer.call


@contextlib.contextmanager
def differentiated_twice():
    """Context for what will be differentiated twice, of which not every kernel is capable."""
    before, _thread.twice = _thread.twice, True
    try:
        yield
    finally:
        _thread.twice = before


def _fast(layer):
    """The function that takes the place of a layer's `call`, or None."""
    kind = type(layer)
    if kind is keras.layers.LeakyReLU:
        return _rectify
    if kind is keras.layers.ReLU and layer.max_value is None and layer.threshold == 0:
        return _rectify
    if kind is keras.layers.BatchNormalization and layer.compute_dtype != "float64":
        affine = layer.scale and layer.center and not layer.synchronized
        return _normalize if affine and not getattr(layer, "renorm", False) else None
    return None


def _rectify(layer, inputs):
    """LeakyReLU.call: between its kinks the slope is a constant.

    TensorFlow's second derivative has a tensor of zeros for what the slope owes to the input, and takes it backwards
    through all layers below.
    """
    if not _thread.twice:
        return type(layer).call(layer, inputs)
    # x with the slope at x, held still, for its factor; not a gradient of our own, which TensorFlow keeps for good
    features = tf.stop_gradient(inputs)
    return tf.raw_ops.LeakyReluGrad(gradients=inputs, features=features, alpha=float(layer.negative_slope))


def _normalize(layer, inputs, training=None, mask=None):
    """BatchNormalization.call: the kernel's variance is divided by n - 1, that of Keras' moving average by n."""
    rank = len(inputs.shape)
    known = rank in (2, 4) and layer.axis in (-1, rank - 1) and mask is None
    if not (training and layer.trainable and known) or _thread.twice:
        return type(layer).call(layer, inputs, training=training, mask=mask)
    x = tf.cast(inputs, tf.float32)
    y, mean, variance, *_ = tf.raw_ops.FusedBatchNormV3(
        x=x if rank == 4 else x[:, None, None, :],
        scale=layer.gamma,
        offset=layer.beta,
        mean=tf.zeros(0),
        variance=tf.zeros(0),
        epsilon=layer.epsilon,
    )
    n = tf.cast(tf.size(x), tf.float32) / x.shape[-1]
    for moving, value in ((layer.moving_mean, mean), (layer.moving_variance, variance * (n - 1) / n)):
        moving.assign(moving * layer.momentum + tf.stop_gradient(value) * (1 - layer.momentum))
    return tf.cast(y if rank == 4 else y[:, 0, 0, :], layer.compute_dtype)
