"""The clamp of the largest singular value against NumPy, after each update, and in a saved model."""

import keras
import numpy as np
import pytest
from by_hand import dense_discriminator
from keras import layers, ops

from keras_gans import models
from keras_gans.regularizers import ClampSpectralNorm

DIAGONAL = np.diag([3.0, 2.0, 1.0]).astype("float32")


def singular_values(kernel, output_axis=-1):
    kernel = np.moveaxis(ops.convert_to_numpy(kernel), output_axis, 0)
    return np.linalg.svd(kernel.reshape(len(kernel), -1), compute_uv=False)


@pytest.mark.parametrize(
    ("limit", "expected"),
    [(2.5, [2.5, 2, 1]), (1.5, [2, 1.5, 1]), (3.5, [3, 2, 1])],  # in the second the next one takes over
)
def test_clamp_moves_the_largest_singular_value_to_the_limit_and_no_other(limit, expected):
    clamped = ClampSpectralNorm(limit)(DIAGONAL)
    np.testing.assert_allclose(singular_values(clamped), expected, rtol=1e-6)
    if limit == 3.5:
        np.testing.assert_array_equal(ops.convert_to_numpy(clamped), DIAGONAL)


@pytest.mark.parametrize("shape", [(3, 3, 4, 6), (3, 3, 40, 6), (5, 2), (2, 5), (7,)])
@pytest.mark.parametrize("output_axis", [-1, -2])
def test_clamp_of_any_kernel_against_numpy(shape, output_axis):
    if len(shape) + output_axis < 0:
        pytest.skip("a vector has one axis")
    kernel = np.random.default_rng(0).normal(size=shape).astype("float32")
    matrix = np.moveaxis(kernel, output_axis, 0).reshape(shape[output_axis], -1)
    u, values, v = np.linalg.svd(matrix, full_matrices=False)
    limit = 0.6 * values[0]
    expected = matrix - 0.4 * values[0] * np.outer(u[:, 0], v[0])
    clamped = ops.convert_to_numpy(ClampSpectralNorm(limit, output_axis)(kernel))
    assert clamped.shape == shape
    found = np.moveaxis(clamped, output_axis, 0).reshape(matrix.shape)
    np.testing.assert_allclose(found, expected, atol=2e-5)


def test_clamp_of_zeros_is_zeros():
    np.testing.assert_array_equal(ops.convert_to_numpy(ClampSpectralNorm(1.0)(np.zeros((3, 4), "float32"))), 0.0)


@pytest.mark.parametrize("limit", [0, -1.0, float("nan")])
def test_clamp_refuses_a_limit_that_is_none(limit):
    with pytest.raises(ValueError, match=r"^Expected `limit` above 0\. Received: "):
        ClampSpectralNorm(limit)


LIMIT = 0.5


def clamped_gan(**arguments):
    keras.utils.set_random_seed(0)
    z = keras.Input((4,))
    hidden = layers.Dense(8, activation="tanh", kernel_constraint=ClampSpectralNorm(LIMIT), name="first")(z)
    generator = keras.Model(z, layers.Reshape((4, 4, 1))(layers.Dense(16, activation="tanh", name="second")(hidden)))
    gan = models.GAN(generator, dense_discriminator(sees_condition=False, classes=3), latent_dim=4)
    gan.compile(keras.optimizers.Adam(1e-2), keras.optimizers.Adam(1e-2), **arguments)
    return gan


@pytest.mark.parametrize("arguments", [{}, {"steps_per_execution": 3}], ids=["", "several steps"])
def test_clamp_holds_after_each_update_and_in_a_saved_model(arguments, tmp_path):
    gan, pictures = clamped_gan(**arguments), np.ones((24, 4, 4, 1), "float32")
    assert singular_values(gan.generator.get_layer("first").kernel)[0] > 2 * LIMIT
    gan.fit(pictures[:4], batch_size=4, verbose=0)
    clamped = gan.generator.get_layer("first").kernel
    values = singular_values(clamped)
    assert LIMIT in [pytest.approx(value, rel=1e-4) for value in values]
    assert values[0] > 1.1 * LIMIT  # of several above it one at each update
    gan.fit(pictures, batch_size=4, epochs=1, verbose=0)
    assert singular_values(clamped)[0] == pytest.approx(
        LIMIT, rel=0.05
    )  # two that are at the limit grow, one is clamped
    assert singular_values(gan.generator.get_layer("second").kernel)[0] > LIMIT
    gan.save(tmp_path / "gan.keras")
    loaded = keras.saving.load_model(tmp_path / "gan.keras")
    first = loaded.generator.get_layer("first")
    assert first.kernel.constraint.get_config() == {"limit": LIMIT, "output_axis": -1}
    first.kernel.assign(2.0 * first.kernel)
    loaded.fit(pictures, batch_size=4, epochs=1, verbose=0)
    assert singular_values(first.kernel)[0] < 1.2 * LIMIT
