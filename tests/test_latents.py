"""Latents: ways between them against SciPy and closed forms, arithmetic by hand, truncation by its distribution."""

import numpy as np
import pytest
from scipy.spatial import geometric_slerp
from scipy.special import ndtr
from scipy.stats import kstest, truncnorm

from keras_gans import latents

RNG = np.random.default_rng(0)
A, B = RNG.normal(size=(2, 50))
T = np.linspace(0, 1, 7)


def test_linear_is_the_straight_line():
    np.testing.assert_allclose(latents.linear([0, 0], [4, -2], [0, 0.25, 1]), [[0, 0], [1, -0.5], [4, -2]])


def test_spherical_equals_scipy_on_the_unit_sphere():
    a, b = A / np.linalg.norm(A), B / np.linalg.norm(B)
    np.testing.assert_allclose(latents.spherical(a, b, T), geometric_slerp(a, b, T), atol=1e-6)
    np.testing.assert_allclose(latents.spherical(3 * a, 3 * b, T), 3 * geometric_slerp(a, b, T), atol=1e-6)


def test_spherical_goes_from_length_to_length_evenly_where_linear_sags():
    lengths = np.linalg.norm(latents.spherical(A, B, T), axis=-1)
    np.testing.assert_allclose(lengths, np.linspace(np.linalg.norm(A), np.linalg.norm(B), 7), rtol=1e-5)
    assert np.linalg.norm(latents.linear(A, B, 0.5)) < 0.8 * lengths.min()


@pytest.mark.parametrize("way", [latents.linear, latents.spherical])
def test_ways_begin_and_end_where_they_should(way):
    np.testing.assert_allclose(way(A, B, [0, 1]), [A, B], rtol=1e-5, atol=1e-6)


def test_spherical_of_parallel_vectors_is_the_line():
    np.testing.assert_allclose(latents.spherical(A, 2 * A, T), latents.linear(A, 2 * A, T), rtol=1e-5)
    np.testing.assert_allclose(latents.spherical(A, A * (1 + 1e-12), 0.5), A, rtol=1e-5)
    np.testing.assert_array_equal(latents.spherical([0, 0], [2, 4], 0.5), [1, 2])


@pytest.mark.parametrize("nearly", [0.0, 1e-12, 1e-7])
def test_spherical_of_antipodal_vectors_is_half_a_circle(nearly):
    way = latents.spherical(A, -1.5 * A + nearly * B, T)
    np.testing.assert_allclose(np.linalg.norm(way, axis=1), np.linalg.norm(A) * (1 + T / 2), rtol=1e-5)
    unit = way / np.linalg.norm(way, axis=1, keepdims=True)
    np.testing.assert_allclose(np.sum(unit[1:] * unit[:-1], axis=1), np.cos(np.pi / 6), rtol=1e-5)
    np.testing.assert_allclose(way[-1], -1.5 * A, rtol=1e-5, atol=1e-5)


def test_spherical_of_antipodes_on_a_line_passes_through_zero():
    np.testing.assert_allclose(latents.spherical([2.0], [-2.0], [0, 0.5, 1]), [[2], [0], [-2]], atol=1e-6)


def test_ways_of_many_pairs_at_once_are_those_of_each():
    a, b, t = RNG.normal(size=(5, 3)), RNG.normal(size=(5, 3)), RNG.uniform(size=5)
    for way in (latents.linear, latents.spherical):
        np.testing.assert_allclose(way(a, b, t), [way(*one) for one in zip(a, b, t)], rtol=1e-5)


def test_loop_passes_every_point_and_ends_at_the_first():
    points = np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0]])
    around = latents.loop(points, 2)
    assert around.shape == (6, 2)
    np.testing.assert_allclose(around[[1, 3, 5]], points[[1, 2, 0]], atol=1e-6)
    np.testing.assert_allclose(around[0], [np.sqrt(0.5)] * 2, rtol=1e-6)
    np.testing.assert_allclose(latents.loop(points, 2, latents.linear)[0], [0.5, 0.5])


def test_arithmetic_adds_means_of_concepts():
    king, man, woman = np.array([[4, 1], [6, 3]]), np.array([[1, 1]]), np.array([[0, 2], [2, 4], [1, 0]])
    np.testing.assert_allclose(latents.arithmetic([king, woman], [man]), [5 - 1 + 1, 2 - 1 + 2])
    np.testing.assert_allclose(latents.arithmetic([king]), [5, 2])


@pytest.mark.parametrize("threshold", [0.01, 0.5, 2.0])
def test_truncate_redraws_what_lies_beyond_from_the_truncated_normal(threshold):
    z = np.random.default_rng(1).normal(size=(2000, 10)).astype("float32")
    kept, cut = np.abs(z) <= threshold, latents.truncate(z, threshold, seed=0)
    assert cut.dtype == np.float32
    np.testing.assert_array_equal(cut[kept], z[kept])
    assert np.abs(cut).max() <= np.float32(threshold)
    assert kstest(cut[~kept], truncnorm(-threshold, threshold).cdf).pvalue > 0.01
    np.testing.assert_array_equal(latents.truncate(z, threshold, seed=0), cut)
    assert (latents.truncate(z, threshold, seed=1) != cut).sum() == (~kept).sum()


@pytest.mark.parametrize(
    ("threshold", "deviation", "redrawn"),
    [
        (2.0, 0.879626, 0.0455),
        (1.0, 0.539560, 0.3173),
        (0.5, 0.283882, 0.6171),
        (0.25, 0.143737, None),
        (0.1, 0.057697, None),  # towards that of a uniform distribution, 0.1 / sqrt(3)
    ],
)
def test_truncate_has_the_deviation_of_the_truncated_normal_and_redraws_a_known_share(threshold, deviation, redrawn):
    density = np.exp(-(threshold**2) / 2) / np.sqrt(2 * np.pi)
    inside = 2 * ndtr(threshold) - 1
    assert np.sqrt(1 - 2 * threshold * density / inside) == pytest.approx(deviation, abs=1e-6)
    z = np.random.default_rng(2).normal(size=(1000, 1000)).astype("float32")
    cut = latents.truncate(z, threshold, seed=3)
    assert cut.std() == pytest.approx(deviation, rel=3e-3)  # of a million numbers, to 0.1 %
    if redrawn:
        assert np.mean(cut != z) == pytest.approx(redrawn, abs=2e-3)


def test_truncate_is_not_a_truncated_normal_that_is_scaled():
    """TensorFlow Hub's is psi times a normal distribution that is cut at 2: another one, within the same range."""
    z = np.random.default_rng(2).normal(size=(1000, 1000)).astype("float32")
    scaled = 0.5 * latents.truncate(z, 2.0, seed=3)
    assert np.abs(scaled).max() <= 1.0
    assert scaled.std() == pytest.approx(0.439813, rel=3e-3)
    assert latents.truncate(z, 1.0, seed=3).std() == pytest.approx(0.539560, rel=3e-3)


def test_truncate_is_not_a_division_or_a_small_deviation():
    """Of latents that are divided by 2 some lie beyond 1; 0.25 as a deviation, where a variance is meant, is no 0.5."""
    z = np.random.default_rng(2).normal(size=(1000, 1000)).astype("float32")
    divided, small, cut = z / 2.0, 0.25 * z, latents.truncate(z, 1.0, seed=3)
    assert [np.mean(np.abs(some) > 1.0) for some in (divided, small, cut)] == [
        pytest.approx(0.0455, rel=0.02),
        pytest.approx(6.3e-5, rel=0.5),
        0.0,
    ]
    assert [some.std() for some in (divided, small, cut)] == pytest.approx([0.5, 0.25, 0.53956], rel=3e-3)
    kept = np.abs(z) <= 1.0
    assert np.mean(cut[kept] == z[kept]) == 1.0  # which a division leaves of none


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: latents.linear([1, 2], [1, 2, 3], 0.5), r"one length\. Received: shapes \(2,\) and \(3,\)"),
        (lambda: latents.spherical(1.0, 2.0, 0.5), "one length"),
        (lambda: latents.loop(np.ones((1, 2)), 3), r"two points or more.*shape \(1, 2\)"),
        (lambda: latents.loop(np.ones((2, 2)), 0), "steps=0"),
        (lambda: latents.arithmetic([]), "one concept to add.*Received: none"),
        (lambda: latents.arithmetic([np.ones((2, 3))], [np.ones((2, 4))]), r"Received: \(2, 3\), \(2, 4\)"),
        (lambda: latents.arithmetic([np.ones(3)]), r"latents \(k, d\)"),
        (lambda: latents.truncate(np.ones((1, 2)), 0.0), "above 0. Received: 0.0"),
    ],
)
def test_latents_refuse_in_one_sentence(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call()
