"""Constraints and regularizers of weights against NumPy."""

import keras
import numpy as np
import pytest
from conftest import dense_gan
from keras import layers

from keras_gans import engine, regularizers
from keras_gans.regularizers import ClipWeights, HistoricalAveraging, OrthogonalRegularizer, SpectralNormRegularizer

KERNEL = np.random.default_rng(0).normal(size=(3, 3, 4, 6)).astype("float32")


def test_clip_weights_clips():
    np.testing.assert_array_equal(ClipWeights(0.5)(KERNEL), np.clip(KERNEL, -0.5, 0.5))
    with pytest.raises(ValueError, match="above 0. Received: 0"):
        ClipWeights(0)


@pytest.mark.parametrize("output_axis", [-1, -2])
def test_orthogonal_regularizer_against_numpy(output_axis):
    columns = np.moveaxis(KERNEL, output_axis, 0).reshape(KERNEL.shape[output_axis], -1)
    gram = columns @ columns.T
    off = gram - np.diag(np.diag(gram))
    full = gram - np.eye(len(gram))
    for off_diagonal, excess in ((True, off), (False, full)):
        regularizer = OrthogonalRegularizer(1e-4, off_diagonal, output_axis)
        assert float(regularizer(KERNEL)) == pytest.approx(1e-4 * np.sum(excess**2), rel=1e-5)


def test_orthogonal_regularizer_of_an_orthogonal_matrix_is_zero():
    q, _ = np.linalg.qr(np.random.default_rng(0).normal(size=(8, 5)))
    assert float(OrthogonalRegularizer(1.0, off_diagonal=False)(q.astype("float32"))) == pytest.approx(0, abs=1e-9)
    stretched = (q * np.arange(1, 6)).astype("float32")
    assert float(OrthogonalRegularizer(1.0)(stretched)) == pytest.approx(0, abs=1e-8)  # lengths are left alone
    assert float(OrthogonalRegularizer(1.0, off_diagonal=False)(stretched)) > 1


def test_spectral_norm_regularizer_penalises_sigma_and_not_the_frobenius_norm():
    variable = keras.Variable(KERNEL)
    regularizer = SpectralNormRegularizer(2.0)
    regularizer.prepare(variable)
    for _ in range(200):
        value = float(regularizer(variable))
    u, singular, v = np.linalg.svd(KERNEL.reshape(-1, 6), full_matrices=False)
    assert value == pytest.approx(singular[0] ** 2, rel=1e-3)
    optimizer = keras.optimizers.SGD(1.0)
    optimizer.build([variable])
    engine.minimize(lambda: regularizer(variable), [variable], optimizer)
    moved = (KERNEL - variable.numpy()).reshape(-1, 6)
    np.testing.assert_allclose(moved, 2.0 * singular[0] * np.outer(u[:, 0], v[0]), atol=0.02)


def test_historical_averaging_is_the_distance_to_the_mean_of_the_past():
    variable = keras.Variable(np.zeros(3, "float32"))
    regularizer = HistoricalAveraging(0.5)
    regularizer.prepare(variable)
    past = []
    for step in range(4):
        theta = np.array([1.0, 2.0, 3.0], "float32") * step
        variable.assign(theta)
        expected = 0.5 * np.sum((theta - np.mean(past, axis=0)) ** 2) if past else 0.0
        assert float(regularizer(variable)) == pytest.approx(expected, rel=1e-6)
        past.append(theta)


def test_regularize_reaches_every_kernel_with_a_copy_of_its_own_and_the_right_axis():
    inputs = keras.Input((8, 8, 3))
    x = layers.Conv2D(4, 3)(inputs)
    x = layers.BatchNormalization()(layers.Conv2DTranspose(5, 3)(x))
    network = keras.Model(inputs, layers.Dense(2)(x))
    regularizers.regularize(network, OrthogonalRegularizer(0.1))
    kernels = [v for v in network.trainable_variables if v.name == "kernel"]
    assert [v.regularizer.output_axis for v in kernels] == [-1, -2, -1]
    assert len({id(v.regularizer) for v in kernels}) == 3
    assert all(v.regularizer is None for v in network.trainable_variables if v.name != "kernel")
    again = keras.Model.from_config(network.get_config())
    assert [v.regularizer.output_axis for v in again.trainable_variables if v.name == "kernel"] == [-1, -2, -1]
    regularizers.regularize(network, HistoricalAveraging(), biases=True)
    assert all(isinstance(v.regularizer, HistoricalAveraging) for v in network.trainable_variables)


def test_stateful_regularizer_refuses_a_network_without_a_compiled_model(images):
    gan = dense_gan()
    regularizers.regularize(gan.discriminator, SpectralNormRegularizer())
    with pytest.raises(ValueError, match="Expected SpectralNormRegularizer on a network of a compiled"):
        gan.discriminator.trainable_variables[0].regularizer(gan.discriminator.trainable_variables[0])
    with pytest.raises(ValueError, match="of a compiled keras_gans model"):
        gan.fit(images[:16], batch_size=16, verbose=0)
