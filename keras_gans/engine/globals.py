"""What Python, NumPy and Keras keep for a whole process: changed for a while, then put back."""

import contextlib
import random

import keras
import numpy as np

SEEDS = 2**32  # NumPy's seeds are below


@contextlib.contextmanager
def seeded(seed):
    """Context in which networks get the weights that `keras.utils.set_random_seed(seed)` would give them.

    Keras draws the seed of an initializer, or of a layer's random generator, that was given none from Python's
    generator. Keras' and TensorFlow's own generators, which nothing in this package uses, are not touched.

    Args:
        seed: int from 0 to 4294967295.

    Raises:
        ValueError: if the seed is none.
    """
    if not isinstance(seed, int) or not 0 <= seed < SEEDS:
        raise ValueError(f"Expected `seed` as an integer from 0 to {SEEDS - 1}. Received: {seed!r}.")
    python, numpy = random.getstate(), np.random.get_state()
    random.seed(seed)
    np.random.seed(seed)
    try:
        yield
    finally:
        random.setstate(python)
        np.random.set_state(numpy)


@contextlib.contextmanager
def dtype_policy(name):
    """Context in which layers are built that compute in a precision.

    Args:
        name: string, a Keras dtype policy such as "mixed_float16".
    """
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(name)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)


@contextlib.contextmanager
def channels_last():
    """Context, or decorator of a function, in which layers are built for pictures (N, H, W, C).

    A layer takes Keras' `image_data_format` where it is made and keeps it in its configuration.
    """
    before = keras.config.image_data_format()
    keras.config.set_image_data_format("channels_last")
    try:
        yield
    finally:
        keras.config.set_image_data_format(before)
