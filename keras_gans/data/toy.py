"""Toys: distributions in the plane whose density is known, and pictures whose modes can be counted."""

import dataclasses

import numpy as np

from keras_gans.data.load import load
from keras_gans.registry import Registry

TOYS = Registry("toy")  # Name -> function that makes a distribution in the plane.


@dataclasses.dataclass(frozen=True, eq=False)
class Mixture:
    """A mixture of round Gaussians in the plane.

    Args:
        modes: float array (K, 2), the means.
        std: float above 0, the standard deviation on each axis, of all of them.
        weights: float array (K,), their probabilities, or None for equal ones.

    Raises:
        ValueError: if the modes are no points of the plane, `std` is not above 0, or the weights do not fit.
    """

    modes: np.ndarray
    std: float
    weights: np.ndarray | None = None

    def __post_init__(self):
        modes = np.asarray(self.modes, dtype="float64")
        if modes.ndim != 2 or modes.shape[1] != 2 or not len(modes):
            raise ValueError(f"Expected `modes` of shape (K, 2). Received: shape {modes.shape}.")
        weights = np.full(len(modes), 1 / len(modes)) if self.weights is None else np.asarray(self.weights, "float64")
        if weights.shape != (len(modes),) or np.any(weights < 0) or not abs(weights.sum() - 1) < 1e-6:
            raise ValueError(f"Expected `weights` as {len(modes)} probabilities. Received: {self.weights!r}.")
        check_std(self.std)
        object.__setattr__(self, "modes", modes)
        object.__setattr__(self, "weights", weights / weights.sum())

    @property
    def limits(self):
        """Tuple (low, high), the bounds of a square window that shows it all, on both axes."""
        low, high = self.modes.min(), self.modes.max()
        margin = (high - low) / 8 + 4 * self.std
        return float(low - margin), float(high + margin)

    def sample(self, n, seed=0):
        """Draws points.

        Args:
            n: int, how many.
            seed: int, seed of the draw.

        Returns:
            float32 (n, 2).
        """
        rng = np.random.default_rng(seed)
        centres = self.modes[rng.choice(len(self.modes), n, p=self.weights)]
        return (centres + self.std * rng.normal(size=(n, 2))).astype("float32")

    def density(self, x):
        """Computes the probability density.

        Args:
            x: float array (n, 2), points.

        Returns:
            float64 (n,), which integrates to 1 over the plane.
        """
        x = np.asarray(x, dtype="float64")
        if x.ndim != 2 or x.shape[1] != 2:
            raise ValueError(f"Expected points of shape (n, 2). Received: shape {x.shape}.")
        parts = np.array_split(x, len(x) // 4096 + 1)  # A fine mixture on a fine grid would not fit into memory.
        return np.concatenate([self._density(part) for part in parts])

    def _density(self, x):
        across, along = ((x[:, None, axis] - self.modes[:, axis]) / self.std for axis in range(2))
        return np.exp(-(across**2 + along**2) / 2) @ self.weights / (2 * np.pi * self.std**2)


@dataclasses.dataclass(frozen=True)
class SwissRoll:
    """A spiral of one and a half turns in the plane, with normal noise; see `swiss_roll`.

    It has the same face as `Mixture`, but `modes` is None.

    Args:
        std: float above 0, the standard deviation of the noise on each axis.
    """

    std: float
    modes = None

    def __post_init__(self):
        check_std(self.std)

    @property
    def limits(self):
        """Tuple (low, high), the bounds of a square window that shows it all, on both axes."""
        reach = 1.5 + 0.2 + 4 * self.std
        return -reach, reach

    def sample(self, n, seed=0):
        """Draws n points as float32 (n, 2); see `Mixture.sample`."""
        rng = np.random.default_rng(seed)
        return (_spiral(rng.uniform(size=n)) + self.std * rng.normal(size=(n, 2))).astype("float32")

    def density(self, x):
        """Computes the density at points (n, 2) as float64 (n,), by a mixture that follows the curve finely."""
        count = int(np.ceil(2 * _SPEED / self.std))  # Neighbours are at most half a deviation apart.
        return Mixture(_spiral((np.arange(count) + 0.5) / count), self.std).density(x)


_SPEED = 4.5 * np.pi + 1  # More than how fast the spiral runs: its angle turns at 3 pi, at a radius up to 1.5.


def _spiral(u):
    """Points (n, 2) of the curve for u (n,) in [0, 1]."""
    turn = 1.5 * np.pi * (1 + 2 * u)
    return (turn / (3 * np.pi))[:, None] * np.stack([np.cos(turn), np.sin(turn)], axis=-1)


@TOYS.register
def ring(modes=8, radius=1.0, std=0.01):
    """Gaussians on a circle; the defaults are PacGAN's ring.

    Args:
        modes: int, how many.
        radius: float, of the circle.
        std: float, standard deviation of each on each axis.

    Returns:
        A `Mixture`, whose modes run counter-clockwise from (radius, 0).

    Deviations:
        PacGAN's code draws equally many points of each mode; here the modes are drawn too.

    Reference:
        Lin, Khetan, Fanti, Oh, 2018, PacGAN: The power of two samples in generative adversarial networks,
        arXiv:1712.04086, the experiments on synthetic data.
    """
    turn = 2 * np.pi * np.arange(modes) / modes
    return Mixture(radius * np.stack([np.cos(turn), np.sin(turn)], axis=-1), std)


@TOYS.register
def grid(side=5, spacing=2.0, std=0.05):
    """Gaussians on a square grid around 0; the defaults are PacGAN's grid, with means on {-4, -2, 0, 2, 4}^2.

    Args:
        side: int, how many in a row.
        spacing: float, distance of neighbours.
        std: float, standard deviation of each on each axis.

    Returns:
        A `Mixture` of side * side modes, column by column.

    Deviations:
        PacGAN's code draws equally many points of each mode; here the modes are drawn too.

    Reference:
        Lin, Khetan, Fanti, Oh, 2018, PacGAN: The power of two samples in generative adversarial networks,
        arXiv:1712.04086, the experiments on synthetic data.
    """
    ticks = spacing * (np.arange(side) - (side - 1) / 2)
    return Mixture(np.stack(np.meshgrid(ticks, ticks, indexing="ij"), axis=-1).reshape(-1, 2), std)


@TOYS.register
def swiss_roll(std=0.025):
    """A spiral of one and a half turns, from radius 0.5 to 1.5, with noise: a distribution without modes.

    Args:
        std: float, standard deviation of the noise on each axis.

    Returns:
        A `SwissRoll`.

    Formula:
        x = r (cos t, sin t) + std * noise,  r = t / (3 pi),  t ~ U(1.5 pi, 4.5 pi)

    Deviations:
        WGAN-GP's code takes scikit-learn's roll with noise 0.25 and divides by 7.5; here it is divided by 3 pi, so
        that it ends at radius 1.5, and the default noise is rounded from 0.0265.

    Reference:
        Gulrajani et al., 2017, Improved Training of Wasserstein GANs, arXiv:1704.00028, Figure 1.
    """
    return SwissRoll(std)


def parallel_segments(theta, n, seed=0):
    """Draws points of two parallel segments, theta apart; `theory.parallel_segments` knows their distances.

    Args:
        theta: float, the distance.
        n: int, how many points of each.
        seed: int, seed of the draw.

    Returns:
        A tuple of two float32 arrays (n, 2): P on x = 0 and Q on x = theta, both with y uniform in [0, 1].

    Reference:
        Arjovsky, Chintala, Bottou, 2017, Wasserstein GAN, arXiv:1701.07875, Example 1.
    """
    heights = np.random.default_rng(seed).uniform(size=(2, n))
    p, q = (np.stack([np.full(n, x), y], axis=-1).astype("float32") for x, y in zip((0.0, theta), heights))
    return p, q


def stacked_digits(n, seed=0):
    """Draws pictures of three random digits, one per colour channel: a thousand modes that can be counted.

    `metrics.stacked_digits_coverage` counts them.

    Args:
        n: int, how many pictures.
        seed: int, seed of the draw.

    Returns:
        A tuple (images, labels): float32 (n, 16, 16, 3) in [-1, 1], and int32 (n,) in 0 to 999, whose three decimal
        digits are those of the red, green and blue channel.

    Deviations:
        Stacked MNIST is made of MNIST's 28x28 digits; here of scikit-learn's 8x8, resized to 16x16, which need no
        download.

    Reference:
        Metz, Poole, Pfau, Sohl-Dickstein, 2017, Unrolled Generative Adversarial Networks, arXiv:1611.02163,
        the experiments on stacked MNIST.
    """
    digits, names = load("digits", image_size=16, labels=True)
    chosen = np.random.default_rng(seed).integers(len(digits), size=(n, 3))
    images = np.moveaxis(digits[chosen, ..., 0], 1, -1)
    return np.ascontiguousarray(images), (names[chosen] @ np.array([100, 10, 1])).astype("int32")


def check_std(std):
    """Refuses a deviation that is not above 0 (raises ValueError)."""
    if not std > 0:
        raise ValueError(f"Expected `std` above 0. Received: {std!r}.")
