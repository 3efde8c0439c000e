"""Vanishing gradients: what a generator is told while the discriminator approaches its optimum."""

import dataclasses

import keras
import numpy as np
from keras import ops
from matplotlib.figure import Figure

from keras_gans import data, engine, networks, recipes
from keras_gans.visualization.figures import BLUE, INK, ORANGE, new_figure

SHAPE, LATENTS, WIDTH = (16, 16, 1), 100, 128
BATCH = 128
YOUTH = 10  # passes over the digits that the generator has made
CURVES = {
    "minimax": (recipes.mmgan, r"minimax: G minimises $\log(1 - D)$", ORANGE),
    "non-saturating": (recipes.nsgan, r"non-saturating: G minimises $-\log D$", INK),
    "wasserstein": (recipes.wgan_gp, r"Wasserstein critic with gradient penalty: G minimises $-D$", BLUE),
}


@dataclasses.dataclass(frozen=True, eq=False)
class VanishingGradients:
    """What `vanishing_gradients` measured.

    Args:
        norms: dict of loss -> float array (steps,), the norm of G's gradient after 1, 2, ... updates of D.
        figure: `matplotlib.figure.Figure`, the norms against the updates.
    """

    norms: dict[str, np.ndarray]
    figure: Figure


def vanishing_gradients(steps=1600, seed=0):
    """Measures the gradient that a fixed generator gets while a fresh discriminator learns.

    A young generator of digits is held fixed. Beside it a discriminator is trained from scratch, once for each loss,
    and after each of its updates the gradient of G's loss is measured on 128 latents. The minimax gradient falls by
    orders of magnitude, since log(1 - D) is flat where D is sure. The other two do not fall: that of -log D grows, a
    Wasserstein critic's stays where it is. So a minimax generator must not be given the optimal D, a Wasserstein one
    may.

    Args:
        steps: int, updates of D.
        seed: int, seed of the weights, the latents and the order of the data.

    Returns:
        `VanishingGradients`.

    Formula:
        norm = |grad_theta E log(1 - D(G(z)))|, |grad_theta E -log D(G(z))| or |grad_theta E -f(G(z))|, the Euclidean
        norm over all weights theta of G

    Deviations:
        scikit-learn's digits at 16x16 and dense networks (two layers of 128) instead of a DCGAN; G is 10 passes old,
        where the paper takes 1, 10 and 25. D learns by Adam(2e-4, 0.5) in all three games. The critic is WGAN-GP's.

    Reference:
        Arjovsky, Bottou, 2017, Towards Principled Methods for Training Generative Adversarial Networks,
        arXiv:1701.04862, Figures 2 and 3, Theorems 2.4 and 2.6.
    """
    digits = data.load("digits", image_size=SHAPE[0])
    generator = _young_generator(digits, seed)
    norms = {name: _norms(generator, recipe, digits, steps, seed) for name, (recipe, _, _) in CURVES.items()}
    return VanishingGradients(norms, _figure(norms))


class NormRecorder(keras.optimizers.Optimizer):
    """An optimizer that moves nothing and writes down the norm of each gradient that it is handed.

    Args:
        steps: int, how many norms to keep.
    """

    def __init__(self, steps):
        super().__init__(learning_rate=0.0, name="norm_recorder")
        self.steps = steps

    def build(self, variables):
        """Makes room for the norms."""
        super().build(variables)
        self.norms = self.add_variable((self.steps,), initializer="zeros", name="norms")

    def apply(self, grads, trainable_variables=None):
        """Writes down the norm of the gradients, all of them taken as one vector."""
        norm = ops.sqrt(sum(ops.sum(ops.square(gradient)) for gradient in grads))
        now = ops.cast(ops.arange(self.steps), self.iterations.dtype) == self.iterations.value
        self.norms.assign(ops.where(now, norm, self.norms.value))
        self.iterations.assign_add(1)


def _young_generator(digits, seed):
    with engine.seeded(seed):
        generator = networks.mlp.generator(SHAPE, LATENTS, width=WIDTH)
        discriminator = networks.mlp.discriminator(SHAPE, width=WIDTH)
    gan = recipes.nsgan(SHAPE, LATENTS, seed, generator, discriminator)
    gan.fit(digits, batch_size=BATCH, epochs=YOUTH, verbose=0)
    return generator


def _norms(generator, recipe, digits, steps, seed):
    with engine.seeded(seed + 1):
        discriminator = networks.mlp.discriminator(SHAPE, width=WIDTH)  # the same fresh weights for each loss
    optimizers = dict(d_optimizer=keras.optimizers.Adam(2e-4, beta_1=0.5), g_optimizer=NormRecorder(steps))
    gan = recipe(SHAPE, LATENTS, seed + 1, generator, discriminator, n_critic=1, **optimizers)
    passes = -(-steps // (len(digits) // BATCH))
    gan.fit(digits, batch_size=BATCH, epochs=passes, verbose=0)
    return ops.convert_to_numpy(gan.g_optimizer.norms)


def _figure(norms):
    figure = new_figure(7.5, 5, layout="tight")
    axes = figure.subplots()
    for name, values in norms.items():
        _, label, colour = CURVES[name]
        change = values[-1] / values[0]
        times = max(change, 1 / change)
        label += f"\n{'grows' if change > 1 else 'falls'} {times:,.{0 if times >= 10 else 1}f} times"
        axes.semilogy(np.arange(1, len(values) + 1), values, color=colour, linewidth=1.2, label=label)
    axes.set_xlabel("updates of the discriminator; the generator is held fixed")
    axes.set_ylabel("norm of the generator's gradient")
    axes.grid(alpha=0.3)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, loc="lower left", bbox_to_anchor=(0, 1), borderaxespad=0, labelspacing=0.8)
    return figure
