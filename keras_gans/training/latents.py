"""The role of a model that makes examples of latents: it draws them, and decodes given ones."""

import contextlib
import functools

import keras
import numpy as np
from keras import ops

from keras_gans import engine
from keras_gans.latents import truncate
from keras_gans.training.making import check_latents, in_chunks
from keras_gans.training.state import standing
from keras_gans.training.styles import Styles, has_styles

PASSES, BATCH = 16, 64  # batches, and examples in each, of which batch norm's statistics are estimated


class Latents:
    """What a model with a `generator` of latents and a `latent_dim` can do; a part of such a model's class."""

    @functools.cached_property
    def styles(self):
        """None, or `training.styles.Styles` of a model whose generator has them: its space W."""
        return Styles(self) if has_styles(self.generator) else None

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

    def generate(self, n, seed=None, truncation=None):
        """Makes examples, without touching the state of training.

        Args:
            n: int, how many.
            seed: None for new ones at each call, or an int for the same ones of the same weights.
            truncation: None, or float, for better examples and less variety the lower it is: of a model with styles
                the psi of `Styles.truncate`, which brings w, of all layers, nearer to its mean; else the threshold
                above which components of latents are drawn anew, see `latents.truncate`. Batch norm then has the
                statistics of such latents, of 16 batches of 64, see `training.state.standing`.

        Returns:
            float32 array (n, ...), images in [-1, 1].

        Raises:
            ValueError: if n is not a positive integer, or the truncation does not fit.
        """
        return self.decode(draw_latents(n, self.latent_dim, seed), seed, truncation)

    def decode(self, latents, seed=0, truncation=None):
        """Makes the examples of given latents, without touching the state of training; with averages if there are.

        Args:
            latents: float array (n, latent_dim).
            seed: None or int, from which a generator that draws noise beside its latents draws it, and truncation.
            truncation: as in `generate`.

        Returns:
            float32 array (n, ...), images in [-1, 1].

        Raises:
            ValueError: if the latents are not such an array, or the truncation does not fit.
        """
        if truncation is not None and self.styles is not None:
            return self.styles.decode(self.styles.truncate(self.styles.map(latents), truncation), seed)
        latents = checked_latents(latents, self.latent_dim, truncation, seed)
        with self.making(seed), self._standing(truncation, seed):
            return in_chunks(self.generator, latents)

    def _standing(self, truncation, seed, *given):
        """Context in which batch norm has the statistics of truncated latents, if there is truncation.

        Args:
            truncation, seed: as in `generate`.
            *given: arrays (m, ...), what the generator takes beside latents, from which it is drawn.
        """
        if truncation is None:
            return contextlib.nullcontext()
        n = PASSES * BATCH
        latents = checked_latents(draw_latents(n, self.latent_dim, seed), self.latent_dim, truncation, seed)
        rows = np.random.default_rng(seed)
        parts = [latents, *(part[rows.integers(len(part), size=n)] for part in given)]
        batches = [[part[i : i + BATCH] for part in parts] for i in range(0, n, BATCH)]
        return standing(self.generator, batches if given else [latents for (latents,) in batches])

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

    def sheet(self, n=None, seed=None, real=None, truncation=None):
        """Makes what shows best, on one sheet, what the model has learned.

        Args:
            n: int, how many examples; by default 36 images or 1,000 points.
            seed, truncation: as in `generate`.
            real: not used.

        Returns:
            A tuple (examples, columns): float32 (n, ...), and how many make a row, None for a near-square sheet.
        """
        points = len(self.generator.output_shape) == 2
        return self.generate(n or (1000 if points else 36), seed, truncation=truncation), None


def draw_latents(n, latent_dim, seed):
    """Draws latents outside of training, float32 (n, latent_dim); see `Latents.generate`."""
    if not isinstance(n, (int, np.integer)) or n < 1:
        raise ValueError(f"Expected `n` as a positive integer. Received: {n!r}.")
    return keras.random.normal((n, latent_dim), dtype="float32", seed=keras.random.SeedGenerator(seed))


def checked_latents(latents, latent_dim, truncation, seed):
    """Checks latents, and truncates them if wanted, float (n, latent_dim); see `Latents.decode`."""
    check_latents(latents, latent_dim)
    return latents if truncation is None else truncate(ops.convert_to_numpy(latents), truncation, seed)
