"""Distributions along lines in the plane, whose density is known: half moons, and segments."""

import dataclasses

import numpy as np

from keras_gans.data.toy import TOYS, Mixture, check_std

FINE = 2  # places on a line for each standard deviation, by which a mixture follows it


@dataclasses.dataclass(frozen=True, eq=False)
class Curves:
    """Points that are uniform along lines in the plane, with normal noise.

    It has the same face as `data.toy.Mixture`, but `modes` is None.

    Args:
        lines: list of float arrays (k, 2), the corners of each line; a length of line is as likely as any other.
        std: float above 0, the standard deviation of the noise on each axis.

    Raises:
        ValueError: if a line is no array of at least two points, or `std` is not above 0.
    """

    lines: list
    std: float
    modes = None

    def __post_init__(self):
        lines = [np.asarray(line, dtype="float64") for line in self.lines]
        if not lines or any(line.ndim != 2 or line.shape[1] != 2 or len(line) < 2 for line in lines):
            raise ValueError(
                "Expected `lines` as arrays of at least two points, (k, 2). "
                f"Received: shapes {', '.join(str(line.shape) for line in lines)}."
            )
        check_std(self.std)
        object.__setattr__(self, "lines", lines)

    @property
    def limits(self):
        """Tuple (low, high), the bounds of a square window that shows it all, on both axes."""
        corners = np.concatenate(self.lines)
        low, high = corners.min(), corners.max()
        margin = (high - low) / 8 + 4 * self.std
        return float(low - margin), float(high + margin)

    def sample(self, n, seed=0):
        """Draws n points as float32 (n, 2); see `Mixture.sample`."""
        rng = np.random.default_rng(seed)
        return (self._places(rng.uniform(size=n)) + self.std * rng.normal(size=(n, 2))).astype("float32")

    def density(self, x):
        """Computes the density at points (n, 2) as float64 (n,), by a mixture that follows the lines finely."""
        lengths = np.array([_length(line) for line in self.lines])
        counts = np.ceil(FINE * lengths / self.std).astype(int)
        shares = [(np.arange(count) + 0.5) / count for count in counts]
        places = [Curves([line], self.std)._places(share) for line, share in zip(self.lines, shares)]
        weights = np.repeat(lengths / lengths.sum() / counts, counts)
        return Mixture(np.concatenate(places), self.std, weights).density(x)

    def _places(self, u):
        """The points (n, 2) at shares u (n,) of the whole length."""
        starts = np.concatenate([line[:-1] for line in self.lines])
        steps = np.concatenate([np.diff(line, axis=0) for line in self.lines])
        ends = np.cumsum(np.linalg.norm(steps, axis=1))
        way = u * ends[-1]
        piece = np.minimum(np.searchsorted(ends, way, side="right"), len(ends) - 1)
        before = np.concatenate([[0.0], ends])[piece]
        return starts[piece] + ((way - before) / (ends[piece] - before))[:, None] * steps[piece]


def _length(line):
    return np.linalg.norm(np.diff(line, axis=0), axis=1).sum()


@TOYS.register
def moons(std=0.1):
    """Two half circles of radius 1 that reach into each other, around 0: a distribution of two parts without modes.

    Args:
        std: float, standard deviation of the noise on each axis.

    Returns:
        A `Curves`.

    Reference:
        scikit-learn's `make_moons`, less its mean (0.5, 0.25).
    """
    turn = np.linspace(0, np.pi, 181)
    upper = np.stack([np.cos(turn) - 0.5, np.sin(turn) - 0.25], axis=-1)
    return Curves([upper, -upper], std)


@TOYS.register
def segments(apart=1.0, std=0.02):
    """Two upright segments of length 1 side by side, around 0.

    Args:
        apart: float, the distance between them.
        std: float, standard deviation of the noise on each axis.

    Returns:
        A `Curves`.

    Deviations:
        In the paper the data are one segment and the generated points the other, and neither has noise
        (`toy.parallel_segments`).

    Reference:
        Arjovsky, Chintala, Bottou, 2017, Wasserstein GAN, arXiv:1701.07875, Example 1.
    """
    return Curves([[[side * apart / 2, -0.5], [side * apart / 2, 0.5]] for side in (-1, 1)], std)
