"""The space W of a model with styles: truncation in numbers, and that nothing of the training is touched."""

import keras
import numpy as np
import pytest
from conftest import dense_gan
from keras import ops
from linear import classes_gan
from styled import DIM, LATENT, LAYERS, MEAN, map_by_hand, read_styles, styled_gan, stylegan_gan

from keras_gans import latents, models

Z = np.random.default_rng(0).normal(size=(5, LATENT)).astype("float32")


@pytest.fixture(scope="module")
def styled():
    return styled_gan()


@pytest.fixture(scope="module")
def stylegan():
    return stylegan_gan()


@pytest.fixture
def two():
    """A model whose W has two dimensions, with the mean (0.5, 0.5)."""
    return styled_gan(mean=[0.5, 0.5])


def test_only_a_generator_with_these_layers_has_styles(styled):
    assert (styled.styles.layers, styled.styles.dim) == (LAYERS, DIM)
    np.testing.assert_array_equal(styled.styles.mean, MEAN)
    assert dense_gan().styles is None
    assert classes_gan().styles is None
    assert models.Pix2Pix.styles is None


def test_map_and_decode_are_the_generator_in_two_parts(styled):
    w = styled.styles.map(Z)
    assert w.dtype == np.float32
    np.testing.assert_allclose(w, map_by_hand(styled, Z), atol=1e-6)
    np.testing.assert_array_equal(styled.styles.decode(w), styled.decode(Z))
    styles = np.random.default_rng(1).normal(size=(5, LAYERS, DIM)).astype("float32")
    np.testing.assert_allclose(read_styles(styled.styles.decode(styles)), styles, atol=1e-6)


def test_truncation_goes_towards_the_mean_and_beyond(two):
    w = np.array([[1.0, 2.0], [3.0, -1.0]], "float32")
    np.testing.assert_allclose(two.styles.truncate(w, 0.7), [[0.85, 1.55], [2.25, -0.55]], atol=1e-6)
    np.testing.assert_array_equal(two.styles.truncate(w, 0.0), np.full((2, 2), 0.5))
    np.testing.assert_allclose(two.styles.truncate(w[:1], -1.0), [[0.0, -1.0]], atol=1e-6)
    assert two.styles.truncate(w, 1.0) is w


def test_truncation_of_the_first_layers_leaves_the_others(two):
    w = np.array([[1.0, 2.0], [3.0, -1.0]], "float32")
    styles = two.styles.truncate(w, 0.7, layers=4)
    assert styles.shape == (2, LAYERS, 2)
    np.testing.assert_allclose(styles[:, :4], np.repeat([[[0.85, 1.55]], [[2.25, -0.55]]], 4, axis=1), atol=1e-6)
    np.testing.assert_array_equal(styles[:, 4:], np.repeat(w[:, None], 2, axis=1))
    np.testing.assert_array_equal(two.styles.truncate(w, 1.0, layers=4), np.repeat(w[:, None], LAYERS, axis=1))


def test_generate_truncates_in_w(styled):
    """At 0 there is one picture, the mean's; the others are at their share of the way to it."""
    pictures = {psi: styled.generate(6, seed=1, truncation=psi) for psi in (None, 1.0, 0.7, 0.0)}
    np.testing.assert_array_equal(pictures[1.0], pictures[None])
    np.testing.assert_array_equal(pictures[0.0], np.repeat(styled.styles.decode(MEAN[None]), 6, axis=0))
    middle = 0.7 * read_styles(pictures[None]) + 0.3 * MEAN
    np.testing.assert_allclose(read_styles(pictures[0.7]), middle, atol=1e-6)
    np.testing.assert_array_equal(styled.sheet(6, seed=1, truncation=0.7)[0], pictures[0.7])


def test_generate_truncates_latents_where_there_are_no_styles():
    plain, of_classes = dense_gan(), classes_gan()
    for model in (plain, of_classes):
        z = keras.random.normal((6, model.latent_dim), seed=keras.random.SeedGenerator(1))
        within = latents.truncate(ops.convert_to_numpy(z), 0.5, seed=1)
        np.testing.assert_array_equal(model.generate(6, seed=1, truncation=0.5), model.decode(within, seed=1))
    rows = of_classes.sheet(6, seed=1, truncation=0.5)[0].reshape(3, 2, 4, 4, 1)
    np.testing.assert_array_equal(rows[1], of_classes.generate(2, seed=1, labels=1, truncation=0.5))
    with pytest.raises(ValueError, match="`threshold` above 0. Received: -1.0"):
        plain.generate(1, truncation=-1.0)


def test_w_is_that_of_the_averages_and_the_state_of_training_stays():
    model = styled_gan()
    model.compile("sgd", "sgd", ema=0.5)
    model.optimizer.iterations.assign(1)  # before, averages are what the weights are
    for average in model.averages.variables:
        average.assign(0.5 * average)
    before = [np.array(ops.convert_to_numpy(v)) for v in model.variables]
    w = model.styles.map(Z)
    np.testing.assert_allclose(w, np.tanh(0.5 * Z @ model.generator.get_weights()[0]), atol=1e-6)
    np.testing.assert_allclose(model.styles.mean, 0.5 * MEAN)
    np.testing.assert_array_equal(model.styles.decode(w), model.decode(Z))
    for a, b in zip(before, model.variables):
        np.testing.assert_array_equal(a, ops.convert_to_numpy(b))


def test_parts_of_the_generator_do_not_join_the_model(styled):
    before = {id(v) for v in styled.variables}
    styled.styles.decode(styled.styles.map(Z))
    assert {id(v) for v in styled.variables} == before
    assert not [layer for layer in styled.layers if layer not in (styled.generator, styled.discriminator)]


# StyleGAN itself


def test_stylegan_is_its_mapping_and_its_synthesis(stylegan):
    assert (stylegan.styles.layers, stylegan.styles.dim) == (6, 8)
    made = stylegan.decode(Z)
    assert np.abs(made[0] - made[1]).max() > 0.05
    np.testing.assert_allclose(stylegan.styles.decode(stylegan.styles.map(Z)), made, atol=1e-5)
    np.testing.assert_allclose(stylegan.styles.map(3.0 * Z), stylegan.styles.map(Z), atol=1e-5)  # z is on a sphere


def test_stylegan_truncated_to_nothing_is_one_picture(stylegan):
    middle = stylegan.generate(6, seed=1, truncation=0.0)
    np.testing.assert_array_equal(middle, np.repeat(middle[:1], 6, axis=0))
    np.testing.assert_allclose(middle[:1], stylegan.styles.decode(stylegan.styles.mean[None]), atol=1e-5)
    np.testing.assert_allclose(stylegan.generate(6, 1, truncation=1.0), stylegan.generate(6, 1), atol=1e-5)


def test_stylegan_mixed_at_a_layer_has_one_source_below_and_the_other_from_there_on(stylegan):
    """Maps of the layers below are those of the first source, bit for bit, and all later ones are others."""
    w, generator = stylegan.styles.map(Z[:2]), stylegan.generator
    maps = keras.Model(
        generator.get_layer("styles").output, [generator.get_layer(f"style_{i}").output for i in range(6)]
    )
    first, other = (np.repeat(one[None, None], 6, axis=1) for one in w)
    np.testing.assert_allclose(stylegan.styles.decode(first), stylegan.styles.decode(w[:1]), atol=1e-5)
    for k in range(6):
        mixed = np.where(np.arange(6)[:, None] < k, first, other)
        of_first, of_mixed = ([ops.convert_to_numpy(x) for x in maps(ops.convert_to_tensor(s))] for s in (first, mixed))
        for layer in range(6):
            if layer < k:
                np.testing.assert_array_equal(of_first[layer], of_mixed[layer])
            else:
                assert np.abs(of_first[layer] - of_mixed[layer]).max() > 1e-3


def test_stylegan_keeps_what_training_left(stylegan, tmp_path):
    """Its mean, its noise and its random generators; also in a file."""
    before = [np.array(ops.convert_to_numpy(v)) for v in stylegan.variables]
    made = stylegan.generate(5, seed=1, truncation=0.7)
    for a, b in zip(before, stylegan.variables):
        np.testing.assert_array_equal(a, ops.convert_to_numpy(b))
    stylegan.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(loaded.styles.mean, stylegan.styles.mean)
    np.testing.assert_array_equal(loaded.generate(5, seed=1, truncation=0.7), made)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda s: s.map(np.ones((2, 5), "float32")), r"float array \(n, 4\).*Received: shape \(2, 5\)"),
        (lambda s: s.decode(np.ones((2, 5), "float32")), r"float array \(n, 6\).*Received: shape \(2, 5\)"),
        (
            lambda s: s.decode(np.ones((2, 5, 6), "float32")),
            r"styles of shape \(n, 6, 6\), or w as.*Received: shape \(2, 5, 6\)",
        ),
        (lambda s: s.decode(np.full((1, 6, 6), np.nan, "float32")), "Expected finite styles"),
        (lambda s: s.truncate(np.ones((2, 5), "float32"), 0.5), r"float array \(n, 6\).*Received: shape \(2, 5\)"),
        (lambda s: s.truncate(np.ones((2, 6), "float32"), np.nan), "a finite `psi`. Received: nan"),
    ],
)
def test_what_is_not_of_w_is_refused_in_one_sentence(styled, call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call(styled.styles)
