"""S3GAN-CO: as S3GAN, but D itself names the classes of the pictures without labels, while the game runs."""

import keras
from keras import ops

from keras_gans import losses
from keras_gans.data.check import Part
from keras_gans.models.turning import TURNS, Turning, turn_loss
from keras_gans.training.adversarial import check_terms

__all__ = ["S3GANCO"]


@keras.saving.register_keras_serializable("keras_gans")
class S3GANCO(Turning):
    """S3GAN-CO: few labels; D learns classes and turns while the game runs, and fills in the labels that are missing.

    A third head of D, a linear classifier of its features, learns the labels that are known. A real picture without one
    is judged beside the class that this head gives it (`layers.FillLabels`, inside of D); nothing is inferred before.
    With `d_turns=0` and `g_turns=0` this is S2GAN-CO, in which the turns are logged and teach nobody.

    Args:
        generator: built `keras.Model`, [latents (N, latent_dim), labels (N,)] -> (N, side, side, channels).
        discriminator: built `keras.Model`, [pictures, labels (N,)] that may be -1 -> [score (N, 1), logits of the turns
            (N, 4), logits of the classes (N, classes)]; see `networks.s3gan`.
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
        As `S3GAN`'s, with C(x) what D says of classes, and for y, where it is not known, argmax C(x), through which no
        gradient flows; D minimises class_weight E[-log C(x)_y] too, the mean over the known labels of the batch.

    Deviations:
        Every eighth picture of a batch is turned; the authors' code turns the last ones, of a share that must be given.
        G learns from the fakes that D saw last; with `fresh_fakes` from those of new latents.

    Reference:
        Lucic et al., 2019, High-Fidelity Image Generation With Fewer Labels, arXiv:1903.02271; the authors' code,
        google/compare_gan, gans/s3gan.py, whose weights are the defaults.

    Example:
        ```python
        model = recipes.s3gan_co(image_shape=(16, 16, 1), classes=10, width=8)
        model.fit(images, data.hide_labels(labels, share=0.1), batch_size=64, epochs=100)
        ```
    """

    def __init__(self, generator, discriminator, latent_dim, classes, seed=0, name="s3gan_co"):
        heads = {"logits of the turns": TURNS, "logits of the classes": classes}
        super().__init__(generator, discriminator, latent_dim, classes, heads, seed, name)

    @property
    def parts(self):
        """The examples, and their labels, of which some may be -1."""
        return (super().parts[0], Part("labels", (), self.classes, kind="optional class"))

    def compile(
        self,
        d_optimizer,
        g_optimizer,
        loss="hinge",
        d_turns=1.0,
        g_turns=0.2,
        class_weight=1.0,
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
            class_weight: float of at least 0, the weight of the known labels in D's loss.
            penalties, n_critic, d_constraint: as in `GAN.compile`; the penalties look at the score.
            **keras_arguments: as in `GAN.compile`, e.g. `ema`.

        Raises:
            ValueError: if a weight is out of range, the optimizers are one object, or the loss compares real and
                generated examples.
            TypeError: for other keywords.
        """
        loss = losses.get(loss)
        check_terms(loss, d_turns=d_turns, g_turns=g_turns, class_weight=class_weight)
        self._compile(
            arguments={
                "d_optimizer": d_optimizer,
                "g_optimizer": g_optimizer,
                "loss": loss,
                "d_turns": d_turns,
                "g_turns": g_turns,
                "class_weight": class_weight,
                "penalties": list(penalties),
                "n_critic": n_critic,
                "d_constraint": keras.constraints.get(d_constraint),
            },
            terms=[loss],
            logs=["d_loss", "g_loss", "d_turns", "g_turns", "d_class"],
            **keras_arguments,
        )
        self.loss, self.d_turns, self.g_turns, self.class_weight = loss, d_turns, g_turns, class_weight

    def training_step(self, data):
        """n_critic updates of D by scores, and by turns and known labels of real pictures; then one of G."""
        D, G = self.discriminator, self.generator
        for x, y in self.critic_batches(data):
            # Sample m latents and m labels; update D
            m = ops.shape(x)[0]
            k = self.sample_labels(m)
            fakes = self.forward(lambda: G([self.sample_latents(m), k], training=True), G)
            fake = fakes.value

            def d_loss():
                real_score, turns, named = self.judge(x, y)
                fake_score, _, _ = D([fake, k], training=True)
                turning, naming = turn_loss(turns), losses.known_class_cross_entropy(y, named)
                self.log(d_turns=turning, d_class=naming)
                loss = self.loss.discriminator_loss(self.hear(real_score), fake_score)
                loss = loss + self.d_turns * turning + self.class_weight * naming
                return loss + self.sum_penalties(D, x, fake, lambda x: [x, y])

            self.log(d_loss=self.minimize(d_loss, D))

        # Update G on the last fakes
        def g_loss(fake):
            score, turns, _ = self.judge(fake, k)
            turning = turn_loss(turns)
            self.log(g_turns=turning)
            return self.loss.generator_loss(score) + self.g_turns * turning

        return self.log(g_loss=self.minimize(g_loss, G, made=fakes))
