"""Mistakes in networks that grow, and in those of styles."""

import keras
import numpy as np
from keras import ops

from benchmarks.known_bugs.common import BUGS, RIGHT, WRONG, digits, frame, label, normal, numpy, said
from keras_gans import data
from keras_gans.layers import MinibatchStandardDeviation, Noise, Style


@BUGS.register
def groups_of_others():
    """The deviation of each group beside its own rows, or, tiled instead of repeated, beside those of others."""
    figure, (left, right) = frame(2, sharey=True)
    rows = 4
    collapsed = np.repeat(digits(1), rows, axis=0) + 0.01 * normal(rows, 0, (16, 16, 1))
    batch = np.concatenate([collapsed, digits(3 * rows)[rows:]])
    own = numpy(MinibatchStandardDeviation(rows)(batch))[:, 0, 0, 1]
    others = np.tile(own[::rows], rows)[: len(own)]
    for ax, values, color, name in (
        (left, own, RIGHT, "right: repeated, one after another"),
        (right, others, WRONG, "wrong: tiled, in turn"),
    ):
        ax.bar(range(len(own)), values, color=color)
        ax.axvspan(-0.5, rows - 0.5, color="#eeeeee", zorder=0)
        label(ax, name, "row (grey: four of the same digit)", "deviation that it is told")
    sentence = f"Of four rows that are alike {np.sum(others[:rows] > 0.1)} are told that they differ"
    return said(figure, sentence)


@BUGS.register
def reals_not_faded():
    """How much of the finest detail real pictures and generated ones have while a side of twice the pixels begins."""
    figure, (left, right) = frame()
    pictures = data.load("shapes", image_size=32)[:256]
    shares = np.linspace(0, 1, 21)
    full = finest(pictures)
    faded = [finest((1 - a) * blocks(pictures) + a * pictures) / full for a in shares]
    left.plot(shares, np.ones(21), color=WRONG, label="wrong: resized only")
    left.plot(shares, faded, color=RIGHT, label="right: faded")
    left.plot(shares, shares**2, ":", color="k", label="G of perfect new layers")
    label(left, "finest detail of pictures", "share of the new side", "its energy")
    x = pictures[np.argmax([finest(p[None]) for p in pictures])]
    row = [x, 0.9 * blocks(x[None])[0] + 0.1 * x]
    right.imshow(np.concatenate(row, axis=1) * 0.5 + 0.5)
    right.set(xticks=[], yticks=[])
    label(right, "at a tenth: resized (wrong), faded (right)")
    ratio = 1.0 / faded[2]
    return said(figure, f"At a tenth of the fade unfaded reals have {ratio:.0f} times the fine detail of faded ones")


def blocks(pictures):
    """Pictures with the means of blocks of 2x2 pixels in their place."""
    n, side, _, channels = pictures.shape
    means = pictures.reshape(n, side // 2, 2, side // 2, 2, channels).mean(axis=(2, 4))
    return np.repeat(np.repeat(means, 2, 1), 2, 2)


def finest(pictures):
    """Energy of what the means of 2x2 pixels leave out."""
    return float(np.mean(np.square(pictures - blocks(pictures))))


@BUGS.register
def born_late():
    """Steps of Adam of a layer that is born when the others have made 1,000: one count for all, or begun anew."""
    figure, (left, right) = frame()
    first = {}
    for name, count, color in (("wrong: one count goes on", 1000, WRONG), ("right: begun anew", 0, RIGHT)):
        weight = keras.Variable(np.zeros(1, "float32"))
        adam = keras.optimizers.Adam(1e-3, beta_1=0.0, beta_2=0.99)
        adam.build([weight])
        adam.iterations.assign(count)
        path = [0.0]
        for gradient in np.sign(np.random.default_rng(0).normal(0.3, 1.0, 60)):
            adam.apply([ops.convert_to_tensor([np.float32(gradient)])], [weight])
            path.append(float(numpy(weight)[0]))
        sizes = np.abs(np.diff(path)) / 1e-3
        first[name] = sizes[0]
        left.plot(sizes, color=color, label=name)
        right.plot(np.array(path) / 1e-3, color=color)
    left.set(ylim=(0, None))
    label(left, "size of a step, in learning rates", "step since birth", "")
    label(right, "where the weight goes, in learning rates", "step since birth", "")
    return said(figure, f"A layer born at step 1,000 begins with steps of {max(first.values()):.0f} learning rates")


@BUGS.register
def noise_after_style():
    """Deviations of the maps that a style asks to have 1, of noise before the style and of noise after it."""
    figure, (left, right) = frame(2, sharey=True)
    maps, w = normal(64, 0, (8, 8, 16)), normal(64, 1, (8,))
    found = {}
    for ax, name, color, first in (
        (left, "right: noise, then style", RIGHT, True),
        (right, "wrong: style, then noise", WRONG, False),
    ):
        noise, style = Noise(), Style()
        noise.build(maps.shape)
        style.build([maps.shape, w.shape])
        style.set_weights([np.zeros_like(weight) for weight in style.get_weights()])  # asks for mean 0, deviation 1
        noise.strength.assign(np.full(16, 1.0, "float32"))
        y = style([noise(maps, training=True), w]) if first else noise(style([maps, w]), training=True)
        spreads = numpy(y).std(axis=(1, 2)).ravel()
        found[name] = spreads
        ax.hist(spreads, np.linspace(0.5, 2.5, 41), color=color)
        ax.axvline(1.0, color="k", linewidth=0.6)
        label(ax, name, "deviation of a map; the style says 1")
    most = max(np.abs(spreads - 1.0).max() for spreads in found.values())
    return said(figure, f"With noise after it the style is off by up to {100 * most:.0f} %")
