"""Penalties under mixed policies, through a model's `Judge`: of the same D in float32, at gradients half loses."""

import keras
import numpy as np
import pytest
from keras import layers, ops

from keras_gans.regularizers import DRAGAN, R1, R2, GradientPenalty
from keras_gans.regularizers.judge import Judge

RNG = np.random.default_rng(0)
REAL, FAKE = RNG.normal(size=(2, 16, 2)).astype("float32")
HALF = ["mixed_bfloat16", "mixed_float16"]
PENALTIES = [GradientPenalty(), GradientPenalty(one_sided=True), DRAGAN(), R1(), R2()]


def value(penalty, critic, real=REAL, fake=FAKE):
    return float(penalty(critic, ops.convert_to_tensor(real), ops.convert_to_tensor(fake), 0))


def critic(policy):
    """A small D whose every layer computes in half precision, its output too."""
    x = inputs = keras.Input((2,))
    for units in (16, 16):
        x = layers.LeakyReLU(dtype=policy)(layers.Dense(units, dtype=policy)(x))
    return keras.Model(inputs, layers.Dense(1, dtype=policy)(x * 1.5), name="critic")


@pytest.mark.parametrize("policy", HALF)
@pytest.mark.parametrize("penalty", PENALTIES, ids=lambda p: type(p).__name__)
def test_penalty_in_half_precision_is_that_of_float32(penalty, policy):
    half, full = critic(policy), critic("float32")
    half.set_weights([10 * RNG.normal(size=w.shape) / np.sqrt(w.shape[0]) for w in full.get_weights()])
    full.set_weights(half.get_weights())
    expected = value(penalty, full)
    assert value(penalty, Judge(half)) == pytest.approx(expected, rel=1e-5)
    assert value(penalty, half) != pytest.approx(expected, rel=2e-5)  # what D by itself would give
    assert half.layers[1].compute_dtype == policy.removeprefix("mixed_")


@pytest.mark.parametrize("policy", HALF)
@pytest.mark.parametrize("scale", [1e-9, 1e5])
@pytest.mark.parametrize(
    "penalty", [GradientPenalty(2.0, center=0.0), R1(4.0), R2(4.0)], ids=lambda p: type(p).__name__
)
def test_penalty_sees_gradients_beyond_half_precision(penalty, scale, policy):
    """D(x) = <w, x> has the gradient w. float16 takes 3e-9 for 0 and 3e5 for infinite; 1e-12 is under GP's root."""
    w = scale * np.array([3.01, 4.03])
    linear = keras.Sequential([keras.Input((2,)), layers.Dense(1, use_bias=False, dtype=policy)])
    linear.set_weights([w[:, None]])
    epsilon = 1e-12 if isinstance(penalty, GradientPenalty) else 0.0
    assert value(penalty, Judge(linear)) == pytest.approx(2.0 * (w @ w + epsilon), rel=1e-5)


@pytest.mark.parametrize("dtype", ["bfloat16", "float16"])
@pytest.mark.parametrize("penalty", [GradientPenalty(), R2()], ids=lambda p: type(p).__name__)
def test_penalty_takes_what_a_generator_makes_in_half_precision(penalty, dtype):
    fake = ops.cast(FAKE, dtype)
    rounded = ops.convert_to_numpy(ops.cast(fake, "float32"))
    network = critic("float32")
    assert value(penalty, network, fake=fake) == pytest.approx(value(penalty, network, fake=rounded), rel=1e-6)
