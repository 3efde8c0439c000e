"""keras_gans: learn and train generative adversarial networks on Keras 3.

The rooms are loaded when they are first used, so that `import keras_gans` costs nothing by itself; those with classes
that Keras saves and loads are loaded as soon as Keras is.
"""

import importlib

from keras_gans.registration import register_with_keras
from keras_gans.version import __version__

_ROOMS = (
    "callbacks",
    "data",
    "experiments",
    "explore",
    "lab",
    "latents",
    "layers",
    "losses",
    "metrics",
    "models",
    "networks",
    "pyramid",
    "recipes",
    "regularizers",
    "report",
    "schedules",
    "theory",
    "training",
    "visualization",
)

__all__ = ["__version__", *_ROOMS]


def __getattr__(name):
    if name in _ROOMS:
        return importlib.import_module(f"keras_gans.{name}")
    raise AttributeError(f"module 'keras_gans' has no attribute {name!r}")


def __dir__():
    return sorted(__all__)


register_with_keras()
