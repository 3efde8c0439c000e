"""The auxiliary classifier GAN: D says real or generated, and also which class."""

import keras
from keras import ops

from keras_gans import losses
from keras_gans.models.conditional import Conditional, check_discriminator

__all__ = ["ACGAN"]


@keras.saving.register_keras_serializable("keras_gans")
class ACGAN(Conditional):
    """Auxiliary classifier GAN: D classifies, and G is rewarded for examples that D puts into the wanted class.

    Args:
        generator: built `keras.Model`, [latents (N, latent_dim), labels (N,)] -> (N, *shape).
        discriminator: built `keras.Model`, (N, *shape) -> [logits of the source (N, 1), logits of the class
            (N, classes)].
        latent_dim: int, length of a latent vector.
        classes: int, how many classes.
        seed: int, seed of the latents and of the order of the data.
        name: string, the model's name.

    Call arguments:
        inputs: list of latents, float tensor (N, latent_dim), and labels, int tensor (N,).

    Returns:
        The generator's outputs, (N, *shape).

    Raises:
        ValueError: if the networks do not fit each other, the latents or the classes.

    Formula:
        L_S = E[log P(S = real | X_real)] + E[log P(S = fake | X_fake)]
        L_C = E[log P(C = c | X_real)] + E[log P(C = c | X_fake)]
        D maximises L_S + L_C, G maximises L_C - L_S.

    Deviations:
        G learns from the fakes that D saw; with `fresh_fakes` from those of new latents. G plays the loss that is
        given, by default the non-saturating form of -L_S. Generated examples get the labels of the batch, which are
        draws of p(c).

    Reference:
        Odena, Olah and Shlens, 2017, Conditional Image Synthesis with Auxiliary Classifier GANs, arXiv:1610.09585,
        Equations 2 and 3.
    """

    def __init__(self, generator, discriminator, latent_dim, classes, seed=0, name="acgan"):
        super().__init__(generator, discriminator, latent_dim, classes, seed, name)
        check_discriminator(discriminator, generator, 1, ["logits (N, 1)", f"class logits (N, {classes})"])
        if discriminator.output_shape[1] != (None, classes):
            raise ValueError(
                f"Expected a discriminator whose second output is (None, {classes}), a logit for each class. "
                f"Received: output shape {discriminator.output_shape}."
            )

    def compile(
        self, d_optimizer, g_optimizer, loss="gan", penalties=(), n_critic=1, d_constraint=None, **keras_arguments
    ):
        """Sets how the two networks are trained.

        Args:
            d_optimizer: Keras optimizer of the discriminator, or its name.
            g_optimizer: Keras optimizer of the generator, or its name; not the same object.
            loss: `losses.AdversarialLoss` or its name, for the source.
            penalties, n_critic, d_constraint: as in `GAN.compile`; the penalties look at the first head.
            **keras_arguments: as in `GAN.compile`, e.g. `ema`.

        Raises:
            ValueError: if the optimizers are one object, or the loss compares real and generated examples.
            TypeError: for other keywords.
        """
        loss = losses.get(loss)
        if loss.needs_real:
            raise ValueError(f"Expected a loss that judges single examples. Received: {type(loss).__name__}.")
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
            logs=["d_loss", "g_loss", "d_class", "g_class"],
            **keras_arguments,
        )
        self.loss = loss

    def training_step(self, data):
        """n_critic updates of D by L_S + L_C, then one of G by L_C - L_S."""
        D, G = self.discriminator, self.generator
        for x, c in self.critic_batches(data):
            # Sample m latents; update D
            m = ops.shape(x)[0]
            fakes = self.forward(lambda: G([self.sample_latents(m), c], training=True), G)
            fake = fakes.value

            def d_loss():
                real_source, real_class = D(x, training=True)
                fake_source, fake_class = D(fake, training=True)
                classes = losses.class_cross_entropy(c, real_class) + losses.class_cross_entropy(c, fake_class)
                self.log(d_class=classes)
                loss = self.loss.discriminator_loss(self.hear(real_source), fake_source) + classes
                return loss + self.sum_penalties(D, x, fake)

            self.log(d_loss=self.minimize(d_loss, D))

        # Update G on the last fakes
        def g_loss(fake):
            source, classes = D(fake, training=True)
            classes = losses.class_cross_entropy(c, classes)
            self.log(g_class=classes)
            return self.loss.generator_loss(source) + classes

        return self.log(g_loss=self.minimize(g_loss, G, made=fakes))
