"""Adam in one kernel a weight: the same numbers as Keras' own, whatever else the optimizer does."""

import functools

import keras
import numpy as np
import pytest
from keras import ops

from keras_gans import engine

Adam = keras.optimizers.Adam
DECAY = {"initial_learning_rate": 0.01, "decay_steps": 7, "decay_rate": 0.5}
VARIANTS = {
    "plain": lambda: Adam(0.01),
    "gan": lambda: Adam(2e-4, beta_1=0.5),
    "no_momentum": lambda: Adam(1e-4, beta_1=0.0, beta_2=0.9),
    "large_epsilon": lambda: Adam(0.01, epsilon=0.1),
    "schedule": lambda: Adam(keras.optimizers.schedules.ExponentialDecay(**DECAY)),
    "clipped": lambda: Adam(0.01, global_clipnorm=0.5),
    "decayed": lambda: Adam(0.01, weight_decay=0.1),
    "averaged": lambda: Adam(0.01, use_ema=True, ema_overwrite_frequency=5),
    "accumulated": lambda: Adam(0.01, gradient_accumulation_steps=3),
    "adamw": lambda: keras.optimizers.AdamW(0.01),
}


class Halved(Adam):
    """An Adam whose steps are half as long."""

    def update_step(self, gradient, variable, learning_rate):
        super().update_step(gradient, variable, 0.5 * learning_rate)


def moved(optimizer, steps=20):
    """Moves a matrix, a vector and a number so many times by the same gradients; returns them and what is kept."""
    random = np.random.default_rng(0)
    variables = [keras.Variable(random.normal(size=shape).astype("float32")) for shape in ((5, 3), (4,), ())]
    optimizer.build(variables)
    rows = np.array([0, 2, 2])

    def loss(scale):  # of another sign from time to time
        a, b, c = variables
        taken = ops.sum(ops.square(ops.take(a, rows, axis=0)))  # its gradient is sparse on TensorFlow
        return scale * (taken + ops.sum(ops.tanh(b)) * c)

    for scale in np.cos(np.arange(steps), dtype="float32"):
        engine.minimize(functools.partial(loss, scale), variables, optimizer)
    return [ops.convert_to_numpy(v) for v in [*variables, *optimizer.variables]]


@pytest.mark.tensorflow
@pytest.mark.parametrize("name", VARIANTS)
def test_fused_adam_is_that_of_keras(name):
    for one, other in zip(moved(engine.fused(VARIANTS[name]())), moved(VARIANTS[name]()), strict=True):
        np.testing.assert_allclose(one, other, rtol=5e-5, atol=1e-6)  # 1 - 0.999 is off by 4.7e-5 in float32


@pytest.mark.parametrize("make", [Halved, lambda: Adam(amsgrad=True), keras.optimizers.RMSprop])
def test_optimizers_that_move_otherwise_stay_as_they_are(make):
    optimizer = make()
    assert engine.fused(optimizer) is optimizer
    assert "update_step" not in vars(optimizer)


def test_fused_adam_is_saved_as_the_one_of_keras():
    optimizer, other = engine.fused(Adam(3e-4, beta_1=0.5, name="adam")), Adam(3e-4, beta_1=0.5, name="adam")
    assert keras.optimizers.serialize(optimizer) == keras.optimizers.serialize(other)


@pytest.mark.parametrize("fused", [True, False])
def test_rows_that_a_batch_takes_twice_have_the_square_of_their_gradients_sum(fused):
    """Rows (0, 2, 2) of ones, loss sum: gradient 1 for row 0 and 2 for row 2, so v = (1 - beta_2) (1, 0, 4)."""
    table, optimizer = keras.Variable(np.ones((3, 1), "float32")), Adam(beta_2=0.75)
    optimizer = engine.fused(optimizer) if fused else optimizer
    optimizer.build([table])
    engine.minimize(lambda: ops.sum(ops.take(table, np.array([0, 2, 2]), axis=0)), [table], optimizer)
    velocity = next(v for v in optimizer.variables if "velocity" in v.path)
    assert ops.convert_to_numpy(velocity)[:, 0].tolist() == [0.25, 0.0, 1.0]


@pytest.mark.tensorflow
def test_a_move_is_one_operation_a_weight():
    import tensorflow as tf

    variables = [keras.Variable(np.ones(shape, "float32")) for shape in ((5, 3), (4,))]
    optimizer = engine.fused(Adam())
    optimizer.build(variables)
    step = tf.function(lambda: engine.minimize(lambda: sum(ops.sum(v * v) for v in variables), variables, optimizer))
    operations = [operation.type for operation in step.get_concrete_function().graph.get_operations()]
    assert (operations.count("ResourceApplyAdam"), operations.count("AssignSubVariableOp")) == (2, 0)
