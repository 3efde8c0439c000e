"""The role of a model whose generator has styles: the space W between its latents and what it makes of them."""

import functools

import keras
import numpy as np
from keras import ops

from keras_gans.training.making import check_latents, in_chunks


class Styles:
    """The space W of a model: latents are mapped to w, and each layer of the synthesis takes a w as its style.

    The generator has a layer "w", whose output (N, dim) is the mapped latent and whose `mean` (dim,) was tracked in
    training, and a layer "styles", whose output (N, layers, dim) is all that makes the picture; outside of training it
    is the one w for each layer. Everything is made as the model makes its examples: with averages, if there are any,
    and without touching the state of training.

    Args:
        model: a model with such a `generator`, see `Latents.styles`.

    Attributes:
        layers: int, how many layers take a style.
        dim: int, length of w.

    Reference:
        Karras, Laine, Aila, 2019, A Style-Based Generator Architecture for Generative Adversarial Networks,
        arXiv:1812.04948, Section 2 and Figure 1.
    """

    def __init__(self, model):
        self._model = model
        _, self.layers, self.dim = model.generator.get_layer("styles").output.shape

    @property
    def mean(self):
        """The tracked mean of w, float32 (dim,)."""
        with self._model.making():
            return np.array(ops.convert_to_tensor(self._model.generator.get_layer("w").mean), "float32")

    def map(self, latents):
        """Maps latents to W.

        Args:
            latents: float array (n, latent_dim).

        Returns:
            float32 array (n, dim).

        Raises:
            ValueError: if the latents are not such an array.
        """
        check_latents(latents, self._model.latent_dim)
        with self._model.making():
            return in_chunks(self._mapping, latents)

    def truncate(self, w, psi, layers=None):
        """Brings w nearer to its mean: better examples, less variety.

        Args:
            w: float array (n, dim).
            psi: float, the share of the way from the mean to w. At 0 all are the mean, and below 0 beyond it.
            layers: None for all, or int, how many layers, from the first one on, take the w that is nearer.

        Returns:
            float32 array, (n, dim), or with `layers` styles (n, self.layers, dim); at psi 1 the w as it is.

        Raises:
            ValueError: if w is not such an array, or psi is not finite.

        Formula:
            mean + psi (w - mean)

        Deviations:
            none. The paper's pictures are made with psi 0.7 in the 8 layers of up to 32 pixels.

        Reference:
            Karras et al., 2019, arXiv:1812.04948, Appendix B and Figures 2 and 8.
        """
        check_latents(w, self.dim, "w")
        if not np.isfinite(psi):
            raise ValueError(f"Expected a finite `psi`. Received: {psi!r}.")
        if psi == 1 and layers is None:
            return w
        mean, w = self.mean, np.asarray(w, "float32")
        nearer = w if psi == 1 else mean + psi * (w - mean)
        if layers is None:
            return nearer
        first = np.arange(self.layers)[:, None] < layers
        return np.where(first, nearer[:, None], w[:, None])

    def decode(self, styles, seed=0):
        """Makes the examples of given styles.

        Args:
            styles: float array (n, dim), one w for all layers, or (n, layers, dim), one for each.
            seed: as in `Latents.decode`.

        Returns:
            float32 array (n, ...), images in [-1, 1].

        Raises:
            ValueError: if the styles are not such an array.
        """
        each = len(getattr(styles, "shape", ())) == 3 and styles.shape[1] == self.layers
        name = f"styles of shape (n, {self.layers}, {self.dim}), or w"
        check_latents(ops.reshape(styles, (-1, styles.shape[2])) if each else styles, self.dim, name)
        with self._model.making(seed):
            return in_chunks(self.synthesis, styles)

    def synthesis(self, styles, training=False):
        """Runs the layers from the styles on, which is what `decode` does within `model.making`.

        Args:
            styles: float tensor (n, dim) or (n, layers, dim).
            training: bool, as Keras has it.

        Returns:
            tensor (n, ...), the examples.
        """
        each = styles if len(styles.shape) == 3 else ops.repeat(styles[:, None], self.layers, axis=1)
        return self._synthesis(each, training=training)

    @functools.cached_property
    def _mapping(self):
        generator = self._model.generator
        return keras.Model(generator.input, generator.get_layer("w").output)

    @functools.cached_property
    def _synthesis(self):
        generator = self._model.generator
        return keras.Model(generator.get_layer("styles").output, generator.output)


def has_styles(generator):
    """Whether a generator of latents alone has the layers that `Styles` asks for."""
    names = {layer.name for layer in generator.layers}
    return {"w", "styles"} <= names and len(generator.inputs) == 1
