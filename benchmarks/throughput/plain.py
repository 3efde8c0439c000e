"""A plain Keras `train_step`, as Keras' own examples write it: new fakes and a tape for each update, `fit`, tf.data."""

import time

import keras
import tensorflow as tf

from benchmarks.throughput import networks, plain_later
from benchmarks.throughput.plain_game import Game, absolute_error, fake_loss, real_loss, squared_error
from benchmarks.throughput.rows import LATENTS, ROWS
from keras_gans.layers import ImagePool


class GAN(Game):
    """Generator and discriminator."""

    def __init__(self, generator, discriminator):
        super().__init__()
        self.generator, self.discriminator = generator, discriminator
        self.seed_generator = keras.random.SeedGenerator(0)

    def judge(self, images):
        """The scores of real pictures, and no penalty."""
        return self.discriminator(images, training=True), 0.0

    def train_step(self, images):
        """One update of D, one of G."""
        m = tf.shape(images)[0]
        latents = keras.random.normal((m, LATENTS), seed=self.seed_generator)
        fakes = self.generator(latents, training=True)
        with tf.GradientTape() as tape:
            scores, penalty = self.judge(images)
            d_loss = real_loss(scores) + fake_loss(self.discriminator(fakes, training=True)) + penalty
        weights = self.discriminator.trainable_weights
        self.d_optimizer.apply(tape.gradient(d_loss, weights), weights)

        latents = keras.random.normal((m, LATENTS), seed=self.seed_generator)
        with tf.GradientTape() as tape:
            g_loss = real_loss(self.discriminator(self.generator(latents, training=True), training=True))
        weights = self.generator.trainable_weights
        self.g_optimizer.apply(tape.gradient(g_loss, weights), weights)
        return self.logs(d_loss, g_loss)


class StyleGAN(GAN):
    """With R1 of gamma 10 on the discriminator."""

    def judge(self, images):
        """The scores of real pictures, and a penalty on their slope."""
        with tf.GradientTape() as tape:
            tape.watch(images)
            scores = self.discriminator(images, training=True)
        squared_norms = tf.reduce_sum(tf.square(tape.gradient(scores, images)), axis=[1, 2, 3])
        return scores, 5 * tf.reduce_mean(squared_norms)


class WGANGP(GAN):
    """Generator and critic, which moves five times on data of its own."""

    n_critic, drift = ROWS["wgan_gp"].n_critic, 0.0

    def gradient_penalty(self, images, fakes):
        """The critic's norm of gradient between real and generated pictures, held at 1."""
        mix = keras.random.uniform((tf.shape(images)[0], 1, 1, 1), seed=self.seed_generator)
        between = mix * images + (1 - mix) * fakes
        with tf.GradientTape() as tape:
            tape.watch(between)
            scores = self.discriminator(between, training=True)
        norms = tf.sqrt(tf.reduce_sum(tf.square(tape.gradient(scores, between)), axis=[1, 2, 3]) + 1e-12)
        return tf.reduce_mean(tf.square(norms - 1))

    def train_step(self, images):
        """As many updates of the critic as it takes, one of G."""
        m = tf.shape(images)[0] // self.n_critic
        for real in tf.split(images, self.n_critic):
            latents = keras.random.normal((m, LATENTS), seed=self.seed_generator)
            fakes = self.generator(latents, training=True)
            with tf.GradientTape() as tape:
                d_loss = tf.reduce_mean(self.discriminator(fakes, training=True))
                scores = self.discriminator(real, training=True)
                d_loss -= tf.reduce_mean(scores)
                d_loss += 10 * self.gradient_penalty(real, fakes)
                if self.drift:
                    d_loss += self.drift * tf.reduce_mean(tf.square(scores))
            weights = self.discriminator.trainable_weights
            self.d_optimizer.apply(tape.gradient(d_loss, weights), weights)

        latents = keras.random.normal((m, LATENTS), seed=self.seed_generator)
        with tf.GradientTape() as tape:
            g_loss = -tf.reduce_mean(self.discriminator(self.generator(latents, training=True), training=True))
        weights = self.generator.trainable_weights
        self.g_optimizer.apply(tape.gradient(g_loss, weights), weights)
        return self.logs(d_loss, g_loss)


class ProGAN(WGANGP):
    """One update of the critic, whose scores are kept from drifting off."""

    n_critic, drift = 1, 0.001


class SAGAN(GAN):
    """Labels for both, the hinge loss."""

    n_critic = ROWS["sagan32"].n_critic

    def train_step(self, data):
        """As many updates of the discriminator as it takes, one of G."""
        images, labels = data
        m = tf.shape(images)[0] // self.n_critic
        for real, y in zip(tf.split(images, self.n_critic), tf.split(labels, self.n_critic)):
            latents = keras.random.normal((m, LATENTS), seed=self.seed_generator)
            fakes = self.generator([latents, y], training=True)
            with tf.GradientTape() as tape:
                d_loss = tf.reduce_mean(tf.nn.relu(1 - self.discriminator([real, y], training=True)))
                d_loss += tf.reduce_mean(tf.nn.relu(1 + self.discriminator([fakes, y], training=True)))
            weights = self.discriminator.trainable_weights
            self.d_optimizer.apply(tape.gradient(d_loss, weights), weights)

        latents = keras.random.normal((m, LATENTS), seed=self.seed_generator)
        with tf.GradientTape() as tape:
            fakes = self.generator([latents, y], training=True)
            g_loss = -tf.reduce_mean(self.discriminator([fakes, y], training=True))
        weights = self.generator.trainable_weights
        self.g_optimizer.apply(tape.gradient(g_loss, weights), weights)
        return self.logs(d_loss, g_loss)


class BigGAN(SAGAN):
    """Two updates of the discriminator; neither averages of weights nor the orthogonal term."""

    n_critic = ROWS["biggan32"].n_critic


class Pix2Pix(Game):
    """U-Net and PatchGAN."""

    def __init__(self, generator, discriminator):
        super().__init__()
        self.generator, self.discriminator = generator, discriminator

    def train_step(self, pair):
        """One update of D, one of G."""
        inputs, targets = pair
        fakes = self.generator(inputs, training=True)
        with tf.GradientTape() as tape:
            d_loss = real_loss(self.discriminator([inputs, targets], training=True))
            d_loss = 0.5 * (d_loss + fake_loss(self.discriminator([inputs, fakes], training=True)))
        weights = self.discriminator.trainable_weights
        self.d_optimizer.apply(tape.gradient(d_loss, weights), weights)

        with tf.GradientTape() as tape:
            fakes = self.generator(inputs, training=True)
            g_loss = real_loss(self.discriminator([inputs, fakes], training=True))
            g_loss += 100 * absolute_error(targets, fakes)
        weights = self.generator.trainable_weights
        self.g_optimizer.apply(tape.gradient(g_loss, weights), weights)
        return self.logs(d_loss, g_loss)


class CycleGAN(Game):
    """Two translators, two PatchGANs, two pools."""

    def __init__(self, generator_ab, generator_ba, discriminator_a, discriminator_b):
        super().__init__()
        self.generator_ab, self.generator_ba = generator_ab, generator_ba
        self.discriminator_a, self.discriminator_b = discriminator_a, discriminator_b
        self.pool_a, self.pool_b = (ImagePool(generator_ab.input_shape[1:], 50) for _ in range(2))
        self.seed_generator = keras.random.SeedGenerator(0)

    def train_step(self, domains):
        """One update of both translators, one of both discriminators."""
        a, b = domains
        G, F, D_A, D_B = self.generator_ab, self.generator_ba, self.discriminator_a, self.discriminator_b
        with tf.GradientTape() as tape:
            fake_b, fake_a = G(a, training=True), F(b, training=True)
            scores_b, scores_a = D_B(fake_b, training=True), D_A(fake_a, training=True)
            g_loss = squared_error(tf.ones_like(scores_b), scores_b) + squared_error(tf.ones_like(scores_a), scores_a)
            cycle = absolute_error(a, F(fake_b, training=True)) + absolute_error(b, G(fake_a, training=True))
            identity = absolute_error(b, G(b, training=True)) + absolute_error(a, F(a, training=True))
            g_loss += 10 * cycle + 5 * identity
        weights = G.trainable_weights + F.trainable_weights
        self.g_optimizer.apply(tape.gradient(g_loss, weights), weights)

        old_a, old_b = self.pool_a(fake_a, seed=self.seed_generator), self.pool_b(fake_b, seed=self.seed_generator)
        with tf.GradientTape() as tape:
            d_loss = 0.0
            for D, real, fake in ((D_A, a, old_a), (D_B, b, old_b)):
                real_scores, fake_scores = D(real, training=True), D(fake, training=True)
                d_loss += 0.5 * squared_error(tf.ones_like(real_scores), real_scores)
                d_loss += 0.5 * squared_error(tf.zeros_like(fake_scores), fake_scores)
        weights = D_A.trainable_weights + D_B.trainable_weights
        self.d_optimizer.apply(tape.gradient(d_loss, weights), weights)
        return self.logs(d_loss, g_loss)


GAMES = {
    "dcgan28": GAN,
    "dcgan64": GAN,
    "wgan_gp": WGANGP,
    "pix2pix128": Pix2Pix,
    "cyclegan64": CycleGAN,
    "progan64": ProGAN,
    "stylegan32": StyleGAN,
    "sagan32": SAGAN,
    "biggan32": BigGAN,
}


class Plain(networks.OnModel):
    """A game of this file, trained by Keras' `fit`.

    Args:
        name: string, the row's.
        optimizers: see `networks.OnKeras`.
        autotune: whether tf.data tunes itself, its default, which can hold up the end of a `fit`.
    """

    def __init__(self, name, optimizers=None, autotune=True):
        super().__init__(name, optimizers)
        self.options = tf.data.Options()
        self.options.autotune.enabled = autotune
        self.ahead = tf.data.AUTOTUNE if autotune else 2  # batches
        self.model = (GAMES | plain_later.GAMES)[name](*self.networks)
        self.model.compile(*self.adams)

    def round(self, steps):
        """Trains so many steps; returns the seconds of it."""
        data = self.row.data(steps)
        begin = time.perf_counter()
        dataset = tf.data.Dataset.from_tensor_slices(data[0] if len(data) == 1 else data).shuffle(1024)
        dataset = dataset.batch(self.row.batch * self.row.n_critic, drop_remainder=True).prefetch(self.ahead)
        self.model.fit(dataset.with_options(self.options), epochs=1, verbose=0)
        return time.perf_counter() - begin


def steady(name):
    """Without tf.data's autotuner."""
    return Plain(name, autotune=False)
