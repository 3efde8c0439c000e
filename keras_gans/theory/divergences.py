"""f-divergences: the eleven rows of the f-GAN paper's table, as functions of two distributions, in nats."""

import dataclasses
from collections.abc import Callable

import numpy as np

from keras_gans.registry import Registry

DIVERGENCES = Registry("divergence")  # Name -> Divergence, or a function from its parameter to one.


@dataclasses.dataclass(frozen=True)
class Divergence:
    """The convex function f of an f-divergence, with its limits at both ends.

    Args:
        inside: function of a float64 array u > 0, f itself.
        at_zero: float, f(0), the limit from above; may be infinite.
        slope: float, the limit of f(u) / u as u grows; may be infinite.

    Call arguments:
        u: float array of any shape, u >= 0, the ratio of the two densities.

    Returns:
        float64 of the same shape, f(u).

    Raises:
        ValueError: if a u is negative.
    """

    inside: Callable
    at_zero: float
    slope: float

    def __call__(self, u):
        u = np.asarray(u, dtype="float64")
        if np.any(u < 0):
            raise ValueError(f"Expected ratios u of at least 0. Received: a smallest u of {np.nanmin(u)}.")
        with np.errstate(over="ignore"):
            values = self.inside(np.where(u > 0, u, 1.0))
        return np.where(u > 0, values, self.at_zero)[()]


def generator_function(name, parameter=None):
    """Finds the convex function f that generates a divergence.

    Args:
        name: str, name in `DIVERGENCES`.
        parameter: float, pi in (0, 1) of "weighted_jensen_shannon" or alpha (not 0 or 1) of "alpha"; None for others.

    Returns:
        A `Divergence`, which is called with u >= 0 and returns f(u).

    Raises:
        ValueError: if the name is unknown, or the parameter is missing, out of range or superfluous.
    """
    found = DIVERGENCES[name]
    if not isinstance(found, Divergence):
        return found(parameter)
    if parameter is not None:
        raise ValueError(f"Expected no parameter for the divergence {name!r}. Received: {parameter!r}.")
    return found


def f_divergence(name, p, q, parameter=None, cell=1.0):
    """The f-divergence of two distributions, given as vectors of probabilities or as densities on a grid.

    Where one of the two is 0 the term is a limit: q f(0) where p = 0, p lim f(u)/u where q = 0. It may be infinite,
    and then so is the divergence.

    Args:
        name: str, name in `DIVERGENCES`.
        p: float array of any shape, P; it sums to 1 / cell.
        q: float array of the same shape, Q; it sums to 1 / cell.
        parameter: float, pi or alpha of the two divergences that have one; see `generator_function`.
        cell: float, volume of a grid cell; 1 for probabilities.

    Returns:
        float, in nats.

    Formula:
        D_f(P || Q) = int q(x) f(p(x) / q(x)) dx, with f(u) =
            total_variation          |u - 1| / 2
            kl                       u log u
            reverse_kl               -log u
            pearson                  (u - 1)^2
            neyman                   (1 - u)^2 / u
            squared_hellinger        (sqrt(u) - 1)^2
            jeffrey                  (u - 1) log u
            jensen_shannon           u log u - (u + 1) log((u + 1) / 2)
            weighted_jensen_shannon  pi u log u - (1 - pi + pi u) log(1 - pi + pi u)
            gan                      u log u - (u + 1) log(u + 1)
            alpha                    (u^alpha - 1 - alpha (u - 1)) / (alpha (alpha - 1))

    Deviations:
        The paper's table also writes the divergences as integrals, some of which are not those of its own f; f is
        followed here. So jensen_shannon is twice the usual one (`js`), pearson is int (p - q)^2 / q, neyman is
        int (p - q)^2 / p, and alpha is (int p^alpha q^(1 - alpha) - 1) / (alpha (alpha - 1)).
        gan is jensen_shannon - 2 log 2, so that f(1) is not 0 but -2 log 2.

    Reference:
        Nowozin, Cseke, Tomioka, 2016, f-GAN: Training Generative Neural Samplers using Variational Divergence
        Minimization, arXiv:1606.00709, Equation 2, Table 1 and the longer table of the appendix.

    Raises:
        ValueError: if the name or the parameter is wrong (see `generator_function`), the shapes differ, or a value is
            negative or not finite.
    """
    f = generator_function(name, parameter)
    p, q = as_distributions(p, q)
    with np.errstate(all="ignore"):
        ratio = p / q
        alone = np.isinf(ratio)  # Q has nothing here.
        terms = np.where(alone, p * f.slope, q * f(np.where(alone, 1.0, ratio)))
    return float(np.where(p + q > 0, terms, 0.0).sum() * cell)


def kl(p, q, cell=1.0):
    """The Kullback-Leibler divergence KL(P || Q) = int p log(p / q) in nats; see `f_divergence` for the arguments."""
    return f_divergence("kl", p, q, cell=cell)


def js(p, q, cell=1.0):
    """The Jensen-Shannon divergence in nats, from 0 to log 2; see `f_divergence` for the arguments.

    Formula:
        JS(P || Q) = KL(P || M) / 2 + KL(Q || M) / 2 with M = (P + Q) / 2
    """
    return f_divergence("jensen_shannon", p, q, cell=cell) / 2


def total_variation(p, q, cell=1.0):
    """The total variation int |p - q| / 2, from 0 to 1; see `f_divergence` for the arguments."""
    return f_divergence("total_variation", p, q, cell=cell)


def as_distributions(*arrays):
    """Returns distributions as float64 arrays, checked: of one shape, finite and not negative."""
    arrays = [np.asarray(array, dtype="float64") for array in arrays]
    if len({array.shape for array in arrays}) > 1:
        shapes = " and ".join(str(array.shape) for array in arrays)
        raise ValueError(f"Expected distributions of one shape. Received: shapes {shapes}.")
    for array in arrays:
        if not np.all((array >= 0) & np.isfinite(array)):
            raise ValueError(
                "Expected finite probabilities or densities of at least 0. "
                f"Received: values from {array.min()} to {array.max()}."
            )
    return arrays


def _weighted_jensen_shannon(pi):
    if pi is None or not 0 < pi < 1:
        raise ValueError(f"Expected the parameter pi of weighted_jensen_shannon in (0, 1). Received: {pi!r}.")

    def f(u):
        mean = 1 - pi + pi * u
        return pi * u * np.log(u) - mean * np.log(mean)

    return Divergence(f, -(1 - pi) * np.log(1 - pi), -pi * np.log(pi))


def _alpha(alpha):
    if alpha is None or not np.isfinite(alpha) or alpha in (0, 1):
        raise ValueError(f"Expected the parameter alpha of alpha as a number but 0 and 1. Received: {alpha!r}.")

    def f(u):
        return (u**alpha - 1 - alpha * (u - 1)) / (alpha * (alpha - 1))

    return Divergence(f, 1 / alpha if alpha > 0 else np.inf, 1 / (1 - alpha) if alpha < 1 else np.inf)


DIVERGENCES.update(
    total_variation=Divergence(lambda u: np.abs(u - 1) / 2, 0.5, 0.5),
    kl=Divergence(lambda u: u * np.log(u), 0.0, np.inf),
    reverse_kl=Divergence(lambda u: -np.log(u), np.inf, 0.0),
    pearson=Divergence(lambda u: (u - 1) ** 2, 1.0, np.inf),
    neyman=Divergence(lambda u: (1 - u) ** 2 / u, np.inf, 1.0),
    squared_hellinger=Divergence(lambda u: (np.sqrt(u) - 1) ** 2, 1.0, 1.0),
    jeffrey=Divergence(lambda u: (u - 1) * np.log(u), np.inf, np.inf),
    jensen_shannon=Divergence(lambda u: u * np.log(u) - (u + 1) * np.log((u + 1) / 2), np.log(2), np.log(2)),
    weighted_jensen_shannon=_weighted_jensen_shannon,
    gan=Divergence(lambda u: u * np.log(u) - (u + 1) * np.log(u + 1), 0.0, 0.0),
    alpha=_alpha,
)
