"""Conditional batch norm that is linear in a vector: the 1 +, linearity, the statistics, what it keeps when saved."""

import keras
import numpy as np
import pytest
from keras import layers, ops

from keras_gans.layers import LinearConditionalBatchNormalization, SpectralNormalization
from keras_gans.regularizers import OrthogonalRegularizer, regularize

RNG = np.random.default_rng(0)
X = (3.0 + 2.0 * RNG.normal(size=(6, 4, 5, 3))).astype("float32")
C = RNG.normal(size=(6, 7)).astype("float32")


def numpy(x):
    return ops.convert_to_numpy(x)


def normalized(x, epsilon=1e-5):
    axes = tuple(range(x.ndim - 1))
    x = x.astype("float64")
    return (x - x.mean(axis=axes)) / np.sqrt(x.var(axis=axes) + epsilon)


def built(shape=X.shape, **arguments):
    """A layer without spectral normalization."""
    layer = LinearConditionalBatchNormalization(**{"spectral_norm": False, **arguments})
    layer.build([shape, C.shape])
    return layer


@pytest.mark.parametrize("spectral_norm", [False, True])
def test_linear_batch_normalization_of_zero_kernels_is_plain(spectral_norm):
    """Trap: a gain without the 1 (google/compare_gan issue 54) makes a network of zeros."""
    layer = built(spectral_norm=spectral_norm)
    for kernel in layer.trainable_variables:
        kernel.assign(np.zeros(kernel.shape))
    output = numpy(layer([X, C], training=True))
    plain = layers.BatchNormalization(momentum=0.9, epsilon=1e-5, center=False, scale=False)
    np.testing.assert_array_equal(output, numpy(plain(X, training=True)))
    np.testing.assert_allclose(output, normalized(X), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("x", [X, X[:, 0, 0]], ids=["maps", "vectors"])
def test_linear_batch_normalization_against_numpy(x):
    layer = built(x.shape)
    expand = (slice(None), *[None] * (x.ndim - 2))
    gain, bias = (1.0 + C @ numpy(layer.gain.kernel))[expand], (C @ numpy(layer.bias.kernel))[expand]
    expected = gain * normalized(x) + bias
    np.testing.assert_allclose(numpy(layer([x, C], training=True)), expected, rtol=1e-4, atol=1e-4)
    assert np.std(gain) > 0.1


def test_linear_batch_normalization_has_no_hidden_layer():
    """gain - 1 and the bias are linear: f(c) + f(c') - f(0) = f(c + c')."""
    layer, other = built(), RNG.normal(size=C.shape).astype("float32")
    f = [numpy(layer([X, c], training=True)) for c in (C, other, np.zeros_like(C), C + other)]
    np.testing.assert_allclose(f[0] + f[1] - f[2], f[3], atol=1e-4)
    assert np.abs(f[0] + f[1] - f[3]).max() > 1.0


def test_linear_batch_normalization_divides_both_kernels_by_their_norms():
    layer = built(spectral_norm=True)
    assert all(isinstance(each, SpectralNormalization) for each in (layer.gain, layer.bias))
    outputs = []
    for scale in (1.0, 9.0):
        for each in (layer.gain, layer.bias):
            each.layer.kernel.assign(scale * numpy(each.layer.kernel))
        outputs.append(numpy(layer([X, C])))
    np.testing.assert_allclose(*outputs, rtol=1e-4, atol=1e-5)


def test_linear_batch_normalization_counts_two_kernels_and_starts_them_orthogonal():
    layer = built()
    assert sum(v.numpy().size for v in layer.trainable_variables) == 2 * 7 * 3
    for kernel in layer.trainable_variables:
        np.testing.assert_allclose(numpy(kernel).T @ numpy(kernel), np.eye(3), atol=1e-5)


def test_linear_batch_normalization_moves_and_uses_the_averages():
    layer = built()
    layer([X, C], training=True)
    np.testing.assert_allclose(numpy(layer.batch_norm.moving_mean), 0.1 * X.mean(axis=(0, 1, 2)), rtol=1e-4)
    layer.batch_norm.moving_mean.assign(X.mean(axis=(0, 1, 2)))
    layer.batch_norm.moving_variance.assign(X.var(axis=(0, 1, 2)))
    one, all_of_them = numpy(layer([X[:1], C[:1]])), numpy(layer([X, C], training=True))
    np.testing.assert_allclose(one, all_of_them[:1], rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("policy", ["mixed_float16", "mixed_bfloat16"])
def test_linear_batch_normalization_in_half_precision_computes_in_full(policy):
    half = policy.removeprefix("mixed_")
    x, c = ops.cast(1000.0 + 100.0 * RNG.normal(size=(6, 16, 16, 3)), half), ops.cast(C, half)
    layer, full = built(x.shape, dtype=policy), built(x.shape)
    full.set_weights(layer.get_weights())
    output = layer([x, c], training=True)
    assert keras.backend.standardize_dtype(output.dtype) == half
    assert {keras.backend.standardize_dtype(v.dtype) for v in layer.variables} == {"float32"}
    expected = numpy(full([ops.cast(x, "float32"), ops.cast(c, "float32")], training=True))
    np.testing.assert_allclose(numpy(ops.cast(output, "float32")), expected, rtol=1e-2, atol=1e-2)


def test_linear_batch_normalization_is_saved_and_loaded_with_what_was_put_on_its_kernels(tmp_path):
    x, c = keras.Input(X.shape[1:]), keras.Input(C.shape[1:])
    layer = LinearConditionalBatchNormalization(momentum=0.5, epsilon=1e-3)
    network = regularize(keras.Model([x, c], layer([x, c])), OrthogonalRegularizer(0.1))
    network([X, C], training=True)
    network.save(tmp_path / "network.keras")
    loaded = keras.saving.load_model(tmp_path / "network.keras")
    np.testing.assert_array_equal(numpy(loaded([X, C])), numpy(network([X, C])))
    again = loaded.layers[-1]
    assert again.get_config() == layer.get_config()
    assert (again.batch_norm.momentum, again.batch_norm.epsilon, again.spectral_norm) == (0.5, 1e-3, True)
    assert [v.regularizer.weight for v in loaded.trainable_variables] == [0.1, 0.1]
    assert loaded.trainable_variables[0].regularizer is not loaded.trainable_variables[1].regularizer
