"""What layers add to the loss: by `add_loss`, by an activity regularizer, in every call of a network."""

import collections
import contextlib
import functools
import threading

import keras

from keras_gans.engine.private import layers_of

_lock = threading.Lock()
_listeners = collections.Counter()  # id of a layer -> open contexts in which it is listened to


class _Thread(threading.local):
    """What holds for one thread: TensorFlow traces each replica in one of its own."""

    def __init__(self):
        self.open = []  # of the contexts: (ids of layers, list of what they added), the innermost last


_thread = _Thread()


@contextlib.contextmanager
def added_losses(*networks):
    """Context that collects what the layers of networks add to the loss; of nested ones the innermost has it.

    Keras keeps only what the last call of a network added, and on JAX nothing; a step calls its networks several times.

    Args:
        *networks: built `keras.Model`s.

    Yields:
        list, which grows by float32 scalars.
    """
    layers, added = {id(layer): layer for network in networks for layer in layers_of(network)}, []
    with _lock:
        for key, layer in layers.items():
            _listeners[key] += 1
            layer.add_loss = functools.partial(_add, layer)
    _thread.open.append((layers.keys(), added))
    try:
        yield added
    finally:
        _thread.open.pop()
        with _lock:
            for key, layer in layers.items():
                _listeners[key] -= 1
                if not _listeners[key]:
                    del layer.add_loss, _listeners[key]


def _add(layer, loss):
    """Layer.add_loss while somebody listens."""
    for layers, added in reversed(_thread.open):
        if id(layer) in layers:
            added.extend(keras.ops.cast(keras.ops.sum(x), "float32") for x in keras.tree.flatten(loss))
            return
    type(layer).add_loss(layer, loss)
