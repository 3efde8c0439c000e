"""Autoencoders: what linear ones must learn, which is known, and what the model makes of examples."""

import keras
import numpy as np
import pytest
from keras import layers

from keras_gans import data, models, networks, theory
from keras_gans.layers import MaskingNoise
from keras_gans.training import load_model

LOADINGS = np.array([(2.0, 0.0), (1.0, 1.0), (0.0, 1.5), (0.5, -1.0), (-1.0, 0.5)])


def linear(d, code, corruption=None, use_bias=False):
    keras.utils.set_random_seed(1)
    encoder = keras.Sequential([keras.Input((d,)), layers.Dense(code, use_bias=use_bias)])
    decoder = keras.Sequential([keras.Input((code,)), layers.Dense(d, use_bias=use_bias)])
    return models.Autoencoder(encoder, decoder, corruption)


def gaussian(n):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(n, 2)) @ LOADINGS.T + 0.5 * rng.normal(size=(n, 5))
    return (x - x.mean(axis=0)).astype("float32")


def falling(rate, steps):
    """From half of the steps on to zero."""
    return keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(rate, steps))


def test_linear_autoencoder_finds_the_principal_plane_and_no_less_error():
    """The plane, not its axes: any mix of them is as good."""
    x = gaussian(200)
    model = linear(5, 2)
    model.compile(falling(2e-2, 2000))
    model.fit(np.tile(x, (2000, 1)), batch_size=200, shuffle=False, verbose=0)
    pca = theory.probabilistic_pca(x, 2)
    least = np.linalg.eigvalsh(x.T @ x / 200)[:3].sum() / 5
    error = model.evaluate(x, batch_size=200, verbose=0)
    assert least * (1 - 1e-5) <= error <= 1.001 * least
    assert theory.principal_angles(model.decoder.get_weights()[0].T, pca.weights).max() < 0.01


def test_linear_denoising_autoencoder_is_the_wiener_filter_and_the_score():
    """R = S (S + s^2 I)^-1, so that (R x - x) / s^2 is the gradient of log p of data with noise."""
    x, std = gaussian(4000), 0.8
    noise = keras.Sequential([keras.Input((5,)), layers.GaussianNoise(std, seed=0)])
    encoder = keras.Sequential([keras.Input((5,)), layers.Dense(5, use_bias=False)])
    model = models.Autoencoder(encoder, keras.Sequential([keras.Input((5,)), layers.Identity()]), noise)
    model.compile(falling(1e-2, 1600))
    model.fit(np.tile(x, (160, 1)), batch_size=400, verbose=0)
    covariance = x.T @ x / len(x)
    wiener = covariance @ np.linalg.inv(covariance + std**2 * np.eye(5))
    (found,) = model.encoder.get_weights()
    assert np.abs(found - wiener).max() < 0.03 < np.abs(wiener - np.eye(5)).max()
    points = np.random.default_rng(1).normal(size=(5, 5)).astype("float32")
    score = -np.linalg.solve(covariance + std**2 * np.eye(5), points.T).T
    np.testing.assert_allclose((model.reconstruct(points) - points) / std**2, score, atol=0.15)


def test_an_autoencoder_without_a_narrow_door_learns_to_copy():
    """Which is why codes are short, or examples corrupted."""
    x = data.toy.ring(std=0.05).sample(512, seed=0)
    wide, narrow = linear(2, 2), linear(2, 1)
    for model in (wide, narrow):
        model.compile(falling(1e-2, 800))
        model.fit(np.tile(x, (200, 1)), batch_size=128, verbose=0)
    assert wide.evaluate(x, verbose=0) < 1e-4
    assert narrow.evaluate(x, verbose=0) == pytest.approx(np.linalg.eigvalsh(x.T @ x / 512)[0] / 2, rel=0.01)


@pytest.fixture(scope="module")
def model():
    keras.utils.set_random_seed(0)
    shape = (16, 16, 1)
    encoder = networks.autoencoder.encoder(networks.mlp.discriminator(shape, width=8, depth=1), 3)
    noise = keras.Sequential([keras.Input(shape), MaskingNoise(0.25, seed=0), layers.GaussianNoise(0.3, seed=1)])
    model = models.Autoencoder(encoder, networks.mlp.generator(shape, 3, width=8, depth=1), noise)
    model.compile("adam", ema=0.9)
    return model


def test_codes_go_there_and_back(model, images):
    model.fit(images, verbose=0)
    codes = model.encode(images)
    assert codes.shape == (70, 3)
    np.testing.assert_array_equal(model.reconstruct(images), model.decode(codes))
    np.testing.assert_array_equal(model.translate(images), model.reconstruct(images))
    np.testing.assert_allclose(model.predict(images, verbose=0), model.reconstruct(images), atol=1e-6)
    with model.averages.worn():
        worn = keras.ops.convert_to_numpy(model.decoder(model.encoder(images)))
    np.testing.assert_allclose(model.reconstruct(images), worn, atol=1e-6)


def test_the_sheet_shows_what_is_corrupted_and_what_is_made_of_it(model, images):
    """Noise leaves the range of pictures, which a picture of it does not."""
    sheet, columns = model.sheet(4, seed=5, real=images)
    assert (sheet.shape, columns) == ((12, 16, 16, 1), 6)
    np.testing.assert_array_equal(sheet[::3], images[:4])
    noisy = model.corrupt(images[:4], seed=5)
    assert np.abs(noisy).max() > 1
    np.testing.assert_array_equal(sheet[1::3], np.clip(noisy, -1, 1))
    np.testing.assert_array_equal(sheet[2::3], model.make(4, images[:4], seed=5))
    assert not np.array_equal(model.corrupt(images[:4], seed=6), noisy)


def test_an_autoencoder_without_noise_corrupts_nothing(images):
    keras.utils.set_random_seed(0)
    plain = linear(2, 1)
    points = np.ones((3, 2), "float32")
    np.testing.assert_array_equal(plain.corrupt(points), points)
    assert plain.ways == {}
    sheet, columns = plain.sheet(real=points)
    assert (sheet.shape, columns) == ((3, 2), None)


def test_saved_with_and_without_noise(model, images, tmp_path):
    model.save(tmp_path / "noisy.keras")
    again = load_model(tmp_path / "noisy.keras")
    np.testing.assert_array_equal(again.make(5, images[:5], seed=1), model.make(5, images[:5], seed=1))
    plain = linear(5, 2)
    plain.compile("adam")
    plain.save(tmp_path / "plain.keras")
    assert "corruption" not in load_model(tmp_path / "plain.keras").network_names


def test_a_fitted_encoder_begins_as_an_energy(model, images):
    """The lecture's pretraining of a discriminator without a generator."""
    judge = networks.energy.discriminator(model.encoder, model.decoder, error="squares")
    scores = keras.ops.convert_to_numpy(judge(images))[:, 0]
    rebuilt = keras.ops.convert_to_numpy(model.decoder(model.encoder(images)))
    np.testing.assert_allclose(scores, -np.square(images - rebuilt).mean(axis=(1, 2, 3)), rtol=1e-5)


def test_networks_that_do_not_fit_are_refused():
    encoder, decoder = linear(5, 2).encoder, linear(5, 3).decoder
    with pytest.raises(
        ValueError, match=r"^Expected a decoder from codes \(None, d\) to examples of shape \(None, 5\)"
    ):
        models.Autoencoder(encoder, decoder)
    noise = keras.Sequential([keras.Input((5,)), layers.Dense(4)])
    with pytest.raises(ValueError, match=r"^Expected a corruption that keeps the shape \(None, 5\) of examples\."):
        models.Autoencoder(encoder, linear(5, 2).decoder, noise)
    fitting = linear(5, 2)
    with pytest.raises(ValueError, match=r"^Expected examples of shape \(5\)"):
        fitting.encode(np.zeros((2, 4), "float32"))
