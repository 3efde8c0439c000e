"""All that differs between backends, and nothing else: gradients of a loss, gradients of an input, Keras' train_step.

A step of a model never opens a tape: it hands functions to `minimize` and `input_gradient`.
"""

import keras

from keras_gans.engine.devices import devices
from keras_gans.engine.optimizers import OptimizerGroup
from keras_gans.engine.precision import in_float32, widened
from keras_gans.engine.scope import substitute

if keras.backend.backend() == "tensorflow":
    from keras_gans.engine.tensorflow import (
        Trainer,
        all_rows,
        alone,
        input_gradient,
        is_chief,
        minimize,
        own_rows,
        process_rows,
        processes,
        replica_rows,
        when,
    )
elif keras.backend.backend() == "jax":
    from keras_gans.engine.jax import (
        Trainer,
        all_rows,
        alone,
        input_gradient,
        is_chief,
        minimize,
        own_rows,
        process_rows,
        processes,
        replica_rows,
        when,
    )
else:
    raise ImportError(
        "keras_gans runs on Keras' TensorFlow and JAX backends: set the environment variable KERAS_BACKEND to "
        f"'tensorflow' or 'jax'. Received: {keras.backend.backend()!r}."
    )

__all__ = [
    "OptimizerGroup",
    "Trainer",
    "all_rows",
    "alone",
    "devices",
    "in_float32",
    "input_gradient",
    "is_chief",
    "minimize",
    "own_rows",
    "process_rows",
    "processes",
    "replica_rows",
    "substitute",
    "when",
    "widened",
]
