"""Lipschitz constants: of a matrix, of layers in a row, of any function as far as points show, by power iteration."""

from typing import NamedTuple

import numpy as np
from scipy.spatial.distance import pdist


def lipschitz_constant(matrix):
    """The Lipschitz constant of a linear map: its largest singular value, the root of the largest eigenvalue of A^T A.

    Args:
        matrix: float array (m, n); the map is x -> matrix @ x.

    Returns:
        float, the smallest K with |A x| <= K |x| for all x.

    Formula:
        K = sup_x |A x| / |x| = sigma_1(A)

    Reference:
        Miyato et al., 2018, Spectral Normalization for Generative Adversarial Networks, arXiv:1802.05957, Equation 6.
    """
    return float(np.linalg.norm(np.asarray(matrix, dtype="float64"), 2))


def lipschitz_bound(matrices):
    """A bound of the Lipschitz constant of linear layers with 1-Lipschitz activations between them.

    By the chain rule it is the product of the layers' constants. It is reached only if each layer stretches most
    what the layer before it has stretched most.

    Args:
        matrices: sequence of float arrays, the layers' matrices.

    Returns:
        float, an upper bound.

    Formula:
        K(f_L o ... o f_1) <= prod_l sigma_1(W_l)

    Reference:
        Miyato et al., 2018, Spectral Normalization for Generative Adversarial Networks, arXiv:1802.05957, Equation 7.
    """
    return float(np.prod([lipschitz_constant(matrix) for matrix in matrices]))


def estimate_lipschitz(function, points):
    """What a set of points shows of a function's Lipschitz constant: its steepest chord between two of them.

    Args:
        function: function from a float array (n, d) to a float array (n,) or (n, k).
        points: float array (n, d), at least two different ones. All pairs are looked at.

    Returns:
        float, a lower bound.

    Formula:
        max over pairs of |f(a) - f(b)| / |a - b|

    Raises:
        ValueError: if no two points differ.
    """
    points = np.asarray(points, dtype="float64")
    values = np.asarray(function(points), dtype="float64").reshape(len(points), -1)
    distances = pdist(points)
    apart = distances > 0
    if not apart.any():
        raise ValueError(f"Expected at least two different points. Received: {len(points)} points, all the same.")
    return float((pdist(values)[apart] / distances[apart]).max())


class PowerIteration(NamedTuple):
    """What `power_iteration` found: sigma, the singular vectors u (m,) and v (n,), sigma after each step (steps,)."""

    sigma: float
    u: np.ndarray
    v: np.ndarray
    history: np.ndarray


def power_iteration(matrix, steps, seed=0):
    """The largest singular value without a decomposition, as spectral normalisation finds it.

    Each step multiplies by W^T W, so that v's part along the i-th singular vector shrinks against the first one by
    (sigma_i / sigma_1)^2. The error of v falls by (sigma_2 / sigma_1)^2 per step, and that of sigma, which is of
    second order in v's, by (sigma_2 / sigma_1)^4. Sigma rises towards the true value from below.

    Args:
        matrix: float array (m, n), W.
        steps: int, at least 1. The layers of SNGAN take one per training step and keep u.
        seed: int, seed of the first u, drawn from a normal distribution.

    Returns:
        `PowerIteration`: sigma (float), u (m,), v (n,), history (steps,).

    Formula:
        v <- W^T u / |W^T u|,  u <- W v / |W v|,  sigma = u^T W v

    Deviations:
        none

    Reference:
        Miyato et al., 2018, Spectral Normalization for Generative Adversarial Networks, arXiv:1802.05957,
        Algorithm 1 and Appendix A.

    Raises:
        ValueError: if there is no step to make.
    """
    if steps < 1:
        raise ValueError(f"Expected at least one step. Received: steps={steps!r}.")
    matrix = np.asarray(matrix, dtype="float64")
    u = np.random.default_rng(seed).normal(size=len(matrix))
    history = np.empty(steps)
    for step in range(steps):
        v = _unit(matrix.T @ u)
        u = _unit(matrix @ v)
        history[step] = u @ matrix @ v
    return PowerIteration(float(history[-1]), u, v, history)


def _unit(vector):
    return vector / max(np.linalg.norm(vector), np.finfo("float64").tiny)
