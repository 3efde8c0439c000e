"""The GAN's slots, its arithmetic, and what it says to data and networks that do not fit."""

import os
import signal

import keras
import numpy as np
import pytest
from conftest import adam, assert_same_state, dense_gan, small_gan, state
from keras import ops

from keras_gans import data, engine, losses, models, networks
from keras_gans.regularizers import ClipWeights, GradientPenalty


@pytest.mark.parametrize("fresh_fakes", [False, True])
def test_step_equals_the_algorithm_written_by_hand(images, fresh_fakes):
    """One step of SGD against gradients of numpy-like code: D first, then G on D's new weights."""
    gan = dense_gan(
        d_optimizer=keras.optimizers.SGD(0.1), g_optimizer=keras.optimizers.SGD(0.2), fresh_fakes=fresh_fakes
    )
    twin = dense_gan()
    D, G = twin.discriminator, twin.generator
    draws = keras.random.SeedGenerator(0)
    x = images[:16]
    z1, z2 = (keras.random.normal((16, 8), seed=draws) for _ in range(2))
    order = np.arange(16)
    np.random.default_rng((0, 0)).shuffle(order)

    def move(network, loss_fn, rate):
        optimizer = keras.optimizers.SGD(rate)
        optimizer.build(network.trainable_variables)
        return float(engine.minimize(loss_fn, network.trainable_variables, optimizer))

    def log_sigmoid(x):
        return -ops.log(1 + ops.exp(-x))

    d = move(D, lambda: -ops.mean(log_sigmoid(D(x[order]))) - ops.mean(log_sigmoid(-D(G(z1)))), 0.1)
    g = move(G, lambda: -ops.mean(log_sigmoid(D(G(z2 if fresh_fakes else z1)))), 0.2)
    history = gan.fit(x, batch_size=16, verbose=0).history
    assert history["d_loss"][0] == pytest.approx(d, rel=1e-5)
    assert history["g_loss"][0] == pytest.approx(g, rel=1e-5)
    for mine, hand in zip(gan.get_weights(), twin.get_weights()):
        np.testing.assert_allclose(mine, hand, rtol=1e-4, atol=1e-6)


def test_n_critic_counts_updates_and_uses_fresh_examples(images):
    gan = dense_gan(n_critic=3)
    gan.fit(images, batch_size=4, epochs=2, verbose=0)
    assert int(gan.optimizer.iterations) == int(gan.g_optimizer.iterations) == 2 * (70 // 12)
    assert int(gan.d_optimizer.iterations) == 3 * int(gan.g_optimizer.iterations)
    parts = gan.critic_batches(ops.arange(12))
    assert sorted(np.concatenate([ops.convert_to_numpy(p) for p in parts])) == list(range(12))
    assert all(p.shape == (4,) for p in parts)


def test_penalty_is_added_logged_and_continued(images, tmp_path):
    gan = dense_gan(penalties=[GradientPenalty(5.0, center=0.0), GradientPenalty(1.0, center=0.0)])
    history = gan.fit(images, batch_size=16, epochs=4, verbose=0).history
    assert set(history) == {"d_loss", "g_loss", "penalty"}
    assert all(value > 0 for value in history["penalty"])
    half = dense_gan(penalties=[GradientPenalty(5.0, center=0.0), GradientPenalty(1.0, center=0.0)])
    half.fit(images, batch_size=16, epochs=2, verbose=0)
    half.save(tmp_path / "half.keras")
    loaded = keras.saving.load_model(tmp_path / "half.keras")
    loaded.fit(images, batch_size=16, epochs=4, initial_epoch=2, verbose=0)
    assert_same_state(loaded, gan)


def test_penalty_moves_the_discriminator_as_its_gradient_says(images):
    plain, penalised = (
        dense_gan(d_optimizer=keras.optimizers.SGD(1e-3), g_optimizer="sgd", penalties=p)
        for p in ([], [GradientPenalty(9.0, center=0.0)])
    )
    for gan in (plain, penalised):
        gan.fit(images[:16], batch_size=16, verbose=0)

    def slope(gan):
        gradient = engine.input_gradient(gan.discriminator, images[:16])
        return float(ops.mean(ops.sum(ops.square(gradient), axis=(1, 2, 3))))

    assert slope(penalised) < slope(plain)


def test_constraint_holds_after_each_step(images, tmp_path):
    gan = dense_gan(d_constraint=ClipWeights(0.02), n_critic=2)
    gan.fit(images, batch_size=8, verbose=0)
    assert max(np.abs(w).max() for w in gan.discriminator.get_weights()) <= 0.02
    assert max(np.abs(w).max() for w in gan.generator.get_weights()) > 0.02
    gan.save(tmp_path / "clipped.keras")
    assert keras.saving.load_model(tmp_path / "clipped.keras").get_compile_config() == gan.get_compile_config()


def test_weight_regularizer_of_a_layer_is_part_of_its_players_loss(images):
    def make(factor):
        keras.utils.set_random_seed(0)
        shape, regularizer = keras.Input((16, 16, 1)), keras.regularizers.L2(factor)
        logits = keras.layers.Dense(1, kernel_regularizer=regularizer)(keras.layers.Flatten()(shape))
        gan = models.GAN(networks.mlp.generator((16, 16, 1), 8, width=4), keras.Model(shape, logits), 8)
        gan.compile("sgd", "sgd")
        kernel = gan.discriminator.get_weights()[0]
        return gan.fit(images[:16], batch_size=16, verbose=0).history, factor * np.sum(kernel**2)

    (plain, _), (regularized, extra) = make(0.0), make(0.5)
    assert regularized["d_loss"][0] == pytest.approx(plain["d_loss"][0] + extra, rel=1e-4)


def test_noisy_labels_are_continued(images, tmp_path):
    def make():
        return dense_gan(loss=losses.GANLoss(noisy_labels=((0.7, 1.2), (0.0, 0.3))))

    whole, half = make(), make()
    whole.fit(images, batch_size=16, epochs=2, verbose=0)
    half.fit(images, batch_size=16, epochs=1, verbose=0)
    half.save(tmp_path / "half.keras")
    loaded = keras.saving.load_model(tmp_path / "half.keras")
    loaded.fit(images, batch_size=16, epochs=2, initial_epoch=1, verbose=0)
    assert_same_state(loaded, whole)


def test_fit_continued_inside_a_pass_equals_uninterrupted(images):
    class Stop(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            self.model.stop_training = batch == 2

    whole, parts = small_gan(), small_gan()
    history = whole.fit(images, batch_size=8, epochs=2, verbose=0).history
    parts.fit(images, batch_size=8, verbose=0, callbacks=[Stop()])
    assert int(parts.optimizer.iterations) == 3
    rest = parts.fit(data.batches(images, 8, skip=3), verbose=0).history
    second = parts.fit(images, batch_size=8, epochs=2, initial_epoch=1, verbose=0).history
    assert rest["d_loss"] + second["d_loss"] == history["d_loss"]
    assert_same_state(parts, whole)


def test_fit_takes_a_dataset(images):
    by_array, by_dataset = dense_gan(n_critic=2), dense_gan(n_critic=2)
    by_array.fit(images, batch_size=8, epochs=2, verbose=0)
    by_dataset.fit(data.batches(images, 8, n_critic=2), epochs=2, verbose=0)
    assert_same_state(by_array, by_dataset)


def test_fit_takes_a_dataset_of_the_users_own(images):
    tf = pytest.importorskip("tensorflow")
    gan = dense_gan()
    dataset = tf.data.Dataset.from_tensor_slices(images).shuffle(70).batch(16, drop_remainder=True)
    gan.fit(dataset, epochs=2, verbose=0)
    assert int(gan.optimizer.iterations) == 8


@pytest.fixture
def heard_ctrl_c():
    """Ctrl-C as in a foreground process, whatever process runs the tests."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def test_fit_stops_between_steps_on_ctrl_c_and_tells_callbacks(images, heard_ctrl_c):
    class Watch(keras.callbacks.Callback):
        interrupted = False

        def on_train_batch_begin(self, batch, logs=None):
            if batch == 2:
                os.kill(os.getpid(), signal.SIGINT)

        def on_train_interrupt(self):
            self.interrupted = True
            self.sample = self.model.generate(2)

    gan, watch = small_gan(), Watch()
    with pytest.raises(KeyboardInterrupt):
        gan.fit(images, batch_size=8, verbose=0, callbacks=[watch])
    assert watch.interrupted
    assert watch.sample.shape == (2, 16, 16, 1)
    assert int(gan.optimizer.iterations) == 3
    assert int(gan.d_optimizer.iterations) == int(gan.g_optimizer.iterations) == 3
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_train_on_batch_trains(images):
    gan = dense_gan()
    logs = gan.train_on_batch(images[:16], return_dict=True)
    assert set(logs) == {"d_loss", "g_loss"}
    assert int(gan.optimizer.iterations) == 1


@pytest.mark.tensorflow
def test_a_step_never_leaves_the_device(images):
    """No call into Python is part of the compiled step, nor of a function that it calls."""
    import tensorflow as tf

    gan = dense_gan(n_critic=2, penalties=[GradientPenalty()], ema=0.9)
    spec = tf.TensorSpec((32, *images.shape[1:]), tf.float32)
    graph = tf.function(gan.train_step, autograph=False).get_concrete_function(spec).graph.as_graph_def()
    called = {node.op for nodes in (graph.node, *(f.node_def for f in graph.library.function)) for node in nodes}
    assert "MatMul" in called
    assert not any("PyFunc" in op for op in called)


def test_steps_per_execution_changes_nothing(images):
    one, two = small_gan(), small_gan(steps_per_execution=2)
    for gan in (one, two):
        gan.fit(images, batch_size=16, epochs=2, verbose=0)
    for a, b in zip(state(one), state(two)):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-6)


def test_call_is_the_generator(images):
    gan = dense_gan()
    z = np.zeros((2, 8), "float32")
    np.testing.assert_allclose(gan.predict(z, verbose=0), ops.convert_to_numpy(gan.generator(z)), rtol=1e-5)


def test_compiling_again_starts_fresh_optimizers(images, tmp_path):
    gan = dense_gan()
    gan.fit(images, batch_size=16, verbose=0)
    gan.compile(adam(), adam(), n_critic=2)
    assert int(gan.optimizer.iterations) == 0
    gan.fit(images, batch_size=8, verbose=0)
    gan.save(tmp_path / "again.keras")
    assert keras.saving.load_model(tmp_path / "again.keras").n_critic == 2


def test_uncompiled_gan_saves_and_generates(tmp_path):
    gan = dense_gan()
    fresh = models.GAN(gan.generator, gan.discriminator, 8)
    fresh.save(tmp_path / "fresh.keras")
    loaded = keras.saving.load_model(tmp_path / "fresh.keras")
    np.testing.assert_array_equal(loaded.generate(2, seed=0), fresh.generate(2, seed=0))
    with pytest.raises(ValueError, match="compile"):
        loaded.fit(np.zeros((4, 16, 16, 1), "float32"))


def test_evaluate_says_what_to_use_instead(images):
    with pytest.raises(TypeError, match="compare what it makes"):
        dense_gan().evaluate(images)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda x: x[:, :8], r"shape \(16, 16, 1\).*Received: an array of shape \(70, 8, 16, 1\)"),
        (lambda x: np.repeat(x, 3, axis=-1), r"shape \(16, 16, 1\).*Received"),
        (lambda x: ((x + 1) * 127.5).astype("uint8"), r"x / 127.5 - 1.*Received: dtype uint8"),
        (lambda x: (x + 1) * 127.5, r"in \[-1, 1\]. Received: values from 0 to 255"),
        (lambda x: np.where(x > 0.99, np.nan, x), r"finite numbers. Received: \d+ that are NaN"),
        (lambda x: list(x), r"Expected an array.*Received: a list of"),
        (lambda x: x[:5], r"at least one batch.*Received: 5 examples for batches of 16"),
        (lambda x: x[:0], r"at least one batch.*Received: 0 examples"),
    ],
)
def test_fit_refuses_an_array_that_does_not_fit(images, make, message):
    with pytest.raises(ValueError, match=message):
        dense_gan().fit(make(images), batch_size=16, verbose=0)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda d, x: d.from_tensor_slices(x).batch(15), r"n_critic=2 divides.*data.batches.*Received: batches of 15"),
        (lambda d, x: d.from_tensor_slices((x, x[:, 0, 0, 0])).batch(16), r"examples alone.*Received: 2 parts"),
        (lambda d, x: d.from_tensor_slices(x * 200).batch(16), r"in \[-1, 1\]. Received: values"),
        (lambda d, x: d.from_tensor_slices(x[:0]).batch(16), r"Received: an empty Dataset"),
        (lambda d, x: d.from_tensor_slices(x[:, :8]).batch(16), r"shape \(16, 16, 1\).*Received"),
    ],
)
def test_fit_refuses_a_dataset_that_does_not_fit(images, make, message):
    tf = pytest.importorskip("tensorflow")
    with pytest.raises(ValueError, match=message):
        dense_gan(n_critic=2).fit(make(tf.data.Dataset, images), verbose=0)


def test_fit_refuses_a_batch_size_beside_a_dataset(images):
    with pytest.raises(ValueError, match="no `batch_size` and no `y` with a Dataset"):
        dense_gan().fit(data.batches(images, 16), batch_size=16, verbose=0)


def test_training_step_refuses_a_batch_that_n_critic_does_not_divide(images):
    with pytest.raises(ValueError, match=r"n_critic=2 divides.*Received: a batch of 15"):
        dense_gan(n_critic=2).train_on_batch(images[:15])


def test_gan_refuses_networks_that_do_not_fit():
    generator = networks.mlp.generator((16, 16, 1), 8, width=4)
    with pytest.raises(ValueError, match=r"latent_dim=9. Received: input shape \(None, 8\)"):
        models.GAN(generator, networks.mlp.discriminator((16, 16, 1), width=4), 9)
    with pytest.raises(ValueError, match="what the generator makes.*Received"):
        models.GAN(generator, networks.mlp.discriminator((8, 8, 1), width=4), 8)


def test_gan_refuses_networks_without_a_shape():
    discriminator = networks.mlp.discriminator((16, 16, 1), width=4)
    for generator in (keras.Sequential([keras.layers.Dense(4)]), lambda z: z):
        with pytest.raises(ValueError, match="built Functional or Sequential.*Received"):
            models.GAN(generator, discriminator, 8)


def test_networks_of_one_name_keep_their_own_seeds(images, tmp_path):
    def network(shapes, outputs):
        inputs = keras.Input(shapes)
        x = keras.layers.Dropout(0.5)(keras.layers.Dense(8)(keras.layers.Flatten()(inputs)))
        return keras.Model(
            inputs, keras.layers.Reshape(outputs)(keras.layers.Dense(int(np.prod(outputs)))(x)), name="net"
        )

    gan = models.GAN(network((8,), (16, 16, 1)), network((16, 16, 1), (1,)), 8)
    gan.compile("adam", "adam")
    gan.fit(images, batch_size=16, verbose=0)
    gan.save(tmp_path / "net.keras")
    assert_same_state(keras.saving.load_model(tmp_path / "net.keras"), gan)


def test_fit_takes_no_labels(images):
    with pytest.raises(ValueError, match="examples alone.*Received: 2 parts"):
        dense_gan().fit(images, np.zeros(70))


@pytest.mark.parametrize("n_critic", [0, 1.5, "two"])
def test_compile_refuses_a_bad_n_critic(n_critic):
    with pytest.raises(ValueError, match="positive integer. Received"):
        dense_gan(n_critic=n_critic)


def test_compile_refuses_a_penalty_on_a_discriminator_that_mixes_the_batch():
    with pytest.raises(ValueError, match=r"without batch norm.*Received: a discriminator with the layer"):
        small_gan(penalties=[GradientPenalty(1.0, center=0.0)])
    mixing = networks.mlp.discriminator((2,), width=4, minibatch_discrimination=2)
    gan = models.GAN(networks.mlp.generator((2,), 2, width=4), mixing, 2)
    with pytest.raises(ValueError, match="minibatch discrimination where there is a penalty"):
        gan.compile("adam", "adam", penalties=[GradientPenalty()])


def test_compile_refuses_unknown_keywords():
    with pytest.raises(TypeError, match="Received: metrics"):
        dense_gan(metrics=["accuracy"])


def test_compile_names_the_nearest_loss():
    with pytest.raises(ValueError, match="Did you mean 'gan'"):
        dense_gan(loss="gam")


@pytest.mark.parametrize("n", [0, -1, 2.5])
def test_generate_refuses_a_bad_number(n):
    with pytest.raises(ValueError, match="positive integer. Received"):
        dense_gan().generate(n)
