"""What the tests of networks on the ladder share: counts, layers of a kind, what a layer somewhere in them gives."""

import keras
import numpy as np
from keras import layers, ops

from keras_gans.layers import SelfAttention, SpectralNormalization


def numpy(x):
    return ops.convert_to_numpy(x)


def trainable(network):
    return sum(int(np.prod(v.shape)) for v in network.trainable_variables)


def of(network, *kinds):
    return [layer for layer in network._flatten_layers() if isinstance(layer, kinds)]


def probe(network, *tensors):
    """A function of the network's inputs that returns what is found at symbolic tensors in it."""
    inner = keras.Model(network.inputs, list(tensors))
    return lambda *inputs: [numpy(value) for value in keras.tree.flatten(inner(list(inputs)))]


def blocks(network):
    """The outputs of the network's blocks, in order."""
    found = [layer for layer in network.layers if layer.name.startswith("block_")]
    return [layer.output for layer in sorted(found, key=lambda layer: int(layer.name.split("_")[1]))]


def attended(network):
    """The sides of the maps that self-attention follows."""
    return [layer.output.shape[1] for layer in of(network, SelfAttention)]


def check_normalized(network, but=()):
    """Everything with a kernel or a table is under spectral normalization, but the layers of these names."""
    bare = (layers.Conv2D, layers.Dense, layers.Embedding)
    kernels = [layer for layer in of(network, *bare) if layer.name not in but]
    inner = [spectral.layer for spectral in of(network, SpectralNormalization)]
    assert {id(layer) for layer in kernels} == {id(layer) for layer in inner}
    assert len(inner) == len(kernels) > 5
    names = {v.name for v in network.trainable_variables}
    assert names <= {"kernel", "bias", "embeddings", "gamma", "beta"}, names


def check_logit(discriminator, x, labels):
    """f(x, y) = <v_y, h(x)> + w h(x) + b, with v and w divided by their largest singular value."""
    rng = np.random.default_rng(0)
    dense, embedding = of(discriminator, layers.Dense)[-1], of(discriminator, layers.Embedding)[-1]
    embedding.embeddings.assign(rng.normal(size=embedding.embeddings.shape))
    dense.bias.assign([0.3])
    for spectral in of(discriminator, SpectralNormalization)[-2:]:
        spectral.power_iterations = 50
    (h,) = probe(discriminator, discriminator.get_layer("features").output)(x, labels)
    w, v = numpy(dense.kernel), numpy(embedding.embeddings)
    w, v = w / np.linalg.norm(w), v / np.linalg.svd(v, compute_uv=False)[0]
    expected = h @ w[:, 0] + 0.3 + np.sum(v[labels] * h, axis=1)
    np.testing.assert_allclose(numpy(discriminator([x, labels]))[:, 0], expected, rtol=1e-3, atol=1e-4)
    assert np.std(expected) > 0
