"""Wasserstein GAN: a critic with clipped weights, trained several steps for each step of the generator."""

import keras
from keras import ops

from keras_gans.models.from_latents import FromLatents

__all__ = ["WGAN"]


@keras.saving.register_keras_serializable("keras_gans")
class WGAN(FromLatents):
    """Wasserstein GAN, as its paper's algorithm box has it.

    The same game is `GAN` with `loss="wasserstein"`, `d_constraint=ClipWeights(c)` and `n_critic`: bit for bit.

    Args:
        generator: built `keras.Model`, float (N, latent_dim) -> (N, *shape).
        discriminator: built `keras.Model`, the critic, (N, *shape) -> (N, 1), linear at the end.
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
        n_critic times: w <- RMSProp(w, -grad_w [1/m sum f_w(x) - 1/m sum f_w(g(z))]), w <- clip(w, -c, c).
        Then: theta <- RMSProp(theta, -grad_theta 1/m sum f_w(g(z))).

    Deviations:
        G learns from the fakes that the critic saw last, so that they are made once; with `fresh_fakes` from those of
        new latents, as in the paper's line 9. All trainable weights of the critic are clipped, gains of a batch norm
        included.

    Reference:
        Arjovsky et al., 2017, Wasserstein GAN, arXiv:1701.07875, Algorithm 1.
    """

    def __init__(self, generator, discriminator, latent_dim, seed=0, name="wgan"):
        super().__init__(generator, discriminator, latent_dim, seed, name)

    def compile(self, d_optimizer=None, g_optimizer=None, c=0.01, n_critic=5, **keras_arguments):
        """Sets the constants of the algorithm box, by default the paper's.

        Args:
            d_optimizer: Keras optimizer of the critic, or its name; None is RMSprop(5e-5).
            g_optimizer: Keras optimizer of the generator, or its name; None is RMSprop(5e-5).
            c: float above 0, the largest weight of the critic.
            n_critic: int, updates of the critic per update of the generator.
            **keras_arguments: as in `GAN.compile`, e.g. `ema`.

        Raises:
            ValueError: if c or n_critic is out of its range, or the optimizers are one object.
            TypeError: for other keywords.
        """
        if not c > 0:
            raise ValueError(f"Expected `c` above 0. Received: {c!r}.")
        self._compile(
            arguments={
                "d_optimizer": d_optimizer or keras.optimizers.RMSprop(5e-5),
                "g_optimizer": g_optimizer or keras.optimizers.RMSprop(5e-5),
                "c": c,
                "n_critic": n_critic,
            },
            terms=[],
            logs=["d_loss", "g_loss"],
            **keras_arguments,
        )
        self.c = c

    def training_step(self, data):
        """Algorithm 1: n_critic updates of the critic, each clipped, then one update of the generator."""
        D, G = self.discriminator, self.generator
        for real in self.critic_batches(data):
            # Lines 3 to 6: sample a batch of real data and of latents; update w
            m = ops.shape(real)[0]
            fakes = self.forward(lambda: G(self.sample_latents(m), training=True), G)

            def d_loss():
                return mean(D(fakes.value, training=True)) - mean(D(real, training=True))

            self.log(d_loss=self.minimize(d_loss, D))
            # Line 7: clip
            for w in D.trainable_variables:
                w.assign(ops.clip(w, -self.c, self.c))

        # Lines 9 to 11: update theta on the last latents
        def g_loss(fake):
            return -mean(D(fake, training=True))

        return self.log(g_loss=self.minimize(g_loss, G, made=fakes))


def mean(scores):
    """Mean of a critic's scores, float32."""
    return ops.mean(ops.cast(scores, "float32"))
