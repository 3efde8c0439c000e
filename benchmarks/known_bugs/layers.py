"""Mistakes in layers and in how they are started."""

import itertools

import keras
import numpy as np
from keras import layers, ops

from benchmarks.known_bugs.common import (
    BUGS,
    GREY,
    RIGHT,
    WRONG,
    digits,
    frame,
    label,
    move,
    normal,
    numpy,
    said,
    trained,
)
from keras_gans import data, losses, networks
from keras_gans.layers import ConditionalBatchNormalization, InstanceNormalization, SpectralNormalization
from keras_gans.spectral import as_matrix, power_iteration


@BUGS.register
def mixed_batches():
    """D's logits of the same fakes in its own step and in G's, after training with batch norm on one batch or two."""
    figure, axes = frame(2, sharey=True)
    loss, pictures = losses.GANLoss(), digits()
    fakes = np.tanh(normal(640, 0, (16, 16, 1)))
    for ax, mixed in zip(axes, (False, True)):
        keras.utils.set_random_seed(0)
        D = networks.dcgan.discriminator((16, 16, 1), width=8)

        def judged(x, z, D=D, mixed=mixed):
            if mixed:
                return ops.split(D(ops.concatenate([x, z]), training=True), 2)
            return D(x, training=True), D(z, training=True)

        made = [(pictures[64 * i : 64 * i + 64], fakes[64 * (i % 9) : 64 * (i % 9) + 64]) for i in range(27)] * 2
        trained(lambda x, z, f=judged: loss.discriminator_loss(*f(x, z)), D, keras.optimizers.Adam(1e-3, 0.5), made)
        x, z = pictures[:64], fakes[576:]
        in_d, in_g = numpy(judged(x, z)[1])[:, 0], numpy(D(z, training=True))[:, 0]
        bins = np.linspace(-6, 2, 33)
        ax.hist(in_d, bins, color=GREY, label="in D's step", alpha=0.8)
        ax.hist(in_g, bins, color=WRONG if mixed else RIGHT, label="in G's step", histtype="step", linewidth=1.5)
        ax.axvline(0, color="k", linewidth=0.6)
        name = "wrong: real and fake in one batch" if mixed else "right: a batch of each"
        label(ax, name, "D's logit of the same 64 fakes")
    return said(
        figure,
        f"One mixed batch: D says {in_d.mean():.1f} of the fakes in its own step, {in_g.mean():.1f} of the same in G's",
    )


@BUGS.register
def conditional_gamma():
    """A conditional residual generator at its start: scale 1 + gamma, or gamma alone, which is then near 0."""
    figure, (left, right) = frame()
    labels, z, kept = np.arange(64) % 10, normal(64, 0, (32,)), []
    ways = (("right: 1 + gamma", 0.0, RIGHT, -0.2), ("wrong: gamma alone", -1.0, WRONG, 0.2))
    for name, shift, color, aside in ways:
        keras.utils.set_random_seed(0)
        G = networks.projection.generator((32, 32, 1), 10, 32, width=32)
        norms = [layer for layer in G.layers if isinstance(layer, ConditionalBatchNormalization)]
        for i, layer in enumerate(norms):  # our layer computes 1 + gamma
            layer.gamma.assign(0.02 * normal(10, i, (32,)) + shift)
        sums = [layer.input for layer in G.layers if isinstance(layer, layers.Add)]
        maps = keras.Model(G.inputs, [[layer.output for layer in norms], sums])([z, labels], training=True)
        spreads = [float(ops.std(x)) for x in maps[0]]
        shares = [float(ops.std(branch) / ops.std(shortcut)) for branch, shortcut in maps[1]]
        left.plot(range(1, len(spreads) + 1), spreads, "o-", color=color, label=name, markersize=3)
        right.bar(np.arange(1, len(shares) + 1) + aside, shares, 0.38, color=color)
        kept.append(np.mean(shares))
    left.set(yscale="log", ylim=(5e-3, 20))
    right.set(yscale="log", ylim=(0.01, 10), xticks=range(1, len(shares) + 1))
    label(left, "spread of what each norm gives", "conditional norm", "")
    label(right, "a block's branch beside its shortcut", "residual block", "")
    return said(figure, "Without the 1 a block's layers give {1:.0%} of its shortcut, with it {0:.0%}".format(*kept))


@BUGS.register
def instance_epsilon():
    """The first norm of a CycleGAN generator: a picture in ever less contrast, which the norm should undo."""
    figure, (left, right) = frame(width_ratios=(1.2, 1))
    G = networks.cyclegan.generator((64, 64, 3), width=16, blocks=6)
    first = next(layer for layer in G.layers if isinstance(layer, InstanceNormalization))
    convolved = keras.Model(G.input, first.input)
    picture, lost = data.pairs("shapes", image_size=64).head(1)[1], []
    contrasts = np.logspace(-2, 0, 15)
    spreads = np.logspace(-3.3, 0, 60)
    for name, epsilon, color in (("right: epsilon 1e-5", 1e-5, RIGHT), ("wrong: epsilon 1e-3", 1e-3, WRONG)):
        norm = layers.GroupNormalization(-1, epsilon=epsilon)
        after = [float(ops.mean(ops.std(norm(convolved(c * picture)), axis=(1, 2)))) for c in contrasts]
        left.plot(contrasts, after, "o-", color=color, label=name, markersize=3)
        right.plot(spreads, spreads / np.sqrt(spreads**2 + epsilon), color=color)
        lost.append(after[7])
    left.set(xscale="log", ylim=(0, 1.1))
    right.set(xscale="log", ylim=(0, 1.1))
    label(left, "spread of the maps after the first norm", "contrast of the picture", "")
    label(right, "the formula", "spread of a map before the norm", "")
    return said(
        figure, f"A picture with a tenth of the contrast leaves the norm with {lost[1]:.2f} instead of {lost[0]:.2f}"
    )


def largest_singular_value(kernel, axis=-1):
    """By numpy.linalg.svd, of a kernel with its outputs on that axis."""
    matrix = np.moveaxis(kernel, axis, 0).reshape(kernel.shape[axis], -1)
    return np.linalg.svd(matrix, compute_uv=False)[0]


@BUGS.register
def keras_spectral():
    """What calls in training do to a kernel, the slope that it gets, and the norm of a transposed convolution."""
    figure, axes = frame(3, width_ratios=(1.6, 1, 1))
    x, target = normal(64, 0, (16,)), normal(64, 1, (32,))
    ways = {"right: ours": (SpectralNormalization, RIGHT), "wrong: Keras'": (layers.SpectralNormalization, WRONG)}
    for i, (name, (wrapped, color)) in enumerate(ways.items()):
        keras.utils.set_random_seed(0)
        spectral = wrapped(layers.Dense(32, use_bias=False))
        spectral.build((None, 16))
        kernel, norms = spectral.layer.kernel, []
        for _ in range(60):
            norms.append(largest_singular_value(numpy(kernel)))
            spectral(x, training=True)
        before = numpy(kernel)

        def loss(spectral=spectral):
            return ops.mean(ops.square(ops.relu(spectral(x, training=True)) - target))

        move(spectral, keras.optimizers.SGD(1.0), loss)
        slope = before - numpy(kernel)
        idle = abs(np.sum(before * slope)) / np.linalg.norm(before) / np.linalg.norm(slope)
        upsampled = norm_of_transposed(wrapped)
        axes[0].plot(norms[:7], "o-", color=color, label=name, markersize=3)
        axes[1].bar(i, idle, color=color)
        axes[2].bar(i, upsampled, color=color)
    for ax in axes[1:]:
        ax.set_xticks([0, 1], ["ours", "Keras"])
    axes[0].set_ylim(0, None)
    axes[2].axhline(1, color=GREY, linewidth=0.8, linestyle=":")
    label(axes[0], "largest singular value\nof the stored kernel", "calls in training, no step in between")
    label(axes[1], "share of the slope\nalong the kernel")
    label(axes[2], "Conv2DTranspose:\nlargest singular value")
    return said(
        figure,
        f"Keras' layer: kernel overwritten, {idle:.0%} of its slope idle, Conv2DTranspose at {upsampled:.2f}, not 1",
    )


def sigma(spectral):
    """The number by which our layer divides its kernel in the next call."""
    kernel = ops.convert_to_tensor(spectral.layer.kernel)
    return float(power_iteration(as_matrix(kernel, spectral.output_axis), spectral.u.value)[0])


def norm_of_transposed(wrapped):
    """Largest singular value of a Conv2DTranspose's kernel under a wrapper, after a hundred calls in training."""
    spectral = wrapped(layers.Conv2DTranspose(16, 4, 2, kernel_initializer=keras.initializers.RandomNormal(0, 0.02)))
    spectral.build((None, 4, 4, 64))
    for _ in range(100):
        spectral(np.ones((1, 4, 4, 64), "float32"), training=True)
    divisor = sigma(spectral) if wrapped is SpectralNormalization else 1.0
    return largest_singular_value(numpy(spectral.layer.kernel) / divisor, -2)


@BUGS.register
def transposed_fan():
    """He's start of a chain of transposed convolutions, with Keras' fan and with the right one; and Glorot's."""
    figure, (ax,) = frame(1)
    widths, pairs = (256, 128, 64, 32, 1), {"he_normal": ("HeNormal", "o-"), "glorot": ("GlorotNormal", "s--")}
    noise = normal(16, 0, (4, 4, widths[0]))
    ends = []
    for start, (kind, style) in pairs.items():
        for name, exchanged, color in (("right fan", True, RIGHT), ("Keras' fan", False, WRONG)):
            keras.utils.set_random_seed(0)
            x, spreads = noise, []
            for filters in widths[1:]:
                layer = layers.Conv2DTranspose(filters, 4, 2, "same", use_bias=False)
                layer.build((None, None, None, x.shape[-1]))
                shape = layer.kernel.shape  # (4, 4, out, in), of which Keras takes the third for the inputs
                draw = getattr(keras.initializers, kind)(seed=1)
                kernel = draw((*shape[:2], shape[3], shape[2]) if exchanged else shape)
                layer.kernel.assign(ops.swapaxes(kernel, 2, 3) if exchanged else kernel)
                x = layer(x)
                spreads.append(float(ops.std(x)))
                x = ops.relu(x)
            ax.plot(range(1, 5), spreads, style, color=color, label=f"{start}, {name}", markersize=3, alpha=0.8)
            ends.append(spreads[-1])
    ax.set(yscale="log", xticks=range(1, 5), xticklabels=[f"{a} to {b}" for a, b in itertools.pairwise(widths)])
    label(ax, "", "transposed convolution, channels", "spread of its output")
    return said(
        figure,
        "He's start by Keras' fan: a picture of spread {1:.2f} instead of {0:.2f}; Glorot's hardly cares".format(*ends),
    )
