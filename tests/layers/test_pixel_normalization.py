"""Pixel normalisation against its numbers."""

import numpy as np
from keras import ops

from keras_gans.layers import PixelNormalization


def test_vector_of_a_place_gets_the_length_of_its_root_of_channels():
    x = np.array([[[[3.0, 4.0], [0.3, 0.4]]]], "float32")
    y = ops.convert_to_numpy(PixelNormalization()(x))
    np.testing.assert_allclose(y, [[[[0.848528, 1.131371]] * 2]], rtol=1e-5)
    np.testing.assert_allclose(np.linalg.norm(y, axis=-1), 2**0.5, rtol=1e-6)


def test_latents_come_to_the_sphere_of_radius_root_of_their_length():
    z = np.random.default_rng(0).normal(size=(5, 512)).astype("float32")
    np.testing.assert_allclose(np.linalg.norm(PixelNormalization()(z), axis=1), 512**0.5, rtol=1e-6)


def test_epsilon_is_1e_8():
    """Trap: 10e-8, a constant of public code."""
    x = np.full((1, 2), 1e-4, "float32")
    np.testing.assert_allclose(PixelNormalization()(x), 0.5**0.5, rtol=1e-5)
    np.testing.assert_array_equal(PixelNormalization()(np.zeros((1, 2))), 0.0)


def test_half_precision_has_the_mean_in_float32():
    y = PixelNormalization(dtype="float16")(np.full((1, 2), 300.0, "float16"))  # whose squares are above float16's
    np.testing.assert_allclose(ops.convert_to_numpy(y), 1.0, rtol=1e-3)
