"""f-GAN's losses against the definition of the conjugate, and against the divergences of theory/."""

import numpy as np
import pytest
from keras import ops
from scipy import stats

from keras_gans import losses, theory
from keras_gans.losses import FDivergenceLoss, GANLoss

PARAMETERS = {"weighted_jensen_shannon": (0.3, 0.8), "alpha": (-0.5, 0.5, 1.5, 2.0)}
ROWS = [(name, p) for name in losses.DIVERGENCES for p in PARAMETERS.get(name, (None,))]
rows = pytest.mark.parametrize(("name", "parameter"), ROWS)


def derivative(f, u):
    return (f(u * (1 + 1e-6)) - f(u * (1 - 1e-6))) / (2e-6 * u)


def output_for(loss, t):
    """The outputs v of D for which g_f(v) = t, by bisection: every g_f rises."""
    low, high = np.full(t.shape, -40.0, "float32"), np.full(t.shape, 40.0, "float32")
    for _ in range(50):
        middle = (low + high) / 2
        below = ops.convert_to_numpy(loss.activation(middle)) < t
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return (low + high) / 2


def test_names_are_those_of_theory():
    assert set(losses.DIVERGENCES) == set(theory.DIVERGENCES)
    assert len(losses.DIVERGENCES) == 11


@rows
def test_loss_at_the_optimal_discriminator_is_theorys_divergence(name, parameter):
    """Two Gaussians, N(0, 1) and N(0.5, 1), each as 20,000 quantiles; theory integrates on a grid."""
    loss, f = FDivergenceLoss(name, parameter), theory.generator_function(name, parameter)
    p, q = stats.norm(0.0, 1.0), stats.norm(0.5, 1.0)
    x = np.linspace(-12, 12, 24_001)
    divergence = theory.f_divergence(name, p.pdf(x), q.pdf(x), parameter, cell=x[1] - x[0])
    real, fake = (g.ppf((np.arange(20_000) + 0.5) / 20_000) for g in (p, q))
    outputs = [output_for(loss, derivative(f, p.pdf(x) / q.pdf(x))) for x in (real, fake)]
    assert -float(loss.discriminator_loss(*outputs)) == pytest.approx(divergence, rel=5e-3, abs=1e-4)
    for off in (-0.3, 0.3):  # and no other D gets more
        assert -float(loss.discriminator_loss(*(v + off for v in outputs))) <= divergence + 1e-3


@rows
def test_conjugate_is_the_supremum_that_defines_it(name, parameter):
    """f*(t) = sup over u of u t - f(u), at the t that D's outputs v stand for."""
    loss, f = FDivergenceLoss(name, parameter), theory.generator_function(name, parameter)
    v = np.array([-1.5, -0.4, 0.0, 0.3, 0.9], "float32")
    t = ops.convert_to_numpy(loss.activation(v)).astype("float64")
    u = np.concatenate([[0.0], np.geomspace(1e-6, 1e6, 400_001)])
    supremum = np.max(u * t[:, None] - f(u), axis=1)
    np.testing.assert_allclose(ops.convert_to_numpy(loss.conjugate(v)), supremum, rtol=1e-4, atol=1e-4)


@rows
def test_threshold_is_the_derivative_at_one(name, parameter):
    if name == "total_variation":
        pytest.skip("|u - 1| has no derivative at 1; 0 lies between its slopes")
    f = theory.generator_function(name, parameter)
    assert FDivergenceLoss(name, parameter).threshold == pytest.approx(derivative(f, 1.0), abs=1e-5)


def test_gan_row_is_ganloss():
    real, fake = np.float32([[-5], [1.4], [12.5]]), np.float32([[10], [-5.5], [3.6]])
    for saturating in (True, False):
        row, plain = FDivergenceLoss("gan", saturating=saturating), GANLoss(saturating=saturating)
        assert float(row.discriminator_loss(real, fake)) == pytest.approx(
            float(plain.discriminator_loss(real, fake)), rel=1e-6
        )
        assert float(row.generator_loss(fake)) == pytest.approx(float(plain.generator_loss(fake)), rel=1e-6)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("kll",), "Unknown divergence. Did you mean 'kl'"),
        (("kl", 0.5), "no `parameter` for the divergence 'kl'. Received: 0.5"),
        (("weighted_jensen_shannon",), r"in \(0, 1\). Received: None"),
        (("weighted_jensen_shannon", 1.0), r"in \(0, 1\). Received: 1.0"),
        (("alpha", 1), "neither 0 nor 1. Received: 1"),
        (("alpha",), "neither 0 nor 1. Received: None"),
    ],
)
def test_fdivergence_refuses_bad_arguments(arguments, message):
    with pytest.raises(ValueError, match=message):
        FDivergenceLoss(*arguments)
