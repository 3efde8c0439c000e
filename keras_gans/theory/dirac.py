"""The Dirac-GAN: a game of two numbers that shows which training converges.

The data are all at 0, the generator puts all at theta, the discriminator is D(x) = psi x. The value is
L(theta, psi) = f(psi theta) + f(0) with f(t) = -log(1 + exp(-t)), which psi maximises and theta minimises; their
gradients make a vector field whose only rest is (0, 0). Each function here is such a field, of the way of training
that it is named after.

Every field takes theta and psi, floats or float arrays of one shape, and returns the tuple (v_theta, v_psi) of the
same shape, along which the two move. All are from Mescheder, Geiger and Nowozin, 2018, Which Training Methods for GANs
do actually Converge?, arXiv:1801.04406, Definition 2.1 and Sections 2 and 3.
"""

import numpy as np
from scipy.special import expit

_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(64)
_WEIGHTS = _WEIGHTS / _WEIGHTS.sum()  # The mean over a standard normal number is a weighted sum over these nodes.


def gan(theta, psi):
    """The minimax game: it circles, and steps of any size spiral outwards.

    Eigenvalues at the equilibrium: +- i f'(0) = +- i / 2.

    Formula:
        v = (-psi f'(theta psi), theta f'(theta psi)),  f'(t) = 1 / (1 + exp(t))
    """
    push = expit(-theta * psi)
    return -psi * push, theta * push


def nsgan(theta, psi):
    """The non-saturating game, in which the generator maximises f(-psi theta): eigenvalues +- i / 2 too.

    It creeps inwards, slower than any exponential, since the pull vanishes with the fourth power of the distance;
    steps of a rate h throw it outwards again, so that it ends circling at a distance of about sqrt(2 h).

    Formula:
        v = (-psi f'(-theta psi), theta f'(theta psi))
    """
    return -psi * expit(theta * psi), theta * expit(-theta * psi)


def wgan(theta, psi):
    """WGAN, f(t) = t: it circles, eigenvalues +- i. Its weight clipping is `clip` of `trajectory`.

    Formula:
        v = (-psi, theta)
    """
    return -np.asarray(psi), np.asarray(theta)


def wgan_gp(theta, psi, gamma, center=1.0):
    """WGAN with the gradient penalty (gamma / 2) (|psi| - center)^2: it does not come to rest either.

    Formula:
        v = (-psi, theta - gamma sign(psi) (|psi| - center))

    Deviations:
        The paper writes g_0 for `center`; WGAN-GP's is 1, and lambda = gamma / 2.
    """
    return -np.asarray(psi), theta - gamma * np.sign(psi) * (np.abs(psi) - center)


def r1(theta, psi, gamma):
    """The minimax game with the zero-centred gradient penalty (gamma / 2) psi^2: it converges.

    Eigenvalues at the equilibrium: -gamma / 2 +- sqrt(gamma^2 / 4 - f'(0)^2).

    Formula:
        v = (-psi f'(theta psi), theta f'(theta psi) - gamma psi)
    """
    v_theta, v_psi = gan(theta, psi)
    return v_theta, v_psi - gamma * psi


def instance_noise(theta, psi, std):
    """The minimax game with normal noise added to data and generated points alike: it converges.

    Eigenvalues at the equilibrium: f''(0) std^2 +- sqrt(f''(0)^2 std^4 - f'(0)^2), f''(0) = -1 / 4.

    Formula:
        v = (-psi E f'(y psi), E y f'(y psi) - E x f'(-x psi)),  y ~ N(theta, std^2), x ~ N(0, std^2)

    Deviations:
        The paper's code draws the noise; here the means are taken by Gauss-Hermite quadrature.
    """
    x = std * _NODES
    y = np.asarray(theta)[..., None] + x
    slopes = np.asarray(psi)[..., None]
    push = expit(-y * slopes)
    return -psi * (push @ _WEIGHTS), (y * push - x * expit(x * slopes)) @ _WEIGHTS


def consensus(theta, psi, gamma):
    """Consensus optimisation of the minimax game, which also descends (gamma / 2) |v|^2: it converges.

    Eigenvalues at the equilibrium: -gamma f'(0)^2 +- i f'(0).

    Formula:
        v = v_gan - (gamma / 2) grad |v_gan|^2,  |v_gan|^2 = (theta^2 + psi^2) f'(theta psi)^2
    """
    v_theta, v_psi = gan(theta, psi)
    slope = expit(-theta * psi)
    bend = -slope * (1 - slope) * (theta**2 + psi**2)  # f'' times the squared distance.
    return v_theta - gamma * slope * (theta * slope + psi * bend), v_psi - gamma * slope * (psi * slope + theta * bend)


def trajectory(field, start, steps, rate, clip=None):
    """Follows a field by simultaneous gradient descent.

    Args:
        field: function (theta, psi) -> (v_theta, v_psi), such as `gan` or `lambda *at: r1(*at, gamma=0.3)`.
        start: pair of floats (theta, psi).
        steps: int, how many updates.
        rate: float, learning rate of both players.
        clip: None, or float, the bound to which |psi| is clipped after each update (WGAN's weight clipping).

    Returns:
        float64 (steps + 1, 2), theta and psi from the start on.

    Formula:
        (theta, psi) <- (theta, psi) + rate v(theta, psi)

    Reference:
        Mescheder, Geiger, Nowozin, 2018, arXiv:1801.04406, Section 2.
    """
    path = np.empty((steps + 1, 2))
    path[0] = start
    for step in range(steps):
        path[step + 1] = path[step] + rate * np.asarray(field(*path[step]))
        if clip is not None:
            path[step + 1, 1] = np.clip(path[step + 1, 1], -clip, clip)
    return path


def eigenvalues(field):
    """The eigenvalues of a field's Jacobian at the equilibrium (0, 0), by central differences.

    Training with small steps converges near the equilibrium if all have negative real parts, and circles or drifts
    away if not. The field has to be smooth there: not `wgan_gp`, which jumps at psi = 0.

    Args:
        field: function (theta, psi) -> (v_theta, v_psi).

    Returns:
        complex128 (2,).

    Reference:
        Mescheder, Geiger, Nowozin, 2018, arXiv:1801.04406, Section 2.1.
    """
    step = 1e-4
    columns = [np.subtract(field(*(step * axis)), field(*(-step * axis))) / (2 * step) for axis in np.eye(2)]
    return np.linalg.eigvals(np.transpose(columns)).astype("complex128")
