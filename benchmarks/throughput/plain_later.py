"""Games of later papers as a plain Keras `train_step`: new fakes and a tape for each update."""

import keras
import tensorflow as tf

from benchmarks.throughput.plain_game import Game, fake_loss, real_loss, squared_error
from benchmarks.throughput.rows import LATENTS, ROWS

class_loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def gradient(judge, pictures):
    """Each picture's slope of a judge's score."""
    with tf.GradientTape() as tape:
        tape.watch(pictures)
        scores = judge(pictures)
    return tape.gradient(scores, pictures)


def squared_norms(slopes):
    """Squared lengths of pictures."""
    return tf.reduce_sum(tf.square(slopes), axis=[1, 2, 3])


class Pair(Game):
    """Generator and discriminator, each moved down its loss."""

    def __init__(self, generator, discriminator):
        super().__init__()
        self.generator, self.discriminator = generator, discriminator
        self.seed_generator = keras.random.SeedGenerator(0)

    def latents(self, m):
        """New latents."""
        return keras.random.normal((m, LATENTS), seed=self.seed_generator)

    def move(self, tape, loss, optimizer, network):
        """One step of an optimizer."""
        weights = network.trainable_weights
        optimizer.apply(tape.gradient(loss, weights), weights)


class ACGAN(Pair):
    """Both kinds of pictures are classified."""

    def train_step(self, data):
        """One update of D, one of G."""
        images, labels = data
        m = tf.shape(images)[0]
        fakes = self.generator([self.latents(m), labels], training=True)
        with tf.GradientTape() as tape:
            real_source, real_class = self.discriminator(images, training=True)
            fake_source, fake_class = self.discriminator(fakes, training=True)
            d_loss = real_loss(real_source) + fake_loss(fake_source)
            d_loss += class_loss(labels, real_class) + class_loss(labels, fake_class)
        self.move(tape, d_loss, self.d_optimizer, self.discriminator)

        with tf.GradientTape() as tape:
            fakes = self.generator([self.latents(m), labels], training=True)
            source, classes = self.discriminator(fakes, training=True)
            g_loss = real_loss(source) + class_loss(labels, classes)
        self.move(tape, g_loss, self.g_optimizer, self.generator)
        return self.logs(d_loss, g_loss)


class TripleGAN(Pair):
    """A classifier beside both, which learns from labelled, unlabelled and generated pictures."""

    def __init__(self, generator, discriminator, classifier):
        super().__init__(generator, discriminator)
        self.classifier = classifier

    def compile(self, d_optimizer, c_optimizer, g_optimizer):
        """Takes three optimizers."""
        super().compile(d_optimizer, g_optimizer)
        self.c_optimizer = c_optimizer

    def train_step(self, data):
        """One update of D, one of C, one of G."""
        images, labels, others = data
        D, C, m = self.discriminator, self.classifier, tf.shape(images)[0]
        fakes = self.generator([self.latents(m), labels], training=True)
        guesses = tf.argmax(C(others, training=True), axis=-1)
        with tf.GradientTape() as tape:
            labelled, guessed = D([images, labels], training=True), D([others, guesses], training=True)
            d_loss = 0.1 * real_loss(labelled) + 0.9 * real_loss(guessed)
            d_loss += 0.5 * fake_loss(guessed) + 0.5 * fake_loss(D([fakes, labels], training=True))
        self.move(tape, d_loss, self.d_optimizer, D)

        with tf.GradientTape() as tape:
            c_loss = class_loss(labels, C(images, training=True))
            logits = C(others, training=True)
            chances = tf.nn.softmax(logits)
            scores = D([others, tf.argmax(logits, axis=-1)], training=True)
            sure = tf.reduce_max(chances, axis=-1, keepdims=True)
            c_loss += 0.5 * tf.reduce_mean(sure * tf.nn.softplus(-scores))
            c_loss -= 0.3 * tf.reduce_mean(tf.reduce_sum(chances * tf.nn.log_softmax(logits), axis=-1))
            c_loss += 0.1 * class_loss(labels, C(fakes, training=True))
        self.move(tape, c_loss, self.c_optimizer, C)

        with tf.GradientTape() as tape:
            fakes = self.generator([self.latents(m), labels], training=True)
            g_loss = 0.5 * real_loss(D([fakes, labels], training=True))
        self.move(tape, g_loss, self.g_optimizer, self.generator)
        return self.logs(d_loss, g_loss)


class VAE(keras.Model):
    """Encoder and decoder, the likelihood of a coin for each number."""

    def __init__(self, encoder, generator):
        super().__init__()
        self.encoder, self.generator = encoder, generator
        self.seed_generator = keras.random.SeedGenerator(0)
        self.loss_tracker = keras.metrics.Mean(name="vae_loss")

    def compile(self, optimizer):
        """Takes the optimizer of both."""
        super().compile()
        self.own_optimizer = optimizer

    @property
    def metrics(self):
        """The mean that `fit` resets."""
        return [self.loss_tracker]

    def train_step(self, images):
        """One update of both."""
        m = tf.shape(images)[0]
        noise = keras.random.normal((m, LATENTS), seed=self.seed_generator)
        with tf.GradientTape() as tape:
            mean, log_variance = self.encoder(images, training=True)
            rebuilt = self.generator(mean + tf.exp(0.5 * log_variance) * noise, training=True)
            surprise = keras.losses.binary_crossentropy(0.5 * images + 0.5, 0.5 * rebuilt + 0.5)
            loss = images.shape[-1] * tf.reduce_mean(tf.reduce_sum(surprise, axis=[1, 2]))
            terms = tf.square(mean) + tf.exp(log_variance) - 1 - log_variance
            loss += 0.5 * tf.reduce_mean(tf.reduce_sum(terms, axis=-1))
        weights = self.encoder.trainable_weights + self.generator.trainable_weights
        self.own_optimizer.apply(tape.gradient(loss, weights), weights)
        self.loss_tracker.update_state(loss)
        return {"vae_loss": self.loss_tracker.result()}


class BEGAN(Pair):
    """D's score is minus the error of an autoencoder, k balances both kinds of errors."""

    def __init__(self, generator, discriminator):
        super().__init__(generator, discriminator)
        self.k = self.add_weight(shape=(), initializer="zeros", trainable=False, name="k")

    def error(self, pictures):
        """Mean error of the autoencoder."""
        return -tf.reduce_mean(self.discriminator(pictures, training=True))

    def train_step(self, images):
        """One update of D, one of k, one of G."""
        m = tf.shape(images)[0]
        fakes = self.generator(self.latents(m), training=True)
        with tf.GradientTape() as tape:
            real, fake = self.error(images), self.error(fakes)
            d_loss = real - self.k * fake
        self.move(tape, d_loss, self.d_optimizer, self.discriminator)
        self.k.assign(tf.clip_by_value(self.k + 1e-3 * (0.5 * real - fake), 0.0, 1.0))

        with tf.GradientTape() as tape:
            g_loss = self.error(self.generator(self.latents(m), training=True))
        self.move(tape, g_loss, self.g_optimizer, self.generator)
        return self.logs(d_loss, g_loss)


class R3GAN(Pair):
    """Pairs of a real and a generated picture, D's slope held at 0 on both."""

    def train_step(self, images):
        """One update of D, one of G."""
        m = tf.shape(images)[0]
        fakes = self.generator(self.latents(m), training=True)
        with tf.GradientTape() as tape:
            with tf.GradientTape(persistent=True) as inner:
                inner.watch([images, fakes])
                real, fake = self.discriminator(images, training=True), self.discriminator(fakes, training=True)
            slopes = inner.gradient(real, images), inner.gradient(fake, fakes)
            d_loss = tf.reduce_mean(tf.nn.softplus(fake - real))
            d_loss += 0.025 * sum(tf.reduce_mean(squared_norms(slope)) for slope in slopes)
        self.move(tape, d_loss, self.d_optimizer, self.discriminator)

        with tf.GradientTape() as tape:
            fake = self.discriminator(self.generator(self.latents(m), training=True), training=True)
            g_loss = tf.reduce_mean(tf.nn.softplus(self.discriminator(images, training=True) - fake))
        self.move(tape, g_loss, self.g_optimizer, self.generator)
        return self.logs(d_loss, g_loss)


class StarGAN(Pair):
    """A translator that is told a domain, a critic that also names domains."""

    n_critic = ROWS["stargan32"].n_critic

    def named(self, labels, logits):
        """Cross-entropies of all domains."""
        losses = tf.nn.sigmoid_cross_entropy_with_logits(labels, logits)
        return tf.reduce_mean(tf.reduce_sum(losses, axis=-1))

    def train_step(self, data):
        """As many updates of D as it takes, one of G on the last batch."""
        G, D = self.generator, self.discriminator
        for images, labels in zip(*(tf.split(part, self.n_critic) for part in data)):
            m = tf.shape(images)[0]
            order = tf.argsort(keras.random.uniform((m,), seed=self.seed_generator))
            wanted = tf.gather(labels, order)
            fakes = G([images, wanted], training=True)
            with tf.GradientTape() as tape:
                (real, logits), (fake, _) = D(images, training=True), D(fakes, training=True)
                mix = keras.random.uniform((m, 1, 1, 1), seed=self.seed_generator)
                slope = gradient(lambda x: D(x, training=True)[0], mix * images + (1 - mix) * fakes)
                d_loss = tf.reduce_mean(fake) - tf.reduce_mean(real) + self.named(labels, logits)
                d_loss += 10 * tf.reduce_mean(tf.square(tf.sqrt(squared_norms(slope) + 1e-12) - 1))
            self.move(tape, d_loss, self.d_optimizer, D)

        with tf.GradientTape() as tape:
            fakes = G([images, wanted], training=True)
            score, logits = D(fakes, training=True)
            back = tf.reduce_mean(tf.abs(images - G([fakes, labels], training=True)))
            g_loss = self.named(wanted, logits) - tf.reduce_mean(score) + 10 * back
        self.move(tape, g_loss, self.g_optimizer, G)
        return self.logs(d_loss, g_loss)


class SRGAN(Pair):
    """Pictures and a quarter of their sides, the squared error beside D's verdict."""

    def train_step(self, data):
        """One update of D, one of G."""
        images, small = data
        fakes = self.generator(small, training=True)
        with tf.GradientTape() as tape:
            d_loss = real_loss(self.discriminator(images, training=True))
            d_loss += fake_loss(self.discriminator(fakes, training=True))
        self.move(tape, d_loss, self.d_optimizer, self.discriminator)

        with tf.GradientTape() as tape:
            fakes = self.generator(small, training=True)
            g_loss = squared_error(images, fakes) + 1e-3 * real_loss(self.discriminator(fakes, training=True))
        self.move(tape, g_loss, self.g_optimizer, self.generator)
        return self.logs(d_loss, g_loss)


GAMES = {
    "acgan32": ACGAN,
    "triplegan32": TripleGAN,
    "vae32": VAE,
    "began32": BEGAN,
    "r3gan32": R3GAN,
    "stargan32": StarGAN,
    "srgan64": SRGAN,
}
