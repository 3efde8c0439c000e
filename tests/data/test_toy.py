"""Toys: samples that follow their densities, PacGAN's constants, windows that show all, digits that can be read."""

import numpy as np
import pytest
from scipy import stats

from keras_gans import data
from keras_gans.data import toy

EVERY = sorted(data.TOYS)


def window(distribution, n):
    """Points of a square grid over the window (n * n, 2), and its cell."""
    ticks, step = np.linspace(*distribution.limits, n, retstep=True)
    return np.stack(np.meshgrid(ticks, ticks, indexing="ij"), axis=-1).reshape(-1, 2), step**2


@pytest.mark.parametrize("name", EVERY)
def test_toys_draw_float32_points_by_seed(name):
    distribution = data.TOYS[name]()
    one, again, other = (distribution.sample(500, seed=seed) for seed in (0, 0, 1))
    assert one.dtype == np.float32
    assert one.shape == (500, 2)
    np.testing.assert_array_equal(one, again)
    assert not np.any(one == other)


@pytest.mark.parametrize("name", EVERY)
def test_toys_fit_into_their_window(name):
    distribution = data.TOYS[name]()
    low, high = distribution.limits
    points = distribution.sample(20_000)
    assert low < points.min() < 0 < points.max() < high
    assert np.ptp(points) > 0.7 * (high - low)  # And fill it.


@pytest.mark.parametrize(
    ("name", "std"), [("ring", 0.05), ("grid", 0.3), ("swiss_roll", 0.05), ("moons", 0.1), ("segments", 0.05)]
)
def test_density_integrates_to_one(name, std):
    distribution = data.TOYS[name](std=std)
    points, cell = window(distribution, 200)
    assert distribution.density(points).sum() * cell == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize(
    ("name", "std"), [("ring", 0.1), ("grid", 0.5), ("swiss_roll", 0.1), ("moons", 0.1), ("segments", 0.1)]
)
def test_samples_follow_the_density(name, std):
    distribution = data.TOYS[name](std=std)
    points, cell = window(distribution, 320)
    mass = (distribution.density(points) * cell).reshape(20, 16, 20, 16).sum((1, 3))
    step, n = np.sqrt(cell), 40_000
    edges = np.linspace(distribution.limits[0] - step / 2, distribution.limits[1] + step / 2, 21)
    counts = np.histogram2d(*distribution.sample(n).T, bins=[edges, edges])[0]
    likely = mass * n > 10
    expected = mass[likely] * counts[likely].sum() / mass[likely].sum()
    assert stats.chisquare(counts[likely], expected).pvalue > 1e-3


def test_ring_and_grid_have_pacgans_constants():
    ring, grid = toy.ring(), toy.grid()
    assert (ring.std, grid.std) == (0.01, 0.05)
    np.testing.assert_allclose(np.linalg.norm(ring.modes, axis=1), np.ones(8))
    np.testing.assert_allclose(ring.modes[:2], [[1, 0], [np.sqrt(0.5), np.sqrt(0.5)]], atol=1e-12)
    assert {tuple(mode) for mode in grid.modes} == {(x, y) for x in (-4, -2, 0, 2, 4) for y in (-4, -2, 0, 2, 4)}


def test_mixture_draws_modes_by_weight_with_its_deviation():
    mixture = toy.Mixture([[0, 0], [10, 0]], std=0.5, weights=[0.2, 0.8])
    points = mixture.sample(20_000)
    right = points[:, 0] > 5
    assert right.mean() == pytest.approx(0.8, abs=0.01)
    np.testing.assert_allclose(points[right].std(0), [0.5, 0.5], atol=0.01)


def test_mixture_density_agrees_with_scipy():
    mixture = toy.Mixture([[0, 1], [2, -1]], std=0.7, weights=[0.3, 0.7])
    x = np.random.default_rng(0).normal(size=(10_000, 2))  # More than one part.
    expected = sum(
        weight * stats.multivariate_normal(mode, 0.49).pdf(x) for weight, mode in zip(mixture.weights, mixture.modes)
    )
    np.testing.assert_allclose(mixture.density(x), expected)
    assert mixture.density(np.zeros((0, 2))).shape == (0,)


def test_mixture_refuses_what_it_cannot_draw():
    with pytest.raises(ValueError, match=r"shape \(K, 2\). Received: shape \(2,\)"):
        toy.Mixture([1.0, 2.0], 0.1)
    with pytest.raises(ValueError, match="`std` above 0. Received: 0"):
        toy.ring(std=0)
    with pytest.raises(ValueError, match="Expected `weights` as 2 probabilities"):
        toy.Mixture([[0, 0], [1, 1]], 0.1, [0.5, 0.6])
    with pytest.raises(ValueError, match=r"shape \(n, 2\). Received: shape \(3,\)"):
        toy.ring().density(np.zeros(3))


def test_swiss_roll_runs_from_a_half_to_one_and_a_half():
    roll = toy.swiss_roll(std=1e-6)
    points = roll.sample(5000)
    radii = np.linalg.norm(points, axis=1)
    assert radii.min() == pytest.approx(0.5, abs=1e-3)
    assert radii.max() == pytest.approx(1.5, abs=1e-3)
    turn = np.angle(points @ [1, 1j] * np.exp(-3j * np.pi * radii))  # The angle less 3 pi r is none.
    np.testing.assert_allclose(turn, 0, atol=1e-4)
    assert roll.modes is None
    with pytest.raises(ValueError, match="`std` above 0"):
        toy.swiss_roll(std=-1)


def test_toys_answer_an_unknown_name_with_the_nearest():
    with pytest.raises(ValueError, match="Unknown toy. Did you mean 'ring'"):
        data.TOYS["rings"]


def test_parallel_segments_are_apart_by_theta():
    p, q = toy.parallel_segments(0.5, 1000)
    assert p.dtype == q.dtype == np.float32
    assert p.shape == q.shape == (1000, 2)
    assert set(p[:, 0]) == {0.0}
    assert set(q[:, 0]) == {0.5}
    for heights in (p[:, 1], q[:, 1]):
        assert stats.kstest(heights, "uniform").pvalue > 1e-3
    assert not np.any(p[:, 1] == q[:, 1])


def test_stacked_digits_are_the_digits_that_their_labels_say():
    images, labels = toy.stacked_digits(300, seed=3)
    assert images.dtype == np.float32
    assert images.shape == (300, 16, 16, 3)
    assert labels.dtype == np.int32
    assert (images.min(), images.max()) == (-1, 1)
    digits, names = data.load("digits", image_size=16, labels=True)
    known = {digit.tobytes(): name for digit, name in zip(digits, names)}
    for image, label in zip(images, labels):
        red, green, blue = (known[image[..., channel].tobytes()] for channel in range(3))
        assert label == 100 * red + 10 * green + blue


def test_stacked_digits_differ_by_seed():
    one, again, other = (toy.stacked_digits(20, seed=seed)[1] for seed in (0, 0, 1))
    np.testing.assert_array_equal(one, again)
    assert np.any(one != other)
