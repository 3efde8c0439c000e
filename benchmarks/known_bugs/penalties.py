"""Mistakes in penalties on the gradient of D."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers, ops

from benchmarks.known_bugs.common import (
    ALSO_WRONG,
    BUGS,
    GREY,
    RIGHT,
    RING,
    WRONG,
    batches,
    digits,
    frame,
    label,
    normal,
    numpy,
    said,
    trained,
)
from keras_gans import engine, metrics, networks, theory
from keras_gans.regularizers import GradientPenalty

EPSILONS = {  # how x_hat = e x + (1 - e) G(z) is mixed, for pictures x (m, H, W, C)
    "right: uniform,\none per example": lambda x: keras.random.uniform((len(x), 1, 1, 1), seed=1),
    "wrong: normal": lambda x: keras.random.normal((len(x), 1, 1, 1), seed=1),
    "wrong: one per pixel": lambda x: keras.random.uniform(x.shape, seed=1),
    "wrong: one per batch": lambda x: keras.random.uniform((1, 1, 1, 1), seed=1),
}


@BUGS.register
def interpolation():
    """Where the penalty looks: two real and two generated pictures of 2 pixels, so that they can be drawn."""
    figure, axes = frame(4, sharex=True, sharey=True)
    ends = np.array([[2, 1], [1.4, 1.6]], "float32"), np.array([[-2, -1], [-1.2, -1.4]], "float32")
    real, fake = (np.repeat(points, 200, axis=0).reshape(-1, 1, 2, 1) for points in ends)
    for ax, (name, epsilon) in zip(axes, EPSILONS.items()):
        e = epsilon(real)
        x_hat = numpy(e * real + (1 - e) * fake).reshape(-1, 2)
        color = RIGHT if "right" in name else WRONG
        ax.plot(*x_hat.T, ".", markersize=3, color=color, alpha=0.4)
        ax.plot(*ends[0].T, "k^", *ends[1].T, "ks", markersize=5)
        label(ax, name, "pixel 1", "pixel 2" if ax is axes[0] else "")
    ax.set(xlim=(-6, 6), ylim=(-4, 4))
    outside = np.mean([not 0 <= e <= 1 for e in numpy(keras.random.normal((100_000,), seed=1))])
    return said(
        figure, f"A normal epsilon puts {outside:.0%} of the points beyond the real (^) or the generated one (■)"
    )


@BUGS.register
def norm_nan():
    """A critic of ReLUs that is dead at one point of a batch: the root's slope there is infinite times zero."""
    figure, (left, right) = frame()
    w = np.linspace(-0.5, 0.5, 41).astype("float32")
    ways = {"right: root of (s + 1e-12)": (RIGHT, "-", 1e-12), "wrong: root of s": (WRONG, "--", 0.0)}
    ends = {}
    for name, (color, style, tiny) in ways.items():

        def penalty(critic, x, tiny=tiny):
            squares = ops.sum(ops.square(engine.input_gradient(critic, x)), axis=1)
            return ops.mean(ops.square(ops.sqrt(squares + tiny) - 1.0))

        slope = engine.input_gradient(lambda w, tiny=tiny: ops.square(ops.sqrt(w * w + tiny) - 1.0), w)
        left.plot(w, numpy(slope), color=color, linestyle=style)
        keras.utils.set_random_seed(0)
        critic = networks.mlp.discriminator((2,), width=8, negative_slope=0.0)

        def loss(x, z, critic=critic, penalty=penalty):
            return ops.mean(critic(z)) - ops.mean(critic(x)) + 10 * penalty(critic, 0.5 * (x + z))

        losses = trained(loss, critic, keras.optimizers.Adam(1e-3), batches(60, 64, RING.sample, normal))
        right.plot(losses, color=color, linestyle=style, label=name)
        ends[name] = np.isfinite(losses).sum()
    last = ends["wrong: root of s"]
    right.axvline(last, color=WRONG, linewidth=0.8, linestyle=":")
    right.annotate(
        "NaN from here on",
        (last, right.get_ylim()[1] * 0.5),
        fontsize=7,
        color=WRONG,
        xytext=(4, 0),
        textcoords="offset points",
    )
    left.plot(0, 0, "x", color=WRONG)
    left.annotate("0/0 = NaN", (0, 0), (0.05, -0.6), fontsize=7, color=WRONG)
    label(left, "slope of (|w| - 1)² at w", "w", "")
    label(right, "critic's loss", "step of the critic", "")
    return said(figure, f"Without 1e-12 under the root, the critic is NaN after {last} steps")


@BUGS.register
def norm_axes():
    """What norm each penalty brings a critic of 16x16 pictures to."""
    figure, (ax,) = frame(1)
    ways = {  # over which axes the squares are summed
        "wrong: over the channels": ((3,), WRONG),
        "right: over all axes but the first": ((1, 2, 3), RIGHT),
        "wrong: over the batch too": ((0, 1, 2, 3), ALSO_WRONG),
    }
    pictures, norms = digits(), []

    def real(n, seed):
        return pictures[np.random.default_rng(seed).integers(len(pictures), size=n)]

    for name, (axes, color) in ways.items():
        keras.utils.set_random_seed(0)
        critic, seen = networks.mlp.discriminator((16, 16, 1), width=64), []
        gradient = engine.compile_stateless(lambda x, c=critic: engine.input_gradient(c, x), critic.variables)

        def loss(x, z, critic=critic, axes=axes):
            x, z = (ops.reshape(part, (-1, 16, 16, 1)) for part in (x, z))
            squares = ops.sum(ops.square(engine.input_gradient(critic, 0.5 * (x + z))), axis=axes)
            penalty = ops.mean(ops.square(ops.sqrt(squares + 1e-12) - 1.0))
            return ops.mean(critic(z)) - ops.mean(critic(x)) + 10 * penalty

        def look(gradient=gradient, seen=seen):
            seen.append(np.linalg.norm(numpy(gradient(0.5 * pictures[:64])).reshape(64, -1), axis=1).mean())

        made = batches(300, 64, real, lambda n, seed: np.tanh(normal(n, seed, (256,))))
        trained(loss, critic, keras.optimizers.Adam(1e-3, 0.5), made, look)
        ax.plot(seen, color=color, label=name)
        norms.append(seen[-1])
    ax.axhline(1, color=GREY, linewidth=0.8, linestyle=":")
    ax.set(yscale="log")
    label(ax, "", "step of the critic", "norm of an example's gradient")
    return said(
        figure,
        "A norm over the channels alone lets D's slope grow to {:.0f}; over all axes it is {:.1f}".format(*norms),
    )


def wgan_gp(critic, steps=250, m=64):
    """WGAN-GP on the ring, written by hand: `models.WGANGP` refuses a critic with batch norm. Returns new samples."""
    G, seed, penalty = networks.mlp.generator((2,), 2, 64, 3), keras.random.SeedGenerator(0), GradientPenalty(0.1)
    adams = [keras.optimizers.Adam(2e-3, 0.0, 0.9) for _ in range(2)]
    for adam, network in zip(adams, (critic, G)):
        adam.build(network.trainable_variables)

    def D(x):
        return critic(x, training=True)

    @tf.function(autograph=False)
    def step(points):
        for x in ops.unstack(points):
            z = G(keras.random.normal((m, 2), seed=seed))
            loss = lambda x=x, z=z: ops.mean(D(z)) - ops.mean(D(x)) + penalty(D, x, z, seed)  # noqa: E731
            engine.minimize(loss, critic.trainable_variables, adams[0])
        engine.minimize(
            lambda: -ops.mean(D(G(keras.random.normal((m, 2), seed=seed)))), G.trainable_variables, adams[1]
        )

    for points in RING.sample(steps * 5 * m).reshape(steps, 5, m, 2):
        step(tf.constant(points))
    return numpy(G(normal(2500, 1)))


@BUGS.register
def penalty_batch_norm():
    """WGAN-GP on eight Gaussians, with a critic that sees each point alone, and with batch norm in it."""
    figure, axes = frame(2, sharex=True, sharey=True)
    real, kept = RING.sample(2000), []
    for ax, batch_norm, color in zip(axes, (False, True), (RIGHT, WRONG)):
        keras.utils.set_random_seed(0)
        x = inputs = keras.Input((2,))
        for _ in range(3):
            x = layers.Dense(64)(x)
            x = layers.LeakyReLU(0.2)(layers.BatchNormalization()(x) if batch_norm else x)
        samples = wgan_gp(keras.Model(inputs, layers.Dense(1)(x)))
        found = metrics.mode_coverage(samples, RING.modes, RING.std)
        ax.plot(*real.T, ".", color="#cccccc", markersize=2)
        ax.plot(*samples.T, ".", color=color, markersize=1.5, alpha=0.5)
        name = "wrong: critic with batch norm" if batch_norm else "right: critic without"
        label(ax, f"{name}\n{found.covered} of 8 modes, {found.quality:.0%} near one")
        kept.append(found.quality)
    axes[0].set(xlim=(-5, 5), ylim=(-3.5, 3.5))
    return said(
        figure, "With batch norm under the penalty {1:.0%} of the points find a mode, without {0:.0%}".format(*kept)
    )


@BUGS.register
def r1_gamma():
    """The Dirac-GAN under R1 with the paper's gamma 10, and with the half forgotten."""
    figure, (left, right) = frame(width_ratios=(1, 2))
    gradient = np.array([3.0, 4.0])
    ways = {"right: gamma/2": (RIGHT, 10.0), "wrong: gamma": (WRONG, 20.0)}
    steps = []
    for name, (color, gamma) in ways.items():
        left.bar(name.split(": ")[1], gamma / 2 * gradient @ gradient, color=color)
        path = theory.dirac.trajectory(lambda *at, g=gamma: theory.dirac.r1(*at, gamma=g), (1.0, 0.0), 4000, 0.05)
        far = np.linalg.norm(path, axis=1)
        right.plot(far, color=color, label=name)
        steps.append(int(np.argmax(far < 0.1)))
    right.axhline(0.1, color=GREY, linewidth=0.8, linestyle=":")
    right.set(yscale="log")
    label(left, "penalty at a gradient (3, 4)")
    label(right, "Dirac-GAN, gamma = 10", "step", "distance to the equilibrium")
    return said(figure, "Without the half, R1 is another R1: {:,} steps to a tenth become {:,}".format(*steps))
