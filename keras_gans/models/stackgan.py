"""StackGAN: pictures of captions, by conditions that are drawn around what a caption says; in two stages."""

import keras
from keras import ops

from keras_gans import losses
from keras_gans.models.conditional import Conditional, check_discriminator
from keras_gans.models.from_captions import FromCaptions, name_of_augmentation
from keras_gans.models.told import check_text

__all__ = ["StackGAN"]

HALF = 0.5  # of what D pays for false pairs, of two kinds


@keras.saving.register_keras_serializable("keras_gans")
class StackGAN(FromCaptions, Conditional):
    """Makes pictures of captions; one stage of StackGAN, either the first or the second.

    A third network, `text`, reads captions and is not trained here: take that of a `MatchingEncoder`
    (`keras-gans train stackgan --start RUN`), or a bag of words. Stage II is the same game: its generator has that of
    stage I inside, whose weights stay as they are.

    Args:
        generator: built `keras.Model`, [latents (N, latent_dim), vectors (N, d)] -> (N, *shape), with one
            `layers.ConditioningAugmentation` among its own layers, see `networks.stackgan`.
        discriminator: built `keras.Model`, [(N, *shape), vectors (N, d)] -> logits (N, 1).
        text: built `keras.Model`, ids of words, int (N, length) -> vectors (N, d), see `networks.text`.
        latent_dim: int, length of a latent vector, of which the generator takes the noise of its conditions, too.
        words: sequence of strings, the words that the ids from 2 on stand for, see `data.Vocabulary`.
        seed: int, seed of the latents and of the order of the data.
        name: string, the model's name.

    Call arguments:
        inputs: list of latents, float tensor (N, latent_dim), and of captions' vectors, float tensor (N, d).

    Returns:
        The generator's outputs, (N, *shape).

    Raises:
        ValueError: if the networks do not fit each other, the latents or the words.

    Formula:
        With t the vector of a caption and c ~ N(mu(t), sigma(t)^2): D minimises
        -E[log D(x, t)] - 1/2 {E[log(1 - D(x, t'))] + E[log(1 - D(G(z, c), t))]}, t' of another caption, and G minimises
        -E[log D(G(z, c), t)] + kl_weight KL(N(mu(t), sigma(t)^2) || N(0, I)); with other losses accordingly.

    Deviations:
        Equation 3 of the paper has two terms; the third, and the halves, are those of Reed et al. and of the authors'
        code. There a picture of another class stands beside the caption, here the next caption of the batch that is not
        equal beside the picture; where all are equal, the term is 0. G learns from the fakes that D saw; with
        `fresh_fakes` from those of new latents.

    Reference:
        Zhang et al., 2017, StackGAN: Text to Photo-realistic Image Synthesis with Stacked Generative Adversarial
        Networks, arXiv:1612.03242, Section 3. Reed et al., 2016, Generative Adversarial Text to Image Synthesis,
        arXiv:1605.05396, Algorithm 1.

    Example:
        ```python
        drawn = data.captions("captioned", image_size=32)
        model = recipes.stackgan((32, 32, 3), drawn.vocabulary.words, drawn.vocabulary.length)
        model.fit(drawn, batch_size=64, epochs=100)
        model.generate(4, labels=["a small red circle on the left"] * 4)
        ```
    """

    def __init__(self, generator, discriminator, text, latent_dim, words, seed=0, name="stackgan"):
        check_text(text, words)
        super().__init__(generator, discriminator, latent_dim, None, seed, name, text=text)
        check_discriminator(discriminator, generator, 2, ["logits"])
        self.words, self.augmentation_name = tuple(words), name_of_augmentation(generator, text)

    @property
    def starting(self):
        """A second stage starts with a first: its generator is the one inside; see `TrainedModel.starting`."""
        models = [layer for layer in self.generator.layers if isinstance(layer, keras.Model)]
        frozen = [model for model in models if not model.trainable_variables]
        return {"generator": frozen[0], "text": self.text} if frozen else super().starting

    def compile(
        self,
        d_optimizer,
        g_optimizer,
        loss="gan",
        kl_weight=1.0,
        penalties=(),
        n_critic=1,
        d_constraint=None,
        **keras_arguments,
    ):
        """Sets how the two networks are trained.

        Args:
            d_optimizer: Keras optimizer of the discriminator, or its name.
            g_optimizer: Keras optimizer of the generator, or its name; not the same object.
            loss: `losses.AdversarialLoss` or its name, one that judges single examples.
            kl_weight: float of at least 0, the paper's lambda, of the divergence in nats.
            penalties, n_critic, d_constraint: as in `GAN.compile`.
            **keras_arguments: as in `GAN.compile`, e.g. `ema`.

        Raises:
            ValueError: if `kl_weight` is negative, the optimizers are one object, or the loss compares.
            TypeError: for other keywords.
        """
        loss = losses.get(loss)
        if loss.needs_real or not kl_weight >= 0:
            raise ValueError(
                "Expected a loss that judges single examples, and `kl_weight` of at least 0. "
                f"Received: {type(loss).__name__} and {kl_weight!r}."
            )
        self._compile(
            arguments={
                "d_optimizer": d_optimizer,
                "g_optimizer": g_optimizer,
                "loss": loss,
                "kl_weight": kl_weight,
                "penalties": list(penalties),
                "n_critic": n_critic,
                "d_constraint": keras.constraints.get(d_constraint),
            },
            terms=[loss],
            logs=["d_loss", "g_loss", "mismatch", "kl"],
            **keras_arguments,
        )
        self.loss, self.kl_weight = loss, kl_weight

    def training_step(self, data):
        """n_critic updates of D on real, mismatched and generated pairs, then one of G, with the divergence."""
        D, G, C = self.discriminator, self.generator, self.augmentation
        for x, captions in self.critic_batches(data):
            # Read m captions, sample m latents; update D
            m = ops.shape(x)[0]
            t = self.text(captions, training=False)
            other, differs = self.others(captions, t)
            fakes = self.forward(lambda: (G([self.sample_latents(m), t], training=True), *C.moments(t)), G)
            fake = fakes.value[0]

            def d_loss():
                real_output, fake_output = D([x, t], training=True), D([fake, t], training=True)
                loss = self.loss.discriminator_loss(self.hear(real_output), fake_output)
                mismatch = differs * self.loss.fake_loss(D([x, other], training=True))
                self.log(mismatch=mismatch)
                halves = HALF * (mismatch - self.loss.fake_loss(fake_output))  # one half of each kind of false pairs
                return loss + halves + self.sum_penalties(D, x, fake, lambda x: [x, t])

            self.log(d_loss=self.minimize(d_loss, D))

        # Update G, with mu and sigma, on the last fakes
        def g_loss(made):
            fake, mean, log_variance = made
            kl = losses.gaussian_kl(mean, log_variance)
            self.log(kl=kl)
            return self.loss.generator_loss(D([fake, t], training=True)) + self.kl_weight * kl

        return self.log(g_loss=self.minimize(g_loss, G, made=fakes))

    def verdicts(self, data):
        """What D says of real and of generated pictures, beside their captions; see `AdversarialModel.verdicts`."""
        x, captions = data
        return super().verdicts((x, self.text(captions, training=False)))
