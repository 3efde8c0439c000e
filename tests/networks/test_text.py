"""Encoders of captions: exact sizes, what pads and unknown words are worth, and which captions are one."""

import keras
import numpy as np
import pytest
from keras import ops

from keras_gans import data, networks

KNOWN = data.Vocabulary(["a", "red", "blue", "circle", "square", "left", "of"], 8)
ONE, SWAPPED = "a red circle left of a blue square", "a blue square left of a red circle"


def bag():
    return networks.text.bag_of_words(len(KNOWN.words), KNOWN.length)


def encoder(length=8):
    keras.utils.set_random_seed(0)
    return networks.text.encoder(len(KNOWN.words), length, units=6, width=16)


def read(network, *captions, vocabulary=KNOWN):
    return ops.convert_to_numpy(network(vocabulary.tokens(captions)))


def test_encoder_has_its_parameters():
    """Vectors of 20 words, a convolution over three, and a linear layer, of default widths."""
    assert networks.text.encoder(20, 9).count_params() == 20 * 64 + 3 * 64 * 64 + 64 * 64 + 64
    assert bag().count_params() == 0


@pytest.mark.parametrize("make", [bag, encoder])
def test_vectors_have_length_one(make):
    found = read(make(), ONE, "a circle", "red red red")
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1, rtol=1e-5)


def test_bag_of_words_counts():
    np.testing.assert_allclose(read(bag(), "a red red"), np.array([[1, 2, 0, 0, 0, 0, 0]]) / np.sqrt(5), rtol=1e-6)


def test_bag_of_words_cannot_tell_a_swap_and_the_encoder_can():
    same, swapped = read(bag(), ONE, SWAPPED)
    np.testing.assert_array_equal(same, swapped)
    one, other = read(encoder(), ONE, SWAPPED)
    assert np.abs(one - other).max() > 0.01


@pytest.mark.parametrize("make", [bag, encoder])
def test_unknown_words_and_pads_say_nothing(make):
    known, behind = read(make(), "a red circle", "a red circle crimson")
    if make is bag:
        np.testing.assert_array_equal(known, behind)
    nothing = read(make(), "crimson disc", "purple")
    np.testing.assert_array_equal(nothing[0], nothing[1])
    assert make is not bag or not nothing.any()


def test_encoder_reads_a_caption_the_same_however_many_places_are_left():
    """Also where none is left."""
    short, long = encoder(3), encoder(8)
    long.set_weights(short.get_weights())
    few = data.Vocabulary(KNOWN.words, 3)
    for caption in ("a red circle", "red circle", "a"):
        np.testing.assert_allclose(read(short, caption, vocabulary=few), read(long, caption), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("arguments", [(0, 8), (7, 0), (7, 8, 0), (7, 8, 4, 0)])
def test_encoder_of_nothing_is_refused(arguments):
    with pytest.raises(ValueError, match=r"as a positive integer\. Received: 0\.$"):
        networks.text.encoder(*arguments)
