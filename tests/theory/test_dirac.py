"""The Dirac-GAN: fields against numerical gradients of the players' losses, eigenvalues and ends against the paper."""

import functools

import numpy as np
import pytest

from keras_gans.theory import dirac

FIELDS = {
    "gan": dirac.gan,
    "nsgan": dirac.nsgan,
    "wgan": dirac.wgan,
    "wgan_gp": functools.partial(dirac.wgan_gp, gamma=0.7, center=0.4),
    "r1": functools.partial(dirac.r1, gamma=0.7),
    "instance_noise": functools.partial(dirac.instance_noise, std=0.7),
    "consensus": functools.partial(dirac.consensus, gamma=0.7),
}
NOISE = np.random.default_rng(0).normal(size=(2, 400_000)) * 0.7


def f(t):
    return -np.log1p(np.exp(-t))


def slope(function, x, step=1e-5):
    return (function(x + step) - function(x - step)) / (2 * step)


def gains(name, theta, psi):
    """What generator and discriminator each climb: functions of theta and of psi."""

    def game(theta, psi):
        return f(theta * psi) + f(0)

    if name == "nsgan":
        return lambda t: f(-t * psi), lambda s: game(theta, s)
    if name == "wgan":
        return lambda t: -t * psi, lambda s: theta * s
    if name == "wgan_gp":
        return lambda t: -t * psi, lambda s: theta * s - 0.35 * (abs(s) - 0.4) ** 2
    if name == "r1":
        return lambda t: -game(t, psi), lambda s: game(theta, s) - 0.35 * s**2
    if name == "instance_noise":
        y, x = NOISE
        return lambda t: -f((t + y) * psi).mean(), lambda s: (f((theta + y) * s) + f(-x * s)).mean()
    if name == "consensus":

        def squared(theta, psi):
            return slope(lambda t: game(t, psi), theta) ** 2 + slope(lambda s: game(theta, s), psi) ** 2

        return (
            lambda t: -game(t, psi) - 0.35 * squared(t, psi),
            lambda s: game(theta, s) - 0.35 * squared(theta, s),
        )
    return lambda t: -game(t, psi), lambda s: game(theta, s)


@pytest.mark.parametrize("name", FIELDS)
@pytest.mark.parametrize("at", [(0.8, -0.6), (-1.1, 0.9)])
def test_field_is_the_gradient_of_what_the_players_climb(name, at):
    theta_gain, psi_gain = gains(name, *at)
    expected = slope(theta_gain, at[0], 1e-4), slope(psi_gain, at[1], 1e-4)
    tolerance = 3e-3 if name == "instance_noise" else 1e-6  # Drawn noise against quadrature.
    np.testing.assert_allclose(FIELDS[name](*at), expected, atol=tolerance)


@pytest.mark.parametrize("name", FIELDS)
def test_field_takes_grids(name):
    theta, psi = np.meshgrid([-1.0, 0.5, 2.0], [0.3, -0.8])
    v_theta, v_psi = FIELDS[name](theta, psi)
    assert v_theta.shape == v_psi.shape == (2, 3)
    np.testing.assert_allclose((v_theta[1, 2], v_psi[1, 2]), FIELDS[name](2.0, -0.8))


@pytest.mark.parametrize("name", ["gan", "nsgan"])
def test_eigenvalues_without_regularisation_are_imaginary(name):
    found = np.sort_complex(dirac.eigenvalues(FIELDS[name]))
    np.testing.assert_allclose(found, [-0.5j, 0.5j], atol=1e-7)


def test_eigenvalues_of_wgan_are_imaginary():
    np.testing.assert_allclose(np.sort_complex(dirac.eigenvalues(dirac.wgan)), [-1j, 1j], atol=1e-7)


@pytest.mark.parametrize("gamma", [0.4, 1.5])
def test_eigenvalues_of_r1_are_the_papers(gamma):
    root = np.sqrt(complex(gamma**2 / 4 - 1 / 4))
    found = np.sort_complex(dirac.eigenvalues(functools.partial(dirac.r1, gamma=gamma)))
    np.testing.assert_allclose(found, np.sort_complex([-gamma / 2 + root, -gamma / 2 - root]), atol=1e-7)


def test_eigenvalues_of_instance_noise_and_consensus_are_the_papers():
    noisy = np.sort_complex(dirac.eigenvalues(functools.partial(dirac.instance_noise, std=1.2)))
    root = np.sqrt(complex(1.2**4 / 16 - 1 / 4))
    np.testing.assert_allclose(noisy, np.sort_complex([-0.36 + root, -0.36 - root]), atol=1e-6)
    agreed = np.sort_complex(dirac.eigenvalues(functools.partial(dirac.consensus, gamma=0.8)))
    np.testing.assert_allclose(agreed, [-0.2 - 0.5j, -0.2 + 0.5j], atol=1e-6)


@pytest.mark.parametrize("name", ["gan", "wgan"])
def test_trajectory_without_regularisation_does_not_come_closer(name):
    distances = np.linalg.norm(dirac.trajectory(FIELDS[name], (0.5, 0.5), steps=500, rate=0.1), axis=1)
    assert np.all(np.diff(distances) > 0)


def test_trajectory_of_wgan_grows_by_pythagoras():
    path = dirac.trajectory(dirac.wgan, (1.0, 0.0), steps=10, rate=0.2)
    assert path.shape == (11, 2)
    np.testing.assert_allclose(np.linalg.norm(path, axis=1), 1.04 ** (np.arange(11) / 2))


@pytest.mark.parametrize("start", [0.02, 1.0])
def test_trajectory_of_nsgan_ends_on_a_circle(start):
    path = dirac.trajectory(dirac.nsgan, (start, 0.0), steps=6000, rate=0.1)
    assert np.linalg.norm(path[-1000:], axis=1).mean() == pytest.approx(np.sqrt(2 * 0.1), rel=0.05)


@pytest.mark.parametrize("name", ["r1", "instance_noise", "consensus"])
def test_trajectory_with_regularisation_converges(name):
    path = dirac.trajectory(FIELDS[name], (1.0, 1.0), steps=1500, rate=0.1)
    assert np.linalg.norm(path[-1]) < 1e-3


def test_trajectory_of_wgan_gp_stays_away():
    path = dirac.trajectory(functools.partial(dirac.wgan_gp, gamma=0.3), (1.0, 1.0), steps=3000, rate=0.05)
    distances = np.linalg.norm(path[1000:], axis=1)
    assert distances.max() > 0.5
    assert distances.max() < 10


def test_trajectory_clips_the_discriminator():
    path = dirac.trajectory(dirac.wgan, (1.0, 0.0), steps=400, rate=0.1, clip=0.3)
    assert np.abs(path[:, 1]).max() == pytest.approx(0.3)
    assert np.abs(path[-100:, 0]).max() > 0.1  # Clipping keeps it bounded, not still.
