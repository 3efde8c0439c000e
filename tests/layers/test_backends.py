"""Layers compute on JAX and Keras' other backends what they compute on TensorFlow; on the others nothing trains."""

import importlib.util
import os
import pickle
import subprocess
import sys

import keras
import numpy as np
import pytest
from test_properties import EXAMPLES

DRAWN = ("Noise", "ImagePool")  # whose numbers are those of the backend's own generator
PROGRAM = """
import pickle, sys
import keras
from keras_gans import layers
outputs = []
for config, inputs, weights in pickle.load(open(sys.argv[1], "rb")):
    layer = keras.saving.deserialize_keras_object(config)
    layer(inputs)
    layer.set_weights(weights)
    outputs.append(keras.ops.convert_to_numpy(layer(inputs)))
pickle.dump(outputs, open(sys.argv[2], "wb"))
try:
    from keras_gans import models
except ImportError as error:
    print(error, end="")
"""


def cases():
    """Layers as configuration, inputs and weights; and what they make of these."""
    rng = np.random.default_rng(0)
    for layer, shape, *others in EXAMPLES:
        if type(layer).__name__ not in DRAWN:
            x = rng.normal(size=shape).astype("float32")
            inputs = [x, *map(keras.ops.convert_to_numpy, others)] if others else x
            layer(inputs)
            layer.set_weights([rng.uniform(0.1, 1.0, w.shape).astype(w.dtype) for w in layer.weights])
            made = keras.ops.convert_to_numpy(layer(inputs))
            yield (keras.saving.serialize_keras_object(layer), inputs, layer.get_weights()), made


@pytest.mark.tensorflow  # which all are compared with
@pytest.mark.parametrize("backend", ["jax", "numpy", "torch"])
def test_layers_compute_the_same_on_another_backend(backend, tmp_path):
    if importlib.util.find_spec(backend) is None:
        pytest.skip(f"{backend} is not installed")
    asked, expected = zip(*cases())
    assert len(expected) > 25
    (tmp_path / "asked").write_bytes(pickle.dumps(asked))
    found = subprocess.run(
        [sys.executable, "-c", PROGRAM, tmp_path / "asked", tmp_path / "made"],
        env={**os.environ, "KERAS_BACKEND": backend, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, found.stderr
    if backend == "jax":
        assert found.stdout == ""
    else:
        assert found.stdout.startswith("keras_gans trains on Keras' TensorFlow and JAX backends")
        assert found.stdout.endswith(f"Received: {backend!r}.")
    for (config, *_), one, other in zip(asked, expected, pickle.loads((tmp_path / "made").read_bytes()), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5, err_msg=str(config["class_name"]))
