"""Lectures and solutions as tests: `pytest notebooks` runs each from its first cell to its last, with few steps."""

import os

import keras
import pytest

os.environ["KERAS_GANS_FAST"] = "1"  # which the kernels inherit


def pytest_collection_modifyitems(items):
    """Leaves them out on JAX: what they write from scratch, they write in TensorFlow."""
    if keras.backend.backend() != "tensorflow":
        for item in items:
            if item.path.suffix == ".ipynb":
                item.add_marker(pytest.mark.skip(reason="on tensorflow only"))
