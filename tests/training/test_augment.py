"""Augmentation in front of judges: what they see, in which moves, what a penalty's gradient is, and what is kept."""

import inspect

import keras
import numpy as np
import pytest
from conftest import adam, assert_same_state
from games import GAMES
from keras import layers, ops

from keras_gans import callbacks, engine, models, networks, recipes, regularizers
from keras_gans.layers import ADA, DiffAugment
from keras_gans.layers.augmentation import Augmentation

POINTS = ("WGAN", "WGANGP")  # what these two play with in the battery
GAMES_OF_PICTURES = [
    name
    for name, kind in vars(models).items()
    if name in GAMES and inspect.isclass(kind) and issubclass(kind, models.AdversarialModel) and name not in POINTS
]
SHAPE = (4, 4, 1)
MARK = 7.0


class Changed(Augmentation):
    """Pictures times a factor, plus an offset; it is deaf."""

    def __init__(self, factor, offset=0.0):
        super().__init__(("all",), ("all",), seed=0)
        self.factor, self.offset = factor, offset

    def _changed(self, pictures, rows):
        return [self.factor * x + self.offset for x in pictures]


def made(name, **arguments):
    keras.utils.set_random_seed(0)
    return GAMES[name].make(run_eagerly=True, **arguments)


def step(model, name, images):
    """One training step; of CycleGAN the largest that fits into its pools."""
    examples = GAMES[name].examples(images, model.n_critic)
    model.fit(examples, batch_size=8, steps_per_epoch=1, verbose=0)


@pytest.mark.tensorflow  # on JAX what is seen within a loss has no values
@pytest.mark.parametrize("name", GAMES_OF_PICTURES)
def test_judges_see_nothing_but_augmented_pictures_in_any_move(name, images, monkeypatch):
    """Famous mistake: real pictures alone are augmented. Here whatever a judge is asked of in a step is marked."""
    model, seen = made(name, augment=Changed(0.0, MARK)), []
    judges = {id(judge) for judge in model.judges}

    def watched(kind):
        def call(network, inputs, training=None, mask=None):
            if id(network) in judges:
                pictures = [x for x in keras.tree.flatten(inputs) if len(x.shape) == 4]
                seen.append((model._player_on_move.name, {float(v) for x in pictures for v in np.unique(np.array(x))}))
            return own(network, inputs, training=training, mask=mask)

        own = kind.call
        monkeypatch.setattr(kind, "call", call)

    for kind in {type(judge) for judge in model.judges}:
        watched(kind)
    step(model, name, images)
    others = [player.name for player in model.players if not player.judges]
    assert {player for player, _ in seen} >= {"d", *others}
    assert all(values == {MARK} for _, values in seen)
    assert not any("call" in vars(judge) for judge in model.judges)


@pytest.mark.tensorflow  # on JAX it is held by what p becomes, below
@pytest.mark.parametrize("name", GAMES_OF_PICTURES)
def test_ada_hears_of_every_real_picture_once_in_every_game(name, images):
    """A game that forgot to tell would leave p at 0 for ever; one whose scores have no boundary is refused."""
    augment = ADA(("blit",), every=10**6)
    if made(name).boundary is None:
        with pytest.raises(ValueError, match=r"Expected a loss whose scores say .*Received: ADA in a "):
            made(name, augment=augment)
        return
    model = made(name, augment=augment)
    step(model, name, images)
    assert float(augment.heard) == len(model.judging) * model.n_critic * 8
    assert abs(float(augment.signs)) <= float(augment.heard)
    assert float(augment.batches) == 1
    assert model.history.history["augment_p"] == [0.0]


def linear(augment, **arguments):
    """A GAN whose D is w x and whose G makes multiples of its first latent, with plain gradient descent."""
    keras.utils.set_random_seed(0)
    generator = keras.Sequential([keras.Input((2,)), layers.Dense(16), layers.Reshape(SHAPE)])
    discriminator = keras.Sequential([keras.Input(SHAPE), layers.Flatten(), layers.Dense(1)])
    gan = models.GAN(generator, discriminator, latent_dim=2)
    rate = keras.optimizers.SGD(1.0), keras.optimizers.SGD(1.0)
    gan.compile(*rate, loss="wasserstein", augment=augment, **arguments)
    return gan


X = np.random.default_rng(0).uniform(-1, 1, (8, *SHAPE)).astype("float32")


def moved(gan):
    before = [gan.discriminator.get_weights()[0], gan.generator.get_weights()[0]]
    gan.train_on_batch(X)
    return [network.get_weights()[0] - w for network, w in zip((gan.discriminator, gan.generator), before)]


def test_both_players_learn_through_the_augmentation():
    """Of half the picture a linear D's gradient is half; and G's half of what D's new weights say."""
    plain, half = linear(None), linear(Changed(0.5))
    w = plain.discriminator.get_weights()[0]
    (d, g), (half_d, half_g) = moved(plain), moved(half)
    np.testing.assert_allclose(half_d, 0.5 * d, rtol=1e-4, atol=1e-6)
    z = g @ (w + d) @ np.linalg.pinv((w + d).T @ (w + d))  # g is an outer product: mean of z times D's weights
    np.testing.assert_allclose(half_g, 0.5 * z @ (w + half_d).T, rtol=1e-3, atol=1e-5)
    assert np.abs(half_g).max() > 1e-3


@pytest.mark.parametrize("penalty", ["R1", "R2", "GradientPenalty", "DRAGAN"])
def test_a_penaltys_gradient_is_that_of_the_picture_before_it_was_augmented(penalty):
    """Of 0.5 x + 3 under w x it is w / 2; famous mistake: w, that of the augmented picture."""
    gan = linear(Changed(0.5, 3.0), penalties=[getattr(regularizers, penalty)()])
    w = gan.discriminator.get_weights()[0]
    logs = gan.train_on_batch(X, return_dict=True)
    norm = 0.5 * np.linalg.norm(w)
    expected = 0.5 * 10 * norm**2 if penalty in ("R1", "R2") else 10 * (norm - 1) ** 2
    assert float(logs["penalty"]) == pytest.approx(expected, rel=1e-4)


def test_features_of_a_judge_are_of_augmented_pictures():
    """G's feature matching asks D's layers past its call."""
    keras.utils.set_random_seed(0)
    generator = keras.Sequential([keras.Input((2,)), layers.Dense(16), layers.Reshape(SHAPE)])
    x = layers.Flatten(name="features")(inputs := keras.Input(SHAPE))
    gan = models.GAN(generator, keras.Model(inputs, layers.Dense(1)(x)), latent_dim=2)
    for augment, least in ((Changed(0.0, MARK), 0.0), (None, 1e-3)):
        gan.compile(adam(), adam(), g_penalties=[regularizers.FeatureMatching()], augment=augment)
        logs = gan.train_on_batch(X, return_dict=True)
        assert (float(logs["g_penalty"]) > least) == (augment is None)


def test_outside_of_training_steps_nothing_is_augmented():
    """A judge answers of the picture that it is given; `verdicts` as in training, where one asks for it."""
    gan = linear(Changed(0.0, MARK))
    asked = [gan.discriminator(X, training=training) for training in (False, True)]
    np.testing.assert_array_equal(*map(np.array, asked))
    assert np.std(np.array(asked[0])) > 0.1
    with gan.augmenting():
        ((real, fake, *_),) = gan.verdicts(ops.convert_to_tensor(X))
    np.testing.assert_array_equal(np.array(real), np.array(fake))


def test_a_pair_is_augmented_as_one(images, monkeypatch):
    """Pix2Pix: with the input in one place and the target in another D could not see what belongs together."""
    model = made("Pix2Pix", augment=ADA(("blit", "geometry")))
    model.augment.p.assign(1.0)
    pair = [ops.convert_to_tensor(np.tile(X, (1, 2, 2, 3))[..., :3]) for _ in range(2)]
    one, other = map(np.array, model._augmented(pair))
    np.testing.assert_array_equal(one, other)
    assert not np.allclose(one, np.array(pair[0]), atol=0.1)


# ADA in a training


def ada_gan(**arguments):
    keras.utils.set_random_seed(0)
    gan = models.GAN(networks.mlp.generator(SHAPE, 2, 8), networks.mlp.discriminator(SHAPE, 8), latent_dim=2)
    gan.compile(adam(), adam(), **{"augment": "ada", **arguments})
    return gan


def fast_ada():
    return ADA(("blit", "color"), target=-1.0, every=2, images=200, seed=3)


def test_p_is_logged_steered_and_goes_on_bit_for_bit(tmp_path):
    """Stopped between two adjustments: counts, p, and the random numbers of the layer."""
    x = np.tile(X, (3, 1, 1, 1))
    whole, half = ada_gan(augment=fast_ada()), ada_gan(augment=fast_ada())
    history = whole.fit(x, batch_size=8, epochs=2, verbose=0).history
    assert history["augment_p"][1] > history["augment_p"][0] > 0
    half.fit(x, batch_size=8, verbose=0)
    assert float(half.augment.batches) == 1
    half.save(tmp_path / "half.keras")
    loaded = keras.saving.load_model(tmp_path / "half.keras")
    assert float(loaded.augment.p) == float(half.augment.p) > 0
    loaded.fit(x, batch_size=8, epochs=2, initial_epoch=1, verbose=0)
    assert_same_state(loaded, whole)
    assert float(loaded.augment.p) == float(whole.augment.p)
    np.testing.assert_array_equal(*(np.array(m.augment.seed_generator.state) for m in (loaded, whole)))


def test_diagnostics_leave_an_augmented_training_as_it_is():
    """They play a step through, in which the layer draws and hears, and ask for verdicts; nothing of that is kept."""
    x, with_looks, without = np.tile(X, (3, 1, 1, 1)), ada_gan(augment=fast_ada()), ada_gan(augment=fast_ada())
    without.fit(x, batch_size=8, verbose=0)
    looks = callbacks.Diagnostics(x, every=2)
    with_looks.fit(x, batch_size=8, verbose=0, callbacks=[looks])
    assert len(looks.looks) >= 2
    assert_same_state(with_looks, without)


def test_names_are_layers_of_the_models_seed_and_are_compiled_again():
    gan = ada_gan(augment="diff")
    assert isinstance(gan.augment, DiffAugment)
    assert gan.augment.seed == gan.seed
    again = models.GAN.from_config(gan.get_config())
    again.compile_from_config(gan.get_compile_config())
    assert again.augment.get_config() == gan.augment.get_config()
    gan.compile(adam(), adam())
    assert gan.augment is None
    gan.train_on_batch(X)


@pytest.mark.parametrize("policy", ["mixed_float16", "mixed_bfloat16"])
def test_half_precision_trains_with_a_penalty(policy):
    with engine.dtype_policy(policy):
        gan = ada_gan(augment=fast_ada(), penalties=[regularizers.R1()])
    gan.augment.p.assign(0.8)
    logs = gan.train_on_batch(X, return_dict=True)
    assert all(np.isfinite(float(value)) for value in logs.values())
    assert keras.backend.standardize_dtype(gan.augment.p.dtype) == "float32"
    assert float(logs["penalty"]) > 0


def test_lazy_penalties_are_augmented_where_they_are_due():
    gan = linear(Changed(0.5), penalties=[regularizers.Lazy(regularizers.R1(), 2)])
    w = gan.discriminator.get_weights()[0]
    logs = gan.train_on_batch(X, return_dict=True)
    assert float(logs["penalty"]) == pytest.approx(2 * 5.0 * 0.25 * float((w**2).sum()), rel=1e-4)


# What is refused


@pytest.mark.parametrize("name", POINTS)
def test_points_are_refused(name):
    with pytest.raises(
        ValueError, match=r"only where pictures .* are judged. Received: a discriminator of .*\(None, 2"
    ):
        made(name, augment="diff")
    with pytest.raises(
        ValueError, match=r"only where pictures .* are judged. Received: a discriminator of .*\(None, 2"
    ):
        recipes.gan(image_shape=(2,), augment="diff")


@pytest.mark.parametrize("augment", ["blur", 3, keras.layers.RandomFlip()], ids=str)
def test_others_are_refused(augment):
    with pytest.raises(ValueError, match="diff"):
        ada_gan(augment=augment)


def test_ada_needs_scores_with_a_boundary():
    with pytest.raises(ValueError, match="Received: ADA in a GAN without such a loss"):
        ada_gan(loss="wasserstein")
    assert ada_gan(loss="least_squares").boundary == 0.5


def test_a_game_without_a_judge_has_no_augmentation():
    with pytest.raises(TypeError, match=r"augment \(in a game that judges\).*Received: augment"):
        made("VAE", augment="diff")
