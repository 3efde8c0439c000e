"""The role of a model that makes examples of latents and of what it is told: a class, or a vector."""

import numpy as np
from keras import ops

from keras_gans.data.check import Part, check_array
from keras_gans.models.mixing import decode_mixed
from keras_gans.training import Latents
from keras_gans.training.latents import checked_latents, draw_latents, in_chunks

ROWS, COLUMNS = 16, 10  # of a sheet: at most so many classes, so many examples of each


class Conditions(Latents):
    """What a model with a `generator` of latents and conditions can do; a part of such a model's class."""

    given = 1

    @property
    def parts(self):
        """The examples, and their labels or conditions."""
        return (Part("images", self.generator.output_shape[1:]), self.condition)

    @property
    def condition(self):
        """What the generator is told, a `data.check.Part`."""
        (_, condition) = self.generator.input_shape
        return Part("conditions" if self.classes is None else "labels", condition[1:], self.classes)

    def generate(self, n, seed=None, labels=None, truncation=None):
        """Makes examples, without touching the state of training.

        Args:
            n: int, how many.
            seed: None for new ones at each call, or an int for the same ones of the same weights.
            labels: int, the class of all of them, or int array (n,), the class of each; None for each class in turn.
                Or float array (n, classes), each row the shares of the classes in a mixture, with the sum 1.
                Of vectors float array (n, d), which must be given.
            truncation: None, or float, the threshold above which components of latents are drawn anew, for better
                examples and less variety, see `latents.truncate`. Batch norm then has the statistics of such latents,
                of all classes alike, see `Latents.generate`; of vectors, those of the given ones.

        Returns:
            float32 array (n, ...), images in [-1, 1].

        Raises:
            ValueError: if n is not a positive integer, or the labels or the truncation do not fit.
        """
        return self.decode(draw_latents(n, self.latent_dim, seed), labels, seed, truncation)

    def make(self, n, given=None, seed=None):
        """Makes examples of labels or vectors, see `Roles.make`."""
        return self.generate(n, seed, given)

    def decode(self, latents, labels=None, seed=0, truncation=None):
        """Makes the examples of given latents, without touching the state of training; with averages if there are.

        Args:
            latents: float array (n, latent_dim).
            labels, truncation: as in `generate`.
            seed: as in `Latents.decode`.

        Returns:
            float32 array (n, ...), images in [-1, 1].

        Raises:
            ValueError: if the latents or the labels do not fit, or classes are to be mixed that the generator does not
                look up in a table.
        """
        latents = checked_latents(latents, self.latent_dim, truncation, seed)
        wanted = self._wanted(len(latents), labels)
        given = wanted if self.classes is None else np.arange(self.classes, dtype="int32")
        with self.making(seed), self._standing(truncation, seed, given):
            if self.classes is not None and wanted.ndim == 2:
                return decode_mixed(self._decode, self.generator, latents, wanted)
            return self._decode(latents, wanted)

    def _decode(self, latents, wanted):
        return in_chunks(self.generator, latents, wanted)

    def sheet(self, n=None, seed=None, real=None, truncation=None):
        """Makes a row of examples for each class (at most 16 classes), each column of the same latents.

        Args:
            n: int, how many examples in all, at least one for each class; by default ten for each.
            seed, truncation: as in `generate`.
            real: of vectors a tuple of two arrays, images and their conditions, of which the first are used.

        Returns:
            A tuple (examples, columns): float32 (n, ...), and how many make a row.
        """
        if self.classes is None:
            if real is None:
                raise ValueError("Expected `real` as images and conditions, which are generated anew. Received: None.")
            wanted = real[1][: n or 36]
            return self.generate(len(wanted), seed, wanted, truncation), None
        rows = min(self.classes, ROWS)
        columns = max(1, n // rows) if n else COLUMNS
        latents = draw_latents(columns, self.latent_dim, seed)
        latents = ops.tile(checked_latents(latents, self.latent_dim, truncation, seed), (rows, 1))
        return self.decode(latents, np.repeat(np.arange(rows, dtype="int32"), columns), seed, truncation), columns

    def _wanted(self, n, labels):
        if labels is None and self.classes is not None:
            return np.arange(n, dtype="int32") % self.classes
        labels = np.asarray(labels)
        labels = np.full(n, labels) if labels.ndim == 0 and self.classes is not None else labels
        if labels.dtype == object or labels.shape[:1] != (n,):
            raise ValueError(f"Expected `labels` of n={n} examples. Received: {labels.dtype} of shape {labels.shape}.")
        if self.classes is not None and labels.ndim == 2 and labels.dtype.kind == "f":
            return _shares(labels, self.classes)
        check_array(labels, self.condition)
        return labels.astype("int32" if self.classes is not None else "float32")


def _shares(labels, classes):
    """Checks mixtures of classes, float (n, classes)."""
    if labels.shape[1] != classes or not np.allclose(labels.sum(axis=1), 1.0, atol=1e-4):
        raise ValueError(
            f"Expected mixtures of classes as a float array (n, {classes}) of rows whose sum is 1. "
            f"Received: {labels.dtype} of shape {labels.shape}."
        )
    return labels.astype("float32")
