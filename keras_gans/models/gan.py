"""The game of the first paper, with slots for the loss, penalties, a constraint and the number of critic steps."""

import keras
from keras import ops

from keras_gans import losses
from keras_gans.models.from_latents import FromLatents

__all__ = ["GAN"]


@keras.saving.register_keras_serializable("keras_gans")
class GAN(FromLatents):
    """Generative adversarial network: a discriminator learns to tell real from generated, a generator to fool it.

    What papers vary is given to `compile`: the loss, penalties on the discriminator, a constraint on its weights and
    the number of its updates per update of the generator. So one training step serves most unconditional GANs.

    Args:
        generator: built `keras.Model`, float (N, latent_dim) -> (N, *shape).
        discriminator: built `keras.Model`, (N, *shape) -> logits (N, 1), or patches of logits (N, h, w, 1).
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
        For n_critic times: D minimises loss.discriminator_loss(D(x), D(G(z))) + penalties. Then G minimises
        loss.generator_loss(D(G(z))) + g_penalties. With the defaults this is the first paper's game with the loss of
        its Section 3.

    Deviations:
        Adam or whatever optimizers are given instead of momentum. G learns from the fakes that D saw last, so that they
        are made once; with `fresh_fakes` from those of new latents, as in the paper.

    Reference:
        Goodfellow et al., 2014, Generative Adversarial Networks, arXiv:1406.2661, Algorithm 1.

    Example:
        ```python
        gan = GAN(generator, discriminator, latent_dim=100)
        gan.compile(keras.optimizers.Adam(2e-4, 0.5), keras.optimizers.Adam(2e-4, 0.5))
        gan.fit(images, batch_size=64, epochs=20)
        samples = gan.generate(16)
        ```
    """

    def __init__(self, generator, discriminator, latent_dim, seed=0, name="gan"):
        super().__init__(generator, discriminator, latent_dim, seed, name)

    def compile(
        self,
        d_optimizer,
        g_optimizer,
        loss="gan",
        penalties=(),
        g_penalties=(),
        d_constraint=None,
        n_critic=1,
        **keras_arguments,
    ):
        """Sets how the two networks are trained.

        Args:
            d_optimizer: Keras optimizer of the discriminator, or its name.
            g_optimizer: Keras optimizer of the generator, or its name; not the same object.
            loss: `losses.AdversarialLoss` or its name.
            penalties: penalties that are added to the discriminator's loss, each a callable
                penalty(discriminator, real, fake, seed) -> scalar, already weighted; see `regularizers.Penalty`.
            g_penalties: the same for the generator's loss, e.g. `regularizers.FeatureMatching`.
            d_constraint: None, or a Keras constraint that every trainable weight of the discriminator goes through
                after each of its updates.
            n_critic: int, updates of the discriminator per update of the generator.
            **keras_arguments: `run_eagerly`, `steps_per_execution` and `jit_compile`, as in `keras.Model.compile`;
                `ema`, None or the decay of averages of the weights that examples are made with, see `training.state`;
                `augment`, None, `layers.DiffAugment` or `layers.ADA`, or its name, "diff" or "ada", which pictures go
                through before D sees them, see `training.augmenting`; and `fresh_fakes`, whether G learns from fakes of
                its own instead of those that D saw last.

        Raises:
            ValueError: if n_critic is below 1, the optimizers are one object, or a penalty meets a discriminator with
                batch norm.
            TypeError: for other keywords.
        """
        loss = losses.get(loss)
        self._compile(
            arguments={
                "d_optimizer": d_optimizer,
                "g_optimizer": g_optimizer,
                "loss": loss,
                "penalties": list(penalties),
                "g_penalties": list(g_penalties),
                "d_constraint": keras.constraints.get(d_constraint),
                "n_critic": n_critic,
            },
            terms=[loss],
            logs=["d_loss", "g_loss"],
            **keras_arguments,
        )
        self.loss = loss

    def training_step(self, data):
        """Algorithm 1: n_critic updates of D, each on fresh examples, then one update of G."""
        D, G = self.discriminator, self.generator
        for real in self.critic_batches(data):
            # Sample m latents and m examples; update D
            m = ops.shape(real)[0]
            fakes = self.forward(lambda: G(self.sample_latents(m), training=True), G)
            fake = fakes.value

            def d_loss():
                loss = self.loss.discriminator_loss(self.hear(D(real, training=True)), D(fake, training=True))
                return loss + self.sum_penalties(D, real, fake)

            self.log(d_loss=self.minimize(d_loss, D))

        # Update G on the last fakes
        def g_loss(fake):
            real_output = D(real, training=True) if self.loss.needs_real else None
            loss = self.loss.generator_loss(D(fake, training=True), real_output)
            return loss + self.sum_penalties(G, real, fake, judge=D)

        return self.log(g_loss=self.minimize(g_loss, G, made=fakes))
