"""What is seen of a game: points, D's map and its gradient, the manifold, the best D, the plan; and read-outs."""

import dataclasses
import functools
import math

import numpy as np
from keras import ops
from scipy import special
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import cdist

from keras_gans import engine, metrics, theory

POINTS, ARROWS, PLANNED, MEASURED = 600, 100, 120, 300  # generated points of each use
GRID = 41  # nodes along a side of D's map
LATTICE, LINE = 17, 129  # latents along a side of the manifold; along its line, where they have one number
TAIL = 0.02  # of the normal distribution at each end that the lattice leaves out
KERNEL = 0.02  # of the window's side: the deviation by which both densities are blurred before they are compared
BOARD = (-2.0, 2.0)  # the window in which one draws by hand
FAIR = 0.2  # of a mode's fair share of samples, from which on it counts as covered


class Look:
    """Looks at one game on the same latents each time; the model stays bit for bit as it was.

    Args:
        model: compiled model with `generator` and `discriminator`.
        toy: distribution in the plane, `data.toy.Mixture` or one with its face.
        real: float array (N, 2), the points that are trained on.
        drawn: whether the points were drawn by hand: in a window that does not change, and without modes to count.
    """

    def __init__(self, model, toy, real, drawn=False):
        self.model, self.toy, self.real = model, toy, real
        self.counts_modes = not drawn and toy.modes is not None
        rng = np.random.default_rng(0)
        self.latents = rng.normal(size=(POINTS, model.latent_dim)).astype("float32")
        self.chosen = real[np.resize(rng.permutation(len(real)), MEASURED)]
        self.lattice = _lattice(model.latent_dim)
        low, high = self.limits = BOARD if drawn else window(toy)
        ticks = np.linspace(low, high, GRID)
        self.nodes = np.stack(np.meshgrid(ticks, ticks), axis=-1).reshape(-1, 2).astype("float32")
        self._bandwidth = KERNEL * (high - low)
        self._p = _blurred(toy, self._bandwidth).density(self.nodes)
        variables = [*model.variables, *model.optimizer.variables, *model.metrics_variables]
        self._compiled = functools.cache(
            lambda wanted: engine.compile_stateless(lambda *x: self._see(wanted, *x), variables)
        )

    def facts(self):
        """What a page needs once: dict of the window, the real points that it draws, D's boundary and its kind."""
        loss = getattr(self.model, "loss", None)
        return {
            "limits": self.limits,
            "real": np.round(self.real[:1500], 3).tolist(),
            "boundary": self.model.boundary,
            "logits": bool(getattr(loss, "from_logits", False)),
        }

    def arrays(self, layers):
        """What is drawn, dict of names -> float arrays.

        Args:
            layers: list of words of `scenes.LAYERS`.

        Returns:
            dict: "points" (n, 2); and if their layers are on "judge" (k, k), rows from below; "gradient" (m, 2) at the
            first m points; "manifold", rows of places (a, b, 2); "best" (k, k), the best D; "plan" (l, 2), the real
            points to which the first l generated ones go.
        """
        wanted = tuple(layer for layer in ("judge", "gradient", "manifold") if layer in layers)
        made, *others = self._numbers(wanted)
        found = {"points": made, **dict(zip(wanted, others))}
        if "judge" in found:
            found["judge"] = found["judge"].reshape(GRID, GRID)
        if "manifold" in found:
            found["manifold"] = found["manifold"].reshape(-1, LINE if self.model.latent_dim == 1 else LATTICE, 2)
        if "best" in layers:
            found["best"] = self.best(made).reshape(GRID, GRID)
        if "plan" in layers and np.isfinite(made).all():
            found["plan"] = self.chosen[plan(made[:PLANNED], self.chosen[:PLANNED])[0]]
        return found

    def best(self, made):
        """The best D at the nodes, p / (p + q), of the known density p and of generated points' density q.

        Both are blurred by one Gaussian, since q is known by its points alone.
        """
        made = made[np.isfinite(made).all(axis=1)]
        if not len(made):
            return np.full(len(self.nodes), 0.5)
        q = np.exp(-0.5 * (cdist(self.nodes, made) / self._bandwidth) ** 2).mean(axis=1)
        return theory.optimal_discriminator(self._p, q / (2 * math.pi * self._bandwidth**2))

    def read(self):
        """The figures beside the picture: dict of the earth mover's distance, and modes if counted."""
        (made,) = self._numbers(())
        if not np.isfinite(made).all():
            return {}
        found = {"earth_mover": plan(made[:MEASURED], self.chosen)[1]}
        if self.counts_modes:
            counted = metrics.mode_coverage(made, self.toy.modes, self.toy.std, fair_share=FAIR)
            found |= {"modes": counted.covered, "of": counted.total, "quality": counted.quality}
        return found

    def _numbers(self, wanted):
        parts = self._compiled(wanted)(self.latents, self.nodes, self.lattice)
        return [ops.convert_to_numpy(part) for part in parts]

    def _see(self, wanted, latents, nodes, lattice):
        """Generated points, and what is wanted beside them."""
        G, D = self.model.generator, self.model.discriminator
        made = G(ops.convert_to_tensor(latents), training=False)
        ways = {
            "judge": lambda: D(ops.convert_to_tensor(nodes), training=False),
            "gradient": lambda: engine.input_gradient(lambda x: D(x, training=False), made[:ARROWS]),
            "manifold": lambda: G(ops.convert_to_tensor(lattice), training=False),
        }
        return [made, *(ways[name]() for name in wanted)]


def plan(made, real):
    """The cheapest way to bring generated points to as many real ones, each to one of its own.

    With equal weights some best plan of transport is such an assignment, so its mean length is the earth mover's
    distance of the two sets, as `theory.earth_mover` finds it, in a hundredth of the time.

    Args:
        made: float array (n, 2).
        real: float array (n, 2).

    Returns:
        A tuple: int array (n,), the real point of each generated one; and the mean length, float.
    """
    lengths = cdist(made, real)
    rows, columns = linear_sum_assignment(lengths)
    return columns, float(lengths[rows, columns].mean())


def window(toy):
    """The square window (low, high) in which a distribution is shown: its own limits and as much as a fifth around."""
    low, high = toy.limits
    edge = 0.1 * (high - low)
    return low - edge, high + edge


def _blurred(toy, bandwidth):
    """The distribution after a blur; the noise of all our distributions in the plane is normal."""
    return dataclasses.replace(toy, std=math.hypot(toy.std, bandwidth))


def _lattice(latent_dim):
    """Latents that carry equal shares of the normal distribution: along a line, or of their first two numbers."""
    ticks = special.ndtri(np.linspace(TAIL, 1 - TAIL, LINE if latent_dim == 1 else LATTICE))
    if latent_dim == 1:
        return ticks[:, None].astype("float32")
    first = np.stack(np.meshgrid(ticks, ticks), axis=-1).reshape(-1, 2)
    return np.pad(first, ((0, 0), (0, latent_dim - 2))).astype("float32")
