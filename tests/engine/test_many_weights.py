"""On a CPU, TensorFlow moves many weights by one program of XLA: the same move, and only where it can be."""

import keras
import numpy as np
import pytest
from conftest import adam

from keras_gans import engine

pytestmark = pytest.mark.tensorflow
X = np.random.default_rng(0).normal(size=(16, 3)).astype("float32")


class OwnAdam(keras.optimizers.Adam):
    """A user's optimizer, of which nobody knows whether XLA can compile it."""


def step_of(optimizer, heavy, monkeypatch):
    """A step as a function of TensorFlow, and the network that it moves."""
    import tensorflow as tf

    monkeypatch.setattr("keras_gans.engine.tensorflow.HEAVY", heavy)
    keras.utils.set_random_seed(0)
    network = keras.Sequential([keras.Input((3,)), keras.layers.Dense(8, "tanh"), keras.layers.Dense(1)])
    optimizer.build(network.trainable_variables)

    def loss():
        return keras.ops.mean(keras.ops.square(network(X) - 1.0))

    step = tf.function(lambda: engine.minimize(loss, network.trainable_variables, optimizer))
    step.get_concrete_function()  # traced now, while HEAVY is what it was set to
    return step, network


def is_compiled(step):
    """Whether a part of the step is a program of XLA."""
    functions = step.get_concrete_function().graph.as_graph_def().library.function
    return any(function.attr["_XlaMustCompile"].b for function in functions)


WEIGHTS = 3 * 8 + 8 + 8 + 1


@pytest.mark.parametrize("make", [adam, lambda: keras.optimizers.RMSprop(1e-3), lambda: keras.optimizers.SGD(0.1, 0.9)])
def test_many_weights_are_moved_as_few_are(make, monkeypatch):
    (compiled, one), (plain, other) = step_of(make(), WEIGHTS, monkeypatch), step_of(make(), 10**9, monkeypatch)
    assert (is_compiled(compiled), is_compiled(plain)) == (True, False)
    before = one.get_weights()
    for _ in range(5):
        assert float(compiled()) == pytest.approx(float(plain()), rel=1e-5)
    for a, b in zip(one.get_weights(), other.get_weights()):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-6)
    assert not any(np.array_equal(a, b) for a, b in zip(one.get_weights(), before))


@pytest.mark.parametrize(
    ("make", "heavy", "expected"),
    [
        (adam, WEIGHTS, True),
        (adam, WEIGHTS + 1, False),
        (OwnAdam, WEIGHTS, False),
        (lambda: keras.optimizers.LossScaleOptimizer(adam()), WEIGHTS, False),
    ],
    ids=["many", "few", "unknown optimizer", "scaled losses"],
)
def test_only_many_weights_of_known_optimizers_are_compiled(make, heavy, expected, monkeypatch):
    assert is_compiled(step_of(make(), heavy, monkeypatch)[0]) is expected
