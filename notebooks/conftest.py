"""Lectures and solutions as tests: `pytest notebooks` runs each from its first cell to its last, with few steps.

Solutions are slow tests, `pytest -m slow notebooks`: what they call is held to the package by tests/test_calls.py.
"""

import os

import keras
import pytest

os.environ["KERAS_GANS_FAST"] = "1"  # which the kernels inherit


def pytest_collection_modifyitems(items):
    """Leaves them out on JAX: what they write from scratch, they write in TensorFlow."""
    for item in items:
        if item.path.suffix != ".ipynb":
            continue
        if item.path.parent.name == "solutions":
            item.add_marker(pytest.mark.slow)
        if keras.backend.backend() != "tensorflow":
            item.add_marker(pytest.mark.skip(reason="on tensorflow only"))
