"""Mode collapse: a generator that outruns its discriminator jumps from mode to mode, and what holds it."""

import dataclasses

import keras
from matplotlib.figure import Figure

from keras_gans import data, metrics, recipes, visualization
from keras_gans.experiments.panels import panels

BATCH = 128
LOOKS = 4  # at each game, evenly spread over the training
SAMPLES, DRAWN = 2500, 1000  # points that are counted, and that are drawn
DOTS = 80  # dots per inch of a panel


@dataclasses.dataclass(frozen=True, eq=False)
class ModeCollapse:
    """What `mode_collapse` measured.

    Args:
        coverage: dict of game -> list of four `metrics.ModeCoverage`, after each quarter of the training.
        figure: `matplotlib.figure.Figure`, a row for each game, a panel for each quarter.
    """

    coverage: dict[str, list]
    figure: Figure


def mode_collapse(steps=1000, seed=0):
    """Trains one generator four times on eight Gaussians on a ring: once it collapses, three times it does not.

    All games have the same dense networks (three layers of 128) from the same weights, batches of 128 and as many
    updates of G. In the first one G learns five times as fast as D, Adam(1e-3, 0.5) against Adam(2e-4, 0.5): G runs to
    where D is wrong, D follows, and so the points travel around the ring together and cover no more than two modes.
    The first two cures keep these optimizers. All learning rates fall linearly to 0, which is fair to all four: it
    lets a game that converges end sharply, and does not save the one that does not.

    - `nsgan`: collapses.
    - `n_critic=5`: D takes five steps for each of G's, so that it is close to its optimum again when G moves.
    - `r1gan`: R1 with the paper's gamma 10 flattens D at the real points, so that D does not chase G.
    - `wgan_gp`: another game, its own optimizers: Adam(1e-3, 0, 0.9) for both, five critic steps, lambda 0.1.

    Args:
        steps: int, updates of G, a multiple of 4.
        seed: int, seed of the weights, the latents and the data.

    Returns:
        `ModeCollapse`.

    Deviations:
        Unrolled GAN's ring of radius 2, with a standard deviation of 0.05 instead of 0.02, at which a thousand steps
        show how well a mode is hit. R1's and WGAN-GP's papers take 1e-4; here 1e-3 so that a thousand steps suffice.

    Reference:
        Metz et al., 2016, Unrolled Generative Adversarial Networks, arXiv:1611.02163, Figure 2 (a generator that
        rotates through the modes). Mescheder et al., 2018, Which Training Methods for GANs do actually Converge?,
        arXiv:1801.04406. Gulrajani et al., 2017, Improved Training of Wasserstein GANs, arXiv:1704.00028.

    Raises:
        ValueError: if `steps` is no positive multiple of 4.
    """
    if steps < 1 or steps % LOOKS:
        raise ValueError(f"Expected `steps` as a positive multiple of {LOOKS}. Received: {steps!r}.")
    ring = data.toy.ring(radius=2.0, std=0.05)
    coverage, rows = {}, []
    for name, (heading, recipe, arguments) in _games(steps).items():
        model = recipe((2,), seed=seed, **arguments)
        coverage[name], pictures = _watched(model, ring, steps // LOOKS, seed)
        rows.append((f"{name}: {heading}", pictures))
    return ModeCollapse(coverage, panels(rows))


def _games(steps):
    """Name -> what the figure says of it, the recipe, its arguments."""

    def adam(learning_rate, beta_1, beta_2, updates):
        falling = keras.optimizers.schedules.PolynomialDecay(learning_rate, updates, end_learning_rate=0.0)
        return keras.optimizers.Adam(falling, beta_1=beta_1, beta_2=beta_2)

    def pair(d_rate=2e-4, beta_1=0.5, beta_2=0.999, n_critic=1):
        d_optimizer, g_optimizer = adam(d_rate, beta_1, beta_2, steps * n_critic), adam(1e-3, beta_1, beta_2, steps)
        return dict(d_optimizer=d_optimizer, g_optimizer=g_optimizer, n_critic=n_critic)

    return {
        "nsgan": ("the generator learns five times as fast as the discriminator", recipes.nsgan, pair()),
        "n_critic=5": ("the same, with five steps of the discriminator", recipes.nsgan, pair(n_critic=5)),
        "r1gan": ("the same as nsgan, with R1, gamma 10", recipes.r1gan, pair()),
        "wgan_gp": ("Wasserstein with gradient penalty", recipes.wgan_gp, pair(1e-3, 0.0, 0.9, n_critic=5)),
    }


def _watched(model, ring, steps, seed):
    """Trains a model in parts of so many steps; returns what is counted after each, and titled pictures."""
    points = ring.sample(steps * BATCH * model.n_critic, seed)
    counted, pictures = [], {}
    for look in range(LOOKS):
        model.fit(points, batch_size=BATCH, initial_epoch=look, epochs=look + 1, verbose=0)
        samples = model.generate(SAMPLES, seed=seed)
        found = metrics.mode_coverage(samples, ring.modes, ring.std)
        title = f"step {(look + 1) * steps:,}\n{found.covered} of {found.total} modes, quality {found.quality:.0%}"
        drawn = visualization.scatter(samples[:DRAWN], ring.density, ring.limits)
        pictures[title] = visualization.figure_pixels(drawn, DOTS)
        counted.append(found)
    return counted, pictures
