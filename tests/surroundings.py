"""What a library must leave as it found it: generators of random numbers, and settings of a whole process."""

import logging
import os
import random
import signal
import sys
import warnings

import keras
import matplotlib
import numpy as np
from keras.src.backend.common import global_state
from keras.src.utils.module_utils import tensorflow

assert tensorflow.available  # which imports it: Keras does so when it first saves, and TensorFlow sets the environment


def surroundings():
    """Name -> what is so now."""
    kind, words, *rest = np.random.get_state()
    found = {
        "random": random.getstate(),
        "numpy.random": (kind, words.tolist(), *rest),
        "numpy": (np.geterr(), np.get_printoptions()),
        "keras.config": (keras.config.floatx(), keras.config.epsilon(), keras.config.image_data_format()),
        "dtype policy": keras.config.dtype_policy().name,
        "Keras' seed": global_state.get_global_attribute("global_random_seed"),
        "Keras' generator": _numbers(global_state.get_global_attribute("global_seed_generator")),
        "matplotlib": {**matplotlib.rcParams},
        "warnings": (list(warnings.filters), warnings.formatwarning, warnings.showwarning),
        "environment": {**os.environ},
        "signals": signal.getsignal(signal.SIGINT),
        "excepthook": sys.excepthook,
        "logging": (logging.root.level, list(logging.root.handlers)),
    }
    if keras.backend.backend() == "tensorflow":
        from tensorflow.python.eager import context

        found["TensorFlow's seed"] = context.global_seed()
        generator = getattr(context.context(), "_rng", None)
        found["TensorFlow's generator"] = generator and generator.getstate()
    return found


def _numbers(generator):
    return generator and keras.ops.convert_to_numpy(generator.state).tolist()


def assert_as_before(before):
    """Nothing of it has changed."""
    now = surroundings()
    assert [name for name in before if before[name] != now[name]] == []
