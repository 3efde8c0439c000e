"""The VAE: its bound, its noise, what it makes; and what well-known code has got wrong."""

import keras
import numpy as np
import pytest
from keras import layers, ops

from keras_gans import engine, explore, losses, models, networks, recipes, theory
from keras_gans.training import load_model

LOADINGS = np.array([(2.0, 0.0), (1.0, 1.0), (0.0, 1.5), (0.5, -1.0), (-1.0, 0.5)])


@keras.saving.register_keras_serializable("tests")
class Spread(layers.Layer):
    """One logarithm of a variance for each latent, the same for all examples, as probabilistic PCA has it."""

    def build(self, input_shape):
        self.log_variance = self.add_weight(shape=(2,), initializer="zeros")

    def call(self, inputs):
        return ops.zeros_like(inputs) + self.log_variance


def small(seed=0, **arguments):
    keras.utils.set_random_seed(seed)
    shape = (16, 16, 1)
    encoder = networks.autoencoder.encoder(networks.mlp.discriminator(shape, width=16, depth=1), 3, heads=2)
    model = models.VAE(encoder, networks.mlp.generator(shape, 3, width=16, depth=1), 3, seed)
    model.compile(**{"vae_optimizer": keras.optimizers.Adam(1e-3), **arguments})
    return model


def test_linear_vae_learns_probabilistic_pca():
    """Its exact bound comes within 0.02 nats of the best likelihood and is never above; its plane is the principal one.

    Noise of a known deviation, so that the optimum is that of PCA with this variance.
    """
    rng = np.random.default_rng(0)
    x = rng.normal(size=(4000, 2)) @ LOADINGS.T + 0.5 * rng.normal(size=(4000, 5))
    x = (x - x.mean(axis=0)).astype("float32")
    best = theory.probabilistic_pca(x, 2)
    keras.utils.set_random_seed(0)
    inputs = keras.Input((5,))
    mean = layers.Dense(2)(inputs)
    encoder = keras.Model(inputs, [mean, Spread()(mean)])
    generator = keras.Sequential([keras.Input((2,)), layers.Dense(5)])
    model = models.VAE(encoder, generator, 2)
    rate = keras.optimizers.schedules.CosineDecay(1e-2, 2000)
    std = float(np.sqrt(best.variance))
    model.compile(keras.optimizers.Adam(rate), likelihood=losses.GaussianLikelihood(std))
    model.fit(x, batch_size=250, epochs=125, verbose=0)
    (kernel, bias, log_variance), (weights, shift) = encoder.get_weights(), generator.get_weights()
    found = theory.LinearGaussian(weights.T.astype("float64"), shift.astype("float64"), best.variance)
    bound = theory.linear_bound(found, x, kernel.T, bias, np.exp(log_variance))
    assert best.log_likelihood(x) - 0.02 < bound <= best.log_likelihood(x)
    assert theory.principal_angles(found.weights, best.weights).max() < 0.02
    logs = model.evaluate(x, batch_size=4000, verbose=0, return_dict=True)
    assert -logs["vae_loss"] == pytest.approx(bound, abs=0.1)


def test_the_loss_is_minus_the_bound_and_beta_weighs_the_divergence(images):
    model = small()
    logs = model.evaluate(images, batch_size=70, verbose=0, return_dict=True)
    assert logs["vae_loss"] == pytest.approx(logs["reconstruction"] + logs["kl"], rel=1e-6)
    mean, log_variance = model.encoder(images)
    assert logs["kl"] == pytest.approx(float(losses.gaussian_kl(mean, log_variance)), rel=1e-4)
    assert (
        model.evaluate(images, batch_size=70, verbose=0, return_dict=True) == logs
    )  # the same noise, and nothing moves
    heavy = small(beta=4.0).evaluate(images, batch_size=70, verbose=0, return_dict=True)
    assert heavy["vae_loss"] == pytest.approx(logs["reconstruction"] + 4 * logs["kl"], rel=1e-5)


@pytest.mark.parametrize(
    ("draws", "expected", "room"),
    [
        (np.array([0.5, -1.0, 2.0]), (2.0, 0.84), 1e-5),
        (np.random.default_rng(0).normal(size=2 * 10**6), (1.4, 0.36), 5e-3),
    ],
)
def test_reparameterised_gradient_by_hand(draws, expected, room):
    """f(z) = z^2 at mean 0.7 and variance 0.36, by the mean and by the logarithm of the variance."""
    noise = ops.convert_to_tensor(draws.astype("float32"))

    def mean_of_squares(parameters):
        return ops.mean(ops.square(parameters[0] + ops.exp(0.5 * parameters[1]) * noise))

    at = ops.convert_to_tensor(np.array([0.7, np.log(0.36)], "float32"))
    np.testing.assert_allclose(ops.convert_to_numpy(engine.input_gradient(mean_of_squares, at)), expected, atol=room)


def test_reconstruct_twice_is_equal_and_that_of_the_mean(images):
    """Trap: noise at test time, so that reconstructions differ from call to call."""
    model = small()
    model.fit(images, verbose=0)
    codes = model.encode(images)
    np.testing.assert_allclose(codes, ops.convert_to_numpy(model.encoder(images)[0]), atol=1e-6)
    once = model.reconstruct(images)
    np.testing.assert_array_equal(model.reconstruct(images), once)
    np.testing.assert_array_equal(model.decode(codes), once)
    np.testing.assert_array_equal(model.translate(images), once)


@pytest.mark.parametrize("logarithm", [-1e4, 1e4])
def test_a_variance_beyond_all_bounds_leaves_the_loss_finite(images, logarithm):
    """Trap: a divergence of 1e8, then NaN."""
    model = small()
    bias = model.encoder.layers[-1].trainable_variables[1]
    bias.assign(np.full(bias.shape, logarithm))
    logs = model.train_on_batch(images, return_dict=True)
    assert all(np.isfinite(value) for value in logs.values())
    assert all(np.isfinite(values).all() for values in model.get_weights())


def test_the_noise_of_training_is_new_at_each_step_and_the_seed_decides_it(images):
    def history(seed):
        return small(seed, vae_optimizer=keras.optimizers.SGD(0.0)).fit(
            images, batch_size=70, epochs=3, shuffle=False, verbose=0
        )

    first, again, other = (history(seed).history["reconstruction"] for seed in (0, 0, 1))
    assert first == again != other
    assert len(set(first)) == 3


def test_it_makes_interpolates_and_is_saved_as_a_gan_is(images, tmp_path):
    model = small(ema=0.9)
    model.fit(images, verbose=0)
    model.save(tmp_path / "vae.keras")
    again = load_model(tmp_path / "vae.keras")
    np.testing.assert_array_equal(again.generate(4, seed=1), model.generate(4, seed=1))
    assert isinstance(again.likelihood, losses.BernoulliLikelihood)
    assert explore.interpolation(model, n=2, steps=3, seed=0)[0].shape == (6, 16, 16, 1)


def test_projection_begins_at_what_the_encoder_says(images):
    model = small()
    model.fit(images, epochs=3, verbose=0)
    guesses = model.guesses(images[:5], 3, seed=0)
    np.testing.assert_array_equal(guesses[:, 0], model.encode(images[:5]))
    np.testing.assert_array_equal(guesses[:, 1:], super(models.VAE, model).guesses(images[:5], 3, seed=0)[:, 1:])
    found = explore.project(model, images[:5], steps=1, starts=1, rate=1e-6, frames=2)
    np.testing.assert_allclose(found.path[0], model.reconstruct(images[:5]), atol=1e-6)


def test_grey_pictures_are_bernoulli_and_coloured_ones_and_points_gaussian():
    assert isinstance(recipes.vae((16, 16, 1)).likelihood, losses.BernoulliLikelihood)
    assert recipes.vae((16, 16, 3)).likelihood.std == 1.0
    assert recipes.vae((2,)).likelihood.std == 0.1


def test_networks_that_do_not_fit_are_refused():
    encoder, generator = small().encoder, networks.mlp.generator((16, 16, 1), 3, width=4)
    with pytest.raises(ValueError, match=r"^Expected an encoder of two outputs, the mean and the logarithm"):
        models.VAE(keras.Model(encoder.input, encoder.output[0]), generator, 3)
    with pytest.raises(ValueError, match=r"^Expected a generator from latents \(None, 3\) to examples of shape"):
        models.VAE(encoder, networks.mlp.generator((16, 16, 1), 4, width=4), 3)
    with pytest.raises(ValueError, match=r"^Expected `beta` of at least 0\. Received: -1\.$"):
        small(beta=-1)
