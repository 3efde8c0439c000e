"""Mistakes in what a training is fed with: noise, pictures."""

import keras
import numpy as np

from benchmarks.known_bugs.common import BUGS, GREY, RIGHT, RING, WRONG, digits, frame, label, said
from keras_gans import metrics, networks, recipes, visualization

LATENTS = 16  # numbers of a latent vector


@BUGS.register
def int_seed():
    """A generator of points, trained on fresh latents at each step, and on the same 64 at each step."""
    figure, axes = frame(2, sharex=True, sharey=True)
    points, kept = RING.sample(64 * 800), []
    for ax, repeated, color in zip(axes, (False, True), (RIGHT, WRONG)):
        gan = recipes.wgan_gp((2,), latent_dim=LATENTS, n_critic=2)
        if repeated:
            gan.sample_latents = lambda m: keras.random.normal((m, LATENTS), seed=1337)
        gan.fit(points, batch_size=64, epochs=3, verbose=0)
        samples = gan.generate(2500, seed=1)
        found = metrics.mode_coverage(samples, RING.modes, RING.std)
        ax.plot(*points[:2000].T, ".", color="#dddddd", markersize=2)
        ax.plot(*samples.T, ".", color=color, markersize=1.5, alpha=0.4)
        if repeated:
            trained_on = np.asarray(gan.generator(gan.sample_latents(64)))
            ax.plot(*trained_on.T, "kx", markersize=4, label="of the 64 latents")
        kept.append(found.quality)
        label(ax, f"{'wrong: seed=1337' if repeated else 'right: a SeedGenerator'} ({found.quality:.0%} near a mode)")
    axes[0].set(xlim=(-3, 3), ylim=(-3, 3))
    return said(
        figure, "Noise of an int seed: {1:.0%} of new samples lie near a mode, with fresh noise {0:.0%}".format(*kept)
    )


@BUGS.register
def tanh_range():
    """A dense GAN on digits in [-1, 1], and on digits in [0, 1] under the same tanh."""
    figure, axes = frame(4, width_ratios=(1, 1, 1, 1.2))
    pictures = digits()
    ways = (("right: [-1, 1]", -1, RIGHT), ("wrong: [0, 1]", 0, WRONG))
    for ax, (name, black, color) in zip(axes[1:], ways):
        keras.utils.set_random_seed(0)
        pair = networks.mlp.generator((16, 16, 1), 32), networks.mlp.discriminator((16, 16, 1), dropout=0.3)
        gan = recipes.dcgan((16, 16, 1), latent_dim=32, generator=pair[0], discriminator=pair[1])
        gan.fit(pictures if black else (pictures + 1) / 2, batch_size=64, epochs=100, verbose=0)
        made = gan.generate(256, seed=0)
        shown = made[:16] if black else 2 * made[:16] - 1  # both from black to white
        ax.imshow(visualization.image_grid(np.clip(shown, -1, 1)))
        axes[3].hist(made.ravel(), np.linspace(-1, 1, 41), color=color, histtype="step", density=True)
        label(ax, name)
    axes[0].imshow(visualization.image_grid(pictures[:16]))
    label(axes[0], "real")
    for ax in axes[:3]:
        ax.set_axis_off()
    axes[3].axvline(0, color=GREY, linewidth=0.8, linestyle=":")
    label(axes[3], "generated pixels")
    return said(figure, f"With data in [0, 1], {np.mean(made < 0):.0%} of what a tanh makes is darker than black")
