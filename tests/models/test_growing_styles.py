"""StyleGAN's networks in the game that grows: mixing, noise and the mean of w go on exactly, on any devices."""

import keras
import numpy as np
import pytest
from conftest import assert_same_state, state
from keras import ops

from keras_gans import data, engine, metrics, recipes
from keras_gans.layers import Noise
from keras_gans.training import load_model

SHAPE, BATCH = (16, 16, 1), 8
STEPS = 2  # of a phase: 8 pixels in steps 0 and 1, fading in 2 and 3, 16 pixels from 4 on
SMALL = {"width": 6, "mapping_layers": 2}


def stylegan(shape=SHAPE, **compile_arguments):
    """The recipe, whose layers begin with other strengths of noise than 0."""
    model = recipes.stylegan(shape, steps=3 * STEPS, **SMALL, **compile_arguments)
    for i, layer in enumerate(noise_of(model.generator)):
        layer.strength.assign(np.full(6, 0.1 * (i + 1)))
    return model


def noise_of(network):
    return [layer for layer in network.layers if isinstance(layer, Noise)]


@pytest.fixture(scope="module")
def pictures():
    return data.load("digits", image_size=16)[: 6 * BATCH]


@pytest.fixture(scope="module")
def whole(pictures, tmp_path_factory):
    """A run of six steps through three phases, that is never stopped, and the folder in which it is after each step."""
    folder, model = tmp_path_factory.mktemp("steps"), stylegan()
    save = keras.callbacks.ModelCheckpoint(folder / "{batch}.keras", save_freq=1)
    model.fit(data.batches(pictures, BATCH, seed=0), verbose=0, callbacks=[save])
    return model, folder


@pytest.mark.tensorflow
def test_run_goes_on_bit_for_bit_from_within_a_fade(whole, pictures):
    """Mixing, both noises, the mean of w, averages and optimizers; the detail is a function of the count of steps."""
    model, folder = whole
    again = load_model(folder / "3.keras")
    assert int(again.optimizer.iterations) == 3
    again.fit(data.batches(pictures, BATCH, seed=0, skip=3), verbose=0)
    assert again.phase == 2
    assert_same_state(again, model)


@pytest.mark.tensorflow
def test_all_of_a_grown_run_has_moved_and_is_finite(whole):
    model, _ = whole
    fresh = stylegan()
    for network, start in ((model.generator, fresh.generator), (model.discriminator, fresh.discriminator)):
        lower = ("to_rgb_4", "from_rgb_4_conv")  # never in use: it begins at 8 pixels
        for layer, before in zip(network.layers, start.layers, strict=True):
            for v, old in zip(layer.trainable_variables, before.trainable_variables, strict=True):
                same = np.array_equal(v.numpy(), old.numpy())
                assert same == (layer.name in lower) or v.name == "bias", v.path
    assert all(np.isfinite(values).all() for values in state(model))
    for layer, before in zip(noise_of(model.generator), noise_of(fresh.generator)):
        np.testing.assert_array_equal(layer.fixed.numpy(), before.fixed.numpy())


@pytest.mark.tensorflow  # it looks at what passes by
def test_mean_of_w_moves_in_both_passes_and_is_copied_into_averages(pictures):
    """As in the authors' code; of decay 0.995 after two updates by w of weights that rest: w (1 - 0.995^2)."""
    rest = {"d_optimizer": keras.optimizers.SGD(0.0), "g_optimizer": keras.optimizers.SGD(0.0)}
    model = stylegan(**rest, run_eagerly=True)
    layer, seen = model.generator.get_layer("w"), []
    call = layer.call
    layer.call = lambda inputs, training=False: (
        (training and seen.append(np.array(inputs).mean(0))) or call(inputs, training=training)
    )
    model.train_on_batch(pictures[:BATCH])
    assert len(seen) == 2
    expected = 0.995 * 0.005 * seen[0] + 0.005 * seen[1]
    np.testing.assert_allclose(layer.mean.numpy(), expected, rtol=1e-4, atol=1e-8)
    (average,) = (a for a, v in zip(model.averages.variables, model.averages.weights) if v is layer.mean)
    np.testing.assert_array_equal(average.numpy(), layer.mean.numpy())


def test_strengths_of_noise_are_averaged_as_weights_are(pictures):
    model = stylegan(ema=0.5)
    (average, strength) = next(
        (a, v) for a, v in zip(model.averages.variables, model.averages.weights) if v.name == "strength"
    )
    average.assign(np.zeros(6))
    model.train_on_batch(pictures[:BATCH])
    share = 1 - min(0.5, 2 / 11)
    np.testing.assert_allclose(average.numpy(), share * strength.numpy(), rtol=1e-5)


@pytest.mark.tensorflow
def test_pictures_are_repeatable_and_change_with_the_latents_alone(whole):
    model, _ = whole
    latents = np.random.default_rng(0).normal(size=(4, 6)).astype("float32")
    one, other = model.decode(latents, seed=0), model.decode(latents, seed=1)
    np.testing.assert_array_equal(one, other)
    assert np.abs(one).max() <= 1.0
    assert np.abs(one - model.decode(-latents)).max() > 1e-3


def test_latents_reach_the_mapping_on_both_paths():
    """The second latents are drawn and mapped by the same weights: there is a gradient with mixing at every layer."""
    model = stylegan()
    kernel = model.generator.get_layer("mapping").get_layer("mapping_0").kernel
    _, other = model.generator.get_layer("styles").input
    second = keras.Model(model.generator.input, other)
    z = np.random.default_rng(0).normal(size=(4, 6)).astype("float32")
    before = kernel.numpy()
    optimizer = keras.optimizers.SGD(1.0)
    optimizer.build([kernel])
    engine.minimize(lambda: ops.mean(ops.square(second(z, training=True))), [kernel], optimizer)
    assert np.any(kernel.numpy() != before)


@pytest.mark.tensorflow  # on JAX phases refuse float16; all games go on in bfloat16
def test_half_precision_trains_and_goes_on_bit_for_bit(pictures, tmp_path):
    small = pictures[:, ::2, ::2]
    keras.config.set_dtype_policy("mixed_float16")
    try:
        model = stylegan((8, 8, 1))
        start = [v.numpy() for v in model.generator.trainable_variables]
        model.fit(data.batches(small, BATCH, seed=0, take=3), verbose=0)
        model.save(tmp_path / "half.keras")
        again = load_model(tmp_path / "half.keras")
        for each in (model, again):
            each.fit(data.batches(small, BATCH, seed=0, skip=3), verbose=0)
    finally:
        keras.config.set_dtype_policy("float32")
    assert_same_state(again, model)
    assert all(np.isfinite(values).all() for values in state(model))
    assert {v.dtype for v in model.generator.weights} == {"float32"}
    assert sum(np.any(v.numpy() != old) for v, old in zip(model.generator.trainable_variables, start)) > 20
    assert model.generate(2).dtype == np.float32


def test_recipe_has_the_papers_constants():
    model = recipes.stylegan((32, 32, 3), width=4)
    assert [layer.name for layer in model.generator.get_layer("mapping").layers].count("mapping_7") == 1
    assert model.generator.get_layer("styles").probability == 0.9
    assert model.generator.get_layer("w").decay == 0.995
    assert model.averages.decay == pytest.approx(0.998892, abs=5e-7)
    assert model.averages.decay ** (10_000 / 16) == pytest.approx(0.5)
    assert (model.phases.first_side, model.phases.last_side, model.phases.steps) == (8, 32, 12_000)
    assert len(model.phases.boundaries) == 4
    assert not model.loss.saturating
    assert model.penalties[0].gamma == 10.0
    assert model.latent_dim == 4
    flat = recipes.stylegan((32, 32, 3), width=4, grow=False)
    assert flat.phases.boundaries == ()


@pytest.mark.tensorflow
def test_stylegan_learns_digits():
    """Three passes over them, one for each phase, bring the averages to less than 2/3 of the distance at the start."""
    digits = data.load("digits", image_size=16)
    model = recipes.stylegan(SHAPE, width=16, mapping_layers=2, steps=3 * (len(digits) // 16))
    start = model.generate(500, seed=1)
    model.fit(digits, batch_size=16, epochs=3, verbose=0)
    made = model.generate(500, seed=1)
    flat = digits.reshape(len(digits), -1)
    before, after = (metrics.frechet_distance(flat, x.reshape(500, -1)) for x in (start, made))
    assert model.phase == 2
    assert after < 2 / 3 * before
    assert made.std(axis=0).mean() > digits.std(axis=0).mean() / 2
