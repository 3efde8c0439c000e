"""f-divergences: against the integrals they stand for, SciPy, closed forms of Gaussians, and their limits."""

import numpy as np
import pytest
from scipy.spatial.distance import jensenshannon
from scipy.stats import entropy

from keras_gans import theory

P = np.array([0.5, 0.3, 0.2])
Q = np.array([0.2, 0.2, 0.6])
LOG2 = np.log(2)

# What each row of the table is, written as an integral of p and q, not by f.
INTEGRALS = {
    "total_variation": (None, lambda p, q: np.abs(p - q) / 2),
    "kl": (None, lambda p, q: p * np.log(p / q)),
    "reverse_kl": (None, lambda p, q: q * np.log(q / p)),
    "pearson": (None, lambda p, q: (p - q) ** 2 / q),
    "neyman": (None, lambda p, q: (p - q) ** 2 / p),
    "squared_hellinger": (None, lambda p, q: (np.sqrt(p) - np.sqrt(q)) ** 2),
    "jeffrey": (None, lambda p, q: (p - q) * np.log(p / q)),
    "jensen_shannon": (None, lambda p, q: p * np.log(2 * p / (p + q)) + q * np.log(2 * q / (p + q))),
    "weighted_jensen_shannon": (
        0.3,
        lambda p, q: 0.3 * p * np.log(p / (0.3 * p + 0.7 * q)) + 0.7 * q * np.log(q / (0.3 * p + 0.7 * q)),
    ),
    "gan": (None, lambda p, q: p * np.log(p / (p + q)) + q * np.log(q / (p + q))),
    "alpha": (3.0, lambda p, q: (p**3 / q**2 - p) / 6),
}
EVERY = [(name, parameter) for name, (parameter, _) in INTEGRALS.items()]


def test_divergences_are_the_rows_of_the_table():
    assert set(theory.DIVERGENCES) == set(INTEGRALS)


@pytest.mark.parametrize(("name", "parameter"), EVERY)
def test_f_divergence_equals_its_integral(name, parameter):
    _, integral = INTEGRALS[name]
    assert theory.f_divergence(name, P, Q, parameter) == pytest.approx(integral(P, Q).sum(), abs=1e-12)


@pytest.mark.parametrize(("name", "parameter"), EVERY)
def test_generator_is_convex_and_zero_at_one(name, parameter):
    f = theory.generator_function(name, parameter)
    u = np.linspace(0.05, 6, 200)
    assert f(1.0) == pytest.approx(-2 * LOG2 if name == "gan" else 0, abs=1e-12)
    assert np.all(f((u[:-2] + u[2:]) / 2) <= (f(u[:-2]) + f(u[2:])) / 2 + 1e-12)


@pytest.mark.parametrize(("name", "parameter"), [*EVERY, ("alpha", 0.5), ("alpha", -1.0)])
def test_generator_tends_to_its_limits(name, parameter):
    f = theory.generator_function(name, parameter)
    near, far = f.inside(np.array([1e-14])), f.inside(np.array([1e14])) / 1e14
    assert f(0.0) == f.at_zero
    assert near == pytest.approx(f.at_zero, abs=1e-5) if np.isfinite(f.at_zero) else near > 30
    assert far == pytest.approx(f.slope, abs=1e-5) if np.isfinite(f.slope) else far > 30


@pytest.mark.parametrize(
    ("name", "parameter", "apart"),
    [
        ("total_variation", None, 1),
        ("kl", None, np.inf),
        ("reverse_kl", None, np.inf),
        ("pearson", None, np.inf),
        ("neyman", None, np.inf),
        ("squared_hellinger", None, 2),
        ("jeffrey", None, np.inf),
        ("jensen_shannon", None, 2 * LOG2),
        ("weighted_jensen_shannon", 0.3, -0.3 * np.log(0.3) - 0.7 * np.log(0.7)),
        ("gan", None, 0),
        ("alpha", 2.0, np.inf),
        ("alpha", 0.5, 4),
        ("alpha", -1.0, np.inf),
    ],
)
def test_f_divergence_of_disjoint_distributions(name, parameter, apart):
    p, q = np.array([0.5, 0.5, 0, 0, 0]), np.array([0, 0, 0.7, 0.3, 0])
    assert theory.f_divergence(name, p, q, parameter) == pytest.approx(apart)


def test_f_divergence_with_one_sided_zeros():
    part, whole = np.array([0.5, 0.5, 0.0]), np.array([0.25, 0.25, 0.5])
    assert theory.f_divergence("kl", part, whole) == pytest.approx(LOG2)
    assert theory.f_divergence("kl", whole, part) == np.inf
    assert theory.f_divergence("reverse_kl", part, whole) == np.inf
    assert theory.f_divergence("reverse_kl", whole, part) == pytest.approx(LOG2)
    assert theory.f_divergence("pearson", part, whole) == pytest.approx(1)  # 0.25 + 0.25 + 0.5
    assert theory.f_divergence("neyman", whole, part) == pytest.approx(1)


def test_f_divergence_survives_extreme_ratios():
    p, q = np.array([1e-300, 1.0]), np.array([1.0, 1e-310])
    assert theory.f_divergence("total_variation", p, q) == pytest.approx(1)
    assert theory.f_divergence("jensen_shannon", p, q) == pytest.approx(2 * LOG2)
    assert theory.f_divergence("pearson", p, q) == np.inf


def test_f_divergence_of_gaussian_densities_on_a_grid():
    x = np.linspace(-12, 12, 4801)
    p, q = (np.exp(-((x - mean) ** 2) / 2) / np.sqrt(2 * np.pi) for mean in (0.5, -0.5))
    cell = x[1] - x[0]
    for name, parameter, closed in (
        ("kl", None, 0.5),
        ("jeffrey", None, 1.0),
        ("pearson", None, np.e - 1),
        ("neyman", None, np.e - 1),
        ("squared_hellinger", None, 2 - 2 * np.exp(-1 / 8)),
        ("alpha", -1.0, (np.e - 1) / 2),
    ):
        assert theory.f_divergence(name, p, q, parameter, cell) == pytest.approx(closed, abs=1e-9), name


def test_f_divergence_takes_grids_of_any_shape():
    p, q = np.outer(P, P), np.outer(Q, Q)
    assert theory.f_divergence("kl", p, q) == pytest.approx(2 * theory.f_divergence("kl", P, Q))


def test_kl_js_and_total_variation_agree_with_scipy():
    assert theory.kl(P, Q) == pytest.approx(entropy(P, Q))
    assert theory.js(P, Q) == pytest.approx(jensenshannon(P, Q) ** 2)
    assert theory.total_variation(P, Q) == pytest.approx(0.4)
    assert theory.js([1, 0], [0, 1]) == pytest.approx(LOG2)
    assert theory.kl(P / 0.1, Q / 0.1, cell=0.1) == pytest.approx(entropy(P, Q))


def test_alpha_divergence_tends_to_both_kl():
    assert theory.f_divergence("alpha", P, Q, 1 + 1e-6) == pytest.approx(theory.kl(P, Q), abs=1e-5)
    assert theory.f_divergence("alpha", P, Q, 1e-6) == pytest.approx(theory.kl(Q, P), abs=1e-5)


def test_weighted_jensen_shannon_at_one_half_is_the_usual_one():
    assert theory.f_divergence("weighted_jensen_shannon", P, Q, 0.5) == pytest.approx(theory.js(P, Q))


def test_generator_refuses_what_it_cannot_use():
    with pytest.raises(ValueError, match="Did you mean 'pearson'"):
        theory.generator_function("person")
    with pytest.raises(ValueError, match="no parameter for the divergence 'kl'. Received: 0.5"):
        theory.generator_function("kl", 0.5)
    for parameter in (None, 0, 1, 1.5):
        with pytest.raises(ValueError, match=f"pi .* Received: {parameter}"):
            theory.generator_function("weighted_jensen_shannon", parameter)
    for parameter in (None, 0, 1, np.nan):
        with pytest.raises(ValueError, match=f"alpha .* Received: {parameter}"):
            theory.generator_function("alpha", parameter)
    with pytest.raises(ValueError, match="Received: a smallest u of -1.0"):
        theory.generator_function("kl")([2.0, -1.0])


def test_f_divergence_refuses_what_is_no_distribution():
    with pytest.raises(ValueError, match=r"one shape. Received: shapes \(3,\) and \(2,\)"):
        theory.f_divergence("kl", P, [0.5, 0.5])
    with pytest.raises(ValueError, match="at least 0. Received: values from -0.5 to 1.5"):
        theory.f_divergence("kl", [0.5, 0.5], [1.5, -0.5])
