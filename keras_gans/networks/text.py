"""Encoders of captions, from the ids of their words to a vector: by which words occur, or also by how they stand."""

import keras
from keras import layers

from keras_gans.data.vocabulary import FIRST
from keras_gans.layers import OneHot
from keras_gans.networks.cgan import check_positive

__all__ = ["bag_of_words", "encoder"]

WINDOW = 3  # words that are looked at together


def encoder(words, length, units=64, width=64):
    """Looks at every three neighbouring words, keeps the strongest answers, and makes a vector of length 1 of them.

    A vector of each word, (N, length, width), a convolution over three words with ReLU, the maximum over places, a
    linear layer. Words that are not known, and places behind the last word, are zeros. No place has a bias, so that a
    caption is told the same however many places are left behind it.

    Args:
        words: int, how many words are known, see `data.Vocabulary`.
        length: int, words of the longest caption.
        units: int, length of the vector.
        width: int, numbers of a word, and features of three words.

    Returns:
        Built `keras.Model` named "text": int (N, length), ids of words -> float32 (N, units), of length 1.

    Raises:
        ValueError: if an argument is not a positive integer.

    Deviations:
        StackGAN takes a network of characters, convolutional and recurrent, that Reed et al. trained on birds and
        flowers. This one knows words, and only those of its training.

    Reference:
        Reed, Akata, Schiele and Lee, 2016, Learning Deep Representations of Fine-grained Visual Descriptions, CVPR,
        pages 49 to 58 (encoders that are trained to match pictures).
    """
    check_positive(units=units, width=width)
    tokens, x = _known(words, length)
    x = layers.Dense(width, use_bias=False)(x)
    x = layers.ZeroPadding1D(WINDOW - 1)(x)
    x = layers.Conv1D(width, WINDOW, activation="relu", use_bias=False)(x)
    x = layers.Dense(units)(layers.GlobalMaxPooling1D()(x))
    return keras.Model(tokens, layers.UnitNormalization(dtype="float32")(x), name="text")


def bag_of_words(words, length):
    """Counts how often each word occurs, and makes a vector of length 1 of the counts. There is nothing to train.

    Two captions of the same words have one vector, whatever their order: "a red circle left of a blue square" is "a
    blue square left of a red circle".

    Args:
        words, length: as in `encoder`.

    Returns:
        Built `keras.Model` named "text": int (N, length), ids of words -> float32 (N, words), of length 1, or of 0 if
        no word is known.

    Raises:
        ValueError: as `encoder` does.
    """
    tokens, x = _known(words, length)
    x = layers.GlobalAveragePooling1D()(x)
    return keras.Model(tokens, layers.UnitNormalization(dtype="float32")(x), name="text")


def _known(words, length):
    """Ids of words, and a row of 0 and 1 for each: a 1 at the word, if it is known."""
    check_positive(words=words, length=length)
    tokens = keras.Input((length,), dtype="int32", name="tokens")
    return tokens, OneHot(words)(tokens - FIRST)
