"""All that differs between backends, and nothing else: gradients of a loss, gradients of an input, Keras' train_step.

A step of a model never opens a tape: it hands functions to `ForwardPass`, `minimize` and `input_gradient`.
"""

import keras

from keras_gans.engine.added_losses import added_losses
from keras_gans.engine.devices import devices
from keras_gans.engine.globals import channels_last, dtype_policy, seeded
from keras_gans.engine.optimizers import OptimizerGroup, moves_some
from keras_gans.engine.precision import in_float32, widened
from keras_gans.engine.private import layers_of, own_weights
from keras_gans.engine.rehearsal import rehearsal
from keras_gans.engine.retracing import retrace
from keras_gans.engine.scope import substitute

if keras.backend.backend() == "tensorflow":
    from keras_gans.engine import tensorflow as _backend
elif keras.backend.backend() == "jax":
    from keras_gans.engine import jax as _backend
else:
    raise ImportError(
        "keras_gans runs on Keras' TensorFlow and JAX backends: set the environment variable KERAS_BACKEND to "
        f"'tensorflow' or 'jax'. Received: {keras.backend.backend()!r}."
    )

ForwardPass = _backend.ForwardPass
Trainer = _backend.Trainer
all_rows = _backend.all_rows
by_one_process = _backend.by_one_process
compile_stateless = _backend.compile_stateless
fused = _backend.fused
input_gradient = _backend.input_gradient
is_chief = _backend.is_chief
known = _backend.known
minimize = _backend.minimize
own_rows = _backend.own_rows
process_rows = _backend.process_rows
processes = _backend.processes
replica_rows = _backend.replica_rows
only_if = _backend.only_if

__all__ = [
    "ForwardPass",
    "OptimizerGroup",
    "Trainer",
    "added_losses",
    "all_rows",
    "by_one_process",
    "channels_last",
    "compile_stateless",
    "devices",
    "dtype_policy",
    "fused",
    "in_float32",
    "input_gradient",
    "is_chief",
    "known",
    "layers_of",
    "minimize",
    "moves_some",
    "own_rows",
    "own_weights",
    "process_rows",
    "processes",
    "rehearsal",
    "replica_rows",
    "retrace",
    "seeded",
    "substitute",
    "only_if",
    "widened",
]
