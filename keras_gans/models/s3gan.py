"""S3GAN: the hinge game of a projection discriminator that also learns by which quarter turns pictures were turned."""

import keras
from keras import ops

from keras_gans import losses
from keras_gans.models.turning import TURNS, Turning, turn_loss
from keras_gans.training.adversarial import check_terms

__all__ = ["S3GAN"]


@keras.saving.register_keras_serializable("keras_gans")
class S3GAN(Turning):
    """S3GAN: few labels, from which those of all pictures were inferred before, and turns, which need no label.

    D learns by which of four quarter turns real pictures were turned, G to make pictures whose turns D can tell. So D's
    features hold more than what tells real from generated, and do not forget it. `data.infer_labels` infers labels.

    Args:
        generator: built `keras.Model`, [latents (N, latent_dim), labels (N,)] -> (N, side, side, channels).
        discriminator: built `keras.Model`, [pictures, labels (N,)] -> [score (N, 1), logits of the turns (N, 4)]; see
            `networks.s3gan`.
        latent_dim: int, length of a latent vector.
        classes: int, how many classes.
        seed: int, seed of the latents and of the order of the data.
        name: string, the model's name.

    Call arguments:
        inputs: list of latents, float tensor (N, latent_dim), and labels, int tensor (N,).

    Returns:
        The generator's outputs, (N, side, side, channels).

    Raises:
        ValueError: if the networks do not fit each other, the latents or the classes, or pictures are no squares.

    Formula:
        With x^r the picture x turned counter-clockwise by r quarters, r = 0 to 3, R(x) what D says of turns, and k
        a class, each as likely:
        D minimises E[max(0, 1 - D(x, y))] + E[max(0, 1 + D(G(z, k), k))] + d_turns E[-log R(x^r)_r],
        G minimises -E[D(G(z, k), k)] + g_turns E[-log R(G(z, k)^r)_r].

    Deviations:
        Every eighth picture of a batch is turned; the authors' code turns the last ones, of a share that must be given.
        G learns from the fakes that D saw last; with `fresh_fakes` from those of new latents.

    Reference:
        Lucic et al., 2019, High-Fidelity Image Generation With Fewer Labels, arXiv:1903.02271; the authors' code,
        google/compare_gan, gans/s3gan.py, whose weights of the turns are the defaults. The turns: Chen et al., 2019,
        Self-Supervised GANs via Auxiliary Rotation Loss, arXiv:1811.11212.

    Example:
        ```python
        known = data.hide_labels(labels, share=0.1)
        inferred, accuracy = data.infer_labels(images, known)
        model = recipes.s3gan(image_shape=(16, 16, 1), classes=10, width=8)
        model.fit(images, inferred, batch_size=64, epochs=100)
        ```
    """

    def __init__(self, generator, discriminator, latent_dim, classes, seed=0, name="s3gan"):
        super().__init__(generator, discriminator, latent_dim, classes, {"logits of the turns": TURNS}, seed, name)

    def compile(
        self,
        d_optimizer,
        g_optimizer,
        loss="hinge",
        d_turns=1.0,
        g_turns=0.2,
        penalties=(),
        n_critic=2,
        d_constraint=None,
        **keras_arguments,
    ):
        """Sets how the two networks are trained.

        Args:
            d_optimizer: Keras optimizer of the discriminator, or its name.
            g_optimizer: Keras optimizer of the generator, or its name; not the same object.
            loss: `losses.AdversarialLoss` or its name, of the scores of pictures as they are.
            d_turns: float of at least 0, the weight of the turns in D's loss.
            g_turns: float of at least 0, their weight in G's.
            penalties, n_critic, d_constraint: as in `GAN.compile`; the penalties look at the score.
            **keras_arguments: as in `GAN.compile`, e.g. `ema`.

        Raises:
            ValueError: if a weight is out of range, the optimizers are one object, or the loss compares real and
                generated examples.
            TypeError: for other keywords.
        """
        loss = losses.get(loss)
        check_terms(loss, d_turns=d_turns, g_turns=g_turns)
        self._compile(
            arguments={
                "d_optimizer": d_optimizer,
                "g_optimizer": g_optimizer,
                "loss": loss,
                "d_turns": d_turns,
                "g_turns": g_turns,
                "penalties": list(penalties),
                "n_critic": n_critic,
                "d_constraint": keras.constraints.get(d_constraint),
            },
            terms=[loss],
            logs=["d_loss", "g_loss", "d_turns", "g_turns"],
            **keras_arguments,
        )
        self.loss, self.d_turns, self.g_turns = loss, d_turns, g_turns

    def training_step(self, data):
        """n_critic updates of D by scores and by turns of real pictures, then one of G by both of generated ones."""
        D, G = self.discriminator, self.generator
        for x, y in self.critic_batches(data):
            # Sample m latents and m labels; update D
            m = ops.shape(x)[0]
            k = self.sample_labels(m)
            fakes = self.forward(lambda: G([self.sample_latents(m), k], training=True), G)
            fake = fakes.value

            def d_loss():
                real_score, turns = self.judge(x, y)
                fake_score, _ = D([fake, k], training=True)
                turning = turn_loss(turns)
                self.log(d_turns=turning)
                loss = self.loss.discriminator_loss(self.hear(real_score), fake_score) + self.d_turns * turning
                return loss + self.sum_penalties(D, x, fake, lambda x: [x, y])

            self.log(d_loss=self.minimize(d_loss, D))

        # Update G on the last fakes
        def g_loss(fake):
            score, turns = self.judge(fake, k)
            turning = turn_loss(turns)
            self.log(g_turns=turning)
            return self.loss.generator_loss(score) + self.g_turns * turning

        return self.log(g_loss=self.minimize(g_loss, G, made=fakes))
