"""Two encoders, of pictures and of captions, that learn which belong together: how a GAN's text encoder is made."""

import keras
import numpy as np

from keras_gans import losses
from keras_gans.data.check import Part, check_array
from keras_gans.models.told import Told, check_text
from keras_gans.training import Player, TrainedModel
from keras_gans.training.adversarial import shapes
from keras_gans.training.making import in_chunks

__all__ = ["MatchingEncoder"]

NEAREST = 5  # pictures of a row of the sheet, beside the caption's own


@keras.saving.register_keras_serializable("keras_gans")
class MatchingEncoder(Told, TrainedModel):
    """Encoders of pictures and of captions whose vectors point the same way where the two belong together.

    Nothing is generated. `keras-gans train stackgan --start RUN` takes the text encoder, which then stays as it is.

    Args:
        text: built `keras.Model`, ids of words, int (N, length) -> (N, d), see `networks.text`.
        pictures: built `keras.Model`, (N, *shape) -> (N, d).
        words: sequence of strings, the words that the ids from 2 on stand for, see `data.Vocabulary`.
        seed: int, seed of the order of the data.
        name: string, the model's name.

    Call arguments:
        inputs: list of pictures, float tensor (N, *shape), and captions, int tensor (N, length).

    Returns:
        A list of the vectors of pictures and of captions, (N, d) each.

    Raises:
        ValueError: if the networks do not fit each other or the words.

    Formula:
        min over both networks of `losses.matching_cross_entropy` of the vectors of a batch.

    Deviations:
        Reed et al. train with a hinge on scores of classes. The loss is that of CLIP, with a temperature that is given.

    Reference:
        Reed, Akata, Schiele and Lee, 2016, Learning Deep Representations of Fine-grained Visual Descriptions, CVPR,
        pages 49 to 58. Radford et al., 2021, Learning Transferable Visual Models From Natural Language Supervision,
        arXiv:2103.00020 (the loss).

    Example:
        ```python
        drawn = data.captions("captioned", image_size=32)
        model = recipes.captions((32, 32, 3), drawn.vocabulary.words, drawn.vocabulary.length)
        model.fit(drawn, batch_size=64, epochs=30)
        model.similarities(drawn.parts[0][:4], ["a small red circle on the left"])
        ```
    """

    players = (Player("matching", ("text", "pictures"), answers=True),)
    retrieves = True

    def __init__(self, text, pictures, words, seed=0, name="matching"):
        check_text(text, words)
        if len(shapes(pictures)[1]) != 2 or pictures.output_shape[1] not in (None, text.output_shape[1]):
            raise ValueError(
                f"Expected a pictures network whose vectors are as long as those of captions, {text.output_shape}. "
                f"Received: {pictures.output_shape}."
            )
        super().__init__({"text": text, "pictures": pictures}, seed, name)
        self.words = tuple(words)

    @property
    def parts(self):
        """The pictures and their captions."""
        return (Part("pictures", self.pictures.input_shape[1:]), self.caption)

    def call(self, inputs, training=False):
        images, tokens = inputs
        return [self.make_or_train(self.pictures, images, training), self.make_or_train(self.text, tokens, training)]

    def compile(self, matching_optimizer, temperature=0.1, **keras_arguments):
        """Sets how the networks are trained.

        Args:
            matching_optimizer: Keras optimizer of both networks, or its name.
            temperature: float above 0, by which cosines are divided.
            **keras_arguments: as in `GAN.compile`, e.g. `ema`.

        Raises:
            ValueError: if the temperature is not above 0.
            TypeError: for other keywords.
        """
        if not temperature > 0:
            raise ValueError(f"Expected `temperature` above 0. Received: {temperature!r}.")
        self.temperature = temperature
        self._compile(
            {"matching_optimizer": matching_optimizer, "temperature": temperature},
            terms=[],
            logs=["matching_loss"],
            **keras_arguments,
        )

    def training_step(self, data):
        """One update of both encoders down the cross-entropy of finding each other's partners in the batch."""
        x, tokens = data

        def matching_loss():
            vectors = self.pictures(x, training=True), self.text(tokens, training=True)
            return losses.matching_cross_entropy(*vectors, self.temperature)

        return self.log(matching_loss=self.minimize(matching_loss, self.text, self.pictures))

    def evaluation_step(self, data):
        """The cross-entropy on held-out pairs, among those of a batch."""
        x, tokens = data
        with self.making():
            vectors = self.pictures(x, training=False), self.text(tokens, training=False)
        return self.log(matching_loss=losses.matching_cross_entropy(*vectors, self.temperature))

    def look(self, images):
        """Says by which vectors pictures are matched, float32 (n, d); raises ValueError if they do not fit."""
        check_array(images, self.parts[0])
        with self.making():
            return in_chunks(self.pictures, images)

    def similarities(self, images, captions):
        """Computes how well each picture matches each caption.

        Args:
            images: float array (n, *shape) in [-1, 1].
            captions: sequence of m strings, or int array (m, length).

        Returns:
            float32 array (n, m), cosines.
        """
        pictures, texts = (_unit(vectors) for vectors in (self.look(images), self.read(captions)))
        return pictures @ texts.T

    def sheet(self, n=None, seed=None, real=None):
        """Makes a row for each caption: its own picture, and the five that match it best.

        Args:
            n: int, how many captions; by default six.
            seed: not used: nothing is drawn.
            real: tuple of two arrays, pictures and captions, of which the first captions are used, and all pictures.

        Returns:
            A tuple (examples, columns): float32 (n, *shape), and how many make a row.
        """
        if real is None:
            raise ValueError("Expected `real` as pictures and captions, which are matched. Received: None.")
        images, tokens = real[0], real[1][: n or 6]
        columns = min(NEAREST, len(images))
        order = np.argsort(-self.similarities(images, tokens).T, axis=1, kind="stable")[:, :columns]
        rows = np.concatenate([np.arange(len(tokens))[:, None], order], axis=1)
        return images[rows.reshape(-1)], columns + 1

    def get_config(self):
        return {**super().get_config(), "words": list(self.words)}


def _unit(vectors):
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), losses.terms.LEAST_LENGTH)
