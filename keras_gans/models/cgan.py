"""The conditional GAN: labels or vectors go into both networks, and D also learns which pairs do not match."""

import keras
from keras import ops

from keras_gans import losses
from keras_gans.models.conditional import Conditional, check_discriminator

__all__ = ["CGAN"]


@keras.saving.register_keras_serializable("keras_gans")
class CGAN(Conditional):
    """Conditional GAN: one score says whether an example is realistic and matches its condition.

    D is trained with real pairs, with generated pairs, and (unless `mismatched=False`, which is the first paper's game)
    with real examples beside a condition that is not theirs: else it could do without looking at the condition.
    With `networks.projection` and the hinge loss this is the projection discriminator's game.

    Args:
        generator: built `keras.Model`, [latents (N, latent_dim), labels (N,) or vectors (N, d)] -> (N, *shape).
        discriminator: built `keras.Model`, [(N, *shape), labels (N,) or vectors (N, d)] -> logits (N, 1), or patches.
        latent_dim: int, length of a latent vector.
        classes: int, how many classes, or None if the conditions are vectors.
        seed: int, seed of the latents and of the order of the data.
        name: string, the model's name.

    Call arguments:
        inputs: list of latents, float tensor (N, latent_dim), and conditions, as the generator takes them.

    Returns:
        The generator's outputs, (N, *shape).

    Raises:
        ValueError: if the networks do not fit each other, the latents or the classes.

    Formula:
        D minimises -E[log D(x, c)] - E[log(1 - D(G(z, c), c))] - E[log(1 - D(x, c'))], c' != c, and G minimises
        -E[log D(G(z, c), c)]; with other losses accordingly.

    Deviations:
        G learns from the fakes that D saw last; with `fresh_fakes` from those of new latents. The course draws other
        real examples for a given condition; here the example stays and its condition is replaced: by a label that is
        surely another one, or by the neighbour's vector. Reed et al. take the mean of the second and third term; the
        course, and this class, their sum.

    Reference:
        Mirza and Osindero, 2014, Conditional Generative Adversarial Nets, arXiv:1411.1784, Equation 2 (two terms).
        Reed et al., 2016, Generative Adversarial Text to Image Synthesis, arXiv:1605.05396, Algorithm 1 (the third).

    Example:
        ```python
        cgan = CGAN(generator, discriminator, latent_dim=100, classes=10)
        cgan.compile(keras.optimizers.Adam(2e-4, 0.5), keras.optimizers.Adam(2e-4, 0.5))
        cgan.fit(images, labels, batch_size=64, epochs=20)
        sevens = cgan.generate(16, labels=7)
        ```
    """

    def __init__(self, generator, discriminator, latent_dim, classes=None, seed=0, name="cgan"):
        super().__init__(generator, discriminator, latent_dim, classes, seed, name)
        check_discriminator(discriminator, generator, 2, ["logits"])

    def compile(
        self,
        d_optimizer,
        g_optimizer,
        loss="gan",
        penalties=(),
        mismatched=True,
        n_critic=1,
        d_constraint=None,
        **keras_arguments,
    ):
        """Sets how the two networks are trained.

        Args:
            d_optimizer: Keras optimizer of the discriminator, or its name.
            g_optimizer: Keras optimizer of the generator, or its name; not the same object.
            loss: `losses.AdversarialLoss` or its name.
            mismatched: whether D also learns from pairs that do not match.
            penalties, n_critic, d_constraint: as in `GAN.compile`.
            **keras_arguments: as in `GAN.compile`, e.g. `ema`.

        Raises:
            ValueError: if n_critic is below 1, the optimizers are one object, a penalty meets a discriminator with
                batch norm, or nothing can mismatch: with one class, or with a loss that only compares.
            TypeError: for other keywords.
        """
        loss = losses.get(loss)
        if mismatched and (self.classes == 1 or loss.needs_real):
            raise ValueError(
                "Expected mismatched=False with one class, or with a relativistic loss. Received: mismatched=True with "
                f"classes={self.classes} and {type(loss).__name__}."
            )
        self._compile(
            arguments={
                "d_optimizer": d_optimizer,
                "g_optimizer": g_optimizer,
                "loss": loss,
                "penalties": list(penalties),
                "mismatched": mismatched,
                "n_critic": n_critic,
                "d_constraint": keras.constraints.get(d_constraint),
            },
            terms=[loss],
            logs=["d_loss", "g_loss", *["mismatch"][:mismatched]],
            **keras_arguments,
        )
        self.loss, self.learns_from_mismatches = loss, mismatched

    def training_step(self, data):
        """The course's algorithm: n_critic updates of D on three kinds of pairs, then one update of G."""
        D, G = self.discriminator, self.generator
        for x, c in self.critic_batches(data):
            # Sample m pairs and m latents; update D
            m = ops.shape(x)[0]
            fakes = self.forward(lambda: G([self.sample_latents(m), c], training=True), G)
            fake = fakes.value

            def d_loss():
                real_output, fake_output = self.hear(D([x, c], training=True)), D([fake, c], training=True)
                loss = self.loss.discriminator_loss(real_output, fake_output)
                return loss + self.mismatch(x, c) + self.sum_penalties(D, x, fake, lambda x: [x, c])

            self.log(d_loss=self.minimize(d_loss, D))

        # Update G on the last fakes, of m conditions of the data
        def g_loss(fake):
            real_output = D([x, c], training=True) if self.loss.needs_real else None
            return self.loss.generator_loss(D([fake, c], training=True), real_output)

        return self.log(g_loss=self.minimize(g_loss, G, made=fakes))

    def mismatch(self, x, c):
        """The third sum: what D pays for real examples beside conditions that are not theirs; 0 if it is not learnt."""
        if not self.learns_from_mismatches:
            return 0.0
        loss = self.loss.fake_loss(self.discriminator([x, self.mismatched(c)], training=True))
        self.log(mismatch=loss)
        return loss
