"""The game of networks that grow: GAN's, on the layers that are in use, and on pictures of their detail."""

import functools
import math

import keras
from keras import ops

from keras_gans import losses
from keras_gans.models.from_latents import FromLatents
from keras_gans.training.stages import at, set_detail

__all__ = ["GrowingGAN"]


@keras.saving.register_keras_serializable("keras_gans")
class GrowingGAN(FromLatents):
    """Progressive growing: the networks learn small pictures first, then layers of twice the side fade in, and again.

    The networks have all their layers from the start, and what is made with them outside of training always has the
    full side. The training step uses the layers of its phase, and costs what these cost. As a schedule of one side
    only has one phase, `schedules.Growth(side, side, steps)` trains the whole networks from the start.

    Args:
        generator: built `keras.Model`, float (N, latent_dim) -> (N, side, side, channels), with the stages that
            `training.stages` says, e.g. of `networks.progan`.
        discriminator: built `keras.Model`, (N, side, side, channels) -> scores (N, 1), with the same stages.
        latent_dim: int, length of a latent vector.
        seed: int, seed of the latents and of the order of the data.
        name: string, the model's name.

    Call arguments:
        inputs: float tensor (N, latent_dim), latents.

    Returns:
        The generator's outputs, (N, side, side, channels).

    Raises:
        ValueError: if the networks do not fit each other or the latents.

    Formula:
        At detail d, of pictures of 2^ceil(d) pixels a side: x <- (1 - a) half(x) + a x, a = d - ceil(d) + 1, where half
        has the means of twice as large blocks of pixels. Then `models.GAN` on the layers in use.

    Deviations:
        Batches are of one size. The authors' code makes them smaller where pictures have 128 pixels or more.

    Reference:
        Karras et al., 2018, Progressive Growing of GANs for Improved Quality, Stability, and Variation,
        arXiv:1710.10196, Section 2 and Figure 2; real pictures are faded as in the authors' code.

    Example:
        ```python
        gan = GrowingGAN(generator, discriminator, latent_dim=512)
        gan.compile(d_optimizer, g_optimizer, schedules.Growth(4, 64, steps=5000), loss="wasserstein")
        gan.fit(images, batch_size=16, epochs=20)
        ```
    """

    def __init__(self, generator, discriminator, latent_dim, seed=0, name="growing_gan"):
        super().__init__(generator, discriminator, latent_dim, seed, name)
        self._at = functools.cache(at)  # a function, in which Keras does not look for layers

    def compile(
        self,
        d_optimizer,
        g_optimizer,
        phases,
        loss="gan",
        penalties=(),
        g_penalties=(),
        d_constraint=None,
        n_critic=1,
        **keras_arguments,
    ):
        """Sets how the two networks are trained.

        Args:
            phases: `schedules.Growth` up to the side of the networks' pictures.
            d_optimizer, g_optimizer, loss, penalties, g_penalties, d_constraint, n_critic, **keras_arguments: as in
                `models.GAN.compile`.

        Raises:
            ValueError: as in `models.GAN.compile`; or if the networks have no such stages, or more of them.
            TypeError: for other keywords.
        """
        loss = losses.get(loss)
        self._check(phases)
        self._compile(
            arguments={
                "d_optimizer": d_optimizer,
                "g_optimizer": g_optimizer,
                "phases": phases,
                "loss": loss,
                "penalties": list(penalties),
                "g_penalties": list(g_penalties),
                "d_constraint": keras.constraints.get(d_constraint),
                "n_critic": n_critic,
            },
            terms=[loss],
            logs=["d_loss", "g_loss"],
            **keras_arguments,
        )
        self.loss = loss
        for network in (self.discriminator, self.generator):
            set_detail(network, float(phases.detail(0)))  # what is made before the first step is as coarse as after it

    def training_step(self, data):
        """GAN's Algorithm 1 on the layers d and g in use, on pictures of their detail."""
        D, G = self.discriminator, self.generator
        d, g = self._in_use()
        for real in self.critic_batches(data):
            # Sample m latents and m examples; update D
            real = self._detailed(real)
            m = ops.shape(real)[0]
            fakes = self.forward(lambda: g(self.sample_latents(m), training=True), G, variables=g.trainable_variables)
            fake = fakes.value

            def d_loss():
                loss = self.loss.discriminator_loss(self.hear(d(real, training=True)), d(fake, training=True))
                return loss + self.sum_penalties(D, real, fake, judge=d)

            self.log(d_loss=self.minimize(d_loss, D, variables=d.trainable_variables))

        # Update G on the last fakes
        def g_loss(fake):
            real_output = d(real, training=True) if self.loss.needs_real else None
            loss = self.loss.generator_loss(d(fake, training=True), real_output)
            return loss + self.sum_penalties(G, real, fake, judge=d)

        return self.log(g_loss=self.minimize(g_loss, G, made=fakes, variables=g.trainable_variables))

    def verdicts(self, data):
        """What D says of real and of generated examples of the present detail; see `AdversarialModel.verdicts`."""
        d, g = self._in_use()
        real = self._detailed(data)
        fake = g(self.sample_latents(ops.shape(real)[0]), training=True)
        return [(d(real, training=True), d(fake, training=True), real, fake)]

    @property
    def judges(self):
        """List of the discriminator, and of the part of it that is in use."""
        return [*super().judges, self._at(self.discriminator, self._side)]

    @property
    def _side(self):
        """Pixels of a side, int, of the largest layers in use."""
        return self.phases.side(self.phase or 0)

    def _in_use(self):
        """The networks of the phase, whose layers have the detail of the training step."""
        for network in (self.discriminator, self.generator):
            set_detail(network, self.phases.detail(self.optimizer.iterations))
        return self._at(self.discriminator, self._side), self._at(self.generator, self._side)

    def _detailed(self, pictures):
        """Pictures (m, side, side, channels) of the present detail, each pixel of which is repeated."""
        share = self.phases.detail(self.optimizer.iterations) - math.log2(self._side) + 1.0
        block = self.phases.last_side // self._side
        return (1.0 - share) * _blocks(pictures, 2 * block) + share * _blocks(pictures, block)

    def _check(self, phases):
        """Refuses phases of other sides than the networks' (raises ValueError)."""
        side = self.discriminator.input_shape[1]
        if phases.last_side != side:
            raise ValueError(f"Expected phases that end at the networks' {side} pixels. Received: {phases.last_side}.")
        for network in (self.discriminator, self.generator):
            self._at(network, phases.first_side)


def _blocks(pictures, size):
    """Pictures (m, height, width, channels) with the mean of each block of pixels in its place."""
    if size == 1:
        return pictures
    means = ops.average_pool(pictures, size, strides=size, data_format="channels_last")
    return ops.repeat(ops.repeat(means, size, axis=1), size, axis=2)
