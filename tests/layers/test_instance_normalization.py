"""Instance normalization against NumPy, its epsilon, and its precision."""

import keras
import numpy as np
import pytest
from keras import ops

from keras_gans import engine
from keras_gans.layers import InstanceNormalization

RNG = np.random.default_rng(0)
X = (3.0 + 2.0 * RNG.normal(size=(2, 4, 5, 3))).astype("float32")


def numpy(x):
    return ops.convert_to_numpy(x)


def normalized(x, epsilon=1e-5):
    x = x.astype("float64")
    return (x - x.mean(axis=(1, 2), keepdims=True)) / np.sqrt(x.var(axis=(1, 2), keepdims=True) + epsilon)


def test_instance_normalization_is_per_example_and_channel():
    np.testing.assert_allclose(numpy(InstanceNormalization()(X)), normalized(X), rtol=1e-4, atol=1e-5)


def test_instance_normalization_has_epsilon_1e_5():
    """Trap: `keras.layers.GroupNormalization(groups=-1)` has epsilon 1e-3, which all but silences a faint map."""
    x = (0.003 * RNG.normal(size=(1, 8, 8, 2))).astype("float32")
    output = numpy(InstanceNormalization()(x))
    np.testing.assert_allclose(output, normalized(x, 1e-5), rtol=1e-4, atol=1e-5)
    groups = numpy(keras.layers.GroupNormalization(groups=-1)(x))
    np.testing.assert_allclose(groups, normalized(x, 1e-3), rtol=1e-4, atol=1e-5)
    assert output.std() > 5 * groups.std()


def test_instance_normalization_affine_scales_and_shifts_each_channel():
    layer = InstanceNormalization(affine=True)
    layer.build(X.shape)
    gamma, beta = RNG.normal(size=(2, 3)).astype("float32")
    np.testing.assert_allclose(numpy(layer(X)), normalized(X), rtol=1e-4, atol=1e-5)
    layer.gamma.assign(gamma)
    layer.beta.assign(beta)
    np.testing.assert_allclose(numpy(layer(X)), gamma * normalized(X) + beta, rtol=1e-4, atol=1e-5)
    assert not InstanceNormalization().weights


def test_instance_normalization_is_alike_in_training_and_for_any_batch():
    layer = InstanceNormalization()
    np.testing.assert_allclose(numpy(layer(X[:1])), numpy(layer(X))[:1], rtol=1e-5, atol=1e-6)


def test_instance_normalization_gradient_is_orthogonal_to_shift_and_scale():
    """A shift or (but for epsilon) a scale of a map changes nothing, so no loss has a slope along them."""
    c = RNG.normal(size=X.shape).astype("float32")
    layer = InstanceNormalization(epsilon=1e-12)
    gradient = numpy(engine.input_gradient(lambda x: ops.sum(c * layer(x), axis=(1, 2, 3)), ops.convert_to_tensor(X)))
    size = np.sqrt(np.sum(gradient**2, axis=(1, 2)))
    assert size.min() > 0.1
    assert np.abs(gradient.sum(axis=(1, 2))).max() < 1e-4
    assert np.abs((gradient * X).sum(axis=(1, 2))).max() < 1e-3


@pytest.mark.parametrize("precision", ["mixed_float16", "mixed_bfloat16"])
def test_instance_normalization_in_half_precision_keeps_its_statistics(precision):
    """In float16, squares of 1000 overflow; in bfloat16, a mean of 4096 numbers near 3 has no third digit."""
    x = ops.cast(1000.0 + 100.0 * RNG.normal(size=(1, 64, 64, 1)), precision.removeprefix("mixed_"))
    output = InstanceNormalization(affine=True, dtype=precision)(x)
    assert keras.backend.standardize_dtype(output.dtype) == precision.removeprefix("mixed_")
    expected = normalized(numpy(ops.cast(x, "float32")))
    np.testing.assert_allclose(numpy(ops.cast(output, "float32")), expected, rtol=1e-2, atol=1e-2)


def test_instance_normalization_round_trips_and_keeps_its_shape():
    layer = InstanceNormalization(epsilon=1e-4, affine=True, name="norm")
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(layer))
    assert again.get_config() == layer.get_config()
    assert (again.epsilon, again.affine, again.name) == (1e-4, True, "norm")
    assert layer.compute_output_shape((None, 4, 5, 3)) == (None, 4, 5, 3)
