"""What every model and every recipe keeps, found through the registry: finite, exact to continue, equal everywhere."""

import keras
import numpy as np
import pytest
from conftest import BACKEND, assert_same_state, dense_gan, small_gan, state

from keras_gans import models, networks
from keras_gans.recipes import RECIPES

BATCH = 16  # four steps an epoch on the 70 digits


def small_recipe(name):
    """A recipe at a size that a test can pay for."""
    files = {"gan": networks.mlp, "dcgan": networks.dcgan}
    network = files.get(name, networks.dcgan)

    def make(seed=0, **overrides):
        keras.utils.set_random_seed(seed)
        return RECIPES[name].build(
            (16, 16, 1),
            latent_dim=8,
            seed=seed,
            generator=network.generator((16, 16, 1), 8, width=4),
            discriminator=network.discriminator((16, 16, 1), width=4, dropout=0.3),
            **overrides,
        )

    return make


GAMES = {"GAN": small_gan, **{name: small_recipe(name) for name in RECIPES}}
concrete = [name for name in models.__all__ if name != "AdversarialModel"]


def test_battery_covers_every_exported_model():
    assert set(concrete) <= set(GAMES)


@pytest.fixture(scope="module", params=list(GAMES))
def game(request):
    """A way to make a model, by name."""
    return GAMES[request.param]


@pytest.fixture(scope="module")
def trained(game, images):
    """The model after four epochs without a pause, and its history."""
    model = game()
    history = model.fit(images, batch_size=BATCH, epochs=4, verbose=0)
    return model, history.history


def test_steps_are_finite_and_logged(trained):
    model, history = trained
    assert set(history) == {metric.name for metric in model.metrics} >= {"d_loss", "g_loss"}
    assert all(len(values) == 4 and np.isfinite(values).all() for values in history.values())
    assert all(np.isfinite(values).all() for values in state(model))
    assert int(model.optimizer.iterations) == 16


def test_only_the_player_on_move_moves(game, images):
    for still in ("d_optimizer", "g_optimizer"):
        model = game(**{still: keras.optimizers.SGD(0.0)})
        players = {"d_optimizer": model.discriminator, "g_optimizer": model.generator}
        before = {key: [v.numpy() for v in player.trainable_variables] for key, player in players.items()}
        model.fit(images[:BATCH], batch_size=BATCH, verbose=0)
        for key, player in players.items():
            same = [np.array_equal(a, b.numpy()) for a, b in zip(before[key], player.trainable_variables)]
            assert all(same) if key == still else not any(same)


def test_eager_equals_graph(game, images):
    runs = [game(run_eagerly=eager) for eager in (True, False)]
    for model in runs:
        model.fit(images[: 2 * BATCH], batch_size=BATCH, verbose=0)
    for eager, graph in zip(*(state(model) for model in runs)):
        np.testing.assert_allclose(eager, graph, rtol=1e-3, atol=1e-5)


def test_config_round_trip(trained):
    model, _ = trained
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(model))
    assert again.get_config() == model.get_config()
    assert again.get_compile_config() == model.get_compile_config()


def test_saved_loaded_and_continued_equals_uninterrupted(game, trained, images, tmp_path):
    model = game()
    model.fit(images, batch_size=BATCH, epochs=2, verbose=0)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    assert_same_state(loaded, model)
    loaded.fit(images, batch_size=BATCH, epochs=4, initial_epoch=2, verbose=0)
    assert_same_state(loaded, trained[0])


def test_backed_up_and_restored_equals_uninterrupted(game, trained, images, tmp_path):
    class Crash(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            if int(self.model.optimizer.iterations) == 10:
                raise RuntimeError("power cut")

    def fit(model, *callbacks):
        backup = keras.callbacks.BackupAndRestore(tmp_path / "backup")
        model.fit(images, batch_size=BATCH, epochs=4, verbose=0, callbacks=[backup, *callbacks])

    with pytest.raises(RuntimeError, match="power cut"):
        fit(game(), Crash())
    restored = game(seed=1)  # other weights and seeds, which the backup must replace
    restored.seed = 0
    fit(restored)
    assert_same_state(restored, trained[0])


def test_generate_makes_images_and_leaves_training_alone(trained):
    model, _ = trained
    before = state(model)
    pictures = model.generate(300, seed=1)
    assert pictures.shape == (300, 16, 16, 1)
    assert pictures.dtype == np.float32
    assert np.abs(pictures).max() <= 1
    np.testing.assert_array_equal(model.generate(300, seed=1), pictures)
    assert not np.array_equal(model.generate(300), model.generate(300))
    for a, b in zip(before, state(model)):
        np.testing.assert_array_equal(a, b)


def test_two_runs_of_one_seed_are_equal(game, trained, images):
    again = game()
    again.fit(images, batch_size=BATCH, epochs=4, verbose=0)
    assert_same_state(again, trained[0])


def in_two_replicas(make):
    if BACKEND == "tensorflow":
        import tensorflow as tf

        strategy = tf.distribute.MirroredStrategy(
            ["CPU:0", "CPU:1"], cross_device_ops=tf.distribute.ReductionToOneDevice()
        )
        with strategy.scope():
            return make()
    keras.distribution.set_distribution(keras.distribution.DataParallel(devices=keras.distribution.list_devices()[:2]))
    return make()


@pytest.mark.parametrize("n_critic", [1, 2])
def test_two_replicas_equal_one(images, n_critic, request):
    def make():
        return dense_gan(n_critic=n_critic)

    def fit(model):
        history = model.fit(images, batch_size=BATCH, epochs=2, verbose=0).history
        weights = [v.numpy() for v in (*model.variables, *model.optimizer.variables)]
        return [*weights, history["d_loss"], history["g_loss"]]

    one = fit(make())
    if BACKEND == "jax":
        request.addfinalizer(lambda: keras.distribution.set_distribution(None))
    two = fit(in_two_replicas(make))
    assert len(one) == len(two)
    for a, b in zip(one, two):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-6)


@pytest.mark.tensorflow
def test_xla_trains(game, images):
    model = game(jit_compile=True)
    before = [v.numpy() for v in model.generator.trainable_variables]
    model.fit(images, batch_size=BATCH, verbose=0)
    assert all(np.isfinite(values).all() for values in state(model))
    assert not any(np.array_equal(a, b.numpy()) for a, b in zip(before, model.generator.trainable_variables))


@pytest.mark.tensorflow
def test_xla_equals_graph_on_the_same_latents(images):
    """XLA draws other numbers from the same seed (tf.random's algorithm differs by compiler), so latents are fixed."""
    latents = keras.random.normal((BATCH, 8), seed=1)
    runs = [dense_gan(jit_compile=compiled) for compiled in (True, False)]
    for model in runs:
        model.sample_latents = lambda n: latents
        model.fit(images, batch_size=BATCH, verbose=0)
    for xla, graph in zip(*(state(model) for model in runs)):
        np.testing.assert_allclose(xla, graph, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("precision", ["mixed_bfloat16", "mixed_float16"])
def test_half_precision_trains_and_continues(game, images, tmp_path, precision, request):
    request.addfinalizer(lambda: keras.config.set_dtype_policy("float32"))
    keras.config.set_dtype_policy(precision)
    if precision == "mixed_float16" and BACKEND == "jax":
        with pytest.raises(ValueError, match="mixed_bfloat16"):
            game()
        return
    model = game()
    assert model.generator.layers[1].compute_dtype == precision.removeprefix("mixed_")
    before = [v.numpy() for v in model.generator.trainable_variables]
    model.fit(images, batch_size=BATCH, verbose=0)
    assert all(np.isfinite(values).all() for values in state(model))
    assert not all(np.array_equal(a, b.numpy()) for a, b in zip(before, model.generator.trainable_variables))
    model.save(tmp_path / "half.keras")
    loaded = keras.saving.load_model(tmp_path / "half.keras")
    assert_same_state(loaded, model)
    assert model.generate(2).dtype == np.float32
