"""What tests of large networks share: weights that cost no time."""

import gc

import keras
import numpy as np
import pytest
from keras import ops


@pytest.fixture(scope="module")
def quick_weights():
    """Weights drawn by NumPy: JAX compiles each draw of another shape, which takes it most of these tests' time."""
    rng = np.random.default_rng(0)

    def normal(self, shape, dtype=None):
        return ops.convert_to_tensor(self.mean + self.stddev * rng.standard_normal(shape, "float32"))

    def scaled(self, shape, dtype=None):
        return ops.convert_to_tensor(0.1 * rng.standard_normal(shape, "float32"))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keras.initializers.RandomNormal, "__call__", normal)
        patch.setattr(keras.initializers.VarianceScaling, "__call__", scaled)
        patch.setattr(keras.initializers.Orthogonal, "__call__", scaled)
        yield


@pytest.fixture
def no_weights():
    """Weights of 0, for networks that are only counted."""

    def zeros(self, shape, dtype=None):
        return ops.zeros(shape)

    with pytest.MonkeyPatch.context() as patch:
        for kind in (
            keras.initializers.RandomNormal,
            keras.initializers.VarianceScaling,
            keras.initializers.Orthogonal,
        ):
            patch.setattr(kind, "__call__", zeros)
        yield
    gc.collect()  # hundreds of millions of weights, whose place the next test's can take
