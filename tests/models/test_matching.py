"""Encoders that match: what they learn of drawn pictures, and what a bag of words cannot learn."""

import functools

import keras
import numpy as np
import pytest
from conftest import BACKEND
from games import GAMES, WORDS

from keras_gans import data, engine, losses, metrics, models, networks, recipes
from keras_gans.metrics.evaluator import Evaluator

SIDE = 16
few = pytest.mark.skipif(BACKEND != "tensorflow", reason="what is learned does not depend on the engine")


@functools.cache
def drawn(name, split):
    return data.captions(name, SIDE, split=split)


def learned(name, epochs, bag=False):
    examples = drawn(name, "train")
    known = examples.vocabulary
    text = networks.text.bag_of_words(len(known.words), known.length) if bag else None
    model = recipes.captions((SIDE, SIDE, 3), known.words, known.length, width=16, text=text)
    model.fit(examples, batch_size=64, epochs=epochs, verbose=0)
    return model


@few
def test_captions_are_found():
    """Of 100 test pictures nearly as often as equal captions allow; by chance 1 and 5 in 100."""
    model = learned("captioned", epochs=20)
    test = drawn("captioned", "test")
    first, fifth = Evaluator(model, test, samples=400).results()
    best = float(first.note.rpartition(" ")[2])
    assert best - 0.15 < float(first) <= best + 1e-3
    assert float(fifth) > 0.9


@few
def test_order_of_words_is_read_by_the_encoder_and_not_by_a_bag_of_words():
    """Which of two sentences of the same words is true: a bag of words is right by chance alone."""
    test = drawn("relations", "test")
    swapped = [f"a {b} {relation} a {a}" for a, relation, b in zip(*test.truth.values())]
    both = np.stack([test.parts[1], test.vocabulary.tokens(swapped)], axis=1)
    shares = []
    for bag in (False, True):
        model = learned("relations", epochs=15, bag=bag)
        found = [model.similarities(picture[None], captions)[0] for picture, captions in zip(test.parts[0], both)]
        shares.append(np.mean([metrics.recall(np.array([[own, other], [other, own]])) for own, other in found]))
    assert shares[0] > 0.9
    assert shares[1] == 0.5


def test_only_text_and_pictures_of_one_length_are_taken():
    text = networks.text.encoder(len(WORDS), 4, units=6)
    images = keras.Sequential([keras.Input((8, 8, 3)), keras.layers.Flatten(), keras.layers.Dense(5)])
    with pytest.raises(ValueError, match=r"Expected a pictures network whose vectors are as long .* Received: "):
        models.MatchingEncoder(text, images, WORDS)
    with pytest.raises(ValueError, match=r"Expected a text network from ids of words.* Received: "):
        models.MatchingEncoder(images, images, WORDS)
    with pytest.raises(ValueError, match=r"Expected words of lower-case letters"):
        models.MatchingEncoder(text, images, ["a", "a"])


def test_temperature_above_zero():
    with pytest.raises(ValueError, match=r"Expected `temperature` above 0\. Received: 0\.$"):
        GAMES["MatchingEncoder"].make(temperature=0)


def test_captions_come_as_sentences_or_as_ids(images):
    model = GAMES["MatchingEncoder"].make()
    pictures = GAMES["MatchingEncoder"].examples(images).parts[0][:3]
    told = ["a red circle", "a blue square"]
    found = model.similarities(pictures, told)
    assert found.shape == (3, 2)
    assert np.abs(found).max() <= 1 + 1e-5
    np.testing.assert_array_equal(found, model.similarities(pictures, model.vocabulary.tokens(told)))
    with pytest.raises(ValueError, match=r"Expected captions in 0 to 6"):
        model.read(np.full((2, 4), 7))
    with pytest.raises(ValueError, match=r"Expected a caption of 1 to 4 words"):
        model.read(["a red circle and a blue square"])


def test_sheet_has_each_captions_own_picture_and_then_the_best(images):
    model = GAMES["MatchingEncoder"].make()
    real = GAMES["MatchingEncoder"].examples(images).head(9)
    shown, columns = model.sheet(2, real=real)
    assert (shown.shape, columns) == ((12, 8, 8, 3), 6)
    found = model.similarities(real[0], real[1][:2])
    for row, caption in enumerate(found.T):
        np.testing.assert_array_equal(shown[6 * row], real[0][row])
        np.testing.assert_array_equal(shown[6 * row + 1 : 6 * row + 6], real[0][np.argsort(-caption)[:5]])
    with pytest.raises(ValueError, match=r"Expected `real` as pictures and captions"):
        model.sheet()


def test_held_out_loss_is_that_of_the_term(images):
    model = GAMES["MatchingEncoder"].make()
    pictures, tokens = GAMES["MatchingEncoder"].examples(images).head(16)
    found = model.evaluate(pictures, tokens, batch_size=16, verbose=0, return_dict=True)["matching_loss"]
    vectors = model.look(pictures), model.read(tokens)
    assert found == pytest.approx(float(losses.matching_cross_entropy(*vectors, 0.5)), rel=1e-5)
    assert engine.known(model.optimizer.iterations) == 0
