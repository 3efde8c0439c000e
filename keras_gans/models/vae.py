"""Variational autoencoder: a generator of latents, and an encoder that says of which latents an example may be."""

import keras
from keras import ops

from keras_gans import losses
from keras_gans.data.check import check_array
from keras_gans.losses.adversarial import as_float32, find
from keras_gans.losses.likelihood import bounded
from keras_gans.models.rebuilding import Rebuilds
from keras_gans.training import Latents, Player, TrainedModel
from keras_gans.training.adversarial import shapes
from keras_gans.training.latents import in_chunks

__all__ = ["VAE"]


@keras.saving.register_keras_serializable("keras_gans")
class VAE(Rebuilds, Latents, TrainedModel):
    """Variational autoencoder: without an adversary, by a lower bound of the likelihood of the data.

    Its decoder is its generator: it makes examples of latents of the standard normal distribution as a GAN does, and
    everything that works with a GAN's latents works with it.

    Args:
        encoder: built `keras.Model`, float (N, *shape) -> a list of two outputs (N, latent_dim), the mean and the
            logarithm of the variance of q(z|x).
        generator: built `keras.Model`, float (N, latent_dim) -> (N, *shape), the mean of p(x|z).
        latent_dim: int, length of a latent vector.
        seed: int, seed of the latents and of the order of the data.
        name: string, the model's name.

    Call arguments:
        inputs: float tensor (N, latent_dim), latents.

    Returns:
        The generator's outputs, (N, *shape).

    Raises:
        ValueError: if the networks do not fit each other or the latents.

    Formula:
        min over both networks of E[-log p(x | z)] + beta KL(q(z | x) || N(0, I)), with z = mean + e * deviation and
        e ~ N(0, I), one draw for each example. With beta = 1 that is minus the evidence lower bound, in nats.

    Deviations:
        The paper puts a prior on the weights, too, and takes Adagrad. Logarithms of variances are kept within 20 of 0.

    Reference:
        Kingma and Welling, 2013, Auto-Encoding Variational Bayes, arXiv:1312.6114, Algorithm 1 with estimator B.
        Higgins et al., 2017, beta-VAE: Learning Basic Visual Concepts with a Constrained Variational Framework, ICLR
        (beta).

    Example:
        ```python
        vae = VAE(encoder, generator, latent_dim=20)
        vae.compile(keras.optimizers.Adam(1e-3), likelihood="bernoulli")
        vae.fit(images, batch_size=100, epochs=20)
        samples = vae.generate(16)
        ```
    """

    players = (Player("vae", ("generator", "encoder"), makes=True),)

    def __init__(self, encoder, generator, latent_dim, seed=0, name="vae"):
        check_fit(encoder, generator, latent_dim)
        super().__init__({"encoder": encoder, "generator": generator}, seed, name)
        self.latent_dim = latent_dim

    def call(self, inputs, training=False):
        return self.make_or_train(self.generator, inputs, training)

    def compile(self, vae_optimizer, likelihood="bernoulli", beta=1.0, **keras_arguments):
        """Sets how the networks are trained.

        Args:
            vae_optimizer: Keras optimizer of both networks, or its name.
            likelihood: `losses.Likelihood` or its name, "bernoulli" for pictures in [-1, 1] or "gaussian".
            beta: float of at least 0, the weight of the divergence from the prior; 1 is the bound.
            **keras_arguments: as in `GAN.compile`, e.g. `ema`.

        Raises:
            ValueError: if beta is negative, or the likelihood is unknown.
            TypeError: for other keywords.
        """
        if not beta >= 0:
            raise ValueError(f"Expected `beta` of at least 0. Received: {beta!r}.")
        self.likelihood, self.beta = find(likelihood, losses.LIKELIHOODS, losses.Likelihood), beta
        self._compile(
            {"vae_optimizer": vae_optimizer, "likelihood": self.likelihood, "beta": beta},
            terms=[self.likelihood],
            logs=["vae_loss", "reconstruction", "kl"],
            **keras_arguments,
        )

    def training_step(self, x):
        """One update of both networks down minus the bound, by one draw of latents for each example."""
        noise = self.sample_latents(ops.shape(x)[0])

        def vae_loss():
            reconstruction, kl = self._terms(x, noise, training=True)
            self.log(reconstruction=reconstruction, kl=kl)
            return reconstruction + self.beta * kl

        return self.log(vae_loss=self.minimize(vae_loss, self.encoder, self.generator))

    def evaluation_step(self, x):
        """Minus the bound on held-out examples, in nats, with the same noise at each call."""
        with self.making():
            reconstruction, kl = self._terms(x, self.sample_latents(ops.shape(x)[0]), training=False)
        return self.log(reconstruction=reconstruction, kl=kl, vae_loss=reconstruction + self.beta * kl)

    def _terms(self, x, noise, training):
        """The bound's two terms: minus the likelihood of examples given latents, and the divergence from the prior."""
        mean, log_variance = map(as_float32, self.encoder(x, training=training))
        z = mean + ops.exp(0.5 * bounded(log_variance)) * noise
        rebuilt = self.generator(z, training=training)
        return self.likelihood.loss(x, rebuilt), losses.gaussian_kl(mean, log_variance)

    def encode(self, examples):
        """Finds the most likely latents of examples, the mean of q(z|x); with averages if there are any.

        Args:
            examples: float array (n, *shape), images in [-1, 1].

        Returns:
            float32 array (n, latent_dim).

        Raises:
            ValueError: if the examples do not fit the encoder.
        """
        check_array(examples, self.parts[0])
        with self.making():
            return in_chunks(lambda x, training: self.encoder(x, training=training)[0], examples)

    def guesses(self, examples, starts, seed):
        """Of each example first what the encoder says; see `Latents.guesses`."""
        guesses = super().guesses(examples, starts, seed)
        guesses[:, 0] = self.encode(examples)
        return guesses

    def get_config(self):
        return {**super().get_config(), "latent_dim": self.latent_dim}


def check_fit(encoder, generator, latent_dim):
    """Refuses networks that do not fit each other or the latents (raises ValueError)."""
    (takes, codes), (latents, makes) = shapes(encoder), shapes(generator)
    if codes != [(None, latent_dim)] * 2:
        raise ValueError(
            "Expected an encoder of two outputs, the mean and the logarithm of the variance, each of shape "
            f"{(None, latent_dim)} for latent_dim={latent_dim}. Received: output shape {codes}."
        )
    if (latents, makes) != ((None, latent_dim), takes):
        raise ValueError(
            f"Expected a generator from latents {(None, latent_dim)} to examples of shape {takes}. "
            f"Received: one from {latents} to {makes}."
        )
