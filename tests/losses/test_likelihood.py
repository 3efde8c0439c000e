"""Likelihoods and the divergence from the prior: numbers by hand, and what well-known code has got wrong."""

import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from keras import ops

from keras_gans import engine, losses
from keras_gans.losses.adversarial import find

MEAN, VARIANCE = np.array([[1.0, -0.5]]), np.array([[0.25, 2.0]])


def gradient(fn, x):
    return ops.convert_to_numpy(engine.input_gradient(fn, ops.convert_to_tensor(np.asarray(x, "float32"))))


def test_kl_in_closed_form_is_that_of_samples():
    exact = float(losses.gaussian_kl(MEAN, np.log(VARIANCE)))
    assert exact == pytest.approx(1.0965736, abs=1e-6)
    assert [float(losses.gaussian_kl(MEAN[:, i : i + 1], np.log(VARIANCE[:, i : i + 1]))) for i in (0, 1)] == (
        pytest.approx([0.8181472, 0.2784264], abs=1e-6)
    )
    z = MEAN + np.sqrt(VARIANCE) * np.random.default_rng(0).normal(size=(10**6, 2))
    log_ratio = 0.5 * (z**2 - (z - MEAN) ** 2 / VARIANCE - np.log(VARIANCE)).sum(axis=1)
    assert log_ratio.mean() == pytest.approx(exact, abs=4 * log_ratio.std() / 1000)


def test_kl_takes_logarithms_of_variances_and_sums_over_latents():
    """Not variances, not deviations, and no mean over latents."""
    exact = float(losses.gaussian_kl(MEAN, np.log(VARIANCE)))
    wrong = [
        float(losses.gaussian_kl(MEAN, 0.5 * np.log(VARIANCE))),
        float(losses.gaussian_kl(MEAN, VARIANCE)),
        exact / 2,
        0.5 * (MEAN**2).mean(),
    ]
    assert all(abs(value - exact) > 0.05 for value in wrong)
    slopes = gradient(lambda v: losses.gaussian_kl(MEAN, v), np.log(VARIANCE))
    np.testing.assert_allclose(slopes, [[-0.375, 0.5]], rtol=1e-5)
    np.testing.assert_allclose(gradient(lambda m: losses.gaussian_kl(m, np.log(VARIANCE)), MEAN), MEAN, rtol=1e-6)


@given(st.floats(-5, 5), st.floats(-10, 10))
def test_kl_is_not_negative_and_zero_for_the_prior(mean, log_variance):
    assert float(losses.gaussian_kl([[mean]], [[log_variance]])) >= -1e-5
    assert float(losses.gaussian_kl([[0.0]], [[0.0]])) == 0


@pytest.mark.parametrize("likelihood", [losses.BernoulliLikelihood(), losses.GaussianLikelihood(0.7)])
@pytest.mark.parametrize(("times", "axis"), [(3, 1), (5, 0)])
def test_terms_are_sums_over_numbers_and_means_over_examples(likelihood, times, axis):
    """A picture of three times the pixels costs three times as much, five times the batch as much: no hidden beta."""
    rng = np.random.default_rng(0)
    x, rebuilt = rng.uniform(-1, 1, (2, 2, 4, 4, 1))
    factor = times if axis == 1 else 1
    once, more = (likelihood.loss(*(np.repeat(v, n, axis=axis) for v in (x, rebuilt))) for n in (1, times))
    assert float(more) == pytest.approx(factor * float(once), rel=1e-5)
    once, more = (
        losses.gaussian_kl(*(np.repeat(v, n, axis=axis) for v in (MEAN, np.log(VARIANCE)))) for n in (1, times)
    )
    assert float(more) == pytest.approx(factor * float(once), rel=1e-5)


def test_gaussian_likelihood_by_hand():
    x, rebuilt = np.array([[0.2, -0.4, 1.0]]), np.array([[0.0, -0.5, 0.5]])
    assert float(losses.GaussianLikelihood(std=0.5).loss(x, rebuilt)) == pytest.approx(1.2773741, abs=1e-6)


def test_calibrated_deviation_is_the_most_likely_one():
    x, rebuilt = np.random.default_rng(0).normal(size=(2, 5, 3))
    best = float(np.sqrt(np.mean((x - rebuilt) ** 2)))
    found = float(losses.GaussianLikelihood(std=None).loss(x, rebuilt))
    values = [float(losses.GaussianLikelihood(std=best * factor).loss(x, rebuilt)) for factor in (0.9, 1.0, 1.1)]
    assert found == pytest.approx(values[1], rel=1e-6)
    assert values[1] < min(values[0], values[2])
    assert np.isfinite(float(losses.GaussianLikelihood(std=None).loss(x, x)))


@pytest.mark.parametrize("target", [-1.0, 0.0, 1.0])
def test_bernoulli_is_least_at_the_target(target):
    """Trap: a cross-entropy of data in [-1, 1] has no least value: target -1 at chance 1e-4 is -9.2."""
    likelihood = losses.BernoulliLikelihood()
    at = {p: float(likelihood.loss([[target]], [[p]])) for p in np.linspace(-1, 1, 21)}
    assert min(at, key=at.get) == pytest.approx(target, abs=1e-9)
    assert min(at.values()) >= 0
    assert float(likelihood.loss([[-1.0]], [[2 * 1e-4 - 1]])) == pytest.approx(1e-4, rel=0.01)
    assert np.isfinite(list(at.values())).all()


def test_likelihood_is_found_by_name_kept_in_files_and_refused_otherwise():
    assert isinstance(find("bernoulli", losses.LIKELIHOODS, losses.Likelihood), losses.BernoulliLikelihood)
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(losses.GaussianLikelihood(0.3)))
    assert again.std == 0.3
    with pytest.raises(ValueError, match=r"^Unknown likelihood\. Did you mean 'gaussian'.* Received: 'gausian'\.$"):
        find("gausian", losses.LIKELIHOODS, losses.Likelihood)
    with pytest.raises(
        ValueError, match=r"^Expected a likelihood: a Likelihood object, .* bernoulli, gaussian\. Received: 3\.$"
    ):
        find(3, losses.LIKELIHOODS, losses.Likelihood)
    with pytest.raises(ValueError, match=r"^Expected `std` above 0, or None\. Received: 0\.$"):
        losses.GaussianLikelihood(0)
