"""The house itself: what is public has a docstring, what is at a border stays there, starting is quick."""

import ast
import importlib
import inspect
import pathlib
import pkgutil
import subprocess
import sys

import keras
import pytest

import keras_gans

MODULES = [
    importlib.import_module(info.name)
    for info in pkgutil.walk_packages(keras_gans.__path__, "keras_gans.")
    if not info.name.startswith("keras_gans.engine.")
]


@pytest.mark.parametrize("module", MODULES, ids=lambda m: m.__name__)
def test_every_public_name_has_a_docstring(module):
    assert module.__doc__
    for name, thing in vars(module).items():
        own = getattr(thing, "__module__", None) == module.__name__
        if own and not name.startswith("_") and (inspect.isfunction(thing) or inspect.isclass(thing)):
            assert inspect.getdoc(thing), f"{module.__name__}.{name}"


def test_files_are_short_enough_to_read():
    for path in pathlib.Path(keras_gans.__path__[0]).rglob("*.py"):
        assert len(path.read_text().splitlines()) <= 300, path


def test_private_parts_of_keras_are_touched_in_one_file():
    network = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    network.compile("adam", "mse")
    network.optimizer.build(network.trainable_variables)
    parts = [network, network.layers[0], network.optimizer, network.weights[0], keras.metrics.Mean()]
    parts += [keras.StatelessScope(), keras.DTypePolicy("float32"), keras.random.SeedGenerator(0)]
    private = {name for part in parts for name in dir(part) if name[0] == "_" != name[1]}
    assert {"_flatten_layers", "_momentums", "_dtype_policy"} <= private
    for path in pathlib.Path(keras_gans.__path__[0]).rglob("*.py"):
        nodes = list(ast.walk(ast.parse(path.read_text())))
        own = {node.name for node in nodes if isinstance(node, ast.FunctionDef)}
        attributes = [node for node in nodes if isinstance(node, ast.Attribute)]
        stored = [node for node in attributes if isinstance(node.ctx, ast.Store)]
        own |= {node.attr for node in stored if ast.unparse(node.value) == "self"}
        touched = {node.attr for node in attributes} & private - own
        modules = {node.module for node in nodes if isinstance(node, ast.ImportFrom)}
        assert path.name == "private.py" or not touched, path
        assert not any(str(module).startswith("keras.src") for module in modules), path


def test_import_costs_nothing_by_itself():
    code = "import sys, keras_gans; keras_gans.__version__; print('keras' in sys.modules, dir(keras_gans))"
    output = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert output.startswith("False")
    assert "recipes" in output


def test_rooms_are_found_on_the_package():
    assert keras_gans.models.GAN.__name__ == "GAN"
    with pytest.raises(AttributeError, match="no attribute 'modles'"):
        _ = keras_gans.modles
