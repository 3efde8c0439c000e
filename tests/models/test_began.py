"""BEGAN's arithmetic: errors, the balance, k at its ends; what it is for a k that stands still; its gradient."""

import keras
import numpy as np
import pytest
from conftest import adam, assert_same_state
from keras import layers, ops

from keras_gans import data, engine, models, networks

POINTS = data.toy.ring(std=0.05).sample(4 * 16)


def given_errors():
    """A game of two numbers: D's error on the example x is x, and G makes the error that its one weight says."""
    generator = keras.Sequential(
        [keras.Input((1,)), layers.Dense(1, kernel_initializer="zeros", bias_initializer="zeros")]
    )
    discriminator = keras.Sequential([keras.Input((1,)), layers.Dense(1, use_bias=False)])
    discriminator.set_weights([np.array([[-1.0]], "float32")])
    return models.BEGAN(generator, discriminator, latent_dim=1)


def one_step(model, real, fake, k=None, **constants):
    """Makes a step at errors of real and of generated examples, in which neither network moves; returns the logs."""
    still = [keras.optimizers.SGD(0.0) for _ in range(2)]
    model.compile(*still, run_eagerly=True, **{"gamma": 0.5, "k_rate": 1e-3, **constants})
    model.generator.layers[-1].bias.assign([fake])
    if k is not None:
        model.k.assign(k)
    return model.train_on_batch(np.full((4, 1), real, "float32"), return_dict=True)


def test_k_and_the_measure_follow_the_worked_sequence():
    """gamma 0.5, lambda_k 0.001, k_0 = 0: three steps by hand, (L(x), L(G(z))) -> L_D, M, k."""
    model = given_errors()
    steps = [((0.4, 0.1), 0.4, 0.5, 1e-4), ((0.4, 0.3), 0.39997, 0.5, 0.0), ((0.2, 0.1), 0.2, 0.2, 0.0)]
    assert float(model.k) == 0.0
    for (real, fake), d_loss, measure, k in steps:
        logs = one_step(model, real, fake)
        assert logs["d_loss"] == pytest.approx(d_loss, rel=1e-6)
        assert logs["g_loss"] == pytest.approx(fake, rel=1e-6)
        assert logs["convergence"] == pytest.approx(measure, rel=1e-6)
        assert logs["k"] == pytest.approx(float(model.k)) == pytest.approx(k, abs=1e-9)


@pytest.mark.parametrize(("errors", "before", "after"), [((0.1, 0.4), 0.0, 0.0), ((4.0, 0.1), 0.9999, 1.0)])
def test_k_is_clipped_at_both_ends(errors, before, after):
    """Trap: k below 0 would have D rebuild what is generated."""
    model = given_errors()
    one_step(model, *errors, k=before)
    assert float(model.k) == after


def test_k_rises_where_generated_examples_are_rebuilt_too_well():
    model = given_errors()
    one_step(model, 0.4, 0.1, k=0.5)
    assert float(model.k) > 0.5
    one_step(model, 0.4, 0.3, k=0.5)
    assert float(model.k) < 0.5


def test_balance_is_of_the_errors_before_either_player_moves():
    """Trap: k moved by another batch's errors, or by those after D's step."""
    model = given_errors()
    model.compile(keras.optimizers.SGD(0.5), keras.optimizers.SGD(0.5), gamma=0.5, k_rate=1e-3, run_eagerly=True)
    model.generator.layers[-1].bias.assign([0.1])
    model.train_on_batch(np.full((4, 1), 0.4, "float32"))
    assert model.discriminator.get_weights()[0].item() != -1.0
    assert float(model.k) == pytest.approx(1e-3 * (0.5 * 0.4 - 0.1))


# Where k stands still


def pair():
    keras.utils.set_random_seed(0)
    encoder = networks.mlp.encoder((2,), 1, width=16)
    judge = networks.energy.discriminator(encoder, networks.mlp.generator((2,), 1, width=16), error="l1")
    return networks.mlp.generator((2,), 2, width=16), judge


def test_k_of_1_that_stands_still_is_the_gan_of_wassersteins_loss_bit_for_bit():
    box, gan = models.BEGAN(*pair(), latent_dim=2), models.GAN(*pair(), latent_dim=2)
    box.compile(adam(), adam(), gamma=0.5, k_rate=0.0)
    box.k.assign(1.0)
    gan.compile(adam(), adam(), loss="wasserstein")
    histories = [model.fit(POINTS, batch_size=16, epochs=2, verbose=0).history for model in (box, gan)]
    assert int(box.g_optimizer.iterations) == 8
    assert all(histories[0][name] == histories[1][name] for name in ("d_loss", "g_loss"))
    for network in ("generator", "discriminator"):
        for a, b in zip(getattr(box, network).get_weights(), getattr(gan, network).get_weights(), strict=True):
            np.testing.assert_array_equal(a, b)


def test_k_of_0_that_stands_still_trains_the_autoencoder_alone():
    """Whatever G makes: D equals one that sees real examples only, bit for bit."""
    model, (_, judge) = models.BEGAN(*pair(), latent_dim=2), pair()
    model.compile(keras.optimizers.SGD(0.1), adam(), gamma=0.5, k_rate=0.0, run_eagerly=True)
    optimizer = keras.optimizers.SGD(0.1)
    optimizer.build(judge.trainable_variables)
    for x in POINTS.reshape(4, 16, 2):
        model.train_on_batch(x)
        engine.minimize(lambda x=x: -ops.mean(judge(x, training=True)), judge.trainable_variables, optimizer)
    assert float(model.k) == 0.0
    for a, b in zip(model.discriminator.get_weights(), judge.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


# The gradient of L_G, and what is refused


@pytest.mark.parametrize("error", ["norm", "l1", "squares"])
def test_gradient_of_an_error_goes_through_the_input_and_through_the_target(error):
    """Trap: G(z) detached where it is the target leaves half of G's gradient; a finite difference shows the whole."""
    keras.utils.set_random_seed(0)
    encoder, decoder = networks.mlp.encoder((3,), 2, width=8), networks.mlp.generator((3,), 2, width=8)
    judge = networks.energy.discriminator(encoder, decoder, error)
    x, h = np.random.default_rng(0).normal(size=(1, 3)).astype("float32"), 1e-2
    whole = -ops.convert_to_numpy(engine.input_gradient(judge, x))[0]
    layer, target = judge.get_layer("score"), ops.convert_to_tensor(x)
    detached = -ops.convert_to_numpy(engine.input_gradient(lambda v: layer([target, decoder(encoder(v))]), x))[0]
    moved = h * np.eye(3, dtype="float32")
    up, down = (-ops.convert_to_numpy(judge(x + sign * moved))[:, 0] for sign in (1, -1))
    difference = (up - down) / (2 * h)
    np.testing.assert_allclose(whole, difference, rtol=0.01, atol=1e-3)
    assert np.abs(detached - difference).max() > 0.1


@pytest.mark.parametrize("constants", [{"gamma": -0.1}, {"k_rate": -1e-3}, {"gamma": float("nan")}])
def test_compile_refuses_constants_out_of_range(constants):
    with pytest.raises(ValueError, match=r"Expected `\w+` as a number of at least 0\. Received: "):
        models.BEGAN(*pair(), latent_dim=2).compile(adam(), adam(), **constants)


def test_compile_refuses_unknown_keywords():
    with pytest.raises(TypeError, match="Received: loss"):
        models.BEGAN(*pair(), latent_dim=2).compile(adam(), adam(), loss="energy")


def test_k_is_saved_loaded_and_continued_bit_for_bit(tmp_path):
    def make():
        model = models.BEGAN(*pair(), latent_dim=2)
        model.compile(adam(), adam(), gamma=0.9, k_rate=0.05, ema=0.9)
        return model

    whole, half = make(), make()
    whole.fit(POINTS, batch_size=16, epochs=4, verbose=0)
    half.fit(POINTS, batch_size=16, epochs=2, verbose=0)
    assert 0.0 < float(half.k) != float(whole.k) < 1.0
    half.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    assert float(loaded.k) == float(half.k)
    loaded.fit(POINTS, batch_size=16, epochs=4, initial_epoch=2, verbose=0)
    assert_same_state(loaded, whole)
