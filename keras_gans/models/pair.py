"""What the games share in which a generator makes examples of latents: that the networks fit, latents, samples."""

import keras
import numpy as np
from keras import layers, ops

from keras_gans import engine
from keras_gans.data.check import Part
from keras_gans.layers import MinibatchDiscrimination
from keras_gans.regularizers.judge import Judge
from keras_gans.training.model import AdversarialModel


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
        check_fit(generator, discriminator, latent_dim)
        super().__init__({"generator": generator, "discriminator": discriminator}, seed, name)
        self.latent_dim = latent_dim

    @property
    def parts(self):
        """The examples: what the discriminator takes."""
        return (Part("examples", self.discriminator.input_shape[1:]),)

    def call(self, inputs, training=False):
        return self.generator(inputs, training=training)

    def sample_latents(self, n):
        """Draws latents from the standard normal distribution.

        Args:
            n: int or scalar tensor, number of latents (on this replica).

        Returns:
            float32 tensor (n, latent_dim).
        """
        return engine.replica_rows(
            lambda rows: keras.random.normal((rows, self.latent_dim), dtype="float32", seed=self.seed_generator), n
        )

    def critic_batches(self, data):
        """Splits a batch into the examples of each critic step: every n_critic-th one, so that replicas agree.

        Args:
            data: tensor (n_critic * m, *shape), or a tuple of such tensors.

        Returns:
            list of n_critic tensors (m, *shape), or of tuples of such tensors.
        """
        if isinstance(data, tuple):
            return list(zip(*(self.critic_batches(part) for part in data)))
        if data.shape[0] is not None and data.shape[0] % self.n_critic:
            raise ValueError(
                f"Expected a batch that n_critic={self.n_critic} divides; `data.batches(x, batch_size, n_critic)` "
                f"makes such batches. Received: a batch of {data.shape[0]}."
            )
        parts = ops.reshape(data, (-1, self.n_critic, *data.shape[1:]))
        return [parts[:, k] for k in range(self.n_critic)]

    def sum_penalties(self, name, penalties, real, fake, condition=None):
        """Adds up penalties and logs the sum.

        Args:
            name: string, the log's name.
            penalties: list of `regularizers.Penalty`.
            real: tensor (m, *shape).
            fake: tensor (m, *shape).
            condition: None, or the tensor (m, ...) that the discriminator takes beside the examples.

        Returns:
            float32 scalar; 0 without any.
        """
        if not penalties:
            return 0.0
        judge = Judge(self.discriminator, condition)
        total = sum(penalty(judge, real, fake, self.seed_generator) for penalty in penalties)
        self.log(**{name: total})
        return total

    def verdicts(self, data):
        """What D says of real and of generated examples, as in training; see `AdversarialModel.verdicts`."""
        D, G = self.discriminator, self.generator
        fake = G(self.sample_latents(ops.shape(data)[0]), training=True)
        return [(D(data, training=True), D(fake, training=True), data, fake)]

    def generate(self, n, seed=None):
        """Makes examples, without touching the state of training.

        Args:
            n: int, how many.
            seed: None for new ones at each call, or an int for the same ones of the same weights.

        Returns:
            float32 array (n, ...), images in [-1, 1].

        Raises:
            ValueError: if n is not a positive integer.
        """
        return self.decode(draw_latents(n, self.latent_dim, seed))

    def decode(self, latents):
        """Makes the examples of given latents, without touching the state of training; with averages if there are.

        Args:
            latents: float array (n, latent_dim).

        Returns:
            float32 array (n, ...), images in [-1, 1].

        Raises:
            ValueError: if the latents are not such an array.
        """
        check_latents(latents, self.latent_dim)
        with self.averaged():
            return in_chunks(self.generator, latents)

    def sheet(self, n=None, seed=None, real=None):
        """Makes what shows best, on one sheet, what the model has learned.

        Args:
            n: int, how many examples; by default 36 images or 1,000 points.
            seed: as in `generate`.
            real: not used.

        Returns:
            A tuple (examples, columns): float32 (n, ...), and how many make a row, None for a near-square sheet.
        """
        points = len(self.generator.output_shape) == 2
        return self.generate(n or (1000 if points else 36), seed), None

    def get_config(self):
        return {**super().get_config(), "latent_dim": self.latent_dim}


def draw_latents(n, latent_dim, seed):
    """Draws latents outside of training, float32 (n, latent_dim); see `Pair.generate`."""
    if not isinstance(n, (int, np.integer)) or n < 1:
        raise ValueError(f"Expected `n` as a positive integer. Received: {n!r}.")
    return keras.random.normal((n, latent_dim), dtype="float32", seed=keras.random.SeedGenerator(seed))


def check_latents(latents, latent_dim):
    """Refuses what is not at least one finite latent vector, float (n, latent_dim) (raises ValueError)."""
    shape = getattr(latents, "shape", None)
    if shape is None or len(shape) != 2 or not shape[0] or shape[1] != latent_dim:
        raise ValueError(
            f"Expected latents as a float array (n, {latent_dim}), n at least 1. "
            f"Received: {type(latents).__name__ if shape is None else f'shape {tuple(shape)}'}."
        )
    if not np.isfinite(ops.convert_to_numpy(latents)).all():
        raise ValueError("Expected finite latents. Received: NaN or infinity among them.")


def in_chunks(network, *inputs, size=256):
    """Runs a network on inputs of any number, `size` at a time; returns a float32 array."""
    inputs = [ops.convert_to_tensor(x) for x in inputs]
    arguments = [[x[i : i + size] for x in inputs] for i in range(0, len(inputs[0]), size)]
    chunks = [network(parts if len(parts) > 1 else parts[0], training=False) for parts in arguments]
    return np.concatenate([ops.convert_to_numpy(chunk) for chunk in chunks]).astype("float32", copy=False)


def check_n_critic(n_critic):
    """Refuses a number of critic steps that is none (raises ValueError)."""
    if not isinstance(n_critic, int) or n_critic < 1:
        raise ValueError(f"Expected `n_critic` as a positive integer. Received: {n_critic!r}.")


def check_no_batch_norm(discriminator):
    """Refuses a discriminator that mixes the batch, for games with a penalty on it (raises ValueError)."""
    for layer in engine.layers_of(discriminator):
        if isinstance(layer, (layers.BatchNormalization, MinibatchDiscrimination)):
            raise ValueError(
                "Expected a discriminator without batch norm or minibatch discrimination where there is a penalty: a "
                "penalty looks at D's gradient at each example, and these make D's output depend on the whole batch. "
                f"Received: a discriminator with the layer {layer.name!r}."
            )


def check_fit(generator, discriminator, latent_dim):
    """Refuses networks that do not fit each other or the latents (raises ValueError)."""
    (takes, makes), (judges, _) = shapes(generator), shapes(discriminator)
    takes, judges = (shape[0] if isinstance(shape, list) else shape for shape in (takes, judges))
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


def shapes(network):
    """The shapes of a network's inputs and outputs; refuses what is no built network (raises ValueError)."""
    try:
        return network.input_shape, network.output_shape
    except (AttributeError, ValueError):
        raise ValueError(
            "Expected networks as built Functional or Sequential Keras models. "
            f"Received: {network!r}, which has no input shape."
        ) from None
