"""A mistake in a generator that is told the domain."""

import keras
import numpy as np
from keras import ops

from benchmarks import domains
from benchmarks.known_bugs.common import BUGS, RIGHT, WRONG, frame, label, numpy, said
from keras_gans import networks, visualization
from keras_gans.layers import InstanceNormalization

STEPS, RATE = 200, 5e-4


def apart(generator, pictures):
    """How far two labels bring the first maps apart, after convolution, instance norm and ReLU: the largest number."""
    first = next(layer for layer in generator.layers if isinstance(layer, InstanceNormalization))
    maps = keras.Model(generator.inputs, ops.relu(first.output))
    one, other = (numpy(maps([pictures, np.repeat(row[None], len(pictures), axis=0)])) for row in np.eye(6)[:2])
    return np.abs(one - other).max()


@BUGS.register
def mirrored_labels():
    """What two labels do to a generator's first maps, and what 200 steps teach it, with zeros around and mirrored."""
    figure, axes = frame(4, width_ratios=(0.7, 1.2, 1.5, 1.5))
    pictures, _ = domains.held_out()
    some, effects = pictures[[0, 4, 8]], []
    keras.utils.set_random_seed(0)
    G = networks.stargan.generator((32, 32, 3), 6, width=64, blocks=1)
    ways = (("right: zeros", "stargan", G, RIGHT), ("wrong: mirrored", "mirrored borders", domains.mirrored(G), WRONG))
    for i, (name, row, generator, color) in enumerate(ways):
        effects.append(apart(generator, some))
        axes[0].bar(i, effects[-1], color=color)
        model, _ = domains.trained(row, 0, STEPS, RATE)
        costs = model.history.history["g_class"]
        axes[1].plot(np.arange(1, len(costs) + 1) * STEPS // len(costs), costs, color=color, label=name)
        columns = [some, *(model.translate(some, colour) for colour in ("red", "green", "blue"))]
        sheet = visualization.image_grid(np.stack(columns, axis=1).reshape(-1, *some.shape[1:]), columns=4)
        axes[2 + i].imshow(sheet)
        axes[2 + i].set(xticks=[], yticks=[])
        label(axes[2 + i], name, "picture; in red, green, blue")
    axes[0].set(yscale="log", xticks=[])
    axes[1].set_ylim(0, None)
    label(axes[0], "two labels' maps\ndiffer by up to")
    label(axes[1], "-log of D's belief in the\nwanted domains, sum of 6", "step of G")
    sentence = "Mirrored: two labels' maps differ by {1:.0e}, not by {0:.1f}, and G cannot hear them"
    return said(figure, sentence.format(*effects))
