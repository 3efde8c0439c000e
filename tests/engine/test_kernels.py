"""Kernels in the place of Keras' chains of operations: the same numbers, on TensorFlow."""

import contextlib
import functools

import keras
import numpy as np
import pytest
from keras import ops

from keras_gans import engine
from keras_gans.schedules import ScheduledAdam

Adam = keras.optimizers.Adam
DECAY = {"initial_learning_rate": 0.01, "decay_steps": 7, "decay_rate": 0.5}
VARIANTS = {
    "plain": lambda: Adam(0.01),
    "gan": lambda: Adam(2e-4, beta_1=0.5),
    "no_momentum": lambda: Adam(1e-4, beta_1=0.0, beta_2=0.9),
    "large_epsilon": lambda: Adam(0.01, epsilon=0.1),
    "schedule": lambda: Adam(keras.optimizers.schedules.ExponentialDecay(**DECAY)),
    "clipped": lambda: Adam(0.01, global_clipnorm=0.5),
    "scheduled": lambda: ScheduledAdam(0.01, beta_2=keras.optimizers.schedules.CosineDecay(0.9, 15, alpha=1.1)),
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


def critic(middle):
    keras.utils.set_random_seed(0)
    return keras.Sequential(
        [keras.Input((6, 6, 2)), keras.layers.Conv2D(4, 3), middle, keras.layers.Flatten(), keras.layers.Dense(1)]
    )


def penalty_slopes(network, x):
    """The gradients of a penalty of the squared slope, 0 where there is none."""
    import tensorflow as tf

    weights = [v.value for v in network.trainable_variables]
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(engine.input_gradient(lambda x: network(x, training=True), x)))
    return tape.gradient(loss, weights, unconnected_gradients="zero")


RECTIFIERS = {
    "leaky": lambda: keras.layers.LeakyReLU(0.2),
    "relu": lambda: keras.layers.ReLU(),
    "sloped": lambda: keras.layers.ReLU(negative_slope=0.1),
    "capped": lambda: keras.layers.ReLU(max_value=0.5),
    "batch_norm": lambda: keras.layers.BatchNormalization(),
    "tanh": lambda: keras.layers.Activation("tanh"),
}


@pytest.mark.tensorflow
@pytest.mark.parametrize("name", RECTIFIERS)
def test_penalties_have_the_same_slopes(name):
    from keras_gans.engine import kernels

    network = critic(RECTIFIERS[name]())
    x = np.random.default_rng(0).normal(size=(5, 6, 6, 2)).astype("float32")
    expected = penalty_slopes(network, x)
    with kernels.fused_layers(network):
        found = penalty_slopes(network, x)
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_array_equal(one, other)


def needed(graph):
    """The types of the operations that a graph's outputs need; TensorFlow leaves out the others."""
    waiting, found = [tensor.op for tensor in graph.outputs], set()
    while waiting:
        operation = waiting.pop()
        if operation not in found:
            found.add(operation)
            waiting += [tensor.op for tensor in operation.inputs]
    return [operation.type for operation in found]


@pytest.mark.tensorflow
@pytest.mark.parametrize(("fused", "count"), [(False, 2), (True, 1)])
def test_penalties_send_no_zeros_backwards(fused, count):
    """The kernel moves what the picture's slope is; TensorFlow's own chain takes a 0 through the forward pass too."""
    import tensorflow as tf

    from keras_gans.engine import kernels

    network = critic(keras.layers.LeakyReLU(0.2))

    def slopes(x):
        with kernels.fused_layers(network) if fused else contextlib.nullcontext():
            return penalty_slopes(network, x)

    graph = tf.function(slopes).get_concrete_function(tf.TensorSpec((5, 6, 6, 2))).graph
    assert needed(graph).count("Conv2DBackpropFilter") == count


BATCH_NORMS = {
    "plain": {},
    "constants": {"momentum": 0.9, "epsilon": 1e-5},
    "half": {"dtype": "mixed_bfloat16"},
    "frozen": {"trainable": False},
    "no_scale": {"scale": False},
    "double": {"dtype": "float64"},
}


@pytest.mark.tensorflow
@pytest.mark.parametrize("shape", [(6, 4, 5, 3), (6, 3), (1, 1, 1, 3), (6, 5, 3)])
@pytest.mark.parametrize("name", BATCH_NORMS)
def test_batch_norm_is_that_of_keras(name, shape):
    import tensorflow as tf

    from keras_gans.engine import kernels

    x = 2 * np.random.default_rng(0).normal(size=shape).astype("float32") + 1
    upstream = np.random.default_rng(1).normal(size=shape).astype("float32")

    def normalized(fused):
        """Outputs in training and after it, moving statistics, slopes of input, gamma and beta."""
        layer = keras.layers.BatchNormalization(**BATCH_NORMS[name])
        layer.build((None, *shape[1:]))
        values = [tf.Variable(x), *(v.value for v in layer.trainable_variables)]
        with kernels.fused_layers(layer) if fused else contextlib.nullcontext(), tf.GradientTape() as tape:
            y = layer(values[0], training=True)
            loss = tf.reduce_sum(tf.cast(y, "float32") * upstream)
            after = layer(x, training=False)
        return [y, after, *layer.non_trainable_variables, *tape.gradient(loss, values)]

    rounded = 2e-2 if name == "half" else 2e-5
    for one, other in zip(normalized(True), normalized(False), strict=True):
        assert one.dtype == other.dtype
        one, other = (ops.convert_to_numpy(ops.cast(value, "float32")) for value in (one, other))
        np.testing.assert_allclose(one, other, rtol=rounded, atol=rounded)


@pytest.mark.tensorflow
def test_layers_are_as_they_were_after_a_step():
    from keras_gans.engine import kernels

    network = critic(keras.layers.LeakyReLU(0.2))

    def fail():
        with kernels.fused_layers(network):
            assert "call" in vars(network.layers[1])
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert not any("call" in vars(layer) for layer in network.layers)


def moves_of_five():
    """The operations of a step that moves five weights by one Adam."""
    import tensorflow as tf

    variables = [keras.Variable(np.ones(3, "float32")) for _ in range(5)]
    optimizer = engine.fused(Adam())
    optimizer.build(variables)

    @tf.function(autograph=False)
    def step():
        return engine.minimize(lambda: sum(ops.sum(v * v) for v in variables), variables, optimizer)

    return step.get_concrete_function().graph.get_operations()


@pytest.mark.tensorflow
def test_a_move_computes_once_what_is_the_same_for_all_weights():
    types = [operation.type for operation in moves_of_five()]
    assert (types.count("Pow"), types.count("ResourceApplyAdam")) == (2, 5)


@pytest.mark.tensorflow
def test_each_weight_waits_for_one_operation_that_waits_for_all_gradients():
    operations = moves_of_five()
    gradients = {operation for operation in operations if operation.type == "AddN"}
    (barrier,) = (operation for operation in operations if gradients & set(operation.control_inputs))
    assert len(gradients) == 5
    assert gradients < set(barrier.control_inputs)
    for move in (operation for operation in operations if operation.type == "ResourceApplyAdam"):
        waiting, before = [move], set()
        while waiting:
            operation = waiting.pop()
            before.add(operation)
            waiting += {*(x.op for x in operation.inputs), *operation.control_inputs} - before
        assert barrier in before
