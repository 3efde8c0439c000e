"""What several devices make of a batch together is what one makes: every game, every term, every kind of data."""

import json
import math
import os
import pathlib
import socket
import subprocess
import sys

import keras
import numpy as np
import one_of_several
import pytest
from conftest import BACKEND, assert_same_state, dense_gan, state
from games import GAMES, of_each_kind
from keras import layers

from keras_gans import data, engine, losses, models, networks
from keras_gans.layers import (
    ADA,
    ConditioningAugmentation,
    DiffAugment,
    LinearConditionalBatchNormalization,
    MinibatchDiscrimination,
    OneHot,
    PixelShuffle,
)
from keras_gans.regularizers import (
    DRAGAN,
    R2,
    ClipWeights,
    GradientPenalty,
    HistoricalAveraging,
    Lazy,
    OrthogonalRegularizer,
    SpectralNormRegularizer,
    regularize,
)

BATCH = 16  # four steps an epoch
EAGERLY = BACKEND == "tensorflow"
SMALL = (8, 8, 1)
CLASSES = [name for name in models.__all__ if name in GAMES]  # the battery sees to it that this is all of them
COMPILED = ("CGAN", "CycleGAN", "GrowingGAN", "WGANGP")  # labels, two networks of a kind, phases, steps of a critic
LIMIT = 300  # seconds after which processes that wait for each other are ended
STRATEGY = {"tensorflow": "mirrored", "jax": "data_parallel"}[BACKEND]


def values(model, history):
    """Weights, random generators, optimizers' slots and counts, and the means of the epochs; by their names."""
    variables = [*model.variables, *model.optimizer.variables]
    named = [(f"{i} {v.path}", np.array(v)) for i, v in enumerate(variables)]
    return dict(named) | {name: np.array(means) for name, means in history.history.items()}


def fit(make, examples, strategy=None, **arguments):
    with engine.devices(strategy):
        model = make()
        history = model.fit(examples, **{"batch_size": BATCH, "verbose": 0, **arguments})
        return values(model, history)


def assert_two_equal_one(make, examples, rtol=1e-4, atol=1e-6, **arguments):
    one = fit(make, examples, **arguments)
    two = fit(make, examples, STRATEGY, **arguments)
    assert len(one) == len(two)
    for (name, a), b in zip(one.items(), two.values()):
        np.testing.assert_allclose(b, a, rtol=rtol, atol=atol, err_msg=name)


# Every game


def plain(network):
    """A dense network of another's inputs and outputs, that draws nothing and sees each example alone.

    A label that is not known, -1, is a row of zeros. Of pictures of any size each pixel is enlarged by itself.
    """
    if network.input_shape[1:-1] == (None, None):
        x = keras.Input(network.input_shape[1:])
        return keras.Model(x, PixelShuffle(4)(layers.Conv2D(16 * x.shape[-1], 1)(x)))
    inputs = [keras.Input(x.shape[1:], dtype=x.dtype) for x in network.inputs]
    flat = [
        layers.Flatten()(layers.Dense(4)(OneHot(10)(x)))
        if "int" in x.dtype
        else layers.Flatten()(x)
        if len(x.shape) > 2
        else x
        for x in inputs
    ]
    for layer in network.layers:
        if isinstance(layer, ConditioningAugmentation):  # which its game asks for
            flat.append(ConditioningAugmentation(layer.units)([flat[1], layers.Dense(layer.units)(flat[0])]))
    x = flat[0] if len(flat) == 1 else layers.Concatenate()(flat)
    x = layers.Dense(8, activation="tanh", name="features")(x)
    x = layers.Flatten()(layers.Reshape((2, 4), name="styles")(layers.Identity(name="code")(x)))
    outputs = [layers.Reshape(y.shape[1:])(layers.Dense(math.prod(y.shape[1:]))(x)) for y in network.outputs]
    return keras.Model(*(tensors if len(tensors) > 1 else tensors[0] for tensors in (inputs, outputs)))


def plain_levels(network):
    """A plain network, or a cascade of such in place of one."""
    levels = [layer for layer in network.layers if isinstance(layer, keras.Model) and len(layer.inputs[0].shape) == 2]
    return networks.lapgan.cascade([plain(level) for level in levels]) if len(levels) > 1 else plain(network)


def as_it_is(network):
    """A network anew; one that grows, whose layers see each example alone, or in groups of four rows on one device."""
    return keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(network))


def played(game, **keras_arguments):
    """What a game is but for its networks: class, own arguments, arguments of `compile`; with plain gradient descent.

    Adam would divide out a loss that is twice as large as it should be.
    """
    model = game.make()
    arguments = {key: value for key, value in model.get_compile_config().items() if not key.endswith("_optimizer")}
    config = {key: value for key, value in model.get_config().items() if key not in model.network_names}
    players = {key: getattr(model, key) for key in model.network_names}

    def make():
        keras.utils.set_random_seed(0)
        remade = as_it_is if model.phases else plain_levels if type(model) is models.LapGAN else plain
        again = type(model)(**{key: remade(network) for key, network in players.items()}, **config)
        again.compile_from_config(
            {**arguments, **{player.optimizer: sgd() for player in model.players}, **keras_arguments}
        )
        return again

    rule = json.loads(
        json.dumps([type(model).__name__, arguments, config.get("sets")]), parse_float=lambda _: "a weight"
    )
    return make, rule, model.n_critic


def parts_of(rule, name=""):
    """What a rule is made of: the game's class, every term, and every argument that is no number, by name."""
    if isinstance(rule, dict):
        return {part for key, value in rule.items() for part in parts_of(value, key)}
    if isinstance(rule, list):
        return {part for value in rule for part in parts_of(value, name)}
    return {(name, str(rule))}


def sgd():
    return keras.saving.serialize_keras_object(keras.optimizers.SGD(0.05))


@pytest.fixture(scope="module")
def seen():
    """The parts of the rules that were played; a recipe that has no other needs it not again."""
    return set()


@pytest.mark.parametrize(
    "name", of_each_kind([*CLASSES, *(name for name in GAMES if name not in CLASSES and BACKEND == "tensorflow")])
)
def test_two_devices_equal_one_in_every_game(name, images, seen):
    """On JAX, where one program computes the whole batch whatever the terms, one of each class."""
    # to compile costs more than all else here, and eager equals graph
    eagerly = EAGERLY and name not in COMPILED
    make, rule, n_critic = played(GAMES[name], run_eagerly=eagerly)
    parts = parts_of(rule)
    if name in CLASSES or not parts <= seen:
        atol = 2e-5 if name == "stylegan" else 1e-6  # of biases in front of a normalization, which cancel
        steps = 2 if eagerly else None
        assert_two_equal_one(make, GAMES[name].examples(images, n_critic), atol=atol, steps_per_epoch=steps)
        seen |= parts


# Terms and layers


def other_terms():
    """A GAN with what no recipe has: other penalties, weight regularizers, a constraint, noisy labels."""
    keras.utils.set_random_seed(0)
    generator = regularize(networks.mlp.generator((2,), 2, 8, depth=1), HistoricalAveraging(0.1), biases=True)
    discriminator = networks.mlp.discriminator((2,), 8, depth=1, spectral_norm=True)
    x = discriminator(inputs := keras.Input((2,)))
    x = layers.Dense(8, kernel_regularizer=SpectralNormRegularizer(0.1))(layers.Concatenate()([inputs, x]))
    x = layers.Dense(8, kernel_regularizer=OrthogonalRegularizer(0.1))(layers.LeakyReLU()(x))
    model = models.GAN(generator, keras.Model(inputs, layers.Dense(1)(layers.LeakyReLU()(x))), latent_dim=2)
    model.compile(
        keras.optimizers.SGD(0.01),
        keras.optimizers.SGD(0.01),
        loss=losses.GANLoss(noisy_labels=((0.7, 1.2), (0.0, 0.3))),
        penalties=[R2(), Lazy(GradientPenalty(), 2)],
        d_constraint=ClipWeights(0.5),
    )
    return model


@pytest.mark.tensorflow
def test_two_devices_equal_one_with_a_calibrated_likelihood():
    """Its deviation is that of the whole batch."""

    def make():
        keras.utils.set_random_seed(0)
        encoder = networks.autoencoder.encoder(networks.mlp.discriminator((2,), 8, depth=1), 2, heads=2)
        model = models.VAE(encoder, networks.mlp.generator((2,), 2, 8, depth=1), 2)
        model.compile(keras.optimizers.SGD(0.01), likelihood=losses.GaussianLikelihood(None))
        return model

    assert_two_equal_one(make, data.toy.ring(std=0.05).sample(70), atol=1e-5)


@pytest.mark.parametrize("kind", ["diff", "ada"])
def test_two_devices_equal_one_with_augmented_pictures(kind):
    """Each example is augmented as on one device, and p goes by the signs of the whole batch."""

    def make():
        keras.utils.set_random_seed(0)
        augment = DiffAugment(seed=1) if kind == "diff" else ADA(target=0.0, every=2, images=100, seed=1)
        model = models.GAN(networks.mlp.generator(SMALL, 2, 8), networks.mlp.discriminator(SMALL, 8), latent_dim=2)
        model.compile(keras.optimizers.SGD(0.05), keras.optimizers.SGD(0.05), augment=augment, run_eagerly=EAGERLY)
        if kind == "ada":
            augment.p.assign(0.5)
        return model

    x = np.random.default_rng(0).uniform(-1, 1, (64, *SMALL)).astype("float32")
    assert_two_equal_one(make, x, atol=1e-5)


@pytest.mark.tensorflow
def test_two_devices_equal_one_with_other_terms():
    assert_two_equal_one(other_terms, data.toy.ring(std=0.05).sample(70), atol=1e-5)


def mixing():
    """A GAN whose layers mix the batch and draw; on TensorFlow as they can do it across replicas."""
    everywhere = BACKEND == "jax"
    keras.utils.set_random_seed(0)
    normalised = layers.BatchNormalization(synchronized=not everywhere)
    generator = keras.Sequential([keras.Input((2,)), layers.Dense(8), normalised, layers.ReLU(), layers.Dense(2)])
    x = layers.LeakyReLU()(layers.Dense(8)(inputs := keras.Input((2,))))
    x = MinibatchDiscrimination(4, 2)(layers.Dropout(0.5 if everywhere else 0.0)(x))
    model = models.GAN(generator, keras.Model(inputs, layers.Dense(1)(x)), latent_dim=2)
    model.compile(keras.optimizers.SGD(0.05), keras.optimizers.SGD(0.05))
    return model


def test_two_devices_equal_one_where_layers_see_the_whole_batch():
    """On JAX all layers do; on TensorFlow minibatch discrimination does, and batch norm if it is synchronized."""
    assert_two_equal_one(mixing, data.toy.ring(std=0.05).sample(70), atol=1e-5)


@pytest.mark.tensorflow
def test_linear_gains_are_factors_on_every_device():
    """Trap: another formula where there are several, x + gain (ajbrock/BigGAN-PyTorch issue 96)."""
    import tensorflow as tf

    rng = np.random.default_rng(0)
    x, c = rng.normal(size=(6, 4, 4, 3)).astype("float32"), rng.normal(size=(6, 5)).astype("float32")

    def made():
        keras.utils.set_random_seed(0)
        layer = LinearConditionalBatchNormalization()
        layer.build([x.shape, c.shape])
        return layer

    one = np.array(made()([x, c], training=True))
    with engine.devices(STRATEGY):
        strategy, layer = tf.distribute.get_strategy(), made()
        every = strategy.experimental_local_results(strategy.run(lambda: layer([x, c], training=True)))
    assert len(every) > 1
    for some in every:  # of which each has seen the same rows
        np.testing.assert_allclose(np.array(some), one, rtol=1e-5, atol=1e-6)


@pytest.mark.tensorflow
def test_dropout_draws_one_mask_for_all_replicas_on_tensorflow():
    """What `engine.devices` says of it, and why two replicas of a network with dropout do not equal one."""
    import tensorflow as tf

    with engine.devices("mirrored"):
        strategy, dropout = tf.distribute.get_strategy(), layers.Dropout(0.5, seed=1)
        one, other = strategy.experimental_local_results(
            strategy.run(lambda: dropout(np.ones((4, 8), "float32"), training=True))
        )
    np.testing.assert_array_equal(one, other)


def test_two_devices_are_saved_and_go_on_there_and_on_one(images, tmp_path):
    def make():
        return dense_gan(d_optimizer=keras.optimizers.SGD(0.05), g_optimizer=keras.optimizers.SGD(0.05))

    with engine.devices(STRATEGY):
        whole, half = make(), make()
        whole.fit(images, batch_size=BATCH, epochs=2, verbose=0)
        half.fit(images, batch_size=BATCH, verbose=0)
        half.save(tmp_path / "half.keras")
        loaded = keras.saving.load_model(tmp_path / "half.keras")
        loaded.fit(images, batch_size=BATCH, epochs=2, initial_epoch=1, verbose=0)
        assert_same_state(loaded, whole)
    alone = keras.saving.load_model(tmp_path / "half.keras")
    assert alone.replicas == 1
    alone.fit(images, batch_size=BATCH, epochs=2, initial_epoch=1, verbose=0)
    for a, b in zip(alone.weights, whole.weights):
        np.testing.assert_allclose(a, np.array(b), rtol=1e-4, atol=1e-6)


# What cannot be shared


class Uneven(keras.utils.PyDataset):
    """Batches of 16, the last one of 5."""

    def __len__(self):
        return 2

    def __getitem__(self, index):
        return np.zeros((5 if index else 16, 16, 16, 1), "float32")


def refused(x, sentence, *terms, **arguments):
    with engine.devices(STRATEGY):
        model = dense_gan(**dict(terms))
        with pytest.raises(ValueError, match=sentence):
            model.fit(x, verbose=0, **arguments)


def test_batches_that_devices_cannot_share_are_refused(images):
    refused(images, r"that 2 devices can share evenly, so with n_critic=1.*Received: batches of 15", batch_size=15)
    refused(images, r"with n_critic=3 batches that 6 divides.*of 15 examples", ("n_critic", 3), batch_size=5)
    refused(Uneven(), "Received: batches of 5 examples")


@pytest.mark.tensorflow
def test_datasets_whose_last_batch_devices_cannot_share_are_refused(images):
    import tensorflow as tf

    dataset = tf.data.Dataset.from_tensor_slices(images)
    refused(dataset.batch(BATCH), "drop_remainder=True. Received: batches of an unknown number")
    with engine.devices(STRATEGY):
        model = dense_gan()
        model.fit(dataset.batch(BATCH, drop_remainder=True), steps_per_epoch=1, verbose=0)
    assert model.optimizer.iterations.numpy() == 1


@pytest.mark.tensorflow
def test_what_tensorflow_cannot_do_on_replicas_is_refused(images):
    refused(images, r"jit_compile=False on several replicas.*Received: jit_compile=True", ("jit_compile", True))
    refused(images, r"no `Lazy` around.*Received: 2 replicas", ("penalties", [Lazy(DRAGAN(), 2)]), batch_size=BATCH)


@pytest.mark.tensorflow
def test_model_that_was_built_or_compiled_outside_is_refused(images):
    sentence = r"^Expected a model that was built and compiled in the context.*built outside of that of a MirroredStr"
    outside = dense_gan()
    with engine.devices(STRATEGY):
        for train in (lambda m: m.fit(images, batch_size=BATCH), lambda m: m.train_on_batch(images[:BATCH])):
            with pytest.raises(ValueError, match=sentence):
                train(outside)
        inside = dense_gan()
    inside.fit(images[:BATCH], batch_size=BATCH, verbose=0)  # knows its strategy after the context, too
    assert inside.optimizer.iterations.numpy() == 1


# Several processes


@pytest.mark.jax
def test_two_processes_equal_one(tmp_path):
    """On the loopback interface, one device each: weights, means, samples, and the model that the chief saves."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = f"127.0.0.1:{free.getsockname()[1]}"
    shared = {
        "XLA_FLAGS": "--xla_force_host_platform_device_count=1",
        "PYTHONPATH": str(pathlib.Path(one_of_several.__file__).parent),
        "KERAS_DISTRIBUTION_JOB_ADDRESSES": address,
        "KERAS_DISTRIBUTION_NUM_PROCESSES": "2",
    }
    command = [sys.executable, one_of_several.__file__, str(tmp_path)]
    processes = [
        subprocess.Popen(
            command,
            env={**os.environ, **shared, "KERAS_DISTRIBUTION_PROCESS_ID": str(rank)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for rank in (0, 1)
    ]
    try:
        one = one_of_several.train()[1]
        said = [process.communicate(timeout=LIMIT)[0] for process in processes]
    finally:
        for process in processes:
            process.kill()  # JAX catches the signals that ask
            process.wait()
    assert [process.returncode for process in processes] == [0, 0], said
    chief, other = (np.load(tmp_path / f"{is_chief}.npz") for is_chief in (True, False))
    assert chief["replicas"] == chief["processes"] == 2
    for i, value in enumerate(one):
        np.testing.assert_array_equal(chief[f"arr_{i}"], other[f"arr_{i}"])
        np.testing.assert_allclose(chief[f"arr_{i}"], value, rtol=1e-4, atol=1e-6)
    saved = state(keras.saving.load_model(tmp_path / "model.keras"))
    for i, value in enumerate(saved):
        np.testing.assert_array_equal(value, chief[f"arr_{i}"])
