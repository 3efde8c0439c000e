"""Mistakes in self-attention: what a place takes in, and from where; what is normalised."""

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
from keras_gans import engine, losses
from keras_gans.layers import SelfAttention, SpectralNormalization
from keras_gans.spectral import as_matrix

SIDE, QUERY = 8, 27  # places of a side, and the one whose weights are drawn


def softmax(x, axis):
    """Softmax along an axis."""
    x = np.exp(x - x.max(axis=axis, keepdims=True))
    return x / x.sum(axis=axis, keepdims=True)


def rows_alone(matches):
    """Softmax of (H, W, W): a place meets the places of its row, and no others."""
    row = np.arange(SIDE**2) // SIDE
    return softmax(np.where(row[:, None] == row, matches, -np.inf), axis=1)


@BUGS.register
def attention_axis():
    """Weights by which one place takes in all others, for the right softmax and for two wrong ones; and their sums."""
    figure, axes = frame(4, width_ratios=(1, 1, 1, 1.3))
    layer = SelfAttention(pooled=False, spectral_norm=False)
    x = normal(1, 0, (SIDE, SIDE, 64))
    layer.build(x.shape)
    theta, phi = (numpy(each(x)).reshape(SIDE**2, -1) for each in (layer.theta, layer.phi))
    matches = theta @ phi.T
    np.testing.assert_allclose(softmax(matches, 1), numpy(layer.maps(x))[0], atol=1e-5)
    ways = {
        "right: over keys": (softmax(matches, 1), RIGHT),
        "wrong: over queries": (softmax(matches, 0), WRONG),
        "wrong: (H, W, W)": (rows_alone(matches), WRONG),
    }
    for ax, (name, (beta, color)) in zip(axes, ways.items()):
        ax.imshow(beta[QUERY].reshape(SIDE, SIDE), cmap="Greys", vmin=0, vmax=max(beta[QUERY].max(), 1e-3))
        ax.plot(QUERY % SIDE, QUERY // SIDE, "o", color=color, markersize=4)
        ax.set(xticks=[], yticks=[])
        label(ax, name, f"{np.sum(beta[QUERY] > 0)} places, sum {beta[QUERY].sum():.2f}")
    sums = np.sort(ways["wrong: over queries"][0].sum(axis=1))
    axes[3].plot(sums, ".", color=WRONG, markersize=3)
    axes[3].axhline(1, color=RIGHT)
    axes[3].set(yscale="log")
    label(axes[3], "sum of a place's weights", "place, sorted")
    return said(figure, f"Over queries a place's weights sum to {sums[0]:.2f} to {sums[-1]:.0f}, and not to 1")


def attending(spectral_norm):
    """A discriminator that is normalised everywhere, or everywhere but in its attention."""
    images = keras.Input((16, 16, 1))
    x = images
    for filters in (16, 16):
        x = layers.LeakyReLU(0.2)(SpectralNormalization(layers.Conv2D(filters, 4, 2, "same"))(x))
        x = SelfAttention(spectral_norm=spectral_norm, name="attention")(x) if x.shape[1] == 8 else x
    return keras.Model(images, SpectralNormalization(layers.Dense(1))(layers.Flatten()(x)))


def largest(attention):
    """The largest singular value by which any of the attention's kernels stretches what it gets."""
    if attention.spectral_norm:
        return 1.0
    kernels = (as_matrix(ops.convert_to_tensor(each.kernel)) for each in (attention.theta, attention.phi, attention.g))
    return max(np.linalg.svd(numpy(kernel), compute_uv=False)[0] for kernel in kernels)


@BUGS.register
def attention_norm():
    """The slope of D while it trains, with spectral normalization everywhere, and everywhere but in the attention."""
    figure, (left, right) = frame()
    loss, pictures, ends = losses.HingeLoss(), digits(1024), []
    noisy = pictures + 0.3 * normal(1024, 1, (16, 16, 1))
    made = [(pictures[64 * i : 64 * i + 64], noisy[64 * i : 64 * i + 64]) for i in range(16)] * 20
    for name, spectral_norm, color in (("right: normalised", True, RIGHT), ("wrong: bare", False, WRONG)):
        keras.utils.set_random_seed(0)
        D = attending(spectral_norm)
        slope = engine.compile_stateless(lambda x, D=D: engine.input_gradient(D, x), D.variables)
        slopes, values, attention = [], [], D.get_layer("attention")

        def look(D=D, slope=slope, slopes=slopes, values=values, attention=attention):
            slopes.append(np.linalg.norm(numpy(slope(noisy[:64])).reshape(64, -1), axis=1).mean())
            values.append(largest(attention))

        def both(x, z, D=D):
            return loss.discriminator_loss(D(x, training=True), D(z, training=True))

        trained(both, D, keras.optimizers.Adam(2e-3, 0.0, 0.9), made, every(5, look))
        steps = 5 * np.arange(1, len(slopes) + 1)
        left.plot(steps, slopes, color=color, label=name)
        right.plot(steps, values, color=color)
        ends.append(slopes[-1])
    right.axhline(1, color=GREY, linewidth=0.8, linestyle=":")
    label(left, "norm of D's slope at a picture", "step of D")
    label(right, "largest singular value\nof the attention's kernels", "step of D", legend=False)
    sentence = "Bare kernels of the attention stretch by up to {2:.1f}, and D's slope is {1:.1f}, not {0:.1f}"
    return said(figure, sentence.format(*ends, values[-1]))
