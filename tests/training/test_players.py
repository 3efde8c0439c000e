"""Players: a set of networks finds its player in any order, or is refused; what layers add to the loss is honoured."""

import keras
import numpy as np
import pytest
from by_hand import IMAGES, LATENTS, SHAPE, move
from conftest import dense_gan
from games import GAMES, of_each_kind
from keras import layers, ops

from keras_gans import losses, models, regularizers
from keras_gans.training import AdversarialModel, Player


def test_networks_of_a_player_are_found_in_any_order():
    game, sgd = GAMES["CycleGAN"], keras.optimizers.SGD
    model, other = (game.make(d_optimizer=sgd(0.05), g_optimizer=sgd(0.05)) for _ in range(2))
    pictures = [np.random.default_rng(i).uniform(-1, 1, (8, 8, 8, 3)).astype("float32") for i in range(2)]
    step = type(other).minimize

    def reversed_networks(self, loss, *networks, **options):
        return step(self, loss, *networks[::-1], **options)

    other.minimize = reversed_networks.__get__(other)
    for trained in (model, other):
        assert len(trained.fit(*pictures, batch_size=4, verbose=0).history["d_loss"]) == 1
        assert int(trained.optimizer.iterations.numpy()) == 2
    for a, b in zip(model.get_weights(), other.get_weights()):
        np.testing.assert_allclose(a, b, atol=1e-5)


@pytest.mark.parametrize("wrong", [("discriminator", "generator"), ()])
def test_networks_of_no_player_are_refused_by_name(images, wrong):
    gan = dense_gan()
    gan.training_step = lambda data: gan.log(d_loss=gan.minimize(lambda: 0.0, *(getattr(gan, name) for name in wrong)))
    received = ", ".join(wrong) or "none"
    sentence = rf"all networks of one player, of d: discriminator; g: generator\. Received: {received}\."
    with pytest.raises(ValueError, match=sentence):
        gan.fit(images, batch_size=16, verbose=0)


def test_some_variables_of_a_player_move_and_others_stay(images):
    gan = dense_gan()
    (first, *others), few = gan.discriminator.trainable_variables, 1
    before = [v.numpy() for v in gan.discriminator.trainable_variables]

    def training_step(data):
        D, fakes = gan.discriminator, gan.forward(lambda: gan.generator(gan.sample_latents(16)), gan.generator)
        d = gan.minimize(lambda: gan.loss.discriminator_loss(D(data), D(fakes.value)), D, variables=[first])
        last = gan.generator.trainable_variables[-few:]
        made = gan.forward(lambda: gan.generator(gan.sample_latents(16)), gan.generator, variables=last)
        g = gan.minimize(lambda x: gan.loss.generator_loss(D(x)), gan.generator, made=made, variables=last)
        return gan.log(d_loss=d, g_loss=g)

    gan.training_step = training_step
    made = [v.numpy() for v in gan.generator.trainable_variables]
    gan.fit(images, batch_size=16, verbose=0)
    moved = [not np.array_equal(a, v.numpy()) for a, v in zip(before, gan.discriminator.trainable_variables)]
    assert moved == [True] + [False] * len(others)
    moved = [not np.array_equal(a, v.numpy()) for a, v in zip(made, gan.generator.trainable_variables)]
    assert moved == [False] * (len(moved) - few) + [True] * few


def through(layer, *more):
    x = layer(inputs := keras.Input((LATENTS,)))
    return keras.Model(inputs, more[0](x) if more else x)


@pytest.mark.parametrize(
    "layer", [layers.Dense(LATENTS), layers.BatchNormalization(center=False, scale=False)], ids=lambda layer: layer.name
)
def test_networks_with_a_weight_in_common_are_refused(layer):
    """Trap: it would move twice in a step, and be two weights after loading; so would a statistic."""
    generator, discriminator = through(layer), through(layer, layers.Dense(1))
    sentence = r"without a weight in common.*Received: generator and discriminator, which both hold '.+'\.$"
    with pytest.raises(ValueError, match=sentence):
        models.GAN(generator, discriminator, LATENTS)


def test_one_network_in_two_places_is_refused():
    cycle = GAMES["CycleGAN"].make()
    with pytest.raises(ValueError, match=r"Received: generator_ab and generator_ba, which both hold '.+'\.$"):
        models.CycleGAN(cycle.generator_ab, cycle.generator_ab, cycle.discriminator_a, cycle.discriminator_b)


# What Keras' own trainer honours


class Adding(layers.Layer):
    """Adds a loss of its own in each call."""

    def call(self, x):
        self.add_loss(0.3 * ops.mean(ops.square(x)))
        return x


def normalized_by_batch():
    """Whether this Keras divides what an activity regularizer finds by the batch, 1 or 0."""
    layer = layers.Activation("linear", activity_regularizer=keras.regularizers.L2(1.0))
    layer(np.ones((2, 1), "float32"))
    return int(float(layer.losses[0]) == 1.0)


def networks(kind):
    """A pair of dense networks, in which both add something to their loss, and what that is, as functions."""
    normalized = normalized_by_batch()  # here, outside of what an engine traces
    keras.utils.set_random_seed(0)
    regularizer = keras.regularizers.L2(0.1)

    def add(x):
        if kind == "add_loss":
            return Adding()(x)
        if kind == "activity_regularizer":
            return layers.Activation("linear", activity_regularizer=regularizer)(x)
        return layers.ActivityRegularization(l2=0.1)(x)

    def cost(x):
        if kind == "add_loss":
            return 0.3 * ops.mean(ops.square(x))
        return 0.1 * ops.sum(ops.square(x)) / len(x) ** normalized

    z, x = keras.Input((LATENTS,)), keras.Input(SHAPE)
    hidden_g, hidden_d = layers.Dense(6, activation="tanh")(z), layers.Dense(5, activation="tanh")(layers.Flatten()(x))
    generator = keras.Model(z, layers.Reshape(SHAPE)(layers.Dense(16, activation="tanh")(add(hidden_g))))
    discriminator = keras.Model(x, layers.Dense(1)(add(hidden_d)))
    inner = keras.Model(z, hidden_g), keras.Model(x, hidden_d)
    return generator, discriminator, [lambda x, i=i: cost(inner[i](x)) for i in (0, 1)]


@pytest.mark.parametrize("kind", ["add_loss", "activity_regularizer", "ActivityRegularization"])
@pytest.mark.parametrize("fresh_fakes", [False, True])
def test_what_layers_add_to_the_loss_belongs_to_it(kind, fresh_fakes):
    """Of each call of the player's own networks; not to the other player's loss, and not of a penalty's calls."""
    G, D, _ = networks(kind)
    model = models.GAN(G, D, LATENTS)
    loss, penalty = losses.get("gan"), regularizers.R1(0.5)
    rates = {"d_optimizer": keras.optimizers.SGD(0.1), "g_optimizer": keras.optimizers.SGD(0.2)}
    model.compile(**rates, penalties=[penalty], fresh_fakes=fresh_fakes)
    draws = keras.random.SeedGenerator(0)
    z1, z2 = (keras.random.normal((12, LATENTS), seed=draws) for _ in range(2))
    z2 = z2 if fresh_fakes else z1
    x = ops.convert_to_tensor(IMAGES[np.random.default_rng((0, 0)).permutation(12)])
    hand_g, hand_d, (of_g, of_d) = networks(kind)

    def d_loss():
        outputs = [hand_d(some, training=True) for some in (x, hand_g(z1))]
        added = of_d(x) + of_d(hand_g(z1))
        return loss.discriminator_loss(*outputs) + added + penalty(hand_d, x, hand_g(z1), 0)

    d = move(d_loss, 0.1, hand_d)
    g = move(lambda: loss.generator_loss(hand_d(hand_g(z2))) + of_g(z2), 0.2, hand_g)
    order = np.argsort(np.random.default_rng((0, 0)).permutation(12))
    history = model.fit(ops.convert_to_numpy(x)[order], batch_size=12, verbose=0).history
    assert history["d_loss"][0] == pytest.approx(d, rel=1e-4)
    assert history["g_loss"][0] == pytest.approx(g, rel=1e-4)
    for network, twin in ((G, hand_g), (D, hand_d)):
        for mine, hand in zip(network.get_weights(), twin.get_weights(), strict=True):
            np.testing.assert_allclose(mine, hand, rtol=1e-3, atol=1e-5)
    assert all("add_loss" not in vars(layer) for layer in G.layers + D.layers)


# Scores, and slots of every game


def test_a_judge_that_returns_no_score_is_refused():
    z, x = keras.Input((LATENTS,)), keras.Input(SHAPE)
    generator = keras.Model(z, layers.Reshape(SHAPE)(layers.Dense(16)(z)))
    for wrong in (layers.Dense(2)(layers.Flatten()(x)), layers.Conv2D(3, 2)(x)):
        with pytest.raises(ValueError, match=r"a score that rises with realness.*Received: output shape"):
            models.GAN(generator, keras.Model(x, wrong), LATENTS)


@pytest.mark.parametrize(
    "name",
    of_each_kind(["CGAN", "TwoHeadedCGAN", "ACGAN", "TripleGAN", "S3GAN", "S3GANCO", "Pix2Pix", "CycleGAN", "UNIT"]),
)
def test_every_game_takes_penalties_a_constraint_and_critic_steps(name, images):
    game = GAMES[name]
    penalty, clip = regularizers.Lazy(regularizers.R1(1.0), every=2), regularizers.ClipWeights(0.05)
    model = game.make(penalties=[penalty], d_constraint=clip, n_critic=2)
    model.fit(game.examples(images, 2), batch_size=8, verbose=0)
    judges = [getattr(model, key) for key in model.judging]
    assert int(model.d_optimizer.iterations.numpy()) == 2 * int(model.g_optimizer.iterations.numpy()) > 0
    assert all(np.abs(w).max() <= 0.05 + 1e-7 for judge in judges for w in judge.get_weights())
    assert dict(zip([m.name for m in model.metrics], [float(m.result()) for m in model.metrics]))["penalty"] > 0
    terms = [model.penalties_of[key][0] for key in model.judging]
    assert len({id(term) for term in terms}) == len(judges)
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(model))
    assert again.get_compile_config() == model.get_compile_config()


def test_players_are_declared_before_compile():
    assert isinstance(models.GAN.players[0], Player)
    assert [player.optimizer for player in models.CycleGAN.players] == ["d_optimizer", "g_optimizer"]
    gan = dense_gan()
    assert gan.d_optimizer is gan.optimizer.members["d_optimizer"]
    assert {"d_optimizer", "g_optimizer"} <= set(dir(gan))
    with pytest.raises(AttributeError, match="'GAN' object has no attribute 'c_optimizer'"):
        _ = gan.c_optimizer
    assert issubclass(models.Pix2Pix, AdversarialModel)
