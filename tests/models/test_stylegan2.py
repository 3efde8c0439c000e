"""StyleGAN2's step by hand, what a generator must have for it, its lengths in every precision and on two devices."""

import keras
import numpy as np
import pytest
from by_hand import D_RATE, G_RATE, IMAGES, LATENTS, SHAPE, assert_same_weights, log_sigmoid, move, sgd
from conftest import adam
from keras import layers, ops

from keras_gans import data, engine, metrics, models, networks, recipes
from keras_gans.regularizers import R1, Lazy, PathLength
from keras_gans.regularizers.path_length import path_lengths

ROWS, STYLE = 2, 3


def small(**arguments):
    """Dense networks; the pictures are linear in the styles."""
    keras.utils.set_random_seed(0)
    latents, images = keras.Input((LATENTS,)), keras.Input(SHAPE)
    w = layers.Dense(ROWS * STYLE, activation="tanh")(latents)
    styles = layers.Reshape((ROWS, STYLE), name="styles")(w)
    made = layers.Reshape(SHAPE)(layers.Dense(16, name="linear")(layers.Flatten()(styles)))
    judged = layers.Dense(1)(layers.Dense(8, activation="tanh")(layers.Flatten()(images)))
    model = models.StyleGAN2(keras.Model(latents, made), keras.Model(images, judged), LATENTS)
    terms = {"path_length": PathLength(3.0, decay=0.25, every=2), "penalties": [Lazy(R1(4.0), every=2)]}
    model.compile(**{**sgd(), **terms, **arguments})
    return model


def by_hand(twin, draws, due, fresh_fakes):
    """One step, with both terms, each twice as heavy, or without; returns the losses and the term of lengths."""
    D, G, x = twin.discriminator, twin.generator, ops.convert_to_tensor(IMAGES)
    z = keras.random.normal((12, LATENTS), seed=draws)

    def d_loss():
        slopes = ops.sum(ops.square(engine.input_gradient(lambda x: D(x), x)), axis=(1, 2, 3))
        r1 = 2 * 4.0 / 2 * ops.mean(slopes) if due else 0.0
        return -ops.mean(log_sigmoid(D(x))) - ops.mean(log_sigmoid(-D(G(z)))) + r1

    d = move(d_loss, D_RATE, D)
    new = keras.random.normal((12, LATENTS), seed=draws) if fresh_fakes else z
    y = ops.reshape(keras.random.normal((6, *SHAPE), seed=draws), (6, 16)) / 4.0 if due else 0.0

    def path():
        if not due:
            return 0.0
        gradient = ops.matmul(y, ops.transpose(G.get_layer("linear").kernel))  # J^T y, the kernel is J
        lengths = ops.sqrt(ops.mean(ops.sum(ops.square(ops.reshape(gradient, (6, ROWS, STYLE))), axis=2), axis=1))
        return 2 * 3.0 * ops.mean(ops.square(lengths - 0.25 * ops.mean(lengths)))

    term = float(path())
    return d, move(lambda: -ops.mean(log_sigmoid(D(G(new)))) + path(), G_RATE, G), term


@pytest.mark.parametrize("fresh_fakes", [False, True])
def test_two_steps_equal_the_algorithm_written_by_hand(fresh_fakes):
    model, twin = small(fresh_fakes=fresh_fakes), small()
    draws = keras.random.SeedGenerator(0)
    for due in (True, False):
        d, g, term = by_hand(twin, draws, due, fresh_fakes)
        model.reset_metrics()
        logs = model.train_on_batch(IMAGES, return_dict=True)
        assert logs["d_loss"] == pytest.approx(d, rel=1e-4)
        assert logs["g_loss"] == pytest.approx(g, rel=1e-4)
        assert logs["path_penalty"] == pytest.approx(term, rel=1e-4)
        assert (logs["penalty"] > 0) == (term > 0) == due
        for network in ("discriminator", "generator"):
            assert_same_weights(getattr(model, network), getattr(twin, network))


@pytest.mark.tensorflow
def test_lengths_are_measured_at_every_second_example():
    """So that two devices measure those that one does; half a batch is what the authors' code takes."""
    model, seen = small(run_eagerly=True), []
    term = model.path_length

    class Spy:
        mean = term.mean

        def __call__(self, synthesis, styles, seed):
            seen.append((synthesis, ops.convert_to_numpy(styles)))
            return term(synthesis, styles, seed)

    model.path_length = Spy()
    z = ops.convert_to_numpy(keras.random.normal((12, LATENTS), seed=keras.random.SeedGenerator(0)))
    styles = ops.convert_to_numpy(keras.Model(model.generator.input, model.generator.get_layer("styles").output)(z))
    pictures = ops.convert_to_numpy(model.generator(z))
    model.train_on_batch(IMAGES)
    np.testing.assert_allclose(seen[0][1], styles[::2], atol=1e-6)
    changed = ops.convert_to_numpy(seen[0][0](styles))
    assert changed.shape == pictures.shape


def test_mean_length_approaches_what_the_generator_has():
    model = small(g_optimizer=keras.optimizers.SGD(0.0), path_length=PathLength(decay=0.5, every=1))
    history = model.fit(IMAGES, batch_size=12, epochs=12, verbose=0).history
    kernel = ops.convert_to_numpy(model.generator.get_layer("linear").kernel)
    assert history["path_length"][-1] == pytest.approx(np.sqrt(np.sum(kernel**2) / 16 / ROWS), rel=0.2)


def test_generators_without_styles_are_refused():
    judge = networks.mlp.discriminator(SHAPE, width=4)
    with pytest.raises(ValueError, match=r"layer named 'styles' of output .*\. Received: none of that name\.$"):
        models.StyleGAN2(networks.mlp.generator(SHAPE, LATENTS, width=4), judge, LATENTS)
    x = layers.Dense(16, name="styles")(latents := keras.Input((LATENTS,)))
    flat = keras.Model(latents, layers.Reshape(SHAPE)(x))
    with pytest.raises(ValueError, match=r"Received: one of output \(None, 16\)\.$"):
        models.StyleGAN2(flat, judge, LATENTS)


def test_parts_of_the_generator_are_no_networks_of_the_model(tmp_path):
    """They own no weight, and a file has each once."""
    model = small()
    assert model.network_names == ["generator", "discriminator"]
    assert len(model.trainable_weights) == len(model.generator.weights) + len(model.discriminator.weights)
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    assert again.path_length.get_config() == model.path_length.get_config()


def stylegan2(policy="float32", **arguments):
    """The paper's networks at 8 pixels, all of whose weights are moved from where they begin."""
    keras.utils.set_random_seed(0)
    with engine.dtype_policy(policy):
        generator = networks.stylegan2.generator((8, 8, 1), latent_dim=4, width=8, mapping_layers=1)
        discriminator = networks.stylegan2.discriminator((8, 8, 1), width=8)
    model = models.StyleGAN2(generator, discriminator, 4)
    model.compile(**{"d_optimizer": adam(), "g_optimizer": adam(), "path_length": PathLength(), **arguments})
    return model


@pytest.mark.parametrize("policy", ["mixed_bfloat16", pytest.param("mixed_float16", marks=pytest.mark.tensorflow)])
def test_path_penalty_in_half_precision_is_that_of_float32(policy):
    full, half = stylegan2(), stylegan2(policy)
    half.set_weights(full.get_weights())
    styles = np.random.default_rng(0).normal(size=(8, 4, 8)).astype("float32")
    costs = []
    for model in (full, half):  # whose noise has strength 0
        costs.append(float(model._path_penalty(ops.convert_to_tensor(styles))))
    assert costs[1] == pytest.approx(costs[0], rel=1e-5)
    assert half.generator.get_layer("conv_8_1").compute_dtype == policy.removeprefix("mixed_")
    _, synthesis = half._parts_of_g()
    rough = path_lengths(lambda w: synthesis(w, training=True), styles, half.seed_generator)
    assert np.isfinite(ops.convert_to_numpy(rough)).all()


@pytest.mark.tensorflow
def test_steps_in_half_precision_are_finite(images):
    model = stylegan2("mixed_float16", path_length=PathLength(every=2))
    history = model.fit(images[:, ::2, ::2], batch_size=16, verbose=0).history
    assert all(np.isfinite(value) for values in history.values() for value in values)


@pytest.mark.tensorflow
def test_two_devices_equal_one_with_the_papers_networks(images):
    """Noise, mixed styles, the mean of w, groups of four, lengths and their mean."""
    results = []
    for strategy in (None, "mirrored"):
        with engine.devices(strategy):
            terms = {"path_length": PathLength(every=2), "penalties": [Lazy(R1(), every=3)]}
            rates = {"d_optimizer": keras.optimizers.SGD(0.01), "g_optimizer": keras.optimizers.SGD(0.01)}
            model = stylegan2(**terms, **rates)
            model.fit(images[:, ::2, ::2], batch_size=16, verbose=0)
            results.append([*model.get_weights(), np.array(model.path_length.mean)])
    for one, two in zip(*results):
        np.testing.assert_allclose(two, one, rtol=1e-3, atol=1e-4)


@pytest.mark.tensorflow
def test_stylegan2_learns_digits():
    """Four passes over them bring the averages to less than 2/3 of the distance at the start."""
    digits = data.load("digits", image_size=16)
    model = recipes.stylegan2((16, 16, 1), width=16, mapping_layers=2)
    start = model.generate(500, seed=1)
    model.fit(digits, batch_size=32, epochs=4, verbose=0)
    made, flat = model.generate(500, seed=1), digits.reshape(len(digits), -1)
    before, after = (metrics.frechet_distance(flat, x.reshape(500, -1)) for x in (start, made))
    assert after < 2 / 3 * before
    assert made.std(axis=0).mean() > digits.std(axis=0).mean() / 2
