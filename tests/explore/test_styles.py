"""The space W explored: straight ways, truncation towards the mean, mixed styles, and w of given pictures."""

import numpy as np
import pytest
from keras import ops
from linear import linear_gan
from styled import DIM, LATENT, LAYERS, MEAN, read_styles, styled_gan, stylegan_gan

from keras_gans import explore, latents, layers
from keras_gans.training.latents import draw_latents


@pytest.fixture(scope="module")
def styled():
    return styled_gan()


def drawn(model, n, seed=1):
    """The w of what `generate` makes of a seed."""
    return model.styles.map(np.asarray(draw_latents(n, LATENT, seed)))


def w_of(pictures):
    """The one w of each picture, all of whose layers have it."""
    styles = read_styles(pictures)
    np.testing.assert_array_equal(styles, np.repeat(styles[:, :1], styles.shape[1], axis=1))
    return styles[:, 0]


@pytest.mark.parametrize(("spherical", "way"), [(None, latents.linear), (True, latents.spherical)])
def test_interpolation_in_w_has_the_same_samples_and_another_way(styled, spherical, way):
    examples, columns = explore.interpolation(styled, n=3, steps=5, seed=1, spherical=spherical, space="w")
    assert (len(examples), columns) == (15, 5)
    ends, t = drawn(styled, 6).reshape(3, 2, DIM), np.linspace(0, 1, 5)
    np.testing.assert_allclose(w_of(examples), np.concatenate([way(a, b, t) for a, b in ends]), atol=1e-5)
    in_z, _ = explore.interpolation(styled, n=3, steps=5, seed=1)
    for column in (0, -1):
        np.testing.assert_allclose(in_z[column::5], examples[column::5], atol=1e-5)
    assert np.abs(in_z[2::5] - examples[2::5]).max() > 0.01


def test_loop_in_w_passes_its_stops_on_straight_lines(styled):
    frames = explore.loop(styled, n=2, steps=4, stops=3, seed=1, space="w")
    way = w_of(frames.swapaxes(0, 1).reshape(24, LAYERS, DIM, 1)).reshape(2, 12, DIM)
    stops = drawn(styled, 6).reshape(2, 3, DIM)
    np.testing.assert_allclose(way[:, [11, 3, 7]], stops, atol=1e-5)
    np.testing.assert_allclose(way[:, 1], stops[:, :2].mean(axis=1), atol=1e-5)


def test_truncation_is_in_w_and_by_default_that_of_the_paper(styled):
    examples, columns = explore.truncation(styled, n=4, seed=1)
    assert (len(examples), columns) == (24, 4)
    rows = w_of(examples).reshape(6, 4, DIM)
    for row, psi in zip(rows, (1, 0.7, 0.5, 0, -0.5, -1)):
        np.testing.assert_allclose(row, MEAN + psi * (drawn(styled, 4) - MEAN), atol=1e-5)
    one, _ = explore.truncation(styled, [0.2], n=4, seed=1)
    np.testing.assert_allclose(w_of(one), MEAN + 0.2 * (drawn(styled, 4) - MEAN), atol=1e-5)


# Mixing


@pytest.mark.parametrize(
    ("depth", "expected"),
    [
        (4, [(0, 2), (2, 4)]),
        (6, [(0, 2), (2, 4), (4, 6)]),
        (8, [(0, 4), (4, 6), (6, 8)]),
        (10, [(0, 4), (4, 8), (8, 10)]),
        (18, [(0, 4), (4, 8), (8, 18)]),
    ],
)
def test_bands_are_the_papers_as_far_as_pictures_are_large_enough(depth, expected):
    found = explore.bands(depth)
    assert list(found) == ["coarse", "middle", "fine"][: len(expected)]
    assert [(band.start, band.stop) for band in found.values()] == expected


def test_mixing_takes_a_band_from_above_and_the_rest_from_the_left(styled):
    examples, columns = explore.mixing(styled, rows=2, columns=3, seed=1)
    assert (len(examples), columns) == (7 * 4, 4)
    sheet = read_styles(examples).reshape(7, 4, LAYERS, DIM)
    np.testing.assert_array_equal(examples[0], np.ones_like(examples[0]))
    sources = np.repeat(drawn(styled, 9)[:, None], LAYERS, axis=1)
    np.testing.assert_allclose(np.concatenate([sheet[1:, 0], sheet[0, 1:]]), sources, atol=1e-5)
    left, above = sources[:6], sources[6:]
    for row in range(6):
        band = slice(2 * (row // 2), 2 * (row // 2) + 2)  # two rows, and two layers, for each of three bands
        expected = np.repeat(left[row : row + 1], 3, axis=0)
        expected[:, band] = above[:, band]
        np.testing.assert_allclose(sheet[row + 1, 1:], expected, atol=1e-5)


# Noise


def test_noise_alone_differs_between_rows_of_which_the_first_has_none():
    model = stylegan_gan()
    before = [np.array(ops.convert_to_numpy(v)) for v in model.variables]
    examples, columns = explore.noise(model, n=4, draws=2, seed=1)
    assert (len(examples), columns) == (12, 4)
    without, first, second = np.split(examples, 3)
    for a, b in ((without, first), (without, second), (first, second)):
        assert np.abs(a - b).max(axis=(1, 2, 3)).min() > 0.01
    for a, b in zip(before, model.variables):
        np.testing.assert_array_equal(a, ops.convert_to_numpy(b))
    np.testing.assert_array_equal(explore.noise(model, n=4, draws=1, seed=1)[0], examples[:8])
    for layer in model.generator.layers:
        if isinstance(layer, layers.Noise):
            layer.strength.assign(0.0 * layer.strength)
    np.testing.assert_allclose(model.generate(4, seed=1), without, atol=1e-5)
    np.testing.assert_array_equal(*np.split(explore.noise(model, n=4, draws=1, seed=1)[0], 2))


# Projection


def test_project_into_w_finds_the_nearest_style_of_all_layers(styled):
    """The model is linear in w: of any picture the nearest w is the mean of its rows."""
    x = np.random.default_rng(5).uniform(-0.5, 0.5, (3, LAYERS, DIM, 1)).astype("float32")
    found = explore.project(styled, x, rate=0.05, starts=1, frames=4, space="w")
    np.testing.assert_allclose(found.latents, read_styles(x).mean(axis=1), atol=1e-3)
    np.testing.assert_array_equal(found.reconstructions, styled.styles.decode(found.latents))
    np.testing.assert_allclose(found.errors, np.mean(np.square(found.reconstructions - x), axis=(1, 2, 3)), atol=1e-6)
    np.testing.assert_allclose(w_of(found.path[0]), np.repeat(MEAN[None], 3, axis=0), atol=1e-6)


def test_project_into_w_begins_at_its_mean_and_then_at_what_is_drawn(styled):
    x = styled.generate(2, seed=7)
    few = explore.project(styled, x, steps=1, starts=1, rate=1e-6, space="w")
    np.testing.assert_allclose(few.latents, np.repeat(MEAN[None], 2, axis=0), atol=1e-5)
    of_many = explore.project(styled, x, steps=1, starts=40, rate=1e-6, space="w", seed=3)
    assert (of_many.errors <= few.errors).all()
    starts = np.concatenate([drawn(styled, 80, seed=3), MEAN[None]])
    assert max(np.abs(starts - w).max(axis=1).min() for w in of_many.latents) < 1e-5


def test_project_into_w_of_stylegan_finds_what_it_made():
    model = stylegan_gan()
    x = model.generate(3, seed=2)
    found = explore.project(model, x, steps=100, rate=0.05, starts=4, space="w")
    start = explore.project(model, x, steps=1, rate=1e-6, starts=1, space="w")
    assert (found.errors < 0.1 * start.errors).all()
    assert found.latents.shape == (3, 8)


# Refusals


def test_models_without_styles_have_no_space_w():
    model = linear_gan()
    x = model.generate(1, seed=0)
    for call in (
        lambda: explore.interpolation(model, space="w"),
        lambda: explore.loop(model, space="w"),
        lambda: explore.project(model, x, space="w"),
        lambda: explore.mixing(model),
        lambda: explore.noise(model),
    ):
        with pytest.raises(ValueError, match=r"^Expected a model whose generator has styles.*Received: GAN without"):
            call()


def test_exploring_w_refuses_in_one_sentence(styled):
    with pytest.raises(ValueError, match="Expected `space` as one of z, w. Received: 'x'"):
        explore.interpolation(styled, space="x")
    with pytest.raises(ValueError, match="Expected `rows` as an int of at least 1. Received: 0"):
        explore.mixing(styled, rows=0)
    with pytest.raises(ValueError, match="model has none. Received"):
        explore.interpolation(styled, classes=[0, 1], space="w")
