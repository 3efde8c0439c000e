"""The conditional GAN with two scores: one for realism, one for the match of example and condition."""

import keras
from keras import ops

from keras_gans import losses
from keras_gans.models.conditional import Conditional, check_discriminator

__all__ = ["TwoHeadedCGAN"]


@keras.saving.register_keras_serializable("keras_gans")
class TwoHeadedCGAN(Conditional):
    """Conditional GAN whose D gives two scores, so that a wrong condition is not taken for a bad picture.

    The first head, which sees no condition, learns real against generated; the second, on real examples only, learns
    which condition is theirs. G wants both to say yes.

    Args:
        generator: built `keras.Model`, [latents (N, latent_dim), labels (N,) or vectors (N, d)] -> (N, *shape).
        discriminator: built `keras.Model`, [(N, *shape), labels or vectors] -> [realistic (N, 1), matching (N, 1)],
            logits.
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
        With D = (R, M) and L_D, L_G the two players' parts of the loss: D minimises
        L_D(R(x), R(G(z, c))) + L_D(M(x, c), M(x, c')), c' != c; G minimises L_G(R(G(z, c))) + L_G(M(G(z, c), c)).

    Deviations:
        G learns from the fakes that D saw; with `fresh_fakes` from those of new latents. The course draws the two
        scores and leaves open what trains them: the formula is ours. StackGAN-v2, which has the same two heads, shows
        generated pairs to the second one too.

    Reference:
        The course's notes on conditional generation (their second design of D). Zhang et al., 2017, StackGAN++,
        arXiv:1710.10916, Section 4.2 (conditional and unconditional terms).
    """

    def __init__(self, generator, discriminator, latent_dim, classes=None, seed=0, name="two_headed_cgan"):
        super().__init__(generator, discriminator, latent_dim, classes, seed, name)
        check_discriminator(discriminator, generator, 2, ["realistic", "matching"])

    def compile(
        self, d_optimizer, g_optimizer, loss="gan", penalties=(), n_critic=1, d_constraint=None, **keras_arguments
    ):
        """Sets how the two networks are trained.

        Args:
            d_optimizer: Keras optimizer of the discriminator, or its name.
            g_optimizer: Keras optimizer of the generator, or its name; not the same object.
            loss: `losses.AdversarialLoss` or its name.
            penalties, n_critic, d_constraint: as in `GAN.compile`; the penalties look at the first head.
            **keras_arguments: as in `GAN.compile`, e.g. `ema`.

        Raises:
            ValueError: if the optimizers are one object, there is one class only, or the loss compares.
            TypeError: for other keywords.
        """
        loss = losses.get(loss)
        if self.classes == 1 or loss.needs_real:
            raise ValueError(
                "Expected two classes or more, and a loss that judges single examples. "
                f"Received: classes={self.classes} and {type(loss).__name__}."
            )
        self._compile(
            arguments={
                "d_optimizer": d_optimizer,
                "g_optimizer": g_optimizer,
                "loss": loss,
                "penalties": list(penalties),
                "n_critic": n_critic,
                "d_constraint": keras.constraints.get(d_constraint),
            },
            terms=[loss],
            logs=["d_loss", "g_loss", "d_matching", "g_matching"],
            **keras_arguments,
        )
        self.loss = loss

    def training_step(self, data):
        """n_critic updates of D on real, generated and mismatched pairs, then one of G."""
        D, G = self.discriminator, self.generator
        for x, c in self.critic_batches(data):
            # Sample m latents and m conditions that do not match; update D
            m = ops.shape(x)[0]
            fakes = self.forward(lambda: G([self.sample_latents(m), c], training=True), G)
            fake, wrong = fakes.value, self.mismatched(c)

            def d_loss():
                real_score, right_score = D([x, c], training=True)
                fake_score, _ = D([fake, c], training=True)
                _, wrong_score = D([x, wrong], training=True)
                matching = self.loss.discriminator_loss(right_score, wrong_score)
                self.log(d_matching=matching)
                loss = self.loss.discriminator_loss(self.hear(real_score), fake_score) + matching
                return loss + self.sum_penalties(D, x, fake, lambda x: [x, c])

            self.log(d_loss=self.minimize(d_loss, D))

        # Update G on the last fakes
        def g_loss(fake):
            realistic, matching = D([fake, c], training=True)
            matching = self.loss.generator_loss(matching)
            self.log(g_matching=matching)
            return self.loss.generator_loss(realistic) + matching

        return self.log(g_loss=self.minimize(g_loss, G, made=fakes))
