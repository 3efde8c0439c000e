"""Precision: a network that computes in float32 for a while, and statistics in float32 or better."""

import contextlib
import threading

import keras

from keras_gans.engine.private import layers_of

HALF = ("float16", "bfloat16")


def widened(x):
    """Casts a float tensor to float32, the least in which statistics are right; what is float64 stays float64."""
    return x if keras.backend.standardize_dtype(x.dtype) == "float64" else keras.ops.cast(x, "float32")


class _Policy(keras.DTypePolicy):
    """A layer's policy while some thread is inside `in_float32`: float32 there, the layer's own in other threads."""

    def __init__(self, layer):
        super().__init__("float32")
        self.own, self.dtypes = layer.dtype_policy, (layer.compute_dtype, layer.variable_dtype)
        self.threads = []

    @property
    def compute_dtype(self):
        return "float32" if threading.get_ident() in self.threads else self.dtypes[0]

    @property
    def variable_dtype(self):
        return self.dtypes[1]


@contextlib.contextmanager
def in_float32(network):
    """Context in which the layers of a network that compute in half precision compute in float32 instead.

    For gradients that half precision would lose: float16 takes what is below 6e-8 for 0 and what is above 65504 for
    infinite, bfloat16 keeps two or three digits. Weights are float32 under mixed policies anyway. It holds for the
    calling thread, since TensorFlow traces each replica in a thread of its own and lets them take turns.

    Args:
        network: built `keras.Model`.
    """
    thread, layers = threading.get_ident(), []
    for layer in layers_of(network):
        if layer.compute_dtype in HALF and not isinstance(layer.dtype_policy, _Policy):
            layer.dtype_policy = _Policy(layer)
        if isinstance(layer.dtype_policy, _Policy):
            layer.dtype_policy.threads.append(thread)
            layers.append(layer)
    try:
        yield
    finally:
        for layer in layers:
            layer.dtype_policy.threads.remove(thread)
            if not layer.dtype_policy.threads:
                layer.dtype_policy = layer.dtype_policy.own
