"""Probabilistic PCA and the linear VAE's bound."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from keras_gans import theory

LOADINGS = np.array([(2.0, 0.0), (1.0, 1.0), (0.0, 1.5), (0.5, -1.0), (-1.0, 0.5)])


def drawn(n=4000, seed=0):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, 2)) @ LOADINGS.T + 0.5 * rng.normal(size=(n, 5)) + 1.0


def test_the_bound_reaches_the_likelihood_of_probabilistic_pca():
    """log p = -1/2 (d log 2 pi + sum log l + (d - q) log s^2 + d) by the eigenvalues l; W is orthogonal there."""
    x = drawn()
    model = theory.probabilistic_pca(x, 2)
    largest = np.linalg.eigvalsh(np.cov(x.T, bias=True))[-2:]
    expected = -0.5 * (5 * np.log(2 * np.pi) + np.log(largest).sum() + 3 * np.log(model.variance) + 5)
    assert model.log_likelihood(x) == pytest.approx(expected, abs=1e-12)
    encoder, variances = model.posterior
    assert theory.linear_bound(model, x, encoder, -encoder @ model.mean, variances) == pytest.approx(
        expected, abs=1e-12
    )
    assert np.abs(theory.principal_angles(model.weights, LOADINGS)).max() < 0.05


def test_a_rotation_leaves_the_likelihood_and_lowers_the_best_diagonal_bound():
    """By the KL of the diagonal from the full posterior, 1/2 log (product of the diagonal of M / det M)."""
    x = drawn()
    model = theory.probabilistic_pca(x, 2)
    c, s = np.cos(0.7), np.sin(0.7)
    turned = dataclasses.replace(model, weights=model.weights @ np.array([[c, -s], [s, c]]))
    assert turned.log_likelihood(x) == pytest.approx(model.log_likelihood(x), abs=1e-12)
    encoder, variances = turned.posterior
    bound = theory.linear_bound(turned, x, encoder, -encoder @ turned.mean, variances)
    precision = turned.precision
    gap = 0.5 * np.log(np.prod(np.diag(precision)) / np.linalg.det(precision))
    assert turned.log_likelihood(x) - bound == pytest.approx(gap, abs=1e-10)
    assert gap > 0.01


@given(st.integers(0, 10**6))
def test_no_linear_encoder_is_above_the_likelihood(seed):
    rng = np.random.default_rng(seed)
    x = drawn(50)
    model = theory.LinearGaussian(rng.normal(size=(5, 2)), rng.normal(size=5), float(rng.uniform(0.1, 2)))
    bound = theory.linear_bound(model, x, rng.normal(size=(2, 5)), rng.normal(size=2), rng.uniform(0.1, 2, 2))
    assert bound < model.log_likelihood(x)


def test_in_one_dimension_by_hand():
    """p(z) = N(0, 1), p(x | z) = N(z, 1), x = 2: exact at q = N(1, 1/2), and 1.1534 nats short of it at the prior."""
    model, x = theory.LinearGaussian(np.ones((1, 1)), np.zeros(1), 1.0), np.array([[2.0]])
    assert model.log_likelihood(x) == pytest.approx(-2.2655121, abs=1e-7)
    zero = np.zeros((1, 1))
    assert theory.linear_bound(model, x, zero, np.ones(1), np.array([0.5])) == pytest.approx(-2.2655121, abs=1e-7)
    assert theory.linear_bound(model, x, zero, np.zeros(1), np.ones(1)) == pytest.approx(-3.4189385, abs=1e-7)


def test_principal_angles():
    plane = np.eye(3)[:, :2]
    tilted = np.array([[1.0, 0.0], [0.0, np.cos(0.3)], [0.0, np.sin(0.3)]])
    np.testing.assert_allclose(theory.principal_angles(plane, tilted @ [[1.0, 2.0], [0.0, 1.0]]), [0, 0.3], atol=1e-12)


def test_as_many_latents_as_numbers_are_refused():
    with pytest.raises(ValueError, match=r"^Expected latents fewer than the 5 numbers of an example\. Received: 5\.$"):
        theory.probabilistic_pca(drawn(20), 5)
