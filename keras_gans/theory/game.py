"""The game itself: the best discriminator, what the game is worth then, and what maximum likelihood minimises."""

from typing import NamedTuple

import numpy as np
from scipy import special

from keras_gans.theory.divergences import as_distributions


def optimal_discriminator(p, q):
    """The discriminator that is best against a fixed generator.

    Args:
        p: float array of any shape, probabilities or densities of the data.
        q: float array of the same shape, those of the generator.

    Returns:
        float64 of the same shape in [0, 1]. Where p = q = 0 any answer is as good; it is 1/2 there.

    Formula:
        D*(x) = p(x) / (p(x) + q(x))

    Deviations:
        none

    Reference:
        Goodfellow et al., 2014, Generative Adversarial Networks, arXiv:1406.2661, Proposition 1, Equation 2.

    Raises:
        ValueError: if the shapes differ, or a value is negative or not finite.
    """
    p, q = as_distributions(p, q)
    total = p + q
    return np.divide(p, total, out=np.full(total.shape, 0.5), where=total > 0)


def value(p, q, d, cell=1.0):
    """The value of the game: what the discriminator maximises and the generator minimises.

    With `optimal_discriminator(p, q)` it is 2 JS(P || Q) - 2 log 2.

    Args:
        p: float array of any shape, probabilities or densities of the data; it sums to 1 / cell.
        q: float array of the same shape, those of the generator.
        d: float array of the same shape in [0, 1], the discriminator's answers: its probability of "real".
        cell: float, volume of a grid cell; 1 for probabilities.

    Returns:
        float, at most 0; minus infinity if D is sure and wrong anywhere.

    Formula:
        V(D, G) = E_{x ~ P} log D(x) + E_{x ~ Q} log(1 - D(x))

    Deviations:
        none

    Reference:
        Goodfellow et al., 2014, Generative Adversarial Networks, arXiv:1406.2661, Equation 1; the value at the
        optimal discriminator: Theorem 1, Equation 6.

    Raises:
        ValueError: if the shapes differ, a value is negative or not finite, or D leaves [0, 1].
    """
    p, q, d = as_distributions(p, q, d)
    if np.any(d > 1):
        raise ValueError(f"Expected a discriminator with answers in [0, 1]. Received: a largest answer of {d.max()}.")
    return float((special.xlogy(p, d) + special.xlog1py(q, -d)).sum() * cell)


def energy_value(p, q, energy, margin, cell=1.0):
    """The value of EBGAN's game for D, which lowers it, between a fixed generator and an energy.

    The best energy is the margin wherever q > p, and 0 elsewhere; the value then is margin * (1 - TV(P, Q)), which the
    generator raises: EBGAN's generator descends the total variation.

    Args:
        p: float array of any shape, probabilities or densities of the data; it sums to 1 / cell.
        q: float array of the same shape, those of the generator.
        energy: float array of the same shape, at least 0.
        margin: float, above 0.
        cell: float, volume of a grid cell; 1 for probabilities.

    Returns:
        float, at least 0.

    Formula:
        V = E_{x ~ P} E(x) + E_{x ~ Q} max(0, margin - E(x))

    Deviations:
        none

    Reference:
        Zhao, Mathieu, LeCun, 2016, Energy-based Generative Adversarial Network, arXiv:1609.03126, Section 2.2 and the
        proof of Theorem 1.

    Raises:
        ValueError: if the shapes differ, or a value is negative or not finite.
    """
    p, q, energy = as_distributions(p, q, energy)
    return float((p * energy + q * np.maximum(0.0, margin - energy)).sum() * cell)


def entropy(p, cell=1.0):
    """The entropy H(P) = -E_{x ~ P} log p(x), which no model can change.

    Args:
        p: float array of any shape, probabilities or densities; it sums to 1 / cell.
        cell: float, volume of a grid cell; 1 for probabilities.

    Returns:
        float, in nats; for a density it may be negative.
    """
    (p,) = as_distributions(p)
    return float(special.entr(p).sum() * cell)


def log_likelihood(p, q, cell=1.0):
    """The expected log-likelihood E_{x ~ P} log q(x) of data from P under the model Q.

    To maximise it over Q is to minimise KL(P || Q), since the two differ by the entropy of the data alone.

    Args:
        p: float array of any shape, probabilities or densities of the data; it sums to 1 / cell.
        q: float array of the same shape, those of the model.
        cell: float, volume of a grid cell; 1 for probabilities.

    Returns:
        float, in nats; minus infinity if the model misses anything of the data.

    Formula:
        KL(P || Q) = -H(P) - E_{x ~ P} log q(x)
    """
    p, q = as_distributions(p, q)
    return float(special.xlogy(p, q).sum() * cell)


class ParallelSegments(NamedTuple):
    """How far apart two parallel segments are, by four measures; floats, or arrays of the shape of theta."""

    kl: np.ndarray
    js: np.ndarray
    total_variation: np.ndarray
    wasserstein: np.ndarray


def parallel_segments(theta):
    """The courses' example of why a GAN needs a better distance: two parallel segments that do not overlap.

    P is uniform on the segment x = 0, 0 <= y <= 1, and Q on x = theta, 0 <= y <= 1. Only the earth mover's distance
    says how far apart they are, and so which way to go. `data.toy.parallel_segments` draws points of the two.

    Args:
        theta: float, or float array of any shape, the distance.

    Returns:
        `ParallelSegments`: KL(P || Q), JS(P || Q), total variation and W(P, Q).

    Formula:
        KL = inf, JS = log 2, TV = 1 if theta is not 0, else 0; W = |theta|

    Deviations:
        none

    Reference:
        Arjovsky, Chintala, Bottou, 2017, Wasserstein GAN, arXiv:1701.07875, Example 1.
    """
    theta = np.asarray(theta, dtype="float64")
    apart = theta != 0
    return ParallelSegments(*(np.where(apart, far, 0.0)[()] for far in (np.inf, np.log(2), 1.0, np.abs(theta))))
