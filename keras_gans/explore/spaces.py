"""The spaces in which ways and searches run: Z, where latents are drawn, and W, to which a model with styles maps them.

Both answer the same questions, so that a sheet or a search is written once.
"""

import numpy as np

from keras_gans import latents
from keras_gans.training.latents import draw_latents


class Z:
    """The space of the latents of a model.

    Attributes:
        name: string, how it is asked for.
        way: function (a, b, t) that goes from one point to another, see `latents.spherical`.
        truncations: tuple of floats, by default those that a sheet of truncation shows.

    Args:
        model: a model that makes examples of latents.
    """

    name = "z"
    way = staticmethod(latents.spherical)
    truncations = (2.0, 1.0, 0.5, 0.1)

    def __init__(self, model):
        self.model = model

    def draw(self, n, seed):
        """Draws n points as training has them, float32 (n, d)."""
        return np.asarray(draw_latents(n, self.model.latent_dim, seed))

    def guesses(self, examples, starts, seed):
        """Where a search for given examples begins, float32 (n, starts, d)."""
        return self.model.guesses(examples, starts, seed)

    def truncate(self, points, truncation, seed):
        """Points that make better examples of less variety."""
        return latents.truncate(points, truncation, seed)

    def made(self, points, *labels):
        """What the model makes of points and labels, as tensors, within `model.making`."""
        return self.model.generator([points, *labels] if labels else points, training=False)

    def decode(self, points, labels=None, truncation=None):
        """What the model makes of points, float32 (n, ...), of classes if it has any; by what they are truncated."""
        given = () if labels is None else (labels,)
        return self.model.decode(points, *given, truncation=truncation)


class W(Z):
    """The space to which a model with styles maps its latents; each point is the style of all layers.

    Ways are straight here, as in the paper, and psi is what truncates.

    Reference:
        Karras, Laine, Aila, 2019, A Style-Based Generator Architecture for Generative Adversarial Networks,
        arXiv:1812.04948, Sections 2 and 4.1; the truncations are Figure 8's.
    """

    name = "w"
    way = staticmethod(latents.linear)
    truncations = (1.0, 0.7, 0.5, 0.0, -0.5, -1.0)

    def draw(self, n, seed):
        return self.model.styles.map(super().draw(n, seed))

    def guesses(self, examples, starts, seed):
        """First the mean of W, then points that were drawn."""
        guesses = self.draw(len(examples) * starts, seed).reshape(len(examples), starts, -1)
        guesses[:, 0] = self.model.styles.mean
        return guesses

    def truncate(self, points, truncation, seed):
        return self.model.styles.truncate(points, truncation)

    def made(self, points):
        return self.model.styles.synthesis(points)

    def decode(self, points, labels=None, truncation=None):
        return self.model.styles.decode(points)


SPACES = {space.name: space for space in (Z, W)}


def space_of(model, name, captions=None):
    """Makes the space of a model in which a way or a search is to run.

    Args:
        model: a model that makes examples of latents.
        name: one of `SPACES`.
        captions: as in `check_explorable`.

    Returns:
        `Z` or `W`.

    Raises:
        ValueError: if the model has no such space, or makes examples of conditions that nobody gives.
    """
    check_explorable(model, captions)
    if name not in SPACES:
        raise ValueError(f"Expected `space` as one of {', '.join(SPACES)}. Received: {name!r}.")
    if name == W.name:
        check_styles(model)
    return SPACES[name](model)


def check_explorable(model, captions=None):
    """Refuses a model without latents, or of conditions that nobody gives (raises ValueError).

    Args:
        model: a model.
        captions: None, or list of strings, which a model that reads captions is told.
    """
    kind = type(model).__name__
    if getattr(model, "latent_dim", None) is None:
        raise ValueError(f"Expected a model that generates from latents. Received: {kind}.")
    if captions is not None and (model.vocabulary is None or not captions):
        wanted = "no captions for a model that reads none" if model.vocabulary is None else "one caption or more"
        raise ValueError(f"Expected {wanted}. Received: {list(captions)} for {kind}.")
    if model.given is not None and model.classes is None and captions is None:
        wanted = "a model without conditions, or with classes; `model.decode` takes vectors"
        if model.vocabulary is not None:
            wanted = "captions for a model that reads them, where it can be told any"
        raise ValueError(f"Expected {wanted}. Received: {kind} of vectors.")


def check_styles(model):
    """Refuses a model without styles (raises ValueError)."""
    if model.styles is None:
        kind = type(model).__name__
        raise ValueError(f"Expected a model whose generator has styles, for there to be W. Received: {kind} without.")
