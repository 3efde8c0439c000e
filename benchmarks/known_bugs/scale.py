"""Mistakes around BigGAN's sampling and its orthogonal term."""

import math

import keras
import numpy as np
from scipy.stats import norm

from benchmarks.known_bugs.common import BUGS, GREY, RIGHT, WRONG, digits, frame, label, normal, numpy, said
from keras_gans import networks, recipes
from keras_gans.latents import truncate
from keras_gans.regularizers import OrthogonalRegularizer
from keras_gans.training.state import standing
from keras_gans.visualization import image_grid


@BUGS.register
def truncation_scaled():
    """Densities of latents that are said to be truncated at 1, by redrawing and by three ways of making them small."""
    figure, (left, right) = frame(width_ratios=(1.6, 1))
    z = normal(20_000, 0, (50,))
    ways = {
        "right: redrawn beyond 1": (truncate(z, 1.0, seed=0), RIGHT, "-"),
        "wrong: 0.5 x cut at 2": (0.5 * truncate(z, 2.0, seed=0), WRONG, "-"),
        "wrong: divided by 2": (z / 2.0, WRONG, "--"),
        "wrong: 0.25 as deviation": (0.25 * z, WRONG, ":"),
    }
    spreads = []
    for i, (name, (drawn, color, line)) in enumerate(ways.items()):
        heights, edges = np.histogram(drawn, np.linspace(-1.6, 1.6, 81), density=True)
        left.stairs(heights, edges, color=color, linestyle=line, label=name)
        spreads.append(drawn.std())
        right.bar(i, spreads[-1], color=color, alpha=1.0 if i < 2 else 0.5)
        right.text(i, spreads[-1], f"{spreads[-1]:.2f}", ha="center", va="bottom", fontsize=7)
    x = np.linspace(-1.6, 1.6, 200)
    left.plot(x, norm.pdf(x), color=GREY, linewidth=0.8, label="not truncated")
    left.set_ylim(0, 3.0)
    right.set(xticks=range(4), xticklabels=["redrawn", "scaled", "divided", "0.25"], ylim=(0, 0.65))
    label(left, "density of a latent")
    label(right, "its deviation")
    return said(figure, "Truncated at 1, latents have deviation {:.2f}; scaled ones {:.2f}".format(*spreads))


@BUGS.register
def half_gradient():
    """The gradient of BigGAN's orthogonal term by each weight against finite differences, whole and half of it."""
    figure, (left, right) = frame()
    kernel = normal(12, 0, (8,))
    term = OrthogonalRegularizer(1.0)

    def off_diagonal(w):
        return (w.T @ w) * (1.0 - np.eye(w.shape[1]))

    slopes = np.zeros_like(kernel)
    for place in np.ndindex(kernel.shape):
        step = np.zeros_like(kernel)
        step[place] = 0.01
        slopes[place] = float(term(kernel + step) - term(kernel - step)) / 0.02
    ends = []
    for name, factor, color in (("right: 4 W (W'W - its diagonal)", 4, RIGHT), ("wrong: 2 W (...)", 2, WRONG)):
        gradient = factor * kernel @ off_diagonal(kernel)
        left.plot(slopes, gradient, ".", color=color, markersize=3)
        w, rest = kernel.copy(), []
        for _ in range(300):
            rest.append(np.square(off_diagonal(w)).sum())
            w = w - 1e-4 * factor * w @ off_diagonal(w)
        right.plot(np.array(rest) / rest[0], color=color, label=name)
        ends.append(np.polyfit(slopes.ravel(), gradient.ravel(), 1)[0])
    left.axline((0, 0), slope=1, color=GREY, linewidth=0.8, linestyle=":")
    right.set(yscale="log")
    label(left, "gradient by each weight", "finite difference of the term")
    label(right, "what is left of the term", "step at strength 1e-4")
    return said(figure, "The gradient is {1:.2f} of the term's: a strength of 1e-4 acts as 5e-5".format(*ends))


def kept(asked, swapped):
    """The truncation whose statistics a network has that keeps 51 of them, with the weights as they are or swapped."""
    share, first = math.modf(asked * 50)
    return (first + (1.0 - share if swapped and share else share)) / 50


@BUGS.register
def statistics_of_others():
    """Truncated latents under the statistics of training and under their own; what is taken between two kept ones."""
    figure, (left, middle, right) = frame(3, width_ratios=(1.2, 1, 1.2))
    model = recipes.dcgan((16, 16, 1), 40, generator=networks.dcgan.generator((16, 16, 1), 40, width=16))
    model.fit(digits(), batch_size=32, epochs=6, verbose=0)
    G, thresholds, spreads = model.generator, (2.0, 1.0, 0.5, 0.25, 0.1), []
    last = [layer for layer in G.layers if isinstance(layer, keras.layers.BatchNormalization)][-1]
    look = keras.Model(G.inputs, [last.output, G.output])
    for threshold in thresholds:
        z = truncate(normal(500, 0, (40,)), threshold, seed=0)
        others = [numpy(made) for made in look([z], training=False)]
        with standing(G, [z]):
            own = [numpy(made) for made in look([z], training=False)]
        spreads.append([made[0].std(axis=(0, 1, 2)).mean() for made in (others, own)])
    for k, (name, color) in enumerate((("wrong: of training", WRONG), ("right: their own", RIGHT))):
        left.plot(thresholds, np.array(spreads)[:, k], "o-", color=color, label=name, markersize=3)
    left.set(xscale="log", ylim=(0, None), xlim=(3, 0.07), xticks=thresholds, xticklabels=thresholds)
    left.minorticks_off()
    middle.imshow(image_grid(np.concatenate([others[1][:4], own[1][:4]]), columns=4), cmap="gray")
    middle.set(xticks=[], yticks=[])
    asked = np.linspace(0.4, 0.52, 601)
    right.plot(asked, [kept(t, swapped=True) for t in asked], color=WRONG, label="wrong: weights swapped")
    right.plot(asked, [kept(t, swapped=False) for t in asked], color=RIGHT, label="right")
    label(left, "spread of the last norm's maps", "threshold")
    label(middle, "threshold 0.1", "above wrong, below right")
    right.set_ylim(0.39, 0.56)
    label(right, "whose statistics it has,\nof 51 that are kept", "truncation")
    ratio = spreads[-1][0] / spreads[-1][1]
    return said(
        figure, f"Under training's statistics latents truncated at 0.1 make maps of {ratio:.0%} of their spread"
    )
