"""What the games share in which pictures are made of captions, by conditions that are drawn around what these say."""

import numpy as np
from keras import ops

from keras_gans import engine
from keras_gans.layers import ConditioningAugmentation
from keras_gans.models.conditions import Conditions
from keras_gans.models.told import Told


class FromCaptions(Told, Conditions):
    """The part of a game with a `generator` of latents and captions' vectors, and a network `text` that reads these."""

    @property
    def condition(self):
        """What captions are among the data."""
        return self.caption

    @property
    def augmentation(self):
        """The layer of the generator that draws its conditions."""
        return self.generator.get_layer(self.augmentation_name)

    def others(self, captions, vectors):
        """Finds for each caption of a batch the vector of the next that is not equal to it.

        Args:
            captions: int tensor (m, length).
            vectors: float tensor (m, d), of these captions.

        Returns:
            A tuple of vectors, float tensor (m, d), and 1.0, or 0.0 if all captions of the batch are equal.
        """
        everyone, rows = engine.all_rows(captions), ops.shape(captions)[0]
        count = ops.shape(everyone)[0]
        numbers = ops.arange(count)
        own = engine.own_rows(numbers, rows)
        differ = ops.any(ops.expand_dims(captions, 1) != ops.expand_dims(everyone, 0), axis=-1)
        behind = (ops.expand_dims(numbers, 0) - ops.expand_dims(own, 1) + count) % count
        chosen = ops.argmin(ops.where(differ, behind, count), axis=1)
        differs = ops.cast(ops.any(engine.all_rows(differ)), "float32")
        return ops.take(engine.all_rows(vectors), chosen, axis=0), differs

    def _wanted(self, n, labels):
        """The vectors of captions: of a string for all, of strings, or of ids of words; or vectors, float (n, d)."""
        if labels is None:
            raise ValueError("Expected captions, of which pictures are made. Received: None.")
        captions = [labels] * n if isinstance(labels, str) else labels
        if len(captions) != n:
            raise ValueError(f"Expected captions of n={n} pictures. Received: {len(captions)}.")
        vectors = isinstance(captions, np.ndarray) and captions.dtype.kind == "f"
        if vectors and captions.shape == (n, self.text.output_shape[1]):
            return captions.astype("float32")
        return self.read(captions)

    def get_config(self):
        config = {**super().get_config(), "words": list(self.words)}
        config.pop("classes", None)
        return config


def name_of_augmentation(generator, text):
    """Finds the layer of a generator that draws its conditions; refuses others (raises ValueError).

    Args:
        generator: built `keras.Model`.
        text: built `keras.Model`, whose vectors it should take beside latents.

    Returns:
        string, the layer's name.
    """
    own = [layer.name for layer in generator.layers if isinstance(layer, ConditioningAugmentation)]
    takes = generator.input_shape
    if len(own) != 1 or not isinstance(takes, list) or takes[1] != text.output_shape:
        raise ValueError(
            f"Expected a generator of latents and vectors {text.output_shape} with one ConditioningAugmentation. "
            f"Received: one of {takes} with {len(own)}."
        )
    return own[0]
