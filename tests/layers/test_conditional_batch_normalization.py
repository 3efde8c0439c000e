"""Conditional batch norm against NumPy: the 1 +, the rows of the tables, the statistics of batch norm."""

import keras
import numpy as np
import pytest
from keras import layers, ops

from keras_gans import engine
from keras_gans.layers import ConditionalBatchNormalization

RNG = np.random.default_rng(0)
X = (3.0 + 2.0 * RNG.normal(size=(6, 4, 5, 3))).astype("float32")
LABELS = np.array([0, 2, 2, 1, 0, 2], "int32")


def numpy(x):
    return ops.convert_to_numpy(x)


def normalized(x, epsilon=1e-5):
    axes = tuple(range(x.ndim - 1))
    x = x.astype("float64")
    return (x - x.mean(axis=axes)) / np.sqrt(x.var(axis=axes) + epsilon)


def built(shape=X.shape, **arguments):
    """A layer whose tables hold numbers, and these tables."""
    layer = ConditionalBatchNormalization(3, **arguments)
    layer.build([shape, (None,)])
    gamma, beta = RNG.normal(size=(2, 3, shape[-1])).astype("float32")
    layer.gamma.assign(gamma)
    layer.beta.assign(beta)
    return layer, gamma, beta


def test_conditional_batch_normalization_adds_1_to_gamma():
    """Trap: gamma without the + 1 starts a network of zeros (google/compare_gan issue 54)."""
    layer = ConditionalBatchNormalization(3)
    output = numpy(layer([X, LABELS], training=True))
    np.testing.assert_allclose(output, normalized(X), rtol=1e-4, atol=1e-5)
    assert output.std() == pytest.approx(1.0, rel=1e-3)
    assert [float(ops.max(ops.abs(v))) for v in layer.trainable_variables] == [0.0, 0.0]


@pytest.mark.parametrize("x", [X, X[:, 0, 0]], ids=["maps", "vectors"])
def test_conditional_batch_normalization_takes_the_labels_rows(x):
    layer, gamma, beta = built(x.shape)
    expand = (slice(None), *[None] * (x.ndim - 2))
    expected = (1.0 + gamma[LABELS][expand]) * normalized(x) + beta[LABELS][expand]
    np.testing.assert_allclose(numpy(layer([x, LABELS], training=True)), expected, rtol=1e-4, atol=1e-4)


def test_conditional_batch_normalization_moves_and_uses_the_averages():
    layer, gamma, beta = built()
    at_start = (1.0 + gamma[LABELS][:, None, None]) * X / np.sqrt(1 + 1e-5) + beta[LABELS][:, None, None]
    np.testing.assert_allclose(numpy(layer([X, LABELS])), at_start, rtol=1e-4, atol=1e-4)
    mean, variance = (numpy(v) for v in layer.non_trainable_variables)
    assert mean.tolist() == [0, 0, 0]
    assert variance.tolist() == [1, 1, 1]
    layer([X, LABELS], training=True)
    mean, variance = (numpy(v) for v in layer.non_trainable_variables)
    np.testing.assert_allclose(mean, 0.1 * X.mean(axis=(0, 1, 2)), rtol=1e-4)
    np.testing.assert_allclose(variance, 0.9 + 0.1 * X.var(axis=(0, 1, 2)), rtol=1e-2)


def test_conditional_batch_normalization_gradient_reaches_only_the_rows_of_the_batch():
    layer, _, _ = built()
    before = numpy(layer.gamma)
    optimizer = keras.optimizers.SGD(1.0)
    optimizer.build(layer.trainable_variables)
    labels, x = np.array([0, 2], "int32"), X[:2]
    c = RNG.normal(size=x.shape).astype("float32")
    engine.minimize(lambda: ops.sum(c * layer([x, labels], training=True)), layer.trainable_variables, optimizer)
    step = before - numpy(layer.gamma)
    products = (c * normalized(x)).sum(axis=(1, 2))
    np.testing.assert_allclose(step[labels], products, rtol=1e-3, atol=1e-4)
    assert step[1].tolist() == [0, 0, 0]


@pytest.mark.tensorflow
def test_conditional_batch_normalization_in_xla_equals_eager():
    import tensorflow as tf

    eager, _, _ = built()
    compiled, _, _ = built()
    compiled.set_weights(eager.get_weights())
    one = numpy(eager([X, LABELS], training=True))
    other = numpy(tf.function(lambda x, y: compiled([x, y], training=True), jit_compile=True)(X, LABELS))
    np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5)
    for a, b in zip(eager.get_weights(), compiled.get_weights()):
        np.testing.assert_allclose(a, b, rtol=1e-5)


@pytest.mark.parametrize("precision", ["mixed_float16", "mixed_bfloat16"])
def test_conditional_batch_normalization_in_half_precision_computes_in_full(precision):
    half = precision.removeprefix("mixed_")
    x = ops.cast(1000.0 + 100.0 * RNG.normal(size=(6, 16, 16, 3)), half)
    layer, gamma, beta = built(x.shape, dtype=precision)
    output = layer([x, LABELS], training=True)
    assert keras.backend.standardize_dtype(output.dtype) == half
    assert {keras.backend.standardize_dtype(v.dtype) for v in layer.variables} == {"float32"}
    expected = (1.0 + gamma[LABELS][:, None, None]) * normalized(numpy(ops.cast(x, "float32")))
    expected += beta[LABELS][:, None, None]
    np.testing.assert_allclose(numpy(ops.cast(output, "float32")), expected, rtol=1e-2, atol=1e-2)


def test_conditional_batch_normalization_is_saved_and_loaded(tmp_path):
    x, labels = keras.Input((4, 5, 3)), keras.Input((), dtype="int32")
    network = keras.Model([x, labels], ConditionalBatchNormalization(3, momentum=0.5, epsilon=1e-3)([x, labels]))
    network([X, LABELS], training=True)
    network.layers[-1].gamma.assign(RNG.normal(size=(3, 3)))
    network.save(tmp_path / "network.keras")
    loaded = keras.saving.load_model(tmp_path / "network.keras")
    np.testing.assert_array_equal(numpy(loaded([X, LABELS])), numpy(network([X, LABELS])))
    again = loaded.layers[-1]
    assert (again.classes, again.momentum, again.epsilon) == (3, 0.5, 1e-3)
    assert (again.batch_norm.momentum, again.batch_norm.epsilon) == (0.5, 1e-3)


def test_conditional_batch_normalization_has_no_other_weights():
    layer, _, _ = built()
    assert [tuple(v.shape) for v in layer.trainable_variables] == [(3, 3), (3, 3)]
    assert isinstance(layer.batch_norm, layers.BatchNormalization)
    with pytest.raises(ValueError, match="positive integer. Received: 0"):
        ConditionalBatchNormalization(0)
