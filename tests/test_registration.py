"""Keras finds the package's classes once both are imported, in whatever order, and imports are as they were."""

import os
import subprocess
import sys

import pytest
from conftest import dense_gan

LOAD = """
import sys
watchers = [finder for finder in sys.meta_path if type(finder).__module__ == "keras_gans.registration"]
assert not watchers and keras.__spec__.loader is keras.__loader__ and "registration" not in repr(keras.__loader__)
model = keras.saving.load_model(sys.argv[1])
print(type(model).__module__)
"""


def run(code, *words, **environment):
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, words)],
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    path = tmp_path_factory.mktemp("saved") / "model.keras"
    dense_gan(loss="hinge").save(path)
    return path


@pytest.mark.parametrize(
    "imports",
    [
        "import keras_gans, keras",
        "import keras, keras_gans",
        "import keras_gans; from keras_gans import theory; from keras_gans.losses import HingeLoss; import keras",
        "import keras, keras_gans.theory",
    ],
)
def test_a_saved_model_is_loaded_after(imports, saved):
    assert run(imports + LOAD, saved) == ["keras_gans.models.gan"]


def test_looking_for_keras_does_not_count_as_its_import(saved):
    code = "import importlib.util, keras_gans; importlib.util.find_spec('keras'); import keras"
    assert run(code + LOAD, saved) == ["keras_gans.models.gan"]


def test_a_room_that_cannot_be_imported_says_so_when_it_is_used():
    pytest.importorskip("jax")  # which Keras' backend of NumPy needs
    code = """if True:
        import keras_gans, keras
        print(keras.backend.backend(), keras_gans.theory.__name__)
        try:
            keras_gans.models
        except ImportError as error:
            print("KERAS_BACKEND" in str(error))
    """
    assert run(code, KERAS_BACKEND="numpy") == ["numpy", "keras_gans.theory", "True"]
