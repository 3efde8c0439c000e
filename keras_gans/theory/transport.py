"""The earth mover's distance: as a best plan, as a best critic, and in one dimension."""

import numpy as np
from scipy import sparse
from scipy.optimize import linprog
from scipy.spatial.distance import cdist


def transport_plan(cost, p, q):
    """The cheapest way to move one pile of earth into the shape of another, by a linear programme.

    It has n * m unknowns: seconds for a few hundred points on each side.

    Args:
        cost: float array (n, m), cost of moving a unit from place i to place j.
        p: float array (n,), probabilities at the start.
        q: float array (m,), probabilities at the goal.

    Returns:
        A tuple (plan, total): float64 (n, m), how much goes from i to j, with row sums p and column sums q; and the
        float cost of it all.

    Formula:
        min over plans >= 0 of sum_ij plan_ij cost_ij  subject to  sum_j plan_ij = p_i,  sum_i plan_ij = q_j

    Reference:
        Arjovsky, Chintala, Bottou, 2017, Wasserstein GAN, arXiv:1701.07875, Equation 1.

    Raises:
        ValueError: if `cost` is no finite matrix, or `p` or `q` are no probabilities of its rows and columns.
    """
    cost = np.asarray(cost, dtype="float64")
    if cost.ndim != 2 or not np.all(np.isfinite(cost)):
        infinite = cost.size - np.isfinite(cost).sum()
        raise ValueError(
            f"Expected `cost` as a finite matrix (n, m). Received: shape {cost.shape}, {infinite} values not finite."
        )
    n, m = cost.shape
    plan, _ = _solved(cost, _probabilities(p, n), _probabilities(q, m))
    return plan, float(np.sum(plan * cost))


def earth_mover(x, y, p=None, q=None):
    """The earth mover's (Wasserstein-1) distance of two sets of points, by the best transport plan.

    Args:
        x: float array (n, d), or (n,) on a line.
        y: float array (m, d), or (m,).
        p: float array (n,), probabilities of x; None for equal ones.
        q: float array (m,), probabilities of y; None for equal ones.

    Returns:
        float, in the units of the points.

    Formula:
        W(P, Q) = inf over couplings gamma of E_{(x, y) ~ gamma} |x - y|, with Euclidean |.|

    Reference:
        Arjovsky, Chintala, Bottou, 2017, Wasserstein GAN, arXiv:1701.07875, Equation 1.

    Raises:
        ValueError: if the points have different dimensions or are not finite, or the probabilities do not fit.
    """
    x, y = _points(x, y)
    return transport_plan(cdist(x, y), _weights(p, len(x)), _weights(q, len(y)))[1]


def best_critic(x, y, p=None, q=None):
    """The 1-Lipschitz critic that tells two sets of points apart best, from the duals of the transport plan.

    It scores x higher than y on average, by the earth mover's distance: Kantorovich and Rubinstein's duality, on
    which WGAN is built. No other 1-Lipschitz function scores more.

    Args:
        x: float array (n, d), or (n,) on a line.
        y: float array (m, d), or (m,).
        p: float array (n,), probabilities of x; None for equal ones.
        q: float array (m,), probabilities of y; None for equal ones.

    Returns:
        The critic f, a function from any points, float (k, d) or (k,), to float64 (k,). It is 1-Lipschitz everywhere.

    Formula:
        W(P, Q) = sup over |f(a) - f(b)| <= |a - b| of E_{x ~ P} f(x) - E_{y ~ Q} f(y)
        f(z) = min_j (g_j + |z - y_j|), where -g_j is the dual of the plan's j-th column sum

    Reference:
        Arjovsky, Chintala, Bottou, 2017, Wasserstein GAN, arXiv:1701.07875, Equation 2.

    Raises:
        ValueError: if the points have different dimensions or are not finite, or the probabilities do not fit.
    """
    x, y = _points(x, y)
    _, duals = _solved(cdist(x, y), _weights(p, len(x)), _weights(q, len(y)))
    heights = -duals[len(x) :]

    def critic(points):
        points, _ = _points(points, y)
        return (heights + cdist(points, y)).min(axis=1)

    return critic


def wasserstein_1d(x, y, p=None, q=None):
    """The earth mover's distance on a line, where it is the area between the two distribution functions.

    Args:
        x: float array (n,).
        y: float array (m,).
        p: float array (n,), probabilities of x; None for equal ones.
        q: float array (m,), probabilities of y; None for equal ones.

    Returns:
        float, in the units of the points.

    Formula:
        W(P, Q) = int |F(t) - G(t)| dt

    Raises:
        ValueError: if x or y is no vector of finite numbers, or the probabilities do not fit.
    """
    x, y = (points[:, 0] for points in _points(np.ravel(x), np.ravel(y)))
    grid = np.sort(np.concatenate([x, y]))
    gap = _share_below(x, _weights(p, len(x)), grid) - _share_below(y, _weights(q, len(y)), grid)
    return float(np.abs(gap[:-1]) @ np.diff(grid))


def _solved(cost, p, q):
    """The linear programme of transport: the plan (n, m), and the duals of its row and then its column sums.

    The solver's tolerance is a fixed number, so costs are handed to it between 0 and 1.
    """
    n, m = cost.shape
    scale = np.abs(cost).max() or 1.0
    rows = sparse.kron(sparse.eye(n), np.ones((1, m)))
    columns = sparse.kron(np.ones((1, n)), sparse.eye(m))
    solution = linprog(cost.ravel() / scale, A_eq=sparse.vstack([rows, columns]), b_eq=np.concatenate([p, q]))
    if not solution.success:
        raise RuntimeError(f"No transport plan was found: {solution.message}")
    return solution.x.reshape(n, m), scale * solution.eqlin.marginals


def _share_below(x, p, grid):
    """The distribution function of weighted points at the places of a grid."""
    order = np.argsort(x)
    sums = np.concatenate([[0.0], np.cumsum(p[order])])
    return sums[np.searchsorted(x[order], grid, side="right")]


def _points(x, y):
    x, y = (np.asarray(points, dtype="float64") for points in (x, y))
    x, y = (points[:, None] if points.ndim == 1 else points for points in (x, y))
    if x.ndim != 2 or y.ndim != 2 or x.shape[1] != y.shape[1] or not len(x) or not len(y):
        raise ValueError(f"Expected points (n, d) and (m, d). Received: shapes {x.shape} and {y.shape}.")
    if not (np.all(np.isfinite(x)) and np.all(np.isfinite(y))):
        raise ValueError("Expected finite points. Received: points with NaN or infinite coordinates.")
    return x, y


def _weights(p, n):
    return np.full(n, 1 / n) if p is None else _probabilities(p, n)


def _probabilities(p, n):
    p = np.asarray(p, dtype="float64")
    if p.shape != (n,) or np.any(p < 0) or not abs(p.sum() - 1) < 1e-6:
        raise ValueError(f"Expected {n} probabilities that sum to 1. Received: shape {p.shape}, sum {p.sum()}.")
    return p / p.sum()
