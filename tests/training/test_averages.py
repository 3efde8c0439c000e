"""Averages of the generator's weights: right by hand, part of the state, read when examples are made, else unseen."""

import keras
import numpy as np
import pytest
from conftest import BACKEND, assert_same_state, dense_gan, small_gan, state
from games import GAMES, of_each_kind
from keras import ops

from keras_gans import engine, models, networks
from keras_gans.training.state import Averages

BATCH = 16  # four steps an epoch
DECAY = 0.3  # the rule for short runs has 2/11, 3/12, and then 4/13 > 0.3
CLASSES = [name for name in models.__all__ if name in GAMES]
LATENTS = np.random.default_rng(0).normal(size=(5, 8)).astype("float32")


def arrays(variables):
    return [np.array(ops.convert_to_numpy(v)) for v in variables]


def by_hand(averages, weights, t):
    d = min(DECAY, (1 + t) / (10 + t))
    return [d * average + (1 - d) * weight for average, weight in zip(averages, weights)]


class Look(keras.callbacks.Callback):
    """Works the averages out beside the model, after each epoch of one step."""

    def on_train_begin(self, logs=None):
        self.averages = arrays(self.model.generator.weights)

    def on_epoch_end(self, epoch, logs=None):
        self.averages = by_hand(self.averages, arrays(self.model.generator.weights), epoch + 1)


@pytest.fixture(scope="module")
def trained(images):
    """A model after four epochs, its averages as its callback worked them out, and its twin without averages."""
    model, plain, look = small_gan(ema=DECAY), small_gan(), Look()
    model.fit(images[:BATCH], batch_size=BATCH, epochs=4, verbose=0, callbacks=[look])
    plain.fit(images[:BATCH], batch_size=BATCH, epochs=4, verbose=0)
    return model, look.averages, plain


def test_averages_equal_those_worked_out_by_hand(trained):
    model, expected, _ = trained
    assert len(model.averages.variables) == len(model.generator.weights)
    for average, hand, weight in zip(model.averages.variables, expected, model.generator.weights):
        np.testing.assert_allclose(np.array(average), hand, rtol=1e-5, atol=1e-7)
        assert not np.array_equal(average, np.array(weight)), weight.path


def test_averages_leave_training_as_it_is(trained):
    model, _, plain = trained
    kept = {id(v) for v in model.averages.variables}
    own = [*model.variables, *model.optimizer.variables, *model.metrics_variables]
    for mine, other in zip(arrays(v for v in own if id(v) not in kept), state(plain), strict=True):
        np.testing.assert_array_equal(mine, other)


def averaged_twin(model, make, **arguments):
    """A model whose weights are another's averages, and which has none itself."""
    twin = make(**arguments)
    for weight, average in zip(twin.generator.weights, model.averages.variables):
        weight.assign(average)
    return twin


def test_examples_are_made_with_the_averages_and_training_is_left_alone(trained):
    model, _, plain = trained
    twin, before = averaged_twin(model, small_gan), state(model)
    np.testing.assert_array_equal(model.decode(LATENTS), twin.decode(LATENTS))
    np.testing.assert_array_equal(model.generate(4, seed=1), twin.generate(4, seed=1))
    np.testing.assert_array_equal(model.sheet(4, seed=1)[0], twin.sheet(4, seed=1)[0])
    assert np.abs(model.decode(LATENTS) - plain.decode(LATENTS)).max() > 1e-5
    np.testing.assert_array_equal(ops.convert_to_numpy(model(LATENTS)), ops.convert_to_numpy(twin(LATENTS)))
    for a, b in zip(before, state(model)):
        np.testing.assert_array_equal(a, b)


def test_averages_are_saved_loaded_and_continued(images, tmp_path):
    def fitted(model, epochs, initial_epoch=0):
        model.fit(images, batch_size=BATCH, epochs=epochs, initial_epoch=initial_epoch, verbose=0)
        return model

    whole, half = fitted(dense_gan(dropout=0.3, ema=0.9), 2), fitted(dense_gan(dropout=0.3, ema=0.9), 1)
    half.save(tmp_path / "half.keras")
    loaded = keras.saving.load_model(tmp_path / "half.keras")
    assert loaded.get_compile_config() == half.get_compile_config()
    assert loaded.averages.decay == 0.9
    assert_same_state(loaded, half)
    np.testing.assert_array_equal(loaded.decode(LATENTS), half.decode(LATENTS))
    assert_same_state(fitted(loaded, 2, initial_epoch=1), whole)


def test_averages_begin_anew_from_the_weights_when_compiled_again(trained):
    model, _, _ = trained
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(model))
    again.generator.set_weights(model.generator.get_weights())
    again.compile("sgd", "sgd", ema=0.5)
    for average, weight in zip(again.averages.variables, again.generator.weights):
        np.testing.assert_array_equal(average, np.array(weight))
    with_averages = len(again.variables)
    again.compile("sgd", "sgd")
    assert again.averages is None
    assert len(again.variables) == with_averages - len(again.generator.weights)


def generators(model):
    trained = [key for player in model.players for key in player.networks]
    return [getattr(model, key) for key in trained if not key.startswith("discriminator")]


@pytest.mark.parametrize("name", of_each_kind(CLASSES))
def test_every_game_averages_all_but_who_judges(name):
    model = GAMES[name].make(ema=DECAY)
    weights = [v for generator in generators(model) for v in generator.weights if "float" in v.dtype]
    assert sorted(map(id, model.averages.weights)) == sorted(map(id, weights))


@pytest.mark.parametrize("name", ["GAN", "CGAN", "TripleGAN", "Pix2Pix", "CycleGAN"])
def test_every_way_to_make_examples_reads_the_averages(name, images):
    model, examples = GAMES[name].make(ema=DECAY), GAMES[name].examples(images)
    real = examples.head(2) if len(examples.parts) > 1 else None
    model.optimizer.iterations.assign(1)  # before, averages are what the weights are
    plain = model.sheet(2, seed=1, real=real)[0]
    for average in model.averages.variables:
        average.assign(0.5 * average)
    halved = model.sheet(2, seed=1, real=real)[0]
    assert np.abs(halved - plain).max() > 1e-3
    for weight in [v for generator in generators(model) for v in generator.weights]:
        weight.assign(0.5 * weight)
    model.averages = None
    np.testing.assert_allclose(halved, model.sheet(2, seed=1, real=real)[0], atol=1e-6)


def test_averages_on_two_devices_equal_those_on_one(images):
    def averages(strategy):
        with engine.devices(strategy):
            sgd = {key: keras.optimizers.SGD(0.05) for key in ("d_optimizer", "g_optimizer")}
            model = dense_gan(ema=DECAY, **sgd)
            model.fit(images[:32], batch_size=BATCH, verbose=0)
            return arrays(model.averages.variables), model.decode(LATENTS)

    one, two = averages(None), averages({"tensorflow": "mirrored", "jax": "data_parallel"}[BACKEND])
    for a, b in zip([*one[0], one[1]], [*two[0], two[1]], strict=True):
        np.testing.assert_allclose(b, a, rtol=1e-4, atol=1e-6)


@pytest.mark.tensorflow
def test_averages_under_xla(images):
    """On JAX all steps are compiled by XLA."""
    model = dense_gan(ema=DECAY, jit_compile=True)
    before = arrays(model.generator.weights)
    model.fit(images[:BATCH], batch_size=BATCH, verbose=0)
    hand = by_hand(before, arrays(model.generator.weights), 1)
    for average, expected in zip(model.averages.variables, hand, strict=True):
        np.testing.assert_allclose(average, expected, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("policy", ["mixed_bfloat16", "bfloat16", *["float64"][: BACKEND == "tensorflow"]])
def test_averages_are_single_precision_or_better(policy):
    """Where a weight of bfloat16 near 1 would not move by less than 0.004."""
    with engine.dtype_policy(policy):
        generator = networks.mlp.generator((2,), latent_dim=2, width=4)
    averages = Averages(0.999, [generator])
    assert {v.dtype for v in averages.variables} == {"float64" if policy == "float64" else "float32"}
    for weight, average in zip(averages.weights, averages.variables):
        average.assign(np.ones(average.shape))
        weight.assign(np.full(weight.shape, 2.0))
    averages.update(10**6)
    for average in averages.variables:
        np.testing.assert_allclose(np.array(average), 1.001, rtol=1e-6)
    with averages.worn():
        read = ops.convert_to_numpy(ops.cast(averages.weights[0], "float32"))
    np.testing.assert_allclose(read, 1.001, atol=4e-3)


@pytest.mark.parametrize("ema", [0.0, 1.0, -0.1, 1, "0.9", True])
def test_a_decay_out_of_range_is_refused(ema):
    with pytest.raises(ValueError, match="`ema` as None or a float between 0 and 1. Received"):
        dense_gan(ema=ema)
