"""Layers in other precisions: statistics in float32 under half precision, in float64 under float64.

The latter is tested on TensorFlow: on JAX some of Keras' own operations, e.g. `ops.norm`, round float64 to float32.
"""

import keras
import numpy as np
import pytest
from keras import layers, ops

from keras_gans.layers import (
    ConditionalBatchNormalization,
    InstanceNormalization,
    MinibatchDiscrimination,
    SpectralNormalization,
    VirtualBatchNormalization,
)

RNG = np.random.default_rng(0)
LABELS = np.arange(6) % 3
NORMS = {  # name -> layer of a policy, as a function of the maps; each takes mean and scale away
    "instance": lambda policy: InstanceNormalization(affine=True, dtype=policy),
    "virtual batch": lambda policy: VirtualBatchNormalization(3, dtype=policy),
    "conditional batch": lambda policy: conditional(ConditionalBatchNormalization(3, dtype=policy)),
}


def conditional(layer):
    return lambda x: layer([x, ops.convert_to_tensor(LABELS)], training=True)


def numpy(x):
    return ops.convert_to_numpy(ops.cast(x, "float64" if float64(x) else "float32"))


def float64(x):
    return keras.backend.standardize_dtype(x.dtype) == "float64"


@pytest.mark.parametrize("half", ["float16", "bfloat16"])
@pytest.mark.parametrize("name", NORMS)
def test_norms_of_large_maps_in_half_precision_are_those_of_float32(name, half):
    """Squares and sums of 1e4 are infinite in float16, and bfloat16 has no third digit of a mean."""
    x = ops.cast(1e4 * (1.0 + 0.1 * RNG.normal(size=(6, 8, 8, 2))), half)
    output = NORMS[name](f"mixed_{half}")(x)
    assert keras.backend.standardize_dtype(output.dtype) == half
    expected = numpy(NORMS[name]("float32")(ops.cast(x, "float32")))
    assert 0.5 < expected.std() < 2.0
    np.testing.assert_allclose(numpy(output), expected, rtol=1e-2, atol=1e-3)


@pytest.mark.tensorflow
@pytest.mark.parametrize("name", NORMS)
def test_norms_compute_in_float64(name):
    """A shift by 1e7 changes no norm; float32 could not tell these maps from noise."""
    x = RNG.normal(size=(6, 8, 8, 2))
    near, far = (NORMS[name]("float64")(ops.convert_to_tensor(x + shift)) for shift in (0.0, 1e7))
    assert float64(near)
    np.testing.assert_allclose(numpy(near), numpy(far), atol=1e-6)


def minibatch(x, policy, kernel):
    layer = MinibatchDiscrimination(kernels=2, dimensions=2, dtype=policy)
    layer.build(x.shape)
    layer.set_weights([kernel])
    return layer(x)


@pytest.mark.parametrize("half", ["float16", "bfloat16"])
def test_minibatch_discrimination_of_large_features_in_half_precision(half):
    """Projections of 1e5 are infinite in float16, their differences no numbers; two equal examples still are close."""
    x = ops.cast(np.array([[1e4] * 10, [1e4] * 10, [-1e4] * 10]), half)
    output = minibatch(x, f"mixed_{half}", np.ones((10, 4)))
    assert keras.backend.standardize_dtype(output.dtype) == half
    np.testing.assert_array_equal(numpy(output)[:, 10:], [[2, 2], [2, 2], [1, 1]])


@pytest.mark.tensorflow
def test_minibatch_discrimination_computes_in_float64():
    """Distances do not see a shift of all examples."""
    x, kernel = RNG.normal(size=(4, 3)), RNG.normal(size=(3, 4))
    near, far = (minibatch(ops.convert_to_tensor(x + shift), "float64", kernel) for shift in (0.0, 1e7))
    assert numpy(near)[:, 3:].min() > 1.0
    np.testing.assert_allclose(numpy(near)[:, 3:], numpy(far)[:, 3:], atol=1e-6)


@pytest.mark.parametrize("make", [lambda p: layers.Dense(4, dtype=p), lambda p: layers.Conv2D(4, 3, dtype=p)])
@pytest.mark.parametrize("scale", [1e-8, 1e5])
def test_spectral_normalization_in_float16_of_kernels_beyond_it(make, scale):
    """sigma is taken of the float32 kernel: W / sigma is the same for all scales of W, the output finite at 1e4."""
    keras.utils.set_random_seed(0)
    x = (1e4 * RNG.uniform(0.5, 1.0, size=(2, 5, 5, 3))).astype("float16")
    layer = SpectralNormalization(make("mixed_float16"), power_iterations=50)
    plain = SpectralNormalization(make("float32"), power_iterations=50)
    for each in (layer, plain):
        each.build(x.shape)
    plain.set_weights(layer.get_weights())
    layer.layer.kernel.assign(scale * layer.layer.kernel.value)
    output, expected = layer(x), numpy(plain(x.astype("float32")))
    assert keras.backend.standardize_dtype(output.dtype) == "float16"
    assert 1e3 < np.abs(expected).max() < 6e4
    np.testing.assert_allclose(numpy(output), expected, rtol=5e-3, atol=30.0)


@pytest.mark.tensorflow
@pytest.mark.parametrize("make", [lambda p: layers.Dense(4, dtype=p), lambda p: layers.Conv2D(4, 3, dtype=p)])
def test_spectral_normalization_computes_in_float64(make):
    """The kernel is divided by its largest singular value, that of numpy.linalg; the layer is linear in it."""
    keras.utils.set_random_seed(0)
    layer = SpectralNormalization(make("float64"), power_iterations=300)
    x = ops.convert_to_tensor(RNG.normal(size=(2, 5, 5, 3)))
    normalized, plain = layer(x), layer.layer(x)
    sigma = np.linalg.norm(numpy(layer.layer.kernel.value).reshape(-1, 4), 2)
    assert float64(normalized)
    np.testing.assert_allclose(numpy(normalized) * sigma, numpy(plain), rtol=1e-11, atol=1e-11)
