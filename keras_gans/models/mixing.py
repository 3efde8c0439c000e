"""Mixtures of classes: what a generator makes of labels, it is linear in the tables that it looks them up in."""

import contextlib

import numpy as np
from keras import layers, ops

from keras_gans import engine
from keras_gans.engine.scope import Scope
from keras_gans.layers import ConditionalBatchNormalization, OneHot


@contextlib.contextmanager
def mixed(network, shares):
    """Context in which a network's label i reads as a mixture of all classes.

    Embedding, OneHot and ConditionalBatchNormalization look a label up in tables of a row per class, and nothing but
    that row enters the network: a row's place is taken by the mean of the rows, weighted by the shares.

    Args:
        network: built `keras.Model`.
        shares: float array (classes, classes), whose row i says how much of each class is in label i.
    """
    classes, tables, values = len(shares), [], []
    shares = ops.convert_to_tensor(shares.astype("float32"))
    with contextlib.ExitStack() as stack:
        for layer in engine.layers_of(network):
            if isinstance(layer, OneHot) and layer.classes == classes:
                stack.enter_context(layer.reading(shares))
            tables += _tables(layer, classes)
        for table in tables:
            rows = engine.widened(ops.convert_to_tensor(table))
            values.append(ops.matmul(ops.cast(shares, rows.dtype), rows))
        stack.enter_context(Scope(state_mapping=list(zip(tables, values))))
        yield


def decode_mixed(decode, network, latents, shares):
    """Makes examples of mixtures of classes, at most as many at a time as a table has rows.

    Args:
        decode: function (latents, labels) -> examples.
        network: built `keras.Model`, which it runs.
        latents: float array (n, latent_dim).
        shares: float array (n, classes), each row of sum 1.

    Returns:
        float32 array (n, ...).

    Raises:
        ValueError: if the network does more with labels than to look them up in the tables of `mixed`.
    """
    n, classes = shares.shape
    _check_tables(decode, network, latents[:1], classes)
    chunks = []
    for i in range(0, n, classes):
        rows = np.resize(shares[i : i + classes], (classes, classes))  # the last ones may be repeated
        with mixed(network, rows):
            chunks.append(decode(latents[i : i + classes], np.arange(min(classes, n - i), dtype="int32")))
    return np.concatenate(chunks)


def _tables(layer, classes):
    """The variables of a layer that have a row for each class."""
    if isinstance(layer, layers.Embedding) and layer.input_dim == classes:
        return [layer.embeddings]
    if isinstance(layer, ConditionalBatchNormalization) and layer.classes == classes:
        return [layer.gamma, layer.beta]
    return []


def _check_tables(decode, network, latents, classes):
    """Refuses a network that makes something else of the last class when the first label reads as it."""
    with mixed(network, np.eye(classes)[::-1]):
        found = decode(latents, np.zeros(1, "int32"))
    if not np.allclose(found, decode(latents, np.full(1, classes - 1, "int32")), atol=1e-2):
        raise ValueError(
            "Expected a generator that reads labels by Embedding, OneHot or ConditionalBatchNormalization alone, whose "
            f"classes can be mixed. Received: {network.name!r}, which does more with them."
        )
