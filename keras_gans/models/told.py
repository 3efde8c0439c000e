"""What models share that are told by captions what is wanted: the words that they know, and a network that reads."""

import functools

import numpy as np

from keras_gans.data.check import Part, check_array
from keras_gans.data.vocabulary import Vocabulary
from keras_gans.training.adversarial import shapes
from keras_gans.training.making import in_chunks


class Told:
    """The part of a model with a network `text`, of ids of words, and a list of `words`.

    Attributes:
        vocabulary: `data.Vocabulary`.
    """

    kind = "captions"
    given = 1

    @functools.cached_property
    def vocabulary(self):
        return Vocabulary(self.words, self.text.input_shape[1])

    @property
    def caption(self):
        """What captions are among the data, a `data.check.Part`."""
        return Part("captions", (self.vocabulary.length,), kind="tokens", range=(0, self.vocabulary.size - 1))

    def tokens(self, captions):
        """Writes captions as ids of words, if they are not.

        Args:
            captions: sequence of n strings, or int array (n, length).

        Returns:
            int32 array (n, length).

        Raises:
            ValueError: if a caption has no words or too many, or the ids do not fit.
        """
        if isinstance(captions, (list, tuple)) and all(isinstance(caption, str) for caption in captions):
            return self.vocabulary.tokens(captions)
        captions = np.asarray(captions)
        check_array(captions, self.caption)
        return captions.astype("int32")

    def read(self, captions):
        """Says by which vectors captions are told.

        Args:
            captions: as in `tokens`.

        Returns:
            float32 array (n, d).
        """
        tokens = self.tokens(captions)
        with self.making():
            return in_chunks(self.text, tokens)


def check_text(text, words):
    """Refuses a network that does not make vectors of ids, or words that are none (raises ValueError)."""
    takes, makes = shapes(text)
    if len(takes) != 2 or len(makes) != 2 or "int" not in text.inputs[0].dtype:
        raise ValueError(
            "Expected a text network from ids of words, int (N, length), to vectors (N, d). "
            f"Received: one from {takes} to {makes}."
        )
    Vocabulary(words, takes[1])
