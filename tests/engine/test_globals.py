"""Seeds, precision and layout of pictures: decided for a while, and then as they were."""

import random

import keras
import numpy as np
import pytest
from surroundings import assert_as_before, surroundings

from keras_gans import engine


def network():
    """Every way in which Keras draws weights, and the state of a random layer."""
    kinds = ("glorot_uniform", "he_normal", "random_normal", "truncated_normal", "orthogonal", "lecun_uniform")
    x = inputs = keras.Input((3,))
    for kind in kinds:
        x = keras.layers.Dropout(0.5)(keras.layers.Dense(3, kernel_initializer=kind)(x))
    return [keras.ops.convert_to_numpy(v) for v in keras.Model(inputs, x).variables]


def test_a_seed_gives_the_weights_that_keras_gives_for_it():
    keras.utils.set_random_seed(3)
    expected = network()
    random.seed(99)
    with engine.seeded(3):
        found = network()
    assert len(found) == len(expected) == 18
    for a, b in zip(found, expected):
        np.testing.assert_array_equal(a, b)
    with engine.seeded(4):
        assert not np.array_equal(network()[0], expected[0])


def failing(context, fn):
    """What a function returned inside a context, in which an error happens then."""
    found = []
    with pytest.raises(ZeroDivisionError):
        _fail(context, lambda: found.append(fn()))
    return found[0]


def _fail(context, fn):
    with context:
        fn()
        raise ZeroDivisionError


def test_all_is_as_before_also_after_an_error():
    keras.config.set_image_data_format("channels_first")
    try:
        before = surroundings()
        failing(engine.seeded(0), lambda: [network(), np.random.uniform()])
        policy = failing(engine.dtype_policy("mixed_bfloat16"), keras.config.dtype_policy)
        layout = failing(engine.channels_last(), keras.config.image_data_format)
        assert_as_before(before)
    finally:
        keras.config.set_image_data_format("channels_last")
    assert (policy.name, layout) == ("mixed_bfloat16", "channels_last")


@pytest.mark.parametrize("seed", [-1, 2**32, 1.5, "0", None])
def test_what_is_no_seed_is_refused(seed):
    with pytest.raises(ValueError, match="`seed` as an integer from 0 to 4294967295. Received: "), engine.seeded(seed):
        pass
