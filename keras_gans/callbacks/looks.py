"""What one look at a training says in numbers: NumPy arrays of scores and examples in, a dict of floats out."""

import numpy as np

MODES_APART = 6.0  # bandwidths in the median distance of two real examples
NEIGHBOURS = 3  # k of the recall, as in its paper
AXES = 3  # principal axes of the data on which the samples' mean is followed


class Yardstick:
    """Real examples, against which generated ones are measured: how varied they are, how far away, and where.

    Args:
        real: float array (n, ...). A single one says nothing of variety: samples are as varied as it then.
    """

    def __init__(self, real):
        self.real = _flat(real)
        self.centre = self.real.mean(axis=0)
        self.spread = np.sqrt(((self.real - self.centre) ** 2).sum(axis=1).mean()) or 1.0
        distances = _distances(self.real, self.real)
        apart = distances[np.triu_indices(len(distances), 1)]
        self.bandwidth = (np.median(apart) / MODES_APART if len(apart) else 0.0) or 1.0
        self.within, self.distinct = distances.mean(), vendi_score(distances, self.bandwidth)
        self.axes = np.linalg.svd(self.real - self.centre, full_matrices=False)[2][:AXES]

    def measure(self, fake):
        """Measures generated examples.

        Args:
            fake: float array (m, ...), finite.

        Returns:
            dict: `diversity`, the effective number of distinct samples, as a share of that of the real ones, which is
            1 for samples as varied; `spread`, the mean distance of two samples, as a share of that of two real ones;
            `recall`, the share of real ones that are nearer to a sample than that is to the third other one (see
            `metrics.precision_recall`); `distance`, the energy distance to the real ones, as a share of its largest
            value, in [0, 1]; `position`, a list of floats, the samples' mean along the data's principal axes, from the
            data's in units of their spread.
        """
        fake = _flat(fake)
        inner, outer = _distances(fake, fake), _distances(self.real, fake)
        across = outer.mean()
        energy = 2 * across - inner.mean() - self.within
        radii = np.sort(inner, axis=1)[:, min(NEIGHBOURS, len(inner) - 1)]
        return {
            "diversity": vendi_score(inner, self.bandwidth) / self.distinct,
            "spread": inner.mean() / self.within if self.within else 1.0,
            "recall": np.mean(np.any(outer <= radii, axis=1)),
            "distance": max(energy, 0.0) / (2 * across) if across else 0.0,
            "position": (self.axes @ (fake.mean(axis=0) - self.centre) / self.spread).tolist(),
        }


def vendi_score(distances, bandwidth):
    """The effective number of distinct examples, from 1 (all alike) to n (all apart by much more than the bandwidth).

    Args:
        distances: float array (n, n), the distance of each to each.
        bandwidth: float, that of the Gaussian kernel.

    Returns:
        float.

    Formula:
        1 / sum_i l_i^2 = n^2 / sum_jk K_jk^2, l_i the eigenvalues of K / n,
        K_jk = exp(-distance_jk^2 / (2 bandwidth^2))

    Deviations:
        Of the family of scores the one of order 2, which needs no eigenvalues, instead of the first paper's order 1,
        exp(-sum_i l_i log l_i); m equal groups far apart have the score m in every order.

    Reference:
        Friedman, Dieng, 2022, The Vendi Score: A Diversity Evaluation Metric for Machine Learning, arXiv:2210.02410,
        Definition 3.1. Pasarkar, Dieng, 2023, Cousins of the Vendi Score, arXiv:2310.12952 (other orders).
    """
    return float(1 / np.mean(np.exp(-((distances / bandwidth) ** 2))))


def judgement(real_scores, fake_scores, boundary, held_out_scores=None):
    """What D's scores say of its skill.

    Args:
        real_scores: float array (n, ...), of real examples.
        fake_scores: float array (m, ...), of generated examples.
        boundary: float, the score from which on D takes an example for real, or None for midway between both means.
        held_out_scores: None, or float array (l, ...), of real examples that D was not trained on.

    Returns:
        dict of floats: `real` and `fake`, the mean scores; `accuracy_real` and `accuracy_fake`, the shares on which D
        is right, and if there are any `accuracy_held_out`; `separation`, the share of pairs of a real and a generated
        score in which the real one is higher.
    """
    real, fake = (np.asarray(scores, "float64").ravel() for scores in (real_scores, fake_scores))
    if boundary is None:
        boundary = (real.mean() + fake.mean()) / 2
    ordered = np.sort(fake)
    below = np.searchsorted(ordered, real, "left") + np.searchsorted(ordered, real, "right")
    others = {} if held_out_scores is None else {"accuracy_held_out": np.mean(np.asarray(held_out_scores) > boundary)}
    return others | {
        "real": real.mean(),
        "fake": fake.mean(),
        "accuracy_real": np.mean(real > boundary),
        "accuracy_fake": np.mean(fake < boundary),
        "separation": below.mean() / (2 * len(fake)),
    }


def _flat(examples):
    return np.asarray(examples, "float64").reshape(len(examples), -1)


def _distances(a, b):
    squares = (a**2).sum(axis=1)[:, None] + (b**2).sum(axis=1) - 2 * a @ b.T
    return np.sqrt(np.maximum(squares, 0.0))
