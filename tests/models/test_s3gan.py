"""S3GAN and S3GAN-CO: turns, their step by hand, whose gradient is whose, and labels that are not known."""

import keras
import numpy as np
import pytest
from by_hand import LATENTS, SHAPE, assert_same_weights, dense_generator, move, pair, sgd, turning_discriminator
from games import GAMES
from keras import layers, ops

from keras_gans import engine, losses, models, regularizers
from keras_gans.models.turning import quarter_turn, turn_loss

X = np.random.default_rng(0).uniform(-1, 1, (16, *SHAPE)).astype("float32")
Y = np.arange(16, dtype="int32") % 3
SOME = np.where(np.arange(16) % 4 == 1, Y, -1).astype("int32")  # four labels are known
GAMES_OF_TURNS = {"S3GAN": (models.S3GAN, False), "S3GANCO": (models.S3GANCO, True)}


def game(name="S3GAN", networks=None, **arguments):
    kind, predicts = GAMES_OF_TURNS[name]
    keras.utils.set_random_seed(0)
    G, D = networks or (dense_generator(), turning_discriminator(predicts=predicts))
    model = kind(G, D, LATENTS, 3, seed=0)
    model.compile(**{**sgd(), "n_critic": 1, "run_eagerly": True, **arguments})
    return model


def step(model, x=X, y=Y):
    return model.train_on_batch(x, y, return_dict=True)


def drawn():
    """The labels and the latents that a model of seed 0 draws first."""
    seed = keras.random.SeedGenerator(0)
    return keras.random.randint((16,), 0, 3, seed=seed), keras.random.normal((16, LATENTS), seed=seed)


# Turns


def test_a_quarter_turn_is_counter_clockwise():
    x = np.float32([[1, 2], [3, 4]]).reshape(1, 2, 2, 1)
    found = [ops.convert_to_numpy(quarter_turn(x, k))[0, ..., 0].tolist() for k in range(4)]
    assert found == [[[1, 2], [3, 4]], [[2, 4], [1, 3]], [[4, 3], [2, 1]], [[3, 1], [4, 2]]]


def test_quarter_turns_are_those_of_numpy_and_four_are_none():
    x = np.random.default_rng(0).normal(size=(3, 5, 5, 2)).astype("float32")
    again = x
    for k in range(4):
        np.testing.assert_array_equal(ops.convert_to_numpy(quarter_turn(x, k)), np.rot90(x, k, axes=(1, 2)))
        again = quarter_turn(again, 1)
    np.testing.assert_array_equal(ops.convert_to_numpy(again), x)


def test_turns_of_which_nothing_is_known_cost_ln_4():
    assert float(turn_loss(np.full((8, 4), 3.0, "float32"))) == pytest.approx(1.386294, abs=1e-6)
    sure = 100 * np.eye(4, dtype="float32")
    assert float(turn_loss(np.repeat(sure, 2, axis=0))) == 0
    assert float(turn_loss(np.tile(sure, (2, 1)))) > 50  # the order is that of the turns


@pytest.mark.parametrize("name", GAMES_OF_TURNS)
def test_d_sees_every_eighth_picture_in_its_turns_beside_the_label_of_the_original(name):
    seen, model = [], game(name)
    call = model.discriminator
    model.discriminator = lambda inputs, training: seen.append(inputs) or call(inputs, training=training)
    score, turns, *others = model.judge(ops.convert_to_tensor(X), ops.convert_to_tensor(SOME))
    ((pictures, labels),) = seen
    expected = [X, *(np.rot90(X[[0, 8]], k, axes=(1, 2)) for k in (1, 2, 3))]
    np.testing.assert_array_equal(ops.convert_to_numpy(pictures), np.concatenate(expected))
    np.testing.assert_array_equal(ops.convert_to_numpy(labels), [*SOME, *np.tile(SOME[[0, 8]], 3)])
    assert (score.shape, turns.shape, [o.shape for o in others]) == ((16, 1), (8, 4), [(16, 3)] * len(others))


# The step


def turning_of(D, x, y):
    """By hand: the cross-entropy of the turns of every eighth picture."""
    logits = [D(pair(np.rot90(x[::8], k, axes=(1, 2)), y[::8]))[1] for k in range(4)]
    rows = [ops.log_softmax(row)[:, k] for k, row in enumerate(logits)]
    return -ops.mean(ops.concatenate(rows))


def turning_of_made(D, fake, k):
    """The same of pictures through which a gradient flows."""
    turned = [ops.rot90(fake[::8], r, axes=(1, 2)) for r in range(4)]
    return -ops.mean(ops.concatenate([ops.log_softmax(D([x, k[::8]])[1])[:, r] for r, x in enumerate(turned)]))


@pytest.mark.parametrize("weights", [(0.0, 0.0), (0.5, 2.0)])
@pytest.mark.parametrize(("name", "y"), [("S3GAN", Y), ("S3GANCO", SOME), ("S3GANCO", Y), ("S3GANCO", 0 * Y - 1)])
def test_step_equals_the_box_written_by_hand(name, y, weights):
    """With both weights 0 only upright pictures count; fakes are judged beside the labels that they were made with."""
    d_turns, g_turns = weights
    weigh = {"class_weight": 0.7} if name == "S3GANCO" else {}
    model, twin = game(name, d_turns=d_turns, g_turns=g_turns, **weigh), game(name)
    D, G = twin.discriminator, twin.generator
    k, z = drawn()
    fake = G([z, k])

    def d_loss():
        real_score, _, *named = D(pair(X, y))
        hinge = ops.mean(ops.relu(1 - real_score)) + ops.mean(ops.relu(1 + D([fake, k])[0]))
        loss = hinge + d_turns * turning_of(D, X, y)
        for logits in named:  # one_hot of -1 is a row of zeros
            right = ops.sum(ops.one_hot(y, 3) * ops.log_softmax(logits), axis=1)
            loss = loss - 0.7 * ops.sum(right) / max(1, np.sum(y >= 0))
        return loss

    def g_loss():
        made = G([z, k])
        return -ops.mean(D([made, k])[0]) + g_turns * turning_of_made(D, made, k)

    hand = {"d_loss": move(d_loss, 0.1, D), "g_loss": move(g_loss, 0.2, G)}
    logs = step(model, y=y)
    assert {key: logs[key] for key in hand} == pytest.approx(hand, rel=1e-4)
    assert_same_weights(model, twin)


@pytest.mark.parametrize("name", GAMES_OF_TURNS)
def test_ds_turns_are_those_of_real_pictures_and_gs_of_generated_ones(name):
    def logs(x=X, scale=1.0):
        model = game(name, d_optimizer=keras.optimizers.SGD(0.0))
        model.generator.set_weights([scale * w for w in model.generator.get_weights()])
        return step(model, x=x)

    plain, of_others, of_other_fakes = logs(), logs(x=-X), logs(scale=1.5)
    assert of_others["d_turns"] != plain["d_turns"]
    assert of_others["g_turns"] == plain["g_turns"]
    assert of_other_fakes["d_turns"] == plain["d_turns"]
    assert of_other_fakes["g_turns"] != plain["g_turns"]


@pytest.mark.parametrize("name", GAMES_OF_TURNS)
@pytest.mark.parametrize("still", ["d", "g"])
def test_each_players_move_leaves_the_other_as_it_is(name, still):
    model = game(name, **{f"{still}_optimizer": keras.optimizers.SGD(0.0)})
    networks = {"d": model.discriminator, "g": model.generator}
    before = {key: network.get_weights() for key, network in networks.items()}
    step(model)
    for key, network in networks.items():
        same = [np.array_equal(a, b) for a, b in zip(before[key], network.get_weights())]
        assert all(same) if key == still else not all(same)


def test_the_class_of_a_picture_without_a_label_teaches_nobody():
    """No gradient of the score reaches the head that filled it in; without a known label it stays."""
    model = game("S3GANCO", d_turns=0.0)
    before = [w.copy() for w in class_head(model).get_weights()]
    step(model, y=0 * Y - 1)
    for a, b in zip(before, class_head(model).get_weights()):
        np.testing.assert_array_equal(a, b)
    step(model, y=SOME)
    assert not np.array_equal(before[0], class_head(model).get_weights()[0])


def class_head(model):
    """The layer that makes the logits of classes."""
    (head,) = (x for x in model.discriminator.layers if isinstance(x, layers.Dense) and x.units == 3)
    return head


def test_labels_of_generated_pictures_are_drawn_of_all_classes_alike():
    model = game()
    labels = ops.convert_to_numpy(model.sample_labels(3000))
    assert labels.dtype == np.int32
    assert np.abs(np.bincount(labels) - 1000).max() < 5 * np.sqrt(3000 * 2 / 9)


def test_a_penalty_looks_at_the_score_of_upright_real_pictures():
    """R1 of a network that projects: gamma / 2 of the squared gradient, by hand."""
    model = game(penalties=[regularizers.R1(2.0)], d_optimizer=keras.optimizers.SGD(0.0))
    D = model.discriminator
    x = ops.convert_to_tensor(X)
    slopes = ops.convert_to_numpy(engine.input_gradient(lambda x: ops.sum(D(pair(x, Y))[0]), x))
    assert step(model)["penalty"] == pytest.approx(np.mean(np.sum(np.square(slopes), axis=(1, 2, 3))), rel=1e-4)


# What a model of labels that may be unknown answers


def test_pictures_without_labels_are_taken_but_none_is_made_of_no_class(images):
    model = GAMES["S3GANCO"].make()
    examples = GAMES["S3GANCO"].examples(images, 2)
    assert examples.parts[1].min() == -1
    ((real, fake, x, made),) = model.verdicts(tuple(part[:16] for part in examples.parts))
    assert real.shape == fake.shape == (16, 1)
    assert x.shape == made.shape
    assert np.isfinite(ops.convert_to_numpy(fake)).all()
    assert model.generate(4, labels=2).shape == (4, 16, 16, 1)
    with pytest.raises(ValueError, match=r"labels in 0 to 2.*Received: labels from -1 to -1\.$"):
        model.generate(4, labels=-1)
    with pytest.raises(ValueError, match=r"labels in 0 to 2, as the networks have 3 classes.*from -1 to"):
        GAMES["S3GAN"].make().fit(examples)


def test_games_of_turns_refuse_what_does_not_fit():
    with pytest.raises(ValueError, match=r"a score \(N, 1\).*logits of the turns \(N, 4\)\. Received: .*\(None, 3\)"):
        models.S3GAN(dense_generator(), two_headed(3), LATENTS, 3)
    with pytest.raises(ValueError, match=r"returns a score \(N, 1\) and logits of the turns \(N, 4\) and logits of"):
        models.S3GANCO(dense_generator(), turning_discriminator(), LATENTS, 3)
    with pytest.raises(ValueError, match=r"logits of the classes \(N, 4\)\. Received: .*\(None, 3\)"):
        models.S3GANCO(dense_generator(4), turning_discriminator(predicts=True), LATENTS, 4)
    with pytest.raises(ValueError, match=r"square pictures, which can be turned\. Received: \(None, 2, 8, 1\)\.$"):
        models.S3GAN(oblong_generator(), turning_discriminator(shape=(2, 8, 1)), LATENTS, 3)
    with pytest.raises(ValueError, match=r"a loss that judges single examples\. Received: RelativisticLoss\.$"):
        game(loss=losses.RelativisticLoss())
    for name, weights in {"S3GAN": ("d_turns", "g_turns"), "S3GANCO": ("class_weight",)}.items():
        for weight in weights:
            with pytest.raises(ValueError, match=rf"Expected `{weight}` as a number of at least 0\. Received: -1"):
                game(name, **{weight: -1})


def two_headed(units):
    x, y = keras.Input(SHAPE), keras.Input((), dtype="int32")
    h = layers.Concatenate()([layers.Flatten()(x), layers.Embedding(3, 4)(y)])
    return keras.Model([x, y], [layers.Dense(1)(h), layers.Dense(units)(h)])


def oblong_generator():
    G = dense_generator()
    return keras.Model(G.inputs, layers.Reshape((2, 8, 1))(G.output))


def test_devices_that_cannot_share_the_turned_pictures_are_refused(images):
    strategy = {"tensorflow": "mirrored", "jax": "data_parallel"}[keras.backend.backend()]
    with engine.devices(strategy):
        model = GAMES["S3GAN"].make(n_critic=1)
        with pytest.raises(
            ValueError, match=r"a multiple of 8 pictures on each device, as every 8th is turned\. Received: \d+"
        ):
            model.fit(GAMES["S3GAN"].examples(images), batch_size=12, verbose=0)
