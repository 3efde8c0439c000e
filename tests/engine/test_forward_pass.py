"""A forward pass that is made once, for two moves: against numbers by hand, and against making it twice."""

import keras
import numpy as np
import pytest
from keras import ops

from keras_gans import engine

Z = np.array([[1.0], [3.0]], "float32")


def line(slope):
    layer = keras.layers.Dense(1, use_bias=False, kernel_initializer=keras.initializers.Constant(slope))
    layer.build((None, 1))
    return layer


def value(layer):
    return float(ops.convert_to_numpy(layer.kernel)[0, 0])


def sgd(layer):
    optimizer = keras.optimizers.SGD(0.1)
    optimizer.build(layer.trainable_variables)
    return optimizer


def forward(fn, layer):
    """A pass in which no layer adds to the loss."""
    return engine.ForwardPass(lambda: (fn(), []), layer.trainable_variables)


def minimize(loss_fn, layer, optimizer, made):
    """A move down a loss of what was made."""
    return engine.minimize(lambda outputs: loss_fn(outputs[0]), layer.trainable_variables, optimizer, made)


def test_what_layers_add_in_the_pass_is_differentiated_with_it():
    """G(z) = w z is not used, and w^2 is added: its slope at w = 5 is 10."""
    G = line(5.0)
    made = engine.ForwardPass(lambda: (G(Z), [ops.sum(ops.square(G.kernel))]), G.trainable_variables)
    loss = engine.minimize(lambda outputs: outputs[1][0], G.trainable_variables, sgd(G), made)
    assert (float(loss), value(G)) == pytest.approx((25.0, 4.0))


def test_both_players_learn_from_one_forward_pass():
    """G(z) = 5 z is made once; D(x) = 3 x moves by mean G(z) = 10 to 2; then G by mean D'(G(z)) + w^2: 2 * 2 + 2 w."""
    D, G, calls = line(3.0), line(5.0), []

    def make():
        calls.append(1)
        return G(Z)

    made = forward(make, G)
    d = engine.minimize(lambda: ops.mean(D(made.value)), D.trainable_variables, sgd(D))
    assert (float(d), value(D), value(G)) == pytest.approx((30.0, 2.0, 5.0))

    def g_loss(fake):
        return ops.mean(D(fake)) + ops.sum(ops.square(G.kernel))

    g = minimize(g_loss, G, sgd(G), made)
    assert (float(g), value(D), value(G)) == pytest.approx((20.0 + 25.0, 2.0, 5.0 - 0.1 * (4.0 + 10.0)))
    assert len(calls) == 1


def test_forward_pass_makes_several_tensors_of_which_some_are_not_used():
    """Of (w z, w^2 z, w^3 z) the loss takes the mean of the first and the third: 2 (1 + 3 w^2) at w = 2 is 26."""
    G = line(2.0)
    made = forward(lambda: (G(Z), G(G(Z)), G(G(G(Z)))), G)
    loss = minimize(lambda all: ops.mean(all[0] + all[2]), G, sgd(G), made)
    assert (float(loss), value(G)) == pytest.approx((2 * (2 + 8), 2 - 0.1 * 26))


def test_forward_pass_keeps_what_it_assigns():
    norm = keras.layers.BatchNormalization(momentum=0.5)
    norm.build((None, 1))
    made = forward(lambda: norm(Z, training=True), norm)
    minimize(lambda x: ops.mean(x), norm, sgd(norm), made)
    np.testing.assert_allclose(ops.convert_to_numpy(norm.moving_mean), [1.0], rtol=1e-6)  # half of the mean 2, once
    np.testing.assert_allclose(ops.convert_to_numpy(norm.beta), [-0.1], rtol=1e-6)


def test_forward_pass_carries_a_scaled_loss():
    G = line(5.0)
    scaled = keras.optimizers.LossScaleOptimizer(keras.optimizers.SGD(0.1), initial_scale=1024.0)
    scaled.build(G.trainable_variables)
    made = forward(lambda: G(Z), G)
    minimize(lambda fake: ops.mean(fake), G, scaled, made)
    assert value(G) == pytest.approx(5.0 - 0.1 * 2.0)
