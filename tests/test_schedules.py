"""Learning rates: constant, then falling to zero. A beta that changes. Phases: a side stays, the next fades in."""

import keras
import numpy as np
import pytest

from keras_gans.schedules import ConstantThenLinear, Growth, ScheduledAdam


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


CosineDecay = keras.optimizers.schedules.CosineDecay


@pytest.mark.parametrize(("step", "beta"), [(0, 0.9), (5, 0.945), (10, 0.99), (99, 0.99)])
def test_scheduled_adam_goes_from_one_beta_to_another(step, beta):
    optimizer = ScheduledAdam(beta_2=CosineDecay(0.9, 10, alpha=1.1))
    optimizer.build([])
    optimizer.iterations.assign(step)
    assert float(optimizer.beta_2) == pytest.approx(beta, rel=1e-6)


def test_scheduled_adam_is_adam_with_the_beta_of_each_update():
    rate, decay = CosineDecay(0.1, 4, alpha=0.25), {"initial_learning_rate": 0.9, "decay_steps": 4, "decay_rate": 0.5}
    beta_2 = keras.optimizers.schedules.ExponentialDecay(**decay)
    optimizer = ScheduledAdam(rate, beta_1=0.0, beta_2=beta_2)
    optimizer = keras.optimizers.deserialize(keras.optimizers.serialize(optimizer))
    weight = keras.Variable(np.zeros(2, "float32"))
    optimizer.build([weight])
    expected, v = np.zeros(2), np.zeros(2)
    for t, gradient in enumerate(np.random.default_rng(0).normal(size=(6, 2)).astype("float32")):
        optimizer.apply([gradient])
        beta = 0.9 * 0.5 ** (t / 4)
        v = beta * v + (1 - beta) * gradient**2
        step = 0.1 * (0.25 + 0.75 * 0.5 * (1 + np.cos(np.pi * min(t / 4, 1))))
        expected -= step * gradient / (np.sqrt(v / (1 - beta ** (t + 1))) + 1e-7)
        np.testing.assert_allclose(weight.numpy(), expected, rtol=1e-4)


def test_scheduled_adam_refuses_a_number():
    with pytest.raises(ValueError, match=r"Expected `beta_2` as a schedule .*Received: 0\.9\."):
        ScheduledAdam(beta_2=0.9)


GROWN = [  # from 4 to 16 pixels in phases of 10 steps: step, phase, side, detail
    *[(0, 0, 4, 2.0), (9, 0, 4, 2.0), (10, 1, 8, 2.0), (11, 1, 8, 2.1), (19, 1, 8, 2.9), (20, 2, 8, 3.0)],
    *[(29, 2, 8, 3.0), (30, 3, 16, 3.0), (35, 3, 16, 3.5), (39, 3, 16, 3.9), (40, 4, 16, 4.0), (10**6 + 7, 4, 16, 4.0)],
]


@pytest.mark.parametrize(("step", "phase", "side", "detail"), GROWN)
def test_growth_values(step, phase, side, detail):
    growth = Growth(4, 16, steps=10)
    assert growth.boundaries == (10, 20, 30, 40)
    assert growth.phase(step) == phase
    assert growth.side(phase) == side
    for given in (step, keras.ops.convert_to_tensor(step), keras.Variable(step, dtype="int32")):
        found = growth.detail(given)
        assert keras.backend.standardize_dtype(found.dtype) == "float32"
        assert float(found) == pytest.approx(detail, abs=1e-6)


def test_growth_of_one_side_has_one_phase():
    growth = Growth(8, 8, steps=1)
    assert growth.boundaries == ()
    assert [growth.phase(step) for step in (0, 5)] == [0, 0]
    assert float(growth.detail(5)) == 3.0


def test_growth_config_round_trip():
    growth = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(Growth(4, 32, 7, resets=False)))
    assert growth.get_config() == {"first_side": 4, "last_side": 32, "steps": 7, "resets": False}


@pytest.mark.parametrize("sides", [(4, 12), (3, 8), (16, 8), (0, 4), (4, 8.0)])
def test_growth_refuses_sides_that_are_no_powers_of_two(sides):
    with pytest.raises(ValueError, match=rf"powers of 2.*Received: {sides[0]} and {sides[1]}\."):
        Growth(*sides, steps=10)


@pytest.mark.parametrize("steps", [0, 2.5])
def test_growth_refuses_phases_without_steps(steps):
    with pytest.raises(ValueError, match=rf"`steps` as a positive integer. Received: {steps}\."):
        Growth(4, 8, steps)
