"""TensorFlow's kernels in the place of Keras' chains of small operations: the same numbers, in less time.

Each reads and writes memory once where a chain does so a dozen times. XLA makes such kernels by itself, so that the
engine on JAX needs none of this.
"""

import contextlib
import functools
import math
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
        shared = {}
        adam.apply = functools.partial(_apply, adam, shared)
        adam.update_step = functools.partial(_adam, adam, shared)
    return optimizer


def _apply(self, shared, grads, trainable_variables=None):
    """Adam.apply: what is the same for all weights is computed once."""
    shared["numbers"] = {}
    try:
        type(self).apply(self, grads, trainable_variables)
    finally:
        shared.pop("numbers", None)


def _adam(self, shared, gradient, variable, learning_rate):
    """Adam.update_step: m and v move, then the variable."""
    slots = private.adam_slots(self, variable)
    if slots is None:
        type(self).update_step(self, gradient, variable, learning_rate)
        return
    dtype, numbers = variable.dtype, shared.get("numbers", {})
    if (dtype, variable.device) not in numbers:
        betas = {f"beta{i}": tf.cast(beta, dtype) for i, beta in ((1, self.beta_1), (2, self.beta_2))}
        step = tf.cast(self.iterations + 1, dtype)
        numbers[dtype, variable.device] = {
            "lr": tf.cast(learning_rate, dtype),
            "epsilon": tf.cast(self.epsilon, dtype),
            **betas,
            **{f"{name}_power": beta**step for name, beta in betas.items()},
        }
    tf.raw_ops.ResourceApplyAdam(
        var=variable.handle,
        m=slots[0].value.handle,
        v=slots[1].value.handle,
        grad=tf.cast(gradient, dtype),
        **numbers[dtype, variable.device],
    )


@contextlib.contextmanager
def fused_layers(model):
    """Context in which the layers of a model use kernels that take the place of their `call`.

    BatchNormalization normalises, in training, in one kernel. ReLU and LeakyReLU have a slope that does not depend on
    their input where a gradient is differentiated again.

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
        mean=(nothing := tf.constant([], tf.float32)),
        variance=nothing,
        epsilon=layer.epsilon,
    )
    rows = inputs.shape[:-1]
    n = math.prod(rows) if rows.is_fully_defined() else tf.cast(tf.size(x), tf.float32) / x.shape[-1]
    momentum = layer.momentum
    for moving, value, share in ((layer.moving_mean, mean, 1), (layer.moving_variance, variance, (n - 1) / n)):
        moving.assign(moving.value * momentum + value * (share * (1 - momentum)))
    return tf.cast(y if rank == 4 else y[:, 0, 0, :], layer.compute_dtype)
