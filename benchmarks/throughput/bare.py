"""A bare loop: a `tf.function` for each game, by hand, D and G moving on the same fakes; neither `fit` nor means."""

import functools
import time

import keras
import tensorflow as tf

from benchmarks.throughput import flops, networks
from benchmarks.throughput.rows import LATENTS, ROWS
from keras_gans.layers import ImagePool


def cross_entropy(scores, target):
    """Binary cross-entropy of logits."""
    return tf.reduce_mean(tf.nn.softplus(scores) - target * scores)


def squares(scores, target):
    """Mean squared distance from a target."""
    return tf.reduce_mean(tf.square(scores - target))


def distance(x, y):
    """L1."""
    return tf.reduce_mean(tf.abs(x - y))


def move(tape, loss, adam, weights):
    """One step of an optimizer."""
    adam.apply(tape.gradient(loss, weights), weights)


def simple(D, real):
    """D's scores of real pictures, and no penalty."""
    return D(real, training=True), 0.0


def r1(D, real):
    """D's scores of real pictures, and R1 of gamma 10."""
    with tf.GradientTape() as tape:
        tape.watch(real)
        scores = D(real, training=True)
    return scores, 5 * tf.reduce_mean(tf.reduce_sum(tf.square(tape.gradient(scores, real)), axis=[1, 2, 3]))


def gan(G, D, d_adam, g_adam, judge=simple):
    """Makes the step of a GAN."""

    def step(real):
        with tf.GradientTape() as g_tape:
            fake = G(tf.random.normal((real.shape[0], LATENTS)), training=True)
            with g_tape.stop_recording():
                with tf.GradientTape() as d_tape:
                    scores, penalty = judge(D, real)
                    d_loss = cross_entropy(scores, 1.0) + cross_entropy(D(fake, training=True), 0.0) + penalty
                move(d_tape, d_loss, d_adam, D.trainable_variables)
            g_loss = cross_entropy(D(fake, training=True), 1.0)
        move(g_tape, g_loss, g_adam, G.trainable_variables)
        return d_loss, g_loss

    return step


def wgan_gp(G, D, d_adam, g_adam, n_critic=1, drift=0.0):
    """Makes the step of a WGAN-GP: on the fakes of the last critic step G moves too."""

    def generate(real):
        return G(tf.random.normal((real.shape[0], LATENTS)), training=True)

    def critic_step(real, fake):
        with tf.GradientTape() as d_tape:
            e = tf.random.uniform((real.shape[0], 1, 1, 1))
            between = e * real + (1 - e) * fake
            with tf.GradientTape() as tape:
                tape.watch(between)
                scores = D(between, training=True)
            norms = tf.sqrt(tf.reduce_sum(tf.square(tape.gradient(scores, between)), axis=[1, 2, 3]) + 1e-12)
            scores = D(real, training=True)
            d_loss = tf.reduce_mean(D(fake, training=True)) - tf.reduce_mean(scores)
            d_loss += 10 * tf.reduce_mean(tf.square(norms - 1))
            if drift:
                d_loss += drift * tf.reduce_mean(tf.square(scores))
        move(d_tape, d_loss, d_adam, D.trainable_variables)
        return d_loss

    def step(data):
        *firsts, last = tf.split(data, n_critic)
        for real in firsts:
            critic_step(real, generate(real))
        with tf.GradientTape() as g_tape:
            fake = generate(last)
            with g_tape.stop_recording():
                d_loss = critic_step(last, fake)
            g_loss = -tf.reduce_mean(D(fake, training=True))
        move(g_tape, g_loss, g_adam, G.trainable_variables)
        return d_loss, g_loss

    return step


def conditional(G, D, d_adam, g_adam, n_critic=1):
    """Makes the step of SAGAN and BigGAN, the hinge loss with labels: on the fakes of D's last step G moves too."""

    def generate(y):
        return G([tf.random.normal((y.shape[0], LATENTS)), y], training=True)

    def d_step(real, y, fake):
        with tf.GradientTape() as d_tape:
            d_loss = tf.reduce_mean(tf.nn.relu(1 - D([real, y], training=True)))
            d_loss += tf.reduce_mean(tf.nn.relu(1 + D([fake, y], training=True)))
        move(d_tape, d_loss, d_adam, D.trainable_variables)
        return d_loss

    def step(data, labels):
        *firsts, (last, y) = zip(tf.split(data, n_critic), tf.split(labels, n_critic))
        for real, labels_of_real in firsts:
            d_step(real, labels_of_real, generate(labels_of_real))
        with tf.GradientTape() as g_tape:
            fake = generate(y)
            with g_tape.stop_recording():
                d_loss = d_step(last, y, fake)
            g_loss = -tf.reduce_mean(D([fake, y], training=True))
        move(g_tape, g_loss, g_adam, G.trainable_variables)
        return d_loss, g_loss

    return step


def pix2pix(G, D, d_adam, g_adam):
    """Makes the step of Pix2Pix."""

    def step(x, y):
        with tf.GradientTape() as g_tape:
            fake = G(x, training=True)
            with g_tape.stop_recording():
                with tf.GradientTape() as d_tape:
                    d_loss = cross_entropy(D([x, y], training=True), 1.0)
                    d_loss = 0.5 * (d_loss + cross_entropy(D([x, fake], training=True), 0.0))
                move(d_tape, d_loss, d_adam, D.trainable_variables)
            g_loss = cross_entropy(D([x, fake], training=True), 1.0) + 100 * distance(y, fake)
        move(g_tape, g_loss, g_adam, G.trainable_variables)
        return d_loss, g_loss

    return step


def cyclegan(G, F, D_A, D_B, d_adam, g_adam):
    """Makes the step of CycleGAN, the translators first."""
    pool_a, pool_b = (ImagePool(G.input_shape[1:], 50) for _ in range(2))
    seed = keras.random.SeedGenerator(0)

    def step(a, b):
        with tf.GradientTape() as tape:
            fake_a, fake_b = F(b, training=True), G(a, training=True)
            g_loss = squares(D_B(fake_b, training=True), 1.0) + squares(D_A(fake_a, training=True), 1.0)
            cycle = distance(F(fake_b, training=True), a) + distance(G(fake_a, training=True), b)
            identity = distance(G(b, training=True), b) + distance(F(a, training=True), a)
            g_loss += 10 * cycle + 5 * identity
        move(tape, g_loss, g_adam, G.trainable_variables + F.trainable_variables)
        old_a, old_b = pool_a(fake_a, seed=seed), pool_b(fake_b, seed=seed)
        with tf.GradientTape() as tape:
            real = squares(D_A(a, training=True), 1.0) + squares(D_B(b, training=True), 1.0)
            fake = squares(D_A(old_a, training=True), 0.0) + squares(D_B(old_b, training=True), 0.0)
            d_loss = 0.5 * (real + fake)
        move(tape, d_loss, d_adam, D_A.trainable_variables + D_B.trainable_variables)
        return d_loss, g_loss

    return step


GAMES = {
    "dcgan28": gan,
    "dcgan64": gan,
    "wgan_gp": functools.partial(wgan_gp, n_critic=ROWS["wgan_gp"].n_critic),
    "pix2pix128": pix2pix,
    "cyclegan64": cyclegan,
    "progan64": functools.partial(wgan_gp, drift=0.001),
    "stylegan32": functools.partial(gan, judge=r1),
    "sagan32": functools.partial(conditional, n_critic=ROWS["sagan32"].n_critic),
    "biggan32": functools.partial(conditional, n_critic=ROWS["biggan32"].n_critic),
}


def loop(step, row, steps):
    """Calls a compiled step, a function of a batch's parts, so many times; returns the seconds of it."""
    batches = list(zip(*(tf.split(tf.constant(part), steps) for part in row.data(steps))))
    begin = time.perf_counter()
    for batch in batches:
        losses = step(*batch)
    [loss.numpy() for loss in losses]
    return time.perf_counter() - begin


class Bare(networks.OnKeras):
    """A step of this file, compiled, in a loop over batches that lie in memory as tensors."""

    def __init__(self, name):
        super().__init__(name)
        made = self.networks
        half = len(made) // 2
        for adam, players in zip(self.adams, (made[half:], made[:half])):
            adam.build([v for network in players for v in network.trainable_variables])
        self.step = tf.function(GAMES[name](*made, *self.adams), autograph=False)

    def round(self, steps):
        """Trains so many steps; returns the seconds of it."""
        return loop(self.step, self.row, steps)

    def flops(self):
        """Floating point operations of a step."""
        return flops.count(self.step.get_concrete_function(*flops.specs(self.row)))
