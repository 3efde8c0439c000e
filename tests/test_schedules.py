"""Learning rates: constant, then falling to zero."""

import keras
import numpy as np
import pytest

from keras_gans.schedules import ConstantThenLinear


@pytest.mark.parametrize(
    ("step", "rate"), [(0, 2e-4), (99, 2e-4), (100, 2e-4), (101, 1.96e-4), (125, 1e-4), (149, 4e-6), (150, 0), (999, 0)]
)
def test_constant_then_linear_values(step, rate):
    found = float(ConstantThenLinear(2e-4, 100, 50)(step))
    assert found == pytest.approx(rate, rel=1e-4, abs=1e-12)


def test_constant_then_linear_may_fall_at_once():
    assert [float(ConstantThenLinear(1.0, 0, 4)(step)) for step in range(6)] == [1.0, 0.75, 0.5, 0.25, 0.0, 0.0]


def test_constant_then_linear_config_round_trip():
    schedule = ConstantThenLinear(0.1, 3, 4)
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(schedule))
    assert again.get_config() == schedule.get_config() == {"learning_rate": 0.1, "constant_steps": 3, "decay_steps": 4}


def test_constant_then_linear_moves_an_optimizer():
    """Gradients of 1: SGD goes the sum of the rates, and saves the schedule in its configuration."""
    optimizer = keras.optimizers.SGD(ConstantThenLinear(1.0, 1, 2))
    optimizer = keras.optimizers.deserialize(keras.optimizers.serialize(optimizer))
    weight = keras.Variable(np.zeros(1, "float32"))
    optimizer.build([weight])
    for _ in range(5):
        optimizer.apply([np.ones(1, "float32")])
    assert float(weight[0]) == pytest.approx(-(1 + 1 + 0.5))


@pytest.mark.parametrize("steps", [(-1, 1), (0, 0)])
def test_constant_then_linear_refuses_steps_out_of_range(steps):
    with pytest.raises(ValueError, match=rf"`constant_steps` of at least 0.*Received: {steps[0]} and {steps[1]}"):
        ConstantThenLinear(0.1, *steps)
