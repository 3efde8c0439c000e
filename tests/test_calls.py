"""What lectures and their solutions take from the package is there, and takes the arguments that it is called with."""

import ast
import importlib
import inspect
import json
import pathlib

import pytest

NOTEBOOKS = pathlib.Path(__file__).parents[1] / "notebooks"
NAMES = sorted(str(path.relative_to(NOTEBOOKS)) for path in NOTEBOOKS.glob("**/[0-9]*.ipynb"))


def program(name):
    """The code of a notebook, without the lines that are IPython's, as a tree."""
    cells = json.loads((NOTEBOOKS / name).read_text(encoding="utf-8"))["cells"]
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    return ast.parse("\n".join(line for text in code for line in text.splitlines() if not line.startswith("%")))


def imported(tree):
    """Name -> what of the package it stands for, as long as nothing else is assigned to it."""
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module.split(".")[0] == "keras_gans":
            for each in node.names:
                found[each.asname or each.name] = taken(importlib.import_module(node.module), each.name)
    others = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    return {name: value for name, value in found.items() if name not in others}


def taken(owner, name):
    """An attribute; of a package also its module."""
    if inspect.ismodule(owner) and not hasattr(owner, name):
        return importlib.import_module(f"{owner.__name__}.{name}")
    return getattr(owner, name)


def meant(node, known):
    """What a name, or a chain of attributes of modules and classes, stands for; None if it is not the package's."""
    if isinstance(node, ast.Name):
        return known.get(node.id)
    if isinstance(node, ast.Attribute):
        owner = meant(node.value, known)
        if inspect.ismodule(owner) or inspect.isclass(owner):
            return taken(owner, node.attr)
    return None


@pytest.mark.parametrize("name", NAMES)
def test_what_a_notebook_calls_takes_what_it_is_given(name):
    tree = program(name)
    known, checked = imported(tree), 0
    for node in ast.walk(tree):
        meant(node, known)
        called = meant(node.func, known) if isinstance(node, ast.Call) else None
        if called is None or any(isinstance(each, ast.Starred) for each in node.args):
            continue
        keywords = {each.arg: None for each in node.keywords if each.arg}
        bind = inspect.signature(called).bind_partial  # of what is missing a `**` may have the rest
        bind(*node.args, **keywords)
        checked += 1
    assert checked
