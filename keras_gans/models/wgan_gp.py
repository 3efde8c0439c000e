"""WGAN-GP: a critic whose gradient is held at norm 1 by a penalty instead of clipping its weights."""

import keras
from keras import ops

from keras_gans import engine
from keras_gans.models.from_latents import FromLatents
from keras_gans.models.wgan import mean
from keras_gans.regularizers.judge import Judge
from keras_gans.regularizers.penalty import EPSILON, uniform_per_example
from keras_gans.training.adversarial import check_no_batch_norm

__all__ = ["WGANGP"]


@keras.saving.register_keras_serializable("keras_gans")
class WGANGP(FromLatents):
    """Wasserstein GAN with gradient penalty, as its paper's algorithm box has it.

    The same game is `GAN` with `loss="wasserstein"`, `penalties=[GradientPenalty(weight)]` and `n_critic`: bit for
    bit.

    Args:
        generator: built `keras.Model`, float (N, latent_dim) -> (N, *shape).
        discriminator: built `keras.Model` without batch norm, the critic, (N, *shape) -> (N, 1), linear at the end.
        latent_dim: int, length of a latent vector.
        seed: int, seed of the latents, the lines between examples and the order of the data.
        name: string, the model's name.

    Call arguments:
        inputs: float tensor (N, latent_dim), latents.

    Returns:
        The generator's outputs, (N, *shape).

    Raises:
        ValueError: if the networks do not fit each other or the latents.

    Formula:
        n_critic times, with x_hat = e x + (1 - e) G(z) and one e ~ U[0, 1] per example:
        w <- Adam(grad_w 1/m sum [D(G(z)) - D(x) + weight (|grad D(x_hat)| - 1)^2]).
        Then: theta <- Adam(grad_theta 1/m sum -D(G(z))).

    Deviations:
        G learns from the fakes that the critic saw last, so that they are made once; with `fresh_fakes` from those of
        new latents, as in the paper's line 11. 1e-12 is added under the root of the norm, whose derivative at 0 is
        infinite.

    Reference:
        Gulrajani et al., 2017, Improved Training of Wasserstein GANs, arXiv:1704.00028, Algorithm 1.
    """

    def __init__(self, generator, discriminator, latent_dim, seed=0, name="wgan_gp"):
        super().__init__(generator, discriminator, latent_dim, seed, name)

    def compile(self, d_optimizer=None, g_optimizer=None, weight=10.0, n_critic=5, **keras_arguments):
        """Sets the constants of the algorithm box, by default the paper's.

        Args:
            d_optimizer: Keras optimizer of the critic, or its name; None is Adam(1e-4, 0, 0.9).
            g_optimizer: Keras optimizer of the generator, or its name; None is Adam(1e-4, 0, 0.9).
            weight: float, lambda, the weight of the penalty.
            n_critic: int, updates of the critic per update of the generator.
            **keras_arguments: as in `GAN.compile`, e.g. `ema`.

        Raises:
            ValueError: if n_critic is out of its range, the optimizers are one object, or the critic has batch norm.
            TypeError: for other keywords.
        """
        check_no_batch_norm(self.discriminator)
        self._compile(
            arguments={
                "d_optimizer": d_optimizer or keras.optimizers.Adam(1e-4, beta_1=0.0, beta_2=0.9),
                "g_optimizer": g_optimizer or keras.optimizers.Adam(1e-4, beta_1=0.0, beta_2=0.9),
                "weight": weight,
                "n_critic": n_critic,
            },
            terms=[],
            logs=["d_loss", "g_loss", "penalty"],
            **keras_arguments,
        )
        self.weight = weight

    def training_step(self, data):
        """Algorithm 1: n_critic updates of the critic with gradient penalty, then one update of the generator."""
        D, G = self.discriminator, self.generator
        for real in self.critic_batches(data):
            # Line 4: sample real data x, latents z and random numbers e
            m = ops.shape(real)[0]
            fakes = self.forward(lambda: G(self.sample_latents(m), training=True), G)
            fake = fakes.value

            def d_loss():
                # Lines 5 to 7
                real_output, fake_output = D(real, training=True), D(fake, training=True)
                e = uniform_per_example(real, self.seed_generator)
                between = e * real + (1.0 - e) * ops.cast(fake, "float32")
                gradient = engine.input_gradient(Judge(D), between)
                squares = ops.sum(ops.square(gradient), axis=tuple(range(1, len(gradient.shape))))
                penalty = self.weight * ops.mean(ops.square(ops.sqrt(squares + EPSILON) - 1.0))
                self.log(penalty=penalty)
                return mean(fake_output) - mean(real_output) + penalty

            # Line 9: update w
            self.log(d_loss=self.minimize(d_loss, D))

        # Lines 11 and 12: update theta on the last latents
        def g_loss(fake):
            return -mean(D(fake, training=True))

        return self.log(g_loss=self.minimize(g_loss, G, made=fakes))
