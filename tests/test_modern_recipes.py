"""R3GAN's recipes: the authors' constants at the beginning, the middle and the end, its pairs, and that it learns."""

import keras
import numpy as np
import pytest
from conftest import assert_same_state
from sklearn.datasets import load_digits

from keras_gans import losses, recipes
from keras_gans.metrics.frechet import frechet_distance
from keras_gans.regularizers import R1, R2

SMALL = {"latent_dim": 8, "width": 16, "blocks": 1}


def digits():
    """1,797 digits of 8x8 pixels and their labels."""
    found = load_digits()
    return found.images.astype("float32")[..., None] / 8 - 1, found.target.astype("int32")


@pytest.mark.parametrize(
    ("build", "others"), [(recipes.r3gan, {}), (recipes.r3gan_conditional, {"classes": 3})], ids=["plain", "classes"]
)
def test_r3gan_has_the_authors_constants(build, others):
    model = build((8, 8, 1), **SMALL, **others, steps=100)
    assert isinstance(model.loss, losses.RelativisticLoss)
    assert not model.loss.average
    assert isinstance(model.loss.base, losses.GANLoss)
    assert (model.n_critic, model.fresh_fakes) == (1, True)
    assert [type(penalty.penalty) for penalty in model.penalties] == [R1, R2]
    assert model.averages.decay == pytest.approx(0.5 ** (1 / 25))  # half after a quarter
    for step, rate, beta_2, gamma in ((0, 2e-4, 0.9, 0.05), (50, 1.25e-4, 0.945, 0.0275), (100, 5e-5, 0.99, 0.005)):
        for optimizer in (model.d_optimizer, model.g_optimizer):
            optimizer.iterations.assign(step)
            assert float(optimizer.learning_rate) == pytest.approx(rate, rel=1e-5)
            assert (optimizer.beta_1, float(optimizer.beta_2)) == (0.0, pytest.approx(beta_2, rel=1e-5))
        for term in model.penalties:
            assert float(term.schedule(step)) * term.penalty.gamma == pytest.approx(gamma, rel=1e-5)


@pytest.mark.parametrize(("side", "gamma"), [(16, 0.05), (32, 0.05), (64, 2.0), (128, 17.0), (256, 150.0)])
@pytest.mark.parametrize("given", [None, 0.3])
def test_r3gans_gamma_grows_with_the_side_unless_it_is_given(side, gamma, given):
    networks = recipes.r3gan((8, 8, 1), **SMALL)
    model = recipes.r3gan(
        (side, side, 1), 8, gamma=given, generator=networks.generator, discriminator=networks.discriminator
    )
    assert {term.penalty.gamma for term in model.penalties} == {given or gamma}


def test_r3gans_schedules_count_the_updates_of_each_player():
    model = recipes.r3gan((8, 8, 1), **SMALL, steps=100, n_critic=3, learning_rate=1e-3)
    rates = [optimizer.get_config()["learning_rate"]["config"] for optimizer in (model.d_optimizer, model.g_optimizer)]
    assert [rate["decay_steps"] for rate in rates] == [300, 100]
    assert [rate["initial_learning_rate"] for rate in rates] == [1e-3, 1e-3]
    assert {term.schedule.decay_steps for term in model.penalties} == {300}


def test_r3gans_loss_is_of_pairs():
    """softplus(C(x') - C(x)) of the i-th with the i-th: another order of the generated is another loss."""
    loss = recipes.r3gan((8, 8, 1), **SMALL).loss
    real, fake = np.array([[1.0], [-2.0], [0.5]], "float32"), np.array([[0.0], [3.0], [-1.0]], "float32")
    for order in ([0, 1, 2], [2, 0, 1]):
        found = [loss.discriminator_loss(real, fake[order]), loss.generator_loss(fake[order], real)]
        expected = [np.mean(np.log1p(np.exp(sign * (fake[order] - real)))) for sign in (1, -1)]
        np.testing.assert_allclose([float(x) for x in found], expected, rtol=1e-5)
    shifted = loss.discriminator_loss(real + 7.0, fake + 7.0)
    assert float(shifted) == pytest.approx(float(loss.discriminator_loss(real, fake)), rel=1e-5)
    assert float(loss.discriminator_loss(real, fake)) != pytest.approx(expected[0], rel=1e-2)


def test_r3gan_that_is_saved_and_continued_equals_one_that_was_never_stopped(tmp_path):
    """With classes, which are all that differs from the game without."""

    def make():
        return recipes.r3gan_conditional((8, 8, 1), **SMALL, classes=10, steps=8)

    data = [part[:64] for part in digits()]
    whole, first = make(), make()
    whole.fit(*data, batch_size=16, epochs=2, verbose=0)
    first.fit(*data, batch_size=16, epochs=1, verbose=0)
    first.save(tmp_path / "model.keras")
    second = keras.saving.load_model(tmp_path / "model.keras")
    second.fit(*data, batch_size=16, epochs=2, initial_epoch=1, verbose=0)
    assert_same_state(second, whole)
    assert [int(term.count) for term in second.penalties] == [8, 8]
    assert float(second.d_optimizer.beta_2) == pytest.approx(0.99, rel=1e-5)


@pytest.mark.tensorflow
def test_r3gan_learns_digits():
    """Their mean alone is as far from them, by Frechet's distance on pixels, as the sum of their variances."""
    x, _ = digits()
    model = recipes.r3gan((8, 8, 1), **SMALL, steps=168, learning_rate=5e-3, gamma=1.0)
    model.fit(x, batch_size=32, epochs=3, verbose=0)
    made = model.generate(len(x), seed=0)
    distance = frechet_distance(made.reshape(len(x), -1), x.reshape(len(x), -1))
    assert distance < 0.75 * np.sum(np.var(x, axis=0))
