"""Mistakes in losses, and in what surrounds them."""

import keras
import numpy as np
import tensorflow as tf
from keras import ops

from benchmarks.known_bugs.common import (
    BUGS,
    GREY,
    REPLICAS,
    RIGHT,
    RING,
    WRONG,
    batches,
    frame,
    label,
    move,
    normal,
    numpy,
    said,
    trained,
)
from keras_gans import engine, losses, networks, regularizers


@BUGS.register
def hinge_wgan():
    """A critic's own loss against the distance between two distributions, trained by WGAN's loss and by the hinge."""
    figure, (left, right) = frame()
    distances, says = [0.5, 1, 2, 4, 6, 8], []
    ways = {"right: Wasserstein": (losses.WassersteinLoss(), RIGHT), "wrong: hinge": (losses.HingeLoss(), WRONG)}
    for name, (loss, color) in ways.items():
        gaps, pulls = [], []
        critic = networks.mlp.discriminator((1,), width=32)
        penalty = regularizers.GradientPenalty(100.0, one_sided=True)

        seed = keras.random.SeedGenerator(0)

        def d_loss(x, z, critic=critic, loss=loss, penalty=penalty, seed=seed):
            return loss.discriminator_loss(critic(x), critic(z)) + penalty(critic, x, z, seed)

        for distance in distances:
            real, fake = (lambda n, seed, at=at: normal(n, seed, (1,)) + at for at in (distance, 0.0))
            trained(d_loss, critic, keras.optimizers.Adam(3e-3), batches(250, 128, real, fake))
            x, z = real(512, 8), fake(512, 9)
            gaps.append(float(ops.mean(critic(x)) - ops.mean(critic(z))))
            pulls.append(float(-loss.discriminator_loss(critic(x), critic(z))))
        says.append(round(pulls[-1], 1) + 0.0)
        left.plot(distances, gaps, "o-", color=color, label=name, markersize=3)
        right.plot(distances, pulls, "o-", color=color, label=name, markersize=3)
    label(left, "critic's gap E D(x) - E D(G(z))", "earth mover's distance", "")
    label(right, "minus its loss", "earth mover's distance", "", legend=False)
    return said(figure, "A hinge is no distance: at 8 its loss says {1:.1f}, Wasserstein's {0:.1f}".format(*says))


@BUGS.register
def clip_before_step():
    """The largest weight of the critic as the generator meets it, where weights are clipped before D's step."""
    figure, axes = frame(sharey=True)
    c, excess = 0.01, []
    for ax, rate in zip(axes, (5e-5, 1e-3)):
        for name, color in (("right: after the step", RIGHT), ("wrong: before the step", WRONG)):
            keras.utils.set_random_seed(0)
            critic, optimizer, largest = networks.mlp.discriminator((2,), width=32), keras.optimizers.RMSprop(rate), []

            def clip(critic=critic):
                for w in critic.trainable_variables:
                    w.assign(ops.clip(w, -c, c))

            for x, z in batches(40, 64, RING.sample, normal):
                clip()
                move(critic, optimizer, lambda x=x, z=z, D=critic: ops.mean(D(z)) - ops.mean(D(x)))
                clip() if "right" in name else None
                largest.append(max(np.abs(w).max() for w in critic.get_weights()) / c)
            ax.plot(largest, color=color, label=name)
        excess.append(np.mean(largest[5:]) - 1)
        ax.set_ylim(0.95, 1.15)
        label(
            ax, f"RMSprop {rate:g}", "step of the critic", "largest weight / c" if ax is axes[0] else "", ax is axes[0]
        )
    return said(
        figure, "Clipped before the step, weights exceed c by {:.1%} at WGAN's rate, {:.0%} at 1e-3".format(*excess)
    )


@BUGS.register
def relativistic_overwritten():
    """What G minimises, and the slope that it gets, where D has drifted by a constant."""
    figure, (left, right) = frame()
    real, fake = normal(256, 0, (1,)) + 1.0, normal(256, 1, (1,)) - 1.0
    relativistic, plain = losses.RelativisticLoss(), losses.GANLoss()

    def right_loss(real, fake):
        return relativistic.generator_loss(fake, real)

    def wrong_loss(real, fake):
        loss = relativistic.generator_loss(fake, real)
        loss = plain.generator_loss(fake)  # the line that a tutorial forgot to delete
        return loss

    shifts = np.linspace(-8, 8, 33).astype("float32")
    for name, loss, color in (("right: relativistic", right_loss, RIGHT), ("wrong: overwritten", wrong_loss, WRONG)):
        left.plot(shifts, [float(loss(real + c, fake + c)) for c in shifts], color=color, label=name)
        slopes = [engine.input_gradient(lambda f, c=c, g=loss: g(real + c, f)[None], fake + c) for c in shifts]
        slopes = [np.linalg.norm(numpy(slope)) for slope in slopes]
        right.plot(shifts, slopes, color=color)
    label(left, "G's loss", "constant added to all of D's logits")
    label(right, "length of its gradient at D(G(z))", "constant added to all of D's logits")
    return said(
        figure,
        f"If D adds 8 to all logits, the overwritten loss pulls G {slopes[16] / slopes[-1]:.0f} times less",
    )


@BUGS.register
def sigmoid_twice():
    """D's loss while it learns two clouds far apart, and G's slope, with a second sigmoid under the loss."""
    figure, (left, right) = frame()
    loss, floors = losses.GANLoss(), []
    logits = np.linspace(-8, 8, 65).astype("float32")
    for name, last, color in (("right: logits", lambda x: x, RIGHT), ("wrong: sigmoid first", ops.sigmoid, WRONG)):
        keras.utils.set_random_seed(0)
        D = networks.mlp.discriminator((2,), width=32)

        def d_loss(x, z, D=D, last=last):
            return loss.discriminator_loss(last(D(x)), last(D(z)))

        made = batches(300, 64, lambda n, seed: normal(n, seed) + 4.0, lambda n, seed: normal(n, seed) - 4.0)
        values = trained(d_loss, D, keras.optimizers.Adam(1e-3), made)
        left.plot(values, color=color, label=name)
        floors.append(values[-1])
        slope = engine.input_gradient(lambda x, f=last: ops.softplus(-f(x)), logits)
        right.plot(logits, -numpy(slope), color=color)
    left.set_ylim(0, None)
    label(left, "D's loss on clouds that do not overlap", "step of D")
    label(right, "pull on D(G(z)) towards real", "D's logit of the fake")
    return said(
        figure, "Through two sigmoids D's loss cannot fall below {1:.2f} (through one: {0:.2f})".format(*floors)
    )


@BUGS.register
def half_divided_by_replicas():
    """How far one SGD step moves a weight of each term, on 1, 2 and 4 devices that share a batch."""
    figure, (ax,) = frame(1)
    counts, cross_entropy = (1, 2, REPLICAS), keras.losses.BinaryCrossentropy(from_logits=True)

    def moved(replicas, ours):
        names = [f"CPU:{i}" for i in range(replicas)]
        strategy = tf.distribute.MirroredStrategy(names, tf.distribute.ReductionToOneDevice())
        with strategy.scope():
            logit, slope = (keras.Variable(1.0, name=name) for name in ("logit", "slope"))
            optimizer = keras.optimizers.SGD(1.0)
            optimizer.build([logit, slope])

        def keras_step():
            with tf.GradientTape() as tape:
                adversarial = cross_entropy(ops.ones((8, 1)), logit * ops.ones((8, 1)))  # Keras divides by replicas
                penalty = ops.mean(ops.square(slope * ops.ones((8, 1)) - 0.5))  # and not this
                total = adversarial + penalty
            optimizer.apply(tape.gradient(total, [logit.value, slope.value]), [logit, slope])

        def our_step():
            def loss():
                adversarial = ops.mean(ops.softplus(-logit * ops.ones((8, 1))))
                return adversarial + ops.mean(ops.square(slope * ops.ones((8, 1)) - 0.5))

            engine.minimize(loss, [logit, slope], optimizer)

        strategy.run(tf.function(our_step if ours else keras_step, autograph=False))
        return float(np.array(logit)) - 1.0, 1.0 - float(np.array(slope))

    for ours, name, color in (
        (True, "right: all terms by hand, scaled once", RIGHT),
        (False, "wrong: keras.losses beside a penalty by hand", WRONG),
    ):
        moves = np.array([moved(replicas, ours) for replicas in counts])
        ratio = moves[:, 1] / moves[:, 0]
        ax.bar(np.arange(len(counts)) + (-0.2 if ours else 0.2), ratio / ratio[0], 0.38, color=color, label=name)
    ax.axhline(1, color=GREY, linewidth=0.8, linestyle=":")
    ax.set_xticks(range(len(counts)), [f"{count} device{'s' * (count > 1)}" for count in counts])
    label(ax, "", "", "weight of the penalty beside the loss")
    return said(
        figure, f"On {REPLICAS} devices the penalty counts {ratio[-1] / ratio[0]:.0f} times as much as it should"
    )
