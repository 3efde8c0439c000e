"""A variable that reads as another value: what it computes, where its gradients go, what stays as it was."""

import keras
import numpy as np
import pytest
from keras import ops

from keras_gans import engine

X = np.array([[1.0, 2.0], [3.0, 6.0]], "float32")


class Doubled(keras.layers.Layer):
    """w . x + b of twice the weights that it wraps, counting its calls."""

    def __init__(self, weights=(3.0, 4.0)):
        super().__init__()
        self.dense = keras.layers.Dense(1)
        self.dense.build((None, 2))
        self.dense.set_weights([np.array(weights, "float32")[:, None], np.zeros(1, "float32")])
        self.calls = self.add_weight(shape=(), initializer="zeros", trainable=False)

    def call(self, x):
        with engine.substitute(self.dense.kernel, 2.0 * self.dense.kernel):
            self.calls.assign(self.calls + 1.0)
            return self.dense(x)


def moved(layer, loss_fn):
    """How far each weight goes against the gradient at rate 1: kernel, bias."""
    optimizer = keras.optimizers.SGD(1.0)
    optimizer.build(layer.trainable_variables)
    before = [v.numpy() for v in layer.trainable_variables]
    engine.minimize(loss_fn, layer.trainable_variables, optimizer)
    return [old - v.numpy() for old, v in zip(before, layer.trainable_variables)]


def test_substitute_is_seen_inside_only():
    layer = Doubled()
    np.testing.assert_allclose(ops.convert_to_numpy(layer(X))[:, 0], [22.0, 66.0])
    np.testing.assert_array_equal(layer.dense.kernel.numpy()[:, 0], [3.0, 4.0])
    assert float(layer.calls) == 1.0


def test_substitute_lets_gradients_through_and_to_other_variables():
    layer = Doubled()
    kernel, bias = moved(layer, lambda: ops.mean(layer(X)))
    np.testing.assert_allclose(kernel[:, 0], [2 * 2.0, 2 * 4.0])  # twice the mean of x
    np.testing.assert_allclose(bias, [1.0])
    assert float(layer.calls) == 1.0


def test_substitute_inside_input_gradient():
    np.testing.assert_allclose(ops.convert_to_numpy(engine.input_gradient(Doubled(), X)), [[6.0, 8.0]] * 2)


def test_substitute_inside_input_gradient_inside_minimize():
    layer = Doubled()

    def penalty():
        gradient = engine.input_gradient(layer, X)
        return 10.0 * ops.mean(ops.square(ops.sqrt(ops.sum(ops.square(gradient), axis=1)) - 1.0))

    kernel, bias = moved(layer, lambda: ops.mean(layer(X)) + penalty())
    # d/dw 10 (|2w| - 1)^2 = 40 (|2w| - 1) w / |w| = 360 (0.6, 0.8), and 2 (2, 4) of the mean
    np.testing.assert_allclose(kernel[:, 0], [216.0 + 4.0, 288.0 + 8.0], rtol=1e-5)
    np.testing.assert_allclose(bias, [1.0])
    assert float(layer.calls) == 2.0


def test_substitute_sees_the_scope_around_it():
    layer = Doubled()
    with keras.StatelessScope(state_mapping=[(layer.dense.bias, np.array([5.0], "float32"))]) as scope:
        output = layer(X)
        calls = scope.get_current_value(layer.calls)
    np.testing.assert_allclose(ops.convert_to_numpy(output)[:, 0], [27.0, 71.0])
    assert float(calls) == 1.0
    assert float(layer.calls) == 0.0


def test_substitute_ends_with_an_error():
    kernel = Doubled().dense.kernel
    with pytest.raises(RuntimeError, match="stop"), engine.substitute(kernel, 2.0 * kernel):
        raise RuntimeError("stop")
    np.testing.assert_array_equal(kernel.numpy()[:, 0], [3.0, 4.0])
    assert not keras.src.backend.common.stateless_scope.in_stateless_scope()
