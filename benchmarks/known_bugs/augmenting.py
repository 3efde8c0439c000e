"""A mistake in augmenting pictures for a discriminator."""

import keras
import numpy as np

from benchmarks.known_bugs.common import BUGS, GREY, RIGHT, WRONG, digits, frame, label, numpy, said
from keras_gans import layers, networks, recipes, visualization

SHAPE, LATENTS, STEPS = (16, 16, 1), 32, 2800
BRIGHT = -0.8  # the mean of a border from which on it is not black


def made(pictures, **arguments):
    """What a dense GAN makes."""
    keras.utils.set_random_seed(0)
    pair = networks.mlp.generator(SHAPE, LATENTS), networks.mlp.discriminator(SHAPE, dropout=0.3)
    gan = recipes.dcgan(SHAPE, LATENTS, 0, *pair, **arguments)
    gan.fit(pictures, batch_size=64, epochs=STEPS * 64 // len(pictures), verbose=0)
    return gan.generate(1024, seed=0)


@BUGS.register
def augmented_reals():
    """A GAN on digits whose D sees real digits alone in other colours, and real and generated ones."""
    figure, axes = frame(4, width_ratios=(1, 1, 1, 1.4))
    pictures, augment = digits(), layers.DiffAugment(("color",), seed=0)
    many = np.clip(numpy(augment(np.tile(pictures, (10, 1, 1, 1)), training=True)), -1, 1)  # ten colours of each
    shown = {
        "real": (pictures, GREY),
        "right: both": (made(pictures, augment=augment), RIGHT),
        "wrong: reals alone": (made(many), WRONG),
    }
    shares = []
    for ax, (name, (some, color)) in zip(axes, shown.items()):
        ax.imshow(visualization.image_grid(some[:16]))
        ax.set_axis_off()
        borders = some[:, :, [0, -1]].mean(axis=(1, 2, 3))  # the columns that no digit reaches
        shares.append(np.mean(borders > BRIGHT))
        axes[3].hist(borders, np.linspace(-1, -0.2, 33), color=color, histtype="step", density=True)
        label(ax, name)
    label(axes[3], "brightness of left and right border")
    sentence = "Reals alone augmented: {2:.0%} of generated digits are not on black; else {1:.0%}, real {0:.0%}"
    return said(figure, sentence.format(*shares))
