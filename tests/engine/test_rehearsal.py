"""Rehearsal: what it notes against numbers by hand, and that nothing of it is kept."""

import keras
import numpy as np
import pytest
from conftest import state
from games import GAMES

from keras_gans import engine, models, regularizers

REAL = np.array([[1.0], [2.0], [6.0]], "float32")


def looking(model, seed=0):
    """A step in a rehearsal, compiled; returns logs, and each player's norms of gradients and weights."""

    def act(*data):
        with engine.rehearsal(model, seed) as moves:
            logs = model.training_step(data if len(data) > 1 else data[0])
        return logs, {key: (move.gradients, move.weights) for key, move in moves.items()}

    variables = [*model.variables, *model.optimizer.variables, *model.metrics_variables]
    return engine.compile_stateless(act, variables)


def line(optimizer, **arguments):
    """D(x) = 3 x + 4 and G(z) = 5 z, under the Wasserstein loss."""
    latents, points = keras.Input((1,)), keras.Input((1,))
    generator = keras.Model(latents, keras.layers.Dense(1, use_bias=False, kernel_initializer=constant(5))(latents))
    scores = keras.layers.Dense(1, kernel_initializer=constant(3), bias_initializer=constant(4))(points)
    model = models.GAN(generator, keras.Model(points, scores), latent_dim=1)
    model.compile(optimizer(), optimizer(), loss="wasserstein", **arguments)
    return model


constant = keras.initializers.Constant


def scaled():
    return keras.optimizers.LossScaleOptimizer(keras.optimizers.SGD(0.1), initial_scale=1024.0)


@pytest.mark.parametrize("optimizer", [lambda: keras.optimizers.SGD(0.1), scaled], ids=["plain", "scaled"])
def test_rehearsal_notes_norms_of_gradients_and_weights(optimizer):
    """Of d = mean 3 (5 z) - mean 3 x by D's weight and bias; of g = -mean(15 z + 4) by G's weight: -3 mean z."""
    model = line(optimizer)
    logs, moves = looking(model)(REAL)
    (d_gradients, d_weights), (g_gradients, g_weights) = moves["d_optimizer"], moves["g_optimizer"]
    mean = float(logs["d_loss"]) / 3 + 3.0  # of the generated points that D saw; the real ones' is 3
    np.testing.assert_allclose(d_gradients, [abs(mean - 3.0)], rtol=1e-5)
    np.testing.assert_allclose(g_gradients, [abs(float(logs["g_loss"]) + 4.0) / 5], rtol=1e-5)
    np.testing.assert_allclose((d_weights[0], g_weights[0]), (5.0, 5.0), rtol=1e-6)


def test_rehearsal_notes_each_critic_step():
    model = line(lambda: keras.optimizers.SGD(0.1), n_critic=3)
    _, moves = looking(model)(REAL)
    assert [len(moves[key][0]) for key in ("d_optimizer", "g_optimizer")] == [3, 1]
    np.testing.assert_allclose(moves["d_optimizer"][1], 3 * [5.0], rtol=1e-6)  # it does not move in between


def test_rehearsal_draws_by_its_seed_alone():
    model = line(lambda: keras.optimizers.SGD(0.1))
    one, again, other = (looking(model, seed)(REAL)[0]["g_loss"] for seed in (1, 1, 2))
    assert float(one) == float(again) != float(other)


@pytest.mark.parametrize("name", ["GAN", "wgan", "CycleGAN"])  # batch norm and dropout, a constraint, pools
def test_rehearsal_leaves_the_model_bit_for_bit_as_it_was(name, images):
    model = GAMES[name].make()
    data = tuple(part[:8] for part in GAMES[name].examples(images, model.n_critic).parts)
    before, members = state(model), dict(model.optimizer.members)
    look = looking(model)
    first, second = look(*data), look(*data)
    assert float(first[0]["d_loss"]) == float(second[0]["d_loss"])
    assert model.optimizer.members == members
    for one, other in zip(before, state(model)):
        np.testing.assert_array_equal(one, other)


def test_rehearsal_logs_what_it_sees_and_not_the_means_of_an_epoch():
    model = line(lambda: keras.optimizers.SGD(0.1))
    look = looking(model)
    before = float(look(REAL)[0]["d_loss"])
    for variable in model.metrics_variables:
        variable.assign(50.0)
    assert float(look(REAL)[0]["d_loss"]) == before


def test_rehearsal_sees_the_model_as_it_is_now():
    """Compiled once, it follows the weights: g's gradient is D's slope times the mean latent."""
    model = line(lambda: keras.optimizers.SGD(0.1))
    look = looking(model)
    before = float(look(REAL)[1]["g_optimizer"][0][0])
    model.discriminator.weights[0].assign([[6.0]])
    np.testing.assert_allclose(look(REAL)[1]["g_optimizer"][0][0], 2 * before, rtol=1e-5)


def test_rehearsal_gives_the_optimizers_back_after_an_error():
    model = line(lambda: keras.optimizers.SGD(0.1))
    members = dict(model.optimizer.members)
    with pytest.raises(ZeroDivisionError), keras.StatelessScope(), engine.rehearsal(model):
        _ = 1 / 0
    assert model.optimizer.members == members


def test_rehearsal_keeps_nothing_of_a_term_that_comes_now_and_then():
    """Whose draws of random numbers are in a branch of the step."""
    lazy = regularizers.Lazy(regularizers.GradientPenalty(), every=2)
    model = line(lambda: keras.optimizers.SGD(0.1), penalties=[lazy])
    step = looking(model)
    before = state(model)
    (_, first), (_, second) = step(REAL), step(REAL)
    np.testing.assert_array_equal(first["d_optimizer"][0], second["d_optimizer"][0])
    for a, b in zip(before, state(model)):
        np.testing.assert_array_equal(a, b)
