"""What networks see in training in the place of their inputs, in every call of them, whoever makes it."""

import collections
import contextlib
import functools
import threading

_lock = threading.Lock()
_watched = collections.Counter()  # id of a network -> open contexts in which it sees something else


class _Thread(threading.local):
    """What holds for one thread: TensorFlow traces each replica in one of its own."""

    def __init__(self):
        self.open = []  # of the contexts: (ids of networks, function), the innermost last


_thread = _Thread()


@contextlib.contextmanager
def seeing(change, *networks):
    """Context in which networks that are called with `training=True` see what a function makes of their inputs.

    Gradients with respect to the inputs go through the function. Nothing of the networks is changed for good.

    Args:
        change: function of a network's inputs that returns what it sees in their place.
        *networks: built Functional or Sequential `keras.Model`s.
    """
    with _lock:
        for network in networks:
            _watched[id(network)] += 1
            network.call = functools.partial(_call, network)
    _thread.open.append(({id(network) for network in networks}, change))
    try:
        yield
    finally:
        _thread.open.pop()
        with _lock:
            for network in networks:
                _watched[id(network)] -= 1
                if not _watched[id(network)]:
                    del network.call, _watched[id(network)]


def seen(network, inputs):
    """What a network sees of inputs in training: themselves, or within `seeing` what takes their place.

    For those who ask a network's layers without calling the network.

    Args:
        network: built `keras.Model`.
        inputs: what it takes.

    Returns:
        What it sees, of the same structure.
    """
    for networks, change in reversed(_thread.open):
        if id(network) in networks:
            return change(inputs)
    return inputs


def _call(network, inputs, training=None, **others):
    """Model.call while something else may be seen."""
    return type(network).call(network, seen(network, inputs) if training else inputs, training=training, **others)
