"""Spreading over devices: which strategy goes with which backend, and what replicas exchange, in exact numbers."""

import keras
import numpy as np
import pytest
from conftest import BACKEND, dense_gan
from keras import ops

from keras_gans import engine, losses

OWN, OTHERS = {"tensorflow": ("mirrored", "data_parallel"), "jax": ("data_parallel", "mirrored")}[BACKEND]
REAL, FAKE = np.float32([-5, 1.4, 12.5, 2.7]), np.float32([10, 4.4, -5.5, 3.6])


def test_devices_spread_a_model_inside_only():
    with engine.devices(OWN):
        inside = dense_gan().replicas
    with engine.devices():
        outside = dense_gan().replicas
    assert (inside, outside) == (2, 1)
    assert keras.distribution.distribution() is None


def test_devices_refuse_the_other_backends_strategy():
    with pytest.raises(ValueError, match=rf"Expected '{OWN}' on Keras' backend {BACKEND}.*Received: '{OTHERS}'"):
        engine.devices(OTHERS)


def test_devices_answer_an_unknown_strategy_with_the_nearest():
    with pytest.raises(ValueError, match=r"Did you mean 'mirrored'.*Received: 'miror'"):
        engine.devices("miror")


def test_a_single_process_is_the_chief_and_has_all_rows():
    with engine.devices(OWN):
        assert engine.is_chief()
        assert engine.processes() == 1
        np.testing.assert_array_equal(engine.process_rows(REAL), REAL)


@pytest.mark.jax
def test_each_process_takes_its_own_rows(monkeypatch):
    import jax

    monkeypatch.setattr(jax, "process_count", lambda: 2)
    monkeypatch.setattr(jax, "process_index", lambda: 1)
    np.testing.assert_array_equal(engine.process_rows(REAL), REAL)  # trained apart, each has all
    monkeypatch.setattr(keras.distribution, "distribution", lambda: object())
    np.testing.assert_array_equal(engine.process_rows(REAL), REAL[2:])
    assert not engine.is_chief()


@pytest.mark.jax
def test_alone_is_without_the_others_inside_only():
    with engine.devices(OWN):
        spread = keras.distribution.distribution()
        with engine.by_one_process():
            assert keras.distribution.distribution() is None
        assert keras.distribution.distribution() is spread


def on_two_replicas(fn, *batches):
    """Runs a function of half of each batch on each of two replicas; returns what both return, as arrays."""
    import tensorflow as tf

    strategy = tf.distribute.get_strategy()

    def half(x):
        return strategy.experimental_distribute_values_from_function(
            lambda context: tf.split(x, 2)[context.replica_id_in_sync_group]
        )

    results = strategy.run(fn, args=[half(x) for x in batches])
    return [np.array(result) for result in strategy.experimental_local_results(results)]


@pytest.mark.tensorflow
def test_all_rows_are_those_of_both_replicas_in_order():
    with engine.devices("mirrored"):
        parts = on_two_replicas(lambda x: engine.own_rows(engine.all_rows(x) * 2, 2), REAL)
        everything = on_two_replicas(engine.all_rows, REAL)
    np.testing.assert_array_equal(np.concatenate(parts), 2 * REAL)
    np.testing.assert_array_equal(everything, [REAL, REAL])


@pytest.mark.tensorflow
def test_a_mean_over_all_rows_is_differentiated_as_on_one_replica():
    """(E w a)^2 with w = 2 and a of mean 3 has the derivative 2 w 3^2 = 36; a replica's own means would give 46."""
    a = np.float32([[1.0], [1.0], [5.0], [5.0]])
    with engine.devices("mirrored"):
        layer, optimizer = keras.layers.Dense(1, use_bias=False), keras.optimizers.SGD(1.0)
        layer.build((None, 1))
        layer.kernel.assign([[2.0]])
        optimizer.build(layer.trainable_variables)

        def step(a):
            def loss():
                return ops.square(ops.mean(engine.all_rows(layer(a))))

            return engine.minimize(loss, layer.trainable_variables, optimizer)

        reported = on_two_replicas(step, a)
        np.testing.assert_allclose(reported, [36.0, 36.0])  # (2 * 3)^2
        np.testing.assert_allclose(layer.kernel.numpy(), [[2.0 - 36.0]])


@pytest.mark.tensorflow
def test_relativistic_loss_on_replicas_compares_with_the_mean_of_the_whole_batch():
    loss = losses.RelativisticLoss()
    with engine.devices("mirrored"):
        halves = on_two_replicas(lambda real, fake: loss.discriminator_loss(real, fake), REAL, FAKE)
        swapped = on_two_replicas(lambda real, fake: loss.generator_loss(fake, real), REAL, FAKE)
    assert np.mean(halves) == pytest.approx(5.212013)
    assert np.mean(swapped) == pytest.approx(4.762013)
