"""The role of a model that makes examples of latents: it draws them, and decodes given ones."""

import keras
import numpy as np
from keras import ops

from keras_gans import engine


class Latents:
    """What a model with a `generator` of latents and a `latent_dim` can do; a part of such a model's class."""

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
        return self.decode(draw_latents(n, self.latent_dim, seed), seed=seed)

    def decode(self, latents, seed=0):
        """Makes the examples of given latents, without touching the state of training; with averages if there are.

        Args:
            latents: float array (n, latent_dim).
            seed: None or int, from which a generator that draws noise beside its latents draws it.

        Returns:
            float32 array (n, ...), images in [-1, 1].

        Raises:
            ValueError: if the latents are not such an array.
        """
        check_latents(latents, self.latent_dim)
        with self.making(seed):
            return in_chunks(self.generator, latents)

    def guesses(self, examples, starts, seed):
        """Draws the latents from which a search for given examples begins, see `explore.project`.

        Args:
            examples: float array (n, ...).
            starts: int, how many for each.
            seed: None for new ones at each call, or int.

        Returns:
            float32 array (n, starts, latent_dim).
        """
        n = len(examples)
        return np.array(draw_latents(n * starts, self.latent_dim, seed)).reshape(n, starts, self.latent_dim)

    def make(self, n, given=None, seed=None):
        """Makes examples, see `Roles.make`."""
        return self.generate(n, seed)

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


def draw_latents(n, latent_dim, seed):
    """Draws latents outside of training, float32 (n, latent_dim); see `Latents.generate`."""
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
