"""Words as ids: there and back, what is not known, and what is refused."""

import numpy as np
import pytest

from keras_gans.data.vocabulary import Vocabulary, learned, words_of

KNOWN = Vocabulary(["a", "circle", "red"], length=4)


def test_captions_go_there_and_back():
    tokens = KNOWN.tokens(["a red circle", "A red, RED circle."])
    assert tokens.dtype == np.int32
    assert tokens.tolist() == [[2, 4, 3, 0], [2, 4, 4, 3]]
    assert KNOWN.captions(tokens) == ["a red circle", "a red red circle"]
    assert KNOWN.size == 5


def test_unknown_words_are_one_and_are_listed_once():
    caption = "a crimson crimson disc"
    assert KNOWN.tokens([caption]).tolist() == [[2, 1, 1, 1]]
    assert KNOWN.unknown(caption) == ["crimson", "disc"]
    assert KNOWN.captions(KNOWN.tokens([caption])) == ["a ? ? ?"]
    assert KNOWN.unknown("A red circle!") == []


def test_words_are_of_letters_of_any_script():
    assert words_of("There's 1 BOX, größer_als 3x") == ["there", "s", "box", "größer", "als", "x"]


@pytest.mark.parametrize("caption", ["", "12 !", "a red circle a circle"])
def test_caption_of_no_words_or_of_too_many_is_refused(caption):
    with pytest.raises(ValueError, match=r"Expected a caption of 1 to 4 words\. Received: "):
        KNOWN.tokens([caption])


@pytest.mark.parametrize("words", [[], ["a", "a"], ["A"], ["a b"], [""], [3]])
def test_words_that_are_none_are_refused(words):
    with pytest.raises(ValueError, match=r"Expected words of lower-case letters, each once\. Received: "):
        Vocabulary(words, 3)


@pytest.mark.parametrize("length", [0, 2.5, None])
def test_length_that_is_none_is_refused(length):
    with pytest.raises(ValueError, match=r"Expected `length` as a positive integer\. Received: "):
        Vocabulary(["a"], length)


def test_vocabulary_is_learned_of_words_that_occur_twice():
    found = learned(["a red circle", "a circle", "the red thing"])
    assert found.words == ("a", "circle", "red")  # by frequency, then by the alphabet
    assert found.length == 3
    with pytest.raises(ValueError, match=r"a word occurs twice\. Received: 1 captions\."):
        learned(["a red circle"])


def test_vocabulary_keeps_a_thousand_words():
    names = ["".join(chr(97 + int(digit)) for digit in f"{i:04}") for i in range(1200)]
    found = learned([f"{name} {name}" for name in names])
    assert (len(found.words), found.size) == (1000, 1002)
