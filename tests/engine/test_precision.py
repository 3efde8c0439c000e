"""A network in float32 for a while: its gradient, its own policy before, after and in other threads."""

import threading

import keras
import numpy as np
import pytest
from keras import layers, ops

from keras_gans import engine

HALF = ["mixed_bfloat16", "mixed_float16"]


def linear_critic(weights, policy):
    critic = keras.Sequential([keras.Input((2,)), layers.Dense(1, use_bias=False, dtype=policy)])
    critic.set_weights([np.array(weights, "float32")[:, None]])
    return critic


@pytest.mark.parametrize("policy", HALF)
@pytest.mark.parametrize("weights", [(3.01e-9, 4.03e-9), (3.01e5, 4.03e5)])
def test_in_float32_keeps_gradients_that_half_precision_rounds_or_loses(policy, weights):
    """float16 has nothing below 6e-8 and above 65504; bfloat16 has 8 bits."""
    critic, x = linear_critic(weights, policy), ops.ones((3, 2))
    lossy = ops.convert_to_numpy(engine.input_gradient(critic, x))
    assert not np.allclose(lossy, [weights] * 3, rtol=1e-3, atol=0)
    with engine.in_float32(critic):
        gradient = ops.convert_to_numpy(engine.input_gradient(critic, x))
    np.testing.assert_allclose(gradient, [weights] * 3, rtol=1e-6)


def test_in_float32_gives_back_each_layers_own_policy():
    critic = linear_critic((3, 4), "mixed_bfloat16")
    config = critic.get_config()

    def fail():
        with engine.in_float32(critic):
            with engine.in_float32(critic):
                assert critic.layers[-1].compute_dtype == "float32"
            assert critic.layers[-1].compute_dtype == "float32"
            raise RuntimeError("inside")

    with pytest.raises(RuntimeError, match="inside"):
        fail()
    assert critic.layers[-1].compute_dtype == "bfloat16"
    assert critic.get_config() == config


@pytest.mark.tensorflow  # on JAX it needs a setting of JAX' own
def test_in_float32_leaves_float64_alone():
    network = keras.Sequential([keras.Input((2,)), layers.Dense(1, dtype="float64")])
    with engine.in_float32(network):
        assert network.layers[-1].compute_dtype == "float64"


def test_in_float32_holds_for_its_own_thread():
    """TensorFlow's replicas are traced in threads that take turns, also while one is inside."""
    layer = (critic := linear_critic((3, 4), "mixed_bfloat16")).layers[-1]
    seen, inside, done = [layer.compute_dtype], threading.Event(), threading.Event()

    def replica():
        with engine.in_float32(critic):
            seen.append(layer.compute_dtype)
            inside.set()
            done.wait(timeout=10)

    other = threading.Thread(target=replica)
    other.start()
    inside.wait(timeout=10)
    seen.append(layer.compute_dtype)
    with engine.in_float32(critic):
        seen.append(layer.compute_dtype)
        done.set()
        other.join()
        seen.append(layer.compute_dtype)
    assert [*seen, layer.compute_dtype] == ["bfloat16", "float32", "bfloat16", "float32", "float32", "bfloat16"]
    assert layer.dtype_policy.name == "mixed_bfloat16"


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32"])
def test_widened_is_float32_at_least(dtype):
    assert keras.backend.standardize_dtype(engine.widened(ops.ones((2,), dtype)).dtype) == "float32"
