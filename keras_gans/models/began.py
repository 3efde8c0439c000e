"""Boundary equilibrium GAN: an autoencoder judges, and how much it minds what is generated is steered by a balance."""

import keras
from keras import ops

from keras_gans import engine
from keras_gans.losses.adversarial import as_float32
from keras_gans.models.from_latents import FromLatents

__all__ = ["BEGAN"]


@keras.saving.register_keras_serializable("keras_gans")
class BEGAN(FromLatents):
    """Boundary equilibrium GAN: the game of two errors of reconstruction, and the balance between them.

    D rebuilds examples, and hands on minus its error L, so that its output rises with realness as every other does. It
    learns to rebuild real examples well and, k times as much, to rebuild generated ones badly; k, which is saved with
    the model, goes up where generated examples are rebuilt too well, and down where too badly.

    Args:
        generator: built `keras.Model`, float (N, latent_dim) -> (N, *shape).
        discriminator: built `keras.Model`, (N, *shape) -> minus the error of each, (N, 1); see `networks.began`, and
            `networks.energy.discriminator` for other autoencoders.
        latent_dim: int, length of a latent vector.
        seed: int, seed of the latents and of the order of the data.
        name: string, the model's name.

    Attributes:
        k: `keras.Variable`, float32 in [0, 1], 0 at first.

    Call arguments:
        inputs: float tensor (N, latent_dim), latents.

    Returns:
        The generator's outputs, (N, *shape).

    Raises:
        ValueError: if the networks do not fit each other or the latents.

    Formula:
        L_D = L(x) - k L(G(z)), L_G = L(G(z)); then k <- clip(k + k_rate (gamma L(x) - L(G(z))), 0, 1). The log
        `convergence` is the paper's measure M = L(x) + |gamma L(x) - L(G(z))|, and falls when a generator that has
        collapsed is rebuilt well, too: read it beside samples.

    Deviations:
        D and G learn from the same fakes, which are made once. Both errors of the balance are of D and G as they are
        before either moves, as in public code (carpedm20/BEGAN-tensorflow, trainer.py); with `fresh_fakes` they are of
        the fakes that D saw.

    Reference:
        Berthelot, Schumm, Metz, 2017, BEGAN: Boundary Equilibrium Generative Adversarial Networks, arXiv:1703.10717.

    Example:
        ```python
        began = BEGAN(generator, discriminator, latent_dim=64)
        began.compile(keras.optimizers.Adam(1e-4), keras.optimizers.Adam(1e-4), gamma=0.5)
        history = began.fit(images, batch_size=16, epochs=20).history
        history["convergence"], float(began.k)
        ```
    """

    def __init__(self, generator, discriminator, latent_dim, seed=0, name="began"):
        super().__init__(generator, discriminator, latent_dim, seed, name)
        self.k = keras.Variable(
            "zeros", shape=(), dtype="float32", trainable=False, aggregation="only_first_replica", name="k"
        )

    def compile(self, d_optimizer, g_optimizer, gamma=0.5, k_rate=1e-3, **keras_arguments):
        """Sets how the two networks are trained.

        Args:
            d_optimizer: Keras optimizer of the discriminator, or its name.
            g_optimizer: Keras optimizer of the generator, or its name; not the same object.
            gamma: float, at least 0, the paper's diversity ratio: the error on generated examples that is asked for,
                as a share of that on real ones.
            k_rate: float, at least 0, the paper's lambda_k, by which the balance of the errors moves k.
            **keras_arguments: as in `GAN.compile`, e.g. `ema`.

        Raises:
            ValueError: if gamma or k_rate is below 0, or the optimizers are one object.
            TypeError: for other keywords.
        """
        for name, value in (("gamma", gamma), ("k_rate", k_rate)):
            if not value >= 0:
                raise ValueError(f"Expected `{name}` as a number of at least 0. Received: {value!r}.")
        self._compile(
            arguments={"d_optimizer": d_optimizer, "g_optimizer": g_optimizer, "gamma": gamma, "k_rate": k_rate},
            terms=[],
            logs=["d_loss", "g_loss", "k", "convergence"],
            **keras_arguments,
        )
        self.gamma, self.k_rate = gamma, k_rate

    def training_step(self, data):
        """One update of D on L(x) - k L(G(z)), one of k, one of G on L(G(z))."""
        D, G = self.discriminator, self.generator
        m = ops.shape(data)[0]
        fakes = self.forward(lambda: G(self.sample_latents(m), training=True), G)

        # Update D; and k by both errors as they are before D and G move
        def d_loss():
            real, fake = D(data, training=True), D(fakes.value, training=True)
            loss = error(real) - self.k * error(fake)
            self.move_k(error(engine.all_rows(real)), error(engine.all_rows(fake)))
            return loss

        self.log(d_loss=self.minimize(d_loss, D))

        # Update G
        def g_loss(fake):
            return error(D(fake, training=True))

        return self.log(g_loss=self.minimize(g_loss, G, made=fakes))

    def move_k(self, real, fake):
        """Moves k by the balance of the errors, float32 scalars, and logs it and the measure of convergence."""
        balance = self.gamma * real - fake
        self.k.assign(ops.clip(self.k + self.k_rate * balance, 0.0, 1.0))
        self.log(k=self.k, convergence=real + ops.abs(balance))


def error(scores):
    """Mean error of reconstruction, float32, of what D hands on."""
    return -ops.mean(as_float32(scores))
