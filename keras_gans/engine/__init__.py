"""All that differs between backends, and nothing else: gradients of a loss, gradients of an input, Keras' train_step.

A step of a model never opens a tape: it hands functions to `ForwardPass`, `minimize` and `input_gradient`. On Keras'
other backends there is what layers need to compute, and nothing that trains.
"""

import sys

import keras

from keras_gans.engine.added_losses import added_losses
from keras_gans.engine.devices import devices, only_cpus, slow_groups
from keras_gans.engine.globals import channels_last, dtype_policy, seeded
from keras_gans.engine.optimizers import OptimizerGroup, moves_some
from keras_gans.engine.precision import in_float32, widened
from keras_gans.engine.private import ends_of, layers_of, own_weights
from keras_gans.engine.rehearsal import rehearsal
from keras_gans.engine.retracing import retrace
from keras_gans.engine.scope import substitute
from keras_gans.engine.seen import seeing, seen

if keras.backend.backend() == "tensorflow":
    from keras_gans.engine import tensorflow as _backend
elif keras.backend.backend() == "jax":
    from keras_gans.engine import jax as _backend
else:
    from keras_gans.engine import inference as _backend

_OF_BACKEND = (
    "ForwardPass",
    "Trainer",
    "all_rows",
    "by_one_process",
    "compile_stateless",
    "fused",
    "input_gradient",
    "is_chief",
    "known",
    "minimize",
    "only_if",
    "own_rows",
    "process_rows",
    "processes",
    "replica_rows",
    "standardized",
)
vars(sys.modules[__name__]).update({name: getattr(_backend, name) for name in _OF_BACKEND if hasattr(_backend, name)})

__all__ = [
    "OptimizerGroup",
    "added_losses",
    "channels_last",
    "devices",
    "dtype_policy",
    "ends_of",
    "in_float32",
    "layers_of",
    "moves_some",
    "own_weights",
    "rehearsal",
    "retrace",
    "seeded",
    "seeing",
    "seen",
    "only_cpus",
    "slow_groups",
    "substitute",
    "widened",
    *_OF_BACKEND,
]


def __getattr__(name):
    if name in _OF_BACKEND:
        raise ImportError(
            "keras_gans trains on Keras' TensorFlow and JAX backends: set the environment variable KERAS_BACKEND to "
            f"'tensorflow' or 'jax'. Received: {keras.backend.backend()!r}."
        )
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
