"""Phases: a toy that grows from 4 to 8 pixels in the middle of one `fit`, and goes on from anywhere."""

import keras
import numpy as np
import pytest
from conftest import adam, assert_same_state, state
from keras import layers, ops

from keras_gans import data, engine, losses
from keras_gans.callbacks import Diagnostics
from keras_gans.models.from_latents import FromLatents
from keras_gans.schedules import ConstantThenLinear, Growth
from keras_gans.training import load_model

STEPS = 3  # of a phase: 4 pixels in steps 0 to 2, fading in 3 to 5, 8 pixels from 6 on
PER_EPOCH, BATCH = 5, 8


@keras.saving.register_keras_serializable("tests")
class FadeIn(layers.Layer):
    """Goes from its first input to its second as `share` goes from 0 to 1."""

    def build(self, shape):
        self.share = self.add_weight(shape=(), trainable=False, aggregation="only_first_replica", name="share")

    def call(self, inputs):
        low, high = inputs
        return low + self.share * (high - low)


def generator():
    x = z = keras.Input((4,))
    x = layers.Reshape((4, 4, 4))(layers.Dense(64, activation="relu")(x))
    low = layers.UpSampling2D(name="low")(layers.Conv2D(1, 1, name="to_4")(x))
    x = layers.Conv2D(4, 3, padding="same", activation="relu", name="conv_8")(layers.UpSampling2D()(x))
    return keras.Model(z, FadeIn(name="fade")([low, layers.Conv2D(1, 1, name="to_8")(x)]))


def discriminator():
    x = keras.Input((8, 8, 1))
    low = layers.Conv2D(4, 1, name="from_4")(layers.AveragePooling2D(2)(x))
    high = layers.Conv2D(4, 3, padding="same", activation="relu", name="from_8")(x)
    high = layers.Conv2D(4, 3, strides=2, padding="same", name="conv_8")(high)
    features = FadeIn(name="fade")([low, high])
    return keras.Model(x, layers.Dense(1, name="score")(layers.Flatten(name="flat")(features)))


@keras.saving.register_keras_serializable("tests")
class Growing(FromLatents):
    """A GAN whose step uses only the layers of its phase; `traced` lists the phases of its traces."""

    def compile(self, d_optimizer, g_optimizer, phases, **keras_arguments):
        self.loss, self.traced = losses.get("gan"), []
        optimizers = {"d_optimizer": d_optimizer, "g_optimizer": g_optimizer}
        logs = ["d_loss", "g_loss"]
        self._compile({**optimizers, "phases": phases}, terms=[self.loss], logs=logs, **keras_arguments)

    def training_step(self, x):
        self.traced.append(self.phase)
        D, G = self.discriminator, self.generator
        share = self.phases.detail(self.optimizer.iterations) - 2.0
        for network in (D, G):
            network.get_layer("fade").share.assign(share)
        low = ops.repeat(ops.repeat(ops.average_pool(x, 2, strides=2), 2, axis=1), 2, axis=2)
        x, d, g = low + share * (x - low), D, G
        if self.phases.side(self.phase) == 4:
            g = keras.Model(G.inputs, G.get_layer("low").output)
            score, flat = D.get_layer("score"), D.get_layer("flat")
            d = keras.Model(D.inputs, score(flat(D.get_layer("from_4").output)))
        m = ops.shape(x)[0]
        fakes = self.forward(lambda: g(self.sample_latents(m), training=True), G, variables=g.trainable_variables)
        d_loss = self.minimize(
            lambda: self.loss.discriminator_loss(d(x, training=True), d(fakes.value, training=True)),
            D,
            variables=d.trainable_variables,
        )
        g_loss = self.minimize(
            lambda fake: self.loss.generator_loss(d(fake, training=True)),
            G,
            made=fakes,
            variables=g.trainable_variables,
        )
        return self.log(d_loss=d_loss, g_loss=g_loss)


def growing(phases=None, optimizer=adam, **compile_arguments):
    keras.utils.set_random_seed(0)
    model = Growing(generator(), discriminator(), latent_dim=4)
    model.compile(optimizer(), optimizer(), phases or Growth(4, 8, STEPS), **compile_arguments)
    return model


@pytest.fixture(scope="module")
def pictures():
    return data.load("digits", image_size=8)[: PER_EPOCH * BATCH]


def trained(model, pictures, steps, callbacks=()):
    """Trains in as few calls of `fit` as passes over the data allow, as the command line does."""
    done = int(model.optimizer.iterations.numpy())
    while done < steps:
        skip = done % PER_EPOCH
        batches = data.batches(pictures, BATCH, seed=model.seed, skip=skip, take=steps - done)
        epochs = 1 if skip else max(1, (steps - done) // PER_EPOCH)
        model.fit(batches, epochs=epochs, verbose=0, callbacks=list(callbacks))
        done = int(model.optimizer.iterations.numpy())
    return model


def arrays(variables):
    return [ops.convert_to_numpy(v) for v in variables]


class Save(keras.callbacks.Callback):
    """Saves after each step."""

    def __init__(self, folder):
        super().__init__()
        self.folder, self.step = folder, 0

    def on_train_batch_end(self, batch, logs=None):
        self.step += 1
        self.model.save(self.folder / f"{self.step}.keras")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("steps")


@pytest.fixture(scope="module")
def whole(pictures, folder):
    """The run that is never stopped: one `fit`."""
    return trained(growing(), pictures, 2 * PER_EPOCH, [Save(folder)])


def test_a_step_is_traced_once_for_each_phase_in_one_fit(whole):
    assert whole.traced == [0, 1, 2]
    assert whole.phase == 2
    assert int(whole.optimizer.iterations.numpy()) == 10


@pytest.mark.parametrize("steps", [2, 3, 4, 6, 8])
def test_a_run_saved_anywhere_goes_on_exactly(steps, whole, pictures, folder):
    again = load_model(folder / f"{steps}.keras")
    assert int(again.optimizer.iterations.numpy()) == steps
    assert again.phase is None
    trained(again, pictures, 2 * PER_EPOCH)
    assert again.traced == list(range(steps // STEPS, 3))
    assert_same_state(whole, again)


@pytest.fixture(scope="module")
def quick(pictures):
    """A run without `fit` whose phases take a step each; somebody holds the compiled steps."""
    model, held = growing(Growth(4, 8, 1)), []
    for _ in range(4):
        model.train_on_batch(pictures[:BATCH])
        held.append(model.train_function)
    return model


def test_single_steps_go_through_the_phases_though_somebody_holds_the_step_before(quick):
    assert quick.traced == [0, 1, 2]


def test_eager_steps_are_the_same(quick, pictures):
    eager = growing(Growth(4, 8, 1), run_eagerly=True)
    for _ in range(4):
        eager.train_on_batch(pictures[:BATCH])
    assert eager.traced == [0, 1, 2, 2]
    for one, other in zip(state(quick), state(eager)):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5)


def test_weights_of_a_later_stage_move_from_their_phase_on(pictures):
    model = growing()

    def weights(*names):
        found = [
            network.get_layer(name)
            for network, some in zip((model.generator, model.discriminator), names)
            for name in some
        ]
        return arrays(v for layer in found for v in layer.weights)

    def moved(before, after):
        return [not np.array_equal(a, b) for a, b in zip(before, after)]

    early, late = (["to_4"], ["from_4", "score"]), (["conv_8", "to_8"], ["from_8", "conv_8"])
    early_before, late_before = weights(*early), weights(*late)
    trained(model, pictures, STEPS)
    assert all(moved(early_before, weights(*early)))
    assert not any(moved(late_before, weights(*late)))
    trained(model, pictures, 2 * STEPS)
    assert all(moved(late_before, weights(*late)))


class Spy(keras.callbacks.Callback):
    """Notes the optimizers before each step: (training steps, updates of D, its moments, its learning rate)."""

    def __init__(self):
        super().__init__()
        self.seen = []

    def on_train_batch_begin(self, batch, logs=None):
        group = self.model.optimizer
        d = group.members["d_optimizer"]
        moments = arrays(v for v in d.variables if v is not d.iterations and v is not d.learning_rate)
        self.seen.append((int(group.iterations.numpy()), int(d.iterations.numpy()), max(abs(m).max() for m in moments)))


def test_optimizers_begin_anew_at_boundaries_and_the_count_of_steps_goes_on(whole, pictures):
    """Also where one `fit` ends and another begins at a boundary, or within a phase."""
    spy, model = Spy(), growing()
    for steps in (1, 3, 5, 6, 10):
        trained(model, pictures, steps, [spy])
    updates = [0, 1, 2, 0, 1, 2, 0, 1, 2, 3]
    assert [seen[:2] for seen in spy.seen] == list(zip(range(10), updates))
    assert [moment == 0 for *_, moment in spy.seen] == [count == 0 for count in updates]
    assert model.d_optimizer.learning_rate.numpy() == np.float32(2e-3)
    assert_same_state(whole, model)


def test_optimizers_go_on_where_the_schedule_does_not_reset_them(pictures):
    model = trained(growing(Growth(4, 8, STEPS, resets=False)), pictures, 4)
    assert int(model.d_optimizer.iterations.numpy()) == 4


def test_looks_of_a_callback_follow_the_phase(pictures):
    model = trained(growing(), pictures, 4, [Diagnostics(pictures, every=2)])
    assert model.traced == [0, 0, 1, 1]  # each phase's look and each phase's step


@pytest.mark.parametrize("optimizer", ["Nadam", "Adagrad", "SGD", "LossScale"])
def test_a_reset_optimizer_is_as_when_it_was_built(optimizer):
    """Nadam's product begins at 1, Adagrad's sums at 0.1; a scale that has adapted is not forgotten."""
    make = getattr(keras.optimizers, optimizer, lambda: keras.optimizers.LossScaleOptimizer(keras.optimizers.Adam()))
    weight = keras.Variable(np.ones(2, "float32"))
    group = engine.OptimizerGroup({"d_optimizer": make()}, {"d_optimizer": [weight]})
    (member,) = group.optimizers
    inner = getattr(member, "inner_optimizer", member)
    fresh = arrays(inner.variables)
    member.learning_rate = 0.5
    engine.minimize(lambda: ops.sum(weight * weight), [weight], member)
    if member is not inner:
        member.dynamic_scale.assign(8.0)
    assert int(inner.iterations.numpy()) == 1
    group.reset()
    assert float(member.learning_rate.numpy()) == 0.5
    for variable, before in zip(inner.variables, fresh):
        if variable is not inner.learning_rate:
            np.testing.assert_array_equal(variable.numpy(), before)
    assert member is inner or float(member.dynamic_scale.numpy()) == 8.0


def test_what_would_jump_over_a_boundary_is_refused():
    with pytest.raises(ValueError, match=r"Expected steps_per_execution=1 with phases.*steps_per_execution=2\."):
        growing(steps_per_execution=2)


def test_a_schedule_that_would_begin_anew_is_refused():
    def falling():
        return keras.optimizers.Adam(ConstantThenLinear(1e-3, 5, 5))

    with pytest.raises(ValueError, match=r"Expected constant learning rates.*Received: a schedule for d_optimizer\."):
        growing(optimizer=falling)
    growing(Growth(4, 8, STEPS, resets=False), falling)
