"""What the games of one generator and one discriminator share: that the two fit, and how a batch is split."""

from keras import layers, ops

from keras_gans.layers import MinibatchDiscrimination
from keras_gans.models.base import AdversarialModel


class Pair(AdversarialModel):
    """A game of one generator and one discriminator; its `training_step` is each subclass's own.

    Args:
        generator: built `keras.Model`, float (N, latent_dim) -> (N, *shape).
        discriminator: built `keras.Model`, (N, *shape) -> logits (N, 1), or patches of logits (N, h, w, 1).
        latent_dim: int, length of a latent vector.
        seed: int, seed of the latents and of the order of the data.
        name: string, the model's name.

    Raises:
        ValueError: if the networks do not fit each other or the latents.
    """

    def __init__(self, generator, discriminator, latent_dim, seed=0, name=None):
        _check_fit(generator, discriminator, latent_dim)
        super().__init__({"generator": generator, "discriminator": discriminator}, latent_dim, seed, name)

    @property
    def d_optimizer(self):
        """The discriminator's optimizer."""
        return self.optimizer.members["discriminator"]

    @property
    def g_optimizer(self):
        """The generator's optimizer."""
        return self.optimizer.members["generator"]

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


def check_n_critic(n_critic):
    """Refuses a number of critic steps that is none (raises ValueError)."""
    if not isinstance(n_critic, int) or n_critic < 1:
        raise ValueError(f"Expected `n_critic` as a positive integer. Received: {n_critic!r}.")


def check_no_batch_norm(discriminator):
    """Refuses a discriminator that mixes the batch, for games with a penalty on it (raises ValueError)."""
    for layer in discriminator._flatten_layers():
        if isinstance(layer, (layers.BatchNormalization, MinibatchDiscrimination)):
            raise ValueError(
                "Expected a discriminator without batch norm or minibatch discrimination where there is a penalty: a "
                "penalty looks at D's gradient at each example, and these make D's output depend on the whole batch. "
                f"Received: a discriminator with the layer {layer.name!r}."
            )


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
