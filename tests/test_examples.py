"""The examples in the docstrings of losses, penalties, terms of weights and layers run, and say what comes out.

A line `expression  # value` says that the two are equal, up to rounding.
"""

import ast
import inspect
import re

import keras
import numpy as np
import pytest
from keras import ops

from keras_gans import layers, losses, networks, regularizers

ROOMS = (losses, regularizers, layers)
KINDS = [
    kind
    for room in ROOMS
    for kind in (getattr(room, name) for name in room.__all__)
    if inspect.isclass(kind) and not inspect.isabstract(kind)
]


def shown(value):
    """A value as NumPy knows it; a shape is a tuple already."""
    return ops.convert_to_numpy(value) if ops.is_tensor(value) else value


@pytest.mark.tensorflow  # what they compute, other tests compare on both engines
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_example_in_the_docstring_runs_and_says_what_comes_out(kind):
    (code,) = re.findall(r"^Example:\n    ```python\n(.*?)^    ```", inspect.cleandoc(kind.__doc__), re.M | re.S)
    code, compared = inspect.cleandoc(code), 0
    names = {"keras": keras, "np": np, **{room.__name__.split(".")[-1]: room for room in (*ROOMS, networks)}}
    for statement in ast.parse(code).body:
        _, _, expected = code.splitlines()[statement.end_lineno - 1].partition("  # ")
        if isinstance(statement, ast.Expr) and expected:
            value = shown(eval(ast.unparse(statement), names))
            np.testing.assert_allclose(value, eval(expected, names), rtol=1e-4, atol=1e-6)
            compared += 1
        else:
            exec(ast.unparse(statement), names)
    assert compared
