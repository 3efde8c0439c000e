"""The game of StyleGAN2: GAN's, and now and then a term by which equal steps in w change pictures equally."""

import keras
from keras import ops

from keras_gans import engine, losses
from keras_gans.models.from_latents import FromLatents

__all__ = ["StyleGAN2"]

STYLES = "styles"  # the layer of a generator from which on it follows styles (N, L, d), and no latents


@keras.saving.register_keras_serializable("keras_gans")
class StyleGAN2(FromLatents):
    """A GAN whose generator maps latents to styles and styles to pictures, and the second map is to keep lengths.

    Args:
        generator: built `keras.Model`, float (N, latent_dim) -> (N, height, width, channels), with a layer named
            "styles" of output (N, L, d), which all of it behind this layer follows, e.g. of `networks.stylegan2`.
        discriminator: built `keras.Model`, (N, height, width, channels) -> logits (N, 1).
        latent_dim: int, length of a latent vector.
        seed: int, seed of the latents and of the order of the data.
        name: string, the model's name.

    Call arguments:
        inputs: float tensor (N, latent_dim), latents.

    Returns:
        The generator's outputs, (N, height, width, channels).

    Raises:
        ValueError: if the networks do not fit each other or the latents, or the generator has no layer of styles.

    Formula:
        w = f(z), L times, or of two latents. D minimises loss.discriminator_loss(D(x), D(g(w))) + penalties, then G = g
        after f minimises loss.generator_loss(D(g(w))) + path_length(g, w of every second example) + g_penalties.

    Deviations:
        A term that is computed now and then belongs to the loss of that step. In the paper it has a step of the
        optimizer by itself, and for that Adam's learning rate and betas are changed to their power k / (k + 1), so that
        a step more among k makes none of it larger; here there are no more steps. The half batch of styles on which
        lengths are measured is half of the one that G learns from; the authors' code draws it anew. D moves first.

    Reference:
        Karras et al., 2019, Analyzing and Improving the Image Quality of StyleGAN, arXiv:1912.04958, Sections 3.1 and
        3.2; the half batch is in the authors' code.

    Example:
        ```python
        gan = StyleGAN2(generator, discriminator, latent_dim=512)
        lazy = regularizers.Lazy(regularizers.R1(10.0), every=16)
        gan.compile(d_optimizer, g_optimizer, regularizers.PathLength(), penalties=[lazy], fresh_fakes=True)
        gan.fit(images, batch_size=32, epochs=20)
        ```
    """

    def __init__(self, generator, discriminator, latent_dim, seed=0, name="stylegan2"):
        check_styles(generator)
        super().__init__(generator, discriminator, latent_dim, seed, name)
        styles = generator.get_layer(STYLES).output
        made = keras.Model(generator.input, [generator.output, styles])
        synthesis = keras.Model(styles, generator.output)
        self._parts_of_g = lambda: (made, synthesis)  # a function, in which Keras does not look for layers

    def compile(
        self,
        d_optimizer,
        g_optimizer,
        path_length,
        loss="gan",
        penalties=(),
        g_penalties=(),
        d_constraint=None,
        n_critic=1,
        **keras_arguments,
    ):
        """Sets how the two networks are trained.

        Args:
            path_length: `regularizers.PathLength`.
            d_optimizer, g_optimizer, loss, penalties, g_penalties, d_constraint, n_critic, **keras_arguments: as in
                `models.GAN.compile`.

        Raises:
            ValueError: as in `models.GAN.compile`.
            TypeError: for other keywords.
        """
        loss = losses.get(loss)
        self._compile(
            arguments={
                "d_optimizer": d_optimizer,
                "g_optimizer": g_optimizer,
                "path_length": path_length,
                "loss": loss,
                "penalties": list(penalties),
                "g_penalties": list(g_penalties),
                "d_constraint": keras.constraints.get(d_constraint),
                "n_critic": n_critic,
            },
            terms=[loss, path_length],
            logs=["d_loss", "g_loss", "path_penalty", "path_length"],
            **keras_arguments,
        )
        self.loss, self.path_length = loss, path_length

    def training_step(self, data):
        """GAN's Algorithm 1; in its last line the generator's lengths are measured now and then."""
        D, G = self.discriminator, self.generator
        made, _ = self._parts_of_g()
        for real in self.critic_batches(data):
            # Sample m latents and m examples; update D
            m = ops.shape(real)[0]
            fakes = self.forward(lambda: made(self.sample_latents(m), training=True), G)
            fake, _ = fakes.value

            def d_loss():
                loss = self.loss.discriminator_loss(self.hear(D(real, training=True)), D(fake, training=True))
                return loss + self.sum_penalties(D, real, fake)

            self.log(d_loss=self.minimize(d_loss, D))

        # Update G on the last fakes, and on the lengths at half of their styles
        def g_loss(outputs):
            fake, styles = outputs
            real_output = D(real, training=True) if self.loss.needs_real else None
            loss = self.loss.generator_loss(D(fake, training=True), real_output)
            return loss + self._path_penalty(styles[::2]) + self.sum_penalties(G, real, fake, judge=D)

        return self.log(g_loss=self.minimize(g_loss, G, made=fakes))

    def _path_penalty(self, styles):
        """The term of path lengths, which is logged, and the mean length."""
        _, synthesis = self._parts_of_g()
        with engine.in_float32(synthesis), engine.added_losses(synthesis):  # which belong to the loss alone
            penalty = self.path_length(lambda w: synthesis(w, training=True), styles, self.seed_generator)
        self.log(path_penalty=penalty, path_length=self.path_length.mean)
        return penalty


def check_styles(generator):
    """Refuses a generator without a layer of styles (raises ValueError)."""
    found = [layer for layer in getattr(generator, "layers", []) if layer.name == STYLES]
    if not found or len(found[0].output.shape) != 3:
        raise ValueError(
            f"Expected a generator with a layer named {STYLES!r} of output (N, layers, features). "
            f"Received: {'none of that name' if not found else f'one of output {found[0].output.shape}'}."
        )
