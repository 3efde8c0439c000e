"""The game of the first paper, with slots for the loss, penalties, a constraint and the number of critic steps."""

import keras
from keras import layers, ops

from keras_gans import losses
from keras_gans.models.base import AdversarialModel


@keras.saving.register_keras_serializable("keras_gans")
class GAN(AdversarialModel):
    """Generative adversarial network: a discriminator learns to tell real from generated, a generator to fool it.

    What papers vary is given to `compile`: the loss, penalties on the discriminator, a constraint on its weights and
    the number of its updates per update of the generator. So one training step serves most unconditional GANs.

    Args:
        generator: built `keras.Model`, float (N, latent_dim) -> (N, *shape).
        discriminator: built `keras.Model`, (N, *shape) -> logits (N, 1), or patches of logits (N, h, w, 1).
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
        For n_critic times: D minimises loss.discriminator_loss(D(x), D(G(z))) + penalties. Then G minimises
        loss.generator_loss(D(G(z))). With the defaults this is the first paper's game with the loss of its Section 3.

    Deviations:
        Adam or whatever optimizers are given instead of momentum; z is drawn anew for each update, as in the paper.

    Reference:
        Goodfellow et al., 2014, Generative Adversarial Networks, arXiv:1406.2661, Algorithm 1.

    Example:
        ```python
        gan = GAN(generator, discriminator, latent_dim=100)
        gan.compile(keras.optimizers.Adam(2e-4, 0.5), keras.optimizers.Adam(2e-4, 0.5))
        gan.fit(images, batch_size=64, epochs=20)
        samples = gan.generate(16)
        ```
    """

    def __init__(self, generator, discriminator, latent_dim, seed=0, name="gan"):
        _check_fit(generator, discriminator, latent_dim)
        super().__init__({"generator": generator, "discriminator": discriminator}, latent_dim, seed, name)

    def compile(
        self, d_optimizer, g_optimizer, loss="gan", penalties=(), d_constraint=None, n_critic=1, **keras_arguments
    ):
        """Sets how the two networks are trained.

        Args:
            d_optimizer: Keras optimizer of the discriminator, or its name.
            g_optimizer: Keras optimizer of the generator, or its name; not the same object.
            loss: `losses.AdversarialLoss` or its name.
            penalties: penalties that are added to the discriminator's loss, each a callable
                penalty(discriminator, real, fake, seed) -> scalar, already weighted.
            d_constraint: None, or a Keras constraint that every trainable weight of the discriminator goes through
                after each of its updates.
            n_critic: int, updates of the discriminator per update of the generator.
            **keras_arguments: `run_eagerly`, `steps_per_execution` and `jit_compile`, as in `keras.Model.compile`.

        Raises:
            ValueError: if n_critic is below 1, the optimizers are one object, or a penalty meets a discriminator with
                batch norm.
            TypeError: for other keywords.
        """
        if not isinstance(n_critic, int) or n_critic < 1:
            raise ValueError(f"Expected `n_critic` as a positive integer. Received: {n_critic!r}.")
        penalties = list(penalties)
        if penalties:
            _check_no_batch_norm(self.discriminator)
        loss, d_constraint = losses.get(loss), keras.constraints.get(d_constraint)
        self._compile(
            arguments={
                "d_optimizer": d_optimizer,
                "g_optimizer": g_optimizer,
                "loss": loss,
                "penalties": penalties,
                "d_constraint": d_constraint,
                "n_critic": n_critic,
            },
            optimizers={"d_optimizer": "discriminator", "g_optimizer": "generator"},
            terms=[loss, *penalties],
            logs=["d_loss", "g_loss", *(["penalty"] if penalties else [])],
            constraints={"discriminator": d_constraint},
            **keras_arguments,
        )
        self.loss, self.penalties, self.n_critic = loss, penalties, n_critic

    @property
    def d_optimizer(self):
        """The discriminator's optimizer."""
        return self.optimizer.members["discriminator"]

    @property
    def g_optimizer(self):
        """The generator's optimizer."""
        return self.optimizer.members["generator"]

    def training_step(self, data):
        """Algorithm 1: n_critic updates of D, each on fresh examples, then one update of G."""
        D, G = self.discriminator, self.generator
        for real in self.critic_batches(data):
            # Sample m latents and m examples; update D
            m = ops.shape(real)[0]
            fake = G(self.sample_latents(m), training=True)

            def d_loss():
                loss = self.loss.discriminator_loss(D(real, training=True), D(fake, training=True))
                return loss + self.penalty(real, fake)

            self.log(d_loss=self.minimize(d_loss, D))

        # Sample m latents; update G
        def g_loss():
            return self.loss.generator_loss(D(G(self.sample_latents(m), training=True), training=True))

        return self.log(g_loss=self.minimize(g_loss, G))

    def penalty(self, real, fake):
        """Sum of the penalties on the discriminator, a scalar; 0 without any."""
        if not self.penalties:
            return 0.0

        def discriminator(x):
            return self.discriminator(x, training=True)

        total = sum(penalty(discriminator, real, fake, self.seed_generator) for penalty in self.penalties)
        self.log(penalty=total)
        return total

    def critic_batches(self, data):
        """Splits a batch into the examples of each critic step: every n_critic-th one, so that replicas agree.

        Args:
            data: tensor (n_critic * m, *shape).

        Returns:
            list of n_critic tensors (m, *shape).
        """
        if data.shape[0] is not None and data.shape[0] % self.n_critic:
            raise ValueError(
                f"Expected a batch that n_critic={self.n_critic} divides; `data.batches(x, batch_size, n_critic)` "
                f"makes such batches. Received: a batch of {data.shape[0]}."
            )
        parts = ops.reshape(data, (-1, self.n_critic, *data.shape[1:]))
        return [parts[:, k] for k in range(self.n_critic)]


def _check_fit(generator, discriminator, latent_dim):
    (takes, makes), (judges, _) = _shapes(generator), _shapes(discriminator)
    if takes != (None, latent_dim):
        raise ValueError(
            f"Expected a generator of input shape {(None, latent_dim)} for latent_dim={latent_dim}. "
            f"Received: input shape {takes}."
        )
    if makes[1:] != judges[1:]:
        raise ValueError(
            f"Expected a discriminator that takes what the generator makes, shape {makes}. "
            f"Received: a discriminator of input shape {judges}."
        )


def _shapes(network):
    try:
        return network.input_shape, network.output_shape
    except (AttributeError, ValueError):
        raise ValueError(
            "Expected networks as built Functional or Sequential Keras models, of one input. "
            f"Received: {network!r}, which has no input shape."
        ) from None


def _check_no_batch_norm(discriminator):
    for layer in discriminator._flatten_layers():
        if isinstance(layer, layers.BatchNormalization):
            raise ValueError(
                "Expected a discriminator without batch norm where there is a penalty: a penalty looks at D's gradient "
                "at each example, and batch norm makes D's output depend on the whole batch. "
                f"Received: a discriminator with the layer {layer.name!r}."
            )
