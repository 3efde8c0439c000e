"""The engine's promises, checked on both backends against gradients worked out by hand."""

import keras
import numpy as np
import pytest
from conftest import adam
from keras import ops

from keras_gans import engine


def linear_critic(weights=(3.0, 4.0)):
    layer = keras.layers.Dense(1, use_bias=False)
    layer.build((None, len(weights)))
    layer.set_weights([np.array(weights, "float32")[:, None]])
    return layer


def sgd(variables, learning_rate=1.0):
    optimizer = keras.optimizers.SGD(learning_rate)
    optimizer.build(variables)
    return optimizer


def gradient_penalty(critic, x, weight=10.0):
    gradient = engine.input_gradient(critic, x)
    norm = ops.sqrt(ops.sum(ops.square(gradient), axis=1) + 1e-12)
    return weight * ops.mean(ops.square(norm - 1.0))


def test_minimize_moves_by_the_gradient_of_the_loss():
    critic = linear_critic()
    x = np.array([[1.0, 2.0], [3.0, 6.0]], "float32")
    loss = engine.minimize(
        lambda: ops.mean(critic(x)), critic.trainable_variables, sgd(critic.trainable_variables, 0.1)
    )
    assert float(loss) == pytest.approx((11 + 33) / 2)
    np.testing.assert_allclose(ops.convert_to_numpy(critic.kernel)[:, 0], [3 - 0.1 * 2, 4 - 0.1 * 4], rtol=1e-6)


def test_minimize_moves_nothing_else():
    mover, bystander = linear_critic(), linear_critic()
    x = np.ones((2, 2), "float32")
    engine.minimize(
        lambda: ops.mean(mover(x) * bystander(x)), mover.trainable_variables, sgd(mover.trainable_variables)
    )
    np.testing.assert_array_equal(ops.convert_to_numpy(bystander.kernel)[:, 0], [3.0, 4.0])
    assert not np.array_equal(ops.convert_to_numpy(mover.kernel)[:, 0], [3.0, 4.0])


def test_minimize_keeps_what_the_loss_assigns():
    norm, dropout = keras.layers.BatchNormalization(momentum=0.5), keras.layers.Dropout(0.5, seed=1)
    x = np.array([[1.0], [3.0]], "float32")
    norm.build((None, 1))
    dropout.build((None, 1))
    seed_before = ops.convert_to_numpy(dropout.seed_generator.state)
    engine.minimize(
        lambda: ops.mean(dropout(norm(x, training=True), training=True)),
        norm.trainable_variables,
        sgd(norm.trainable_variables),
    )
    assert float(norm.moving_mean[0]) == pytest.approx(1.0)
    assert not np.array_equal(ops.convert_to_numpy(dropout.seed_generator.state), seed_before)


def test_input_gradient_of_a_linear_critic_is_its_weights():
    gradient = engine.input_gradient(linear_critic(), np.zeros((3, 2), "float32"))
    np.testing.assert_allclose(ops.convert_to_numpy(gradient), [[3.0, 4.0]] * 3)


def test_input_gradient_keeps_what_the_function_assigns():
    noise = keras.layers.GaussianNoise(1.0, seed=1)
    critic = linear_critic()
    before = ops.convert_to_numpy(noise.seed_generator.state)
    engine.input_gradient(lambda x: critic(noise(x, training=True)), np.zeros((3, 2), "float32"))
    after = ops.convert_to_numpy(noise.seed_generator.state)  # a tracer that leaked would fail here
    assert not np.array_equal(before, after)


def test_gradient_penalty_of_a_linear_critic_is_160():
    assert float(gradient_penalty(linear_critic(), np.zeros((3, 2), "float32"))) == pytest.approx(160.0)


def test_minimize_differentiates_through_input_gradient():
    critic = linear_critic()
    engine.minimize(
        lambda: gradient_penalty(critic, np.zeros((3, 2), "float32")),
        critic.trainable_variables,
        sgd(critic.trainable_variables),
    )
    # d/dw 10 (|w| - 1)^2 = 20 (|w| - 1) w / |w| = 80 (0.6, 0.8)
    np.testing.assert_allclose(ops.convert_to_numpy(critic.kernel)[:, 0], [3 - 48, 4 - 64], rtol=1e-5)


def test_gradient_penalty_is_finite_where_the_gradient_is_zero():
    critic = linear_critic((0.0, 0.0))
    engine.minimize(
        lambda: gradient_penalty(critic, np.zeros((3, 2), "float32")),
        critic.trainable_variables,
        sgd(critic.trainable_variables),
    )
    assert np.isfinite(ops.convert_to_numpy(critic.kernel)).all()


def group(**arguments):
    a, b = linear_critic(), linear_critic()
    optimizers = arguments.pop("optimizers", None) or {"a": adam(), "b": keras.optimizers.RMSprop()}
    return engine.OptimizerGroup(optimizers, {"a": a.trainable_variables, "b": b.trainable_variables}, **arguments)


def test_optimizer_group_holds_the_variables_of_its_members():
    both = group()
    held = {id(v) for v in both.variables}
    assert all(id(v) in held for member in both.members.values() for v in member.variables)
    assert all(member.built for member in both.members.values())


def test_optimizer_group_refuses_one_object_for_two_networks():
    one = adam()
    with pytest.raises(ValueError, match=r"an optimizer object of its own.*Received"):
        group(optimizers={"a": one, "b": one})


def test_optimizer_group_has_no_learning_rate_of_its_own():
    with pytest.raises(AttributeError, match="d_optimizer.learning_rate"):
        _ = group().learning_rate
    with pytest.raises(AttributeError, match="d_optimizer.learning_rate"):
        group().learning_rate = 0.1


def test_optimizer_group_moves_nothing_itself():
    with pytest.raises(TypeError, match="its members do"):
        group().apply([], [])


def test_optimizer_group_scales_losses_for_float16():
    assert all(isinstance(m, keras.optimizers.LossScaleOptimizer) for m in group(scale_losses=True).members.values())


@pytest.mark.tensorflow
def test_replica_rows_are_together_what_one_replica_draws():
    import tensorflow as tf

    def draw(rows):
        return keras.random.normal((rows, 2), seed=7)

    strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"], cross_device_ops=tf.distribute.ReductionToOneDevice())
    parts = strategy.experimental_local_results(strategy.run(lambda: engine.replica_rows(draw, 3)))
    np.testing.assert_array_equal(np.concatenate(parts), draw(6))
    np.testing.assert_array_equal(engine.replica_rows(draw, 3), draw(3))
