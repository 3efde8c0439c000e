"""What pages of docs/ say of tests: `tests/file.py::test_name`, in a page's text and in the tests."""

import ast
import pathlib
import re

ROOT = pathlib.Path(__file__).parent.parent
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


def functions(path):
    """Functions of a Python file, as syntax trees."""
    return [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef)]


def assert_names_tests(text, what):
    """A text names at least one test, and each that it names exists."""
    named = NAMED.findall(text)
    assert named, what
    for path, name in named:
        assert name in {node.name for node in functions(ROOT / path)}, f"{path}::{name}"
