"""Mistakes in the residual blocks of BigGAN and in their norms."""

import keras
import numpy as np
from keras import layers, ops

from benchmarks.known_bugs.common import (
    BUGS,
    GREY,
    RIGHT,
    WRONG,
    digits,
    every,
    frame,
    label,
    normal,
    numpy,
    said,
    trained,
)
from keras_gans import engine, losses, networks
from keras_gans.layers import LinearConditionalBatchNormalization
from keras_gans.networks import ladder

WEIGHTS = ladder.Weights("orthogonal")


@BUGS.register
def linear_gain():
    """Gains of BigGAN's norms at its start, and the spread of what the norms give, with the 1 and without."""
    figure, (left, right) = frame()
    G = networks.biggan.generator((32, 32, 1), 10, width=16, attention=None)
    norms = [layer for layer in G.layers if isinstance(layer, LinearConditionalBatchNormalization)]
    look = keras.Model(G.inputs, [[layer.input, layer.output] for layer in norms])
    seen = look([normal(256, 0, (80,)), np.arange(256) % 10], training=True)
    gains = np.concatenate([numpy(layer.gain(told)).ravel() for layer, ((_, told), _) in zip(norms, seen)])
    whole = [float(ops.std(y)) for _, y in seen]
    bare = [float(ops.std(y - layer.batch_norm(x, training=True))) for layer, ((x, _), y) in zip(norms, seen)]
    bins = np.linspace(-1.2, 2.2, 69)
    places = range(1, len(norms) + 1)
    for name, shift, spreads, color in (
        ("right: 1 + W c", 1.0, whole, RIGHT),
        ("wrong: W c", 0.0, bare, WRONG),
    ):
        left.hist(gains + shift, bins, color=color, histtype="step", density=True)
        right.plot(places, spreads, "o-", color=color, markersize=3, label=name)
    left.axvline(0, color=GREY, linewidth=0.6)
    right.set_ylim(0, None)
    label(left, "gains of all channels and examples")
    label(right, "spread of what each norm gives", "conditional norm")
    negative = np.mean(gains < 0)
    return said(
        figure,
        f"Without the 1 a gain is negative in {negative:.0%} of the cases, with it in {np.mean(gains < -1):.1%}",
    )


def judge(blocks, pictures):
    """A discriminator of blocks, functions map -> map, a sum over places and a dense layer."""
    x = images = keras.Input(pictures.shape[1:])
    for block in blocks:
        x = block(x)
    return keras.Model(images, WEIGHTS.dense(1)(ladder.summed(x)))


def woven(pictures):
    """Pictures with a checkerboard in the darkest places, which no mean over 2x2 pixels sees."""
    weave = 0.25 * np.array([[1, -1], [-1, 1]], "float32")
    n, side, _, _ = pictures.shape
    squares = pictures.reshape(n, side // 2, 2, side // 2, 2, 1)
    dark = squares.max(axis=(2, 4), keepdims=True) < -0.5
    return (squares + dark * weave[None, None, :, None, :, None]).reshape(pictures.shape)


@BUGS.register
def rectified_picture():
    """A digit with a pattern in its dark places, which D learns to see, or, with a ReLU on the picture, does not."""
    figure, (first, second, right) = frame(3, width_ratios=(1, 1, 2.2))
    pictures = 0.75 * digits()
    patterned, ends, loss = woven(pictures), [], losses.HingeLoss()
    for ax, picture, name in ((first, pictures[0], "real"), (second, patterned[0], "made, with a pattern")):
        ax.imshow(picture[..., 0], cmap="gray", vmin=-1, vmax=1)
        ax.set(xticks=[], yticks=[])
        label(ax, name)
    made = [(pictures[64 * i : 64 * i + 64], patterned[64 * i + 700 : 64 * i + 764]) for i in range(10)] * 20
    for name, rectified, color in (("right: no ReLU on it", False, RIGHT), ("wrong: a ReLU on it", True, WRONG)):
        keras.utils.set_random_seed(0)
        D = judge(
            [
                lambda x, r=rectified: ladder.down(x, 16, WEIGHTS, True, r, "block_1"),
                lambda x: ladder.down(x, 16, WEIGHTS, True, True, "block_2"),
            ],
            pictures,
        )
        shares = []

        def look(D=D, shares=shares):
            real, fake = numpy(D(pictures[1600:])), numpy(D(patterned[1600:]))
            shares.append((np.mean(real > 0) + np.mean(fake < 0)) / 2)

        def both(x, z, D=D):
            return loss.discriminator_loss(D(x, training=True), D(z, training=True))

        trained(both, D, keras.optimizers.Adam(1e-3, 0.0, 0.9), made, every(10, look))
        right.plot(10 * np.arange(1, len(shares) + 1), shares, color=color, label=name)
        ends.append(shares[-1])
    right.axhline(0.5, color=GREY, linewidth=0.8, linestyle=":")
    right.set_ylim(0.3, 1.05)
    label(right, "share that D gets right", "step of D")
    return said(figure, "Of what is below 0 D sees nothing: {1:.0%} right with the ReLU, {0:.0%} without".format(*ends))


def branch(x, filters, strided, rectified):
    """A block of a discriminator without a shortcut."""
    x = WEIGHTS.convolution(filters, 3)(layers.ReLU()(x) if rectified else x)
    x = WEIGHTS.convolution(filters, 3)(layers.ReLU()(x))
    return layers.AveragePooling2D(2)(x) if strided else x


@BUGS.register
def missing_shortcut():
    """D's slope, and what it gets right, with all shortcuts, and without those of blocks that keep their channels."""
    figure, (left, right) = frame()
    pictures, loss, ends = digits(), losses.HingeLoss(), []
    noisy = pictures + 0.3 * normal(len(pictures), 1, (16, 16, 1))
    made = [(pictures[64 * i : 64 * i + 64], noisy[64 * i + 700 : 64 * i + 764]) for i in range(10)] * 20
    strides = (True, False, False, False)
    for name, everywhere, color in (("right: everywhere", True, RIGHT), ("wrong: where channels change", False, WRONG)):
        keras.utils.set_random_seed(0)
        blocks = [
            (lambda x, i=i, s=s: ladder.down(x, 16, WEIGHTS, s, i > 0, f"block_{i + 1}"))
            if everywhere or i == 0
            else (lambda x, s=s: branch(x, 16, s, True))
            for i, s in enumerate(strides)
        ]
        D = judge(blocks, pictures)
        slope = engine.compile_stateless(lambda x, D=D: engine.input_gradient(D, x), D.variables)
        slopes, shares = [], []

        def look(D=D, slope=slope, slopes=slopes, shares=shares):
            slopes.append(np.linalg.norm(numpy(slope(noisy[:64])).reshape(64, -1), axis=1).mean())
            shares.append(np.mean(numpy(D(pictures[1600:])) > numpy(D(noisy[1600:]))[:, 0]))

        def both(x, z, D=D):
            return loss.discriminator_loss(D(x, training=True), D(z, training=True))

        trained(both, D, keras.optimizers.Adam(1e-3, 0.0, 0.9), made, every(10, look))
        steps = 10 * np.arange(1, len(slopes) + 1)
        left.plot(steps, slopes, color=color, label=name)
        right.plot(steps, shares, color=color)
        ends.append((slopes[0], steps[np.argmax(np.array(shares) > 0.9)]))
    left.set(yscale="log")
    right.axhline(0.9, color=GREY, linewidth=0.8, linestyle=":")
    label(left, "norm of D's slope at a picture", "step of D")
    label(right, "pairs that D orders right", "step of D", legend=False)
    (slope, steps), (bare_slope, bare_steps) = ends
    sentence = f"Without them D's slope is {bare_slope / slope:.0%} at first; it tells 9 of 10 "
    return said(figure, f"{sentence}after {bare_steps} steps, not {steps}")


def enlarged(x, zeros):
    """The map of twice the side: each value four times, or once and three zeros."""
    x = layers.UpSampling2D()(x)
    if not zeros:
        return x
    here = np.zeros((1, *x.shape[1:3], 1), "float32")
    here[:, ::2, ::2] = 1.0
    return x * here


def climbing(zeros):
    """The blocks of a generator without classes, latents (N, 20) -> pictures (N, 32, 32, 1)."""
    z = keras.Input((20,))
    x = layers.Reshape((4, 4, 32))(WEIGHTS.dense(4 * 4 * 32)(z))
    for _ in range(3):
        shortcut = WEIGHTS.convolution(32, 1)(enlarged(x, zeros))
        x = enlarged(layers.ReLU()(layers.BatchNormalization()(x)), zeros)
        x = WEIGHTS.convolution(32, 3)(x)
        x = shortcut + WEIGHTS.convolution(32, 3)(layers.ReLU()(layers.BatchNormalization()(x)))
    return keras.Model(z, ladder.to_rgb(x, 1, WEIGHTS))


@BUGS.register
def zeros_between():
    """A picture of a generator at its start, and the mean of a thousand, by nearest neighbours and by zeros between."""
    figure, axes = frame(4)
    shares = []
    for i, (name, zeros) in enumerate((("right: nearest", False), ("wrong: zeros between", True))):
        keras.utils.set_random_seed(0)
        pictures = numpy(climbing(zeros)(normal(1000, 0, (20,)), training=True))[..., 0]
        mean, spread = pictures.mean(axis=0), pictures.std()
        for ax, picture, what in zip(axes[2 * i :], (pictures[0], mean), ("a picture", "mean of 1,000")):
            ax.imshow(picture, cmap="gray", vmin=-2 * spread, vmax=2 * spread)
            ax.set(xticks=[], yticks=[])
            label(ax, name, what)
        shares.append(mean[4:-4, 4:-4].var() / pictures[:, 4:-4, 4:-4].var())
    return said(
        figure, "Zeros between: {1:.0%} of a picture's variance is a grid that all share, not {0:.1%}".format(*shares)
    )
