"""Mistakes in the games of autoencoders that judge."""

import keras
import numpy as np
import tensorflow as tf
from keras import ops

from benchmarks.known_bugs.common import (
    BUGS,
    GREY,
    RIGHT,
    WRONG,
    digits,
    frame,
    label,
    normal,
    numpy,
    said,
    trained,
)
from keras_gans import engine, networks
from keras_gans.regularizers import PullingAway

SHAPE = (16, 16, 1)


def autoencoder(error):
    """An autoencoder of digits that judges: its encoder, its decoder, and both as an energy's negative."""
    encoder, decoder = networks.mlp.encoder(SHAPE, 16), networks.mlp.generator(SHAPE, 16, depth=1)
    return encoder, decoder, networks.energy.discriminator(encoder, decoder, error)


def drawn(steps, m):
    """Batches of m real digits."""
    pictures, rng = digits(), np.random.default_rng(0)
    return [pictures[rng.integers(len(pictures), size=m)] for _ in range(steps)]


def began(clip, batches, gamma=0.8, k_rate=0.1):
    """BEGAN by hand, with k clipped or not; returns k and the error of real digits after each step."""
    keras.utils.set_random_seed(0)
    D, G = autoencoder("l1")[2], networks.mlp.generator(SHAPE, 32, depth=1)
    k, seed = tf.Variable(0.0), keras.random.SeedGenerator(0)
    adams = [keras.optimizers.Adam(1e-4) for _ in range(2)]
    for adam, network in zip(adams, (D, G)):
        adam.build(network.trainable_variables)

    @tf.function(autograph=False)
    def step(x):
        z = keras.random.normal((x.shape[0], 32), seed=seed)
        real, fake = (-ops.mean(D(v)) for v in (x, G(z)))
        engine.minimize(lambda: -ops.mean(D(x)) + k * ops.mean(D(G(z))), D.trainable_variables, adams[0])
        engine.minimize(lambda: -ops.mean(D(G(z))), G.trainable_variables, adams[1])
        moved = k + k_rate * (gamma * real - fake)
        k.assign(ops.clip(moved, 0.0, 1.0) if clip else moved)
        return k.read_value(), real

    return np.array([[float(value) for value in step(tf.constant(x))] for x in batches]).T


@BUGS.register
def k_without_clip():
    """k over steps, and the error of real digits, with k clipped to [0, 1] and without."""
    figure, (left, right) = frame()
    batches, errors = drawn(2000, 64), []
    for name, clip, color in (("right: clipped to [0, 1]", True, RIGHT), ("wrong: not clipped", False, WRONG)):
        k, real = began(clip, batches)
        left.plot(k, color=color, label=name)
        right.plot(np.convolve(real, np.ones(20) / 20, "valid"), color=color)
        errors.append(real[-200:].mean())
    for end in (0, 1):
        left.axhline(end, color=GREY, linewidth=0.8, linestyle=":")
    right.set_ylim(0, 0.4)
    label(left, "k", "step", "")
    label(right, "D's error on real digits", "step", "")
    worse = errors[1] / errors[0] - 1
    return said(
        figure, f"Not clipped, k runs from {k.min():.1f} to {k.max():.1f}, and D rebuilds digits {worse:.0%} worse"
    )


class Codes:
    """A judge whose codes are the examples."""

    def features(self, x, layer):
        return ops.convert_to_tensor(x)


def without_square(codes):
    """The term as it is often written: the mean cosine of two codes."""
    codes = codes / ops.sqrt(ops.sum(ops.square(codes), axis=1, keepdims=True))
    n = len(codes)
    return (ops.sum(ops.matmul(codes, ops.transpose(codes))) - n) / (n * (n - 1))


@BUGS.register
def pulling_away_square():
    """The term of two codes by the angle between them, and where it takes 16 codes that lie about two directions."""
    figure, (left, right) = frame(2, width_ratios=(3, 2))
    ways = {
        "right: squared cosines": (lambda codes: PullingAway(1.0)(Codes(), None, codes, 0), RIGHT, 1.0),
        "wrong: cosines": (without_square, WRONG, 0.8),
    }
    angles = np.linspace(0, np.pi, 91).astype("float32")
    start = normal(16, 0) * 0.15 + np.repeat([[1.0, 0.3], [-1.0, -0.3]], 8, axis=0).astype("float32")
    for name, (term, color, radius) in ways.items():
        pairs = np.stack([np.ones_like(angles), np.zeros_like(angles), np.cos(angles), np.sin(angles)], 1)
        left.plot(np.degrees(angles), [float(term(pair.reshape(2, 2))) for pair in pairs], color=color, label=name)
        codes = start
        for _ in range(2000):
            codes = codes - 0.5 * numpy(engine.input_gradient(lambda c, term=term: term(c)[None], codes))
        codes = codes / np.linalg.norm(codes, axis=1, keepdims=True)
        right.plot(*(radius * codes.T), "o", color=color, markersize=4, alpha=0.7)
    begin = start / np.linalg.norm(start, axis=1, keepdims=True)
    right.plot(*(0.6 * begin.T), ".", color=GREY, markersize=4)
    right.set(xlim=(-1.2, 1.2), ylim=(-1.2, 1.2), aspect="equal", xticks=[], yticks=[])
    left.axhline(0, color=GREY, linewidth=0.8, linestyle=":")
    left.set_xticks([0, 45, 90, 135, 180])
    label(left, "the term of two codes", "angle between them, degrees")
    label(right, "16 codes (grey: before)")
    return said(figure, "Two opposite codes cost 1, the most there is; without the square -1, the least")


@BUGS.register
def detached_target():
    """An energy's slope by each pixel of a picture, and pictures that go down it, with the target held fixed."""
    figure, (left, right) = frame()
    encoder, decoder, judge = autoencoder("squares")
    trained(lambda x: -ops.mean(judge(x)), judge, keras.optimizers.Adam(1e-3), [(x,) for x in drawn(1500, 64)])
    score = judge.get_layer("score")

    def energy(x):
        return -judge(x)

    def detached(x):
        return -score([tf.stop_gradient(x), decoder(encoder(x))])

    start = np.tanh(normal(64, 1, SHAPE))
    h, moves = 1e-2, np.eye(256, dtype="float32").reshape(256, *SHAPE)
    up, down = (numpy(energy(start[:1] + sign * h * moves))[:, 0] for sign in (1, -1))
    difference, left_over = (up - down) / (2 * h), []
    for name, fn, color in (("right: the whole", energy, RIGHT), ("wrong: target detached", detached, WRONG)):
        slopes = numpy(engine.input_gradient(fn, start[:1])).ravel()
        left.plot(difference, slopes, ".", color=color, markersize=3, label=name)
        x, seen = start, []
        for _ in range(200):
            seen.append(float(ops.mean(energy(x))))
            x = np.clip(x - 10 * numpy(engine.input_gradient(fn, x)), -1, 1)
        right.plot(seen, color=color)
        left_over.append(seen[-1] / seen[0])
    label(left, "slope by each pixel", "by a finite difference", "by the gradient")
    label(right, "energy of noise that goes down it", "step", "")
    left.locator_params(nbins=5)
    right.set(yscale="log")
    return said(
        figure,
        "Down the whole slope noise keeps {:.2%} of its energy, with the target detached {:.0%}".format(*left_over),
    )
