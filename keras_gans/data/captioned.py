"""Drawn pictures with captions whose truth is known: one thing and where it is, or two things and how they stand."""

import itertools
import zlib

import numpy as np

from keras_gans.data.captions import CAPTIONS
from keras_gans.data.folders import NoSplitError
from keras_gans.data.shapes import COLOURS, SHAPES, painted

SIZES = {"small": (0.1, 0.13), "large": (0.18, 0.21)}  # of the circle around a shape its radius, in sides of a picture
PLACES = {  # centre, in sides, to the right and down, and the words that say so
    "left": ((0.26, 0.5), "on the left"),
    "right": ((0.74, 0.5), "on the right"),
    "top": ((0.5, 0.26), "at the top"),
    "bottom": ((0.5, 0.74), "at the bottom"),
    "middle": ((0.5, 0.5), "in the middle"),
}
FACTS = {"colour": tuple(COLOURS), "shape": SHAPES, "size": tuple(SIZES), "place": tuple(PLACES)}
SENTENCES = ("a {size} {colour} {shape} {where}", "{where} there is a {size} {colour} {shape}")
WORDS = (
    "a",
    "the",
    "is",
    "large",
    "small",
    "there",
    "at",
    "on",
    "circle",
    "green",
    "red",
    "square",
    "blue",
    "triangle",
)
WORDS += ("bottom", "in", "left", "middle", "right", "top")  # of the sentences, as `data.vocabulary.learned` has them
LENGTH = 9  # of a sentence, in words
UNSEEN = ("blue", "triangle")  # colour and shape that training never shows together
RELATIONS = {"left of": ((0.27, 0.5), (0.73, 0.5)), "above": ((0.5, 0.27), (0.5, 0.73))}

_JITTER = 0.04  # sides that a centre is moved at most
_OF_EACH = {"train": 25, "test": 5, "unseen": 20}  # pictures of a combination of facts
_PAIRS = {"train": 14, "test": 2}


def one(split):
    """Draws `data.captions("captioned")`: a shape in a colour, a size and a place, with two sentences that say so.

    Args:
        split: "train", 2,000 pictures of 80 combinations; "test", 400 others of these; or "unseen", 200 of the ten
            with blue triangles.

    Returns:
        A tuple (images, captions, truth): uint8 (N, 64, 64, 3), list of tuples of two strings, and dict of the facts'
        names -> tuples of N strings.
    """
    _check(split, _OF_EACH, "captioned")
    facts = [values for values in itertools.product(*FACTS.values()) if (values[:2] == UNSEEN) == (split == "unseen")]
    drawn, rng = facts * _OF_EACH[split], _rng("captioned", split)
    images = [painted([(_thing(c, s, PLACES[place][0], size, rng))], rng) for c, s, size, place in drawn]
    told = [tuple(form.format(**_words(values)) for form in SENTENCES) for values in drawn]
    return np.stack(images), told, dict(zip(FACTS, zip(*drawn)))


def two(split):
    """Draws `data.captions("relations")`: two things, one left of the other or above it, with a sentence that says so.

    Each of the 144 sentences, "a red circle left of a blue square", has a swap of the same words.

    Args:
        split: "train", 2,016 pictures, or "test", 288 others of the same sentences.

    Returns:
        As `one`; the facts are "first", "relation" and "second".
    """
    _check(split, _PAIRS, "relations")
    things = [f"{colour} {shape}" for colour in COLOURS for shape in SHAPES]
    pairs = [(a, relation, b) for a, b in itertools.permutations(things, 2) for relation in RELATIONS]
    drawn, rng = pairs * _PAIRS[split], _rng("relations", split)
    images = []
    for a, relation, b in drawn:
        both = zip((a, b), RELATIONS[relation])
        images.append(painted([_thing(*name.split(), centre, "large", rng) for name, centre in both], rng))
    told = [(f"a {a} {relation} a {b}",) for a, relation, b in drawn]
    return np.stack(images), told, dict(zip(("first", "relation", "second"), zip(*drawn)))


CAPTIONS.register(one, "captioned")
CAPTIONS.register(two, "relations")


def _words(values):
    known = dict(zip(FACTS, values))
    return {**known, "where": PLACES[known["place"]][1]}


def _thing(colour, shape, centre, size, rng):
    """Shape, colour, radius and centre of a thing, as `painted` takes them."""
    where = np.array(centre) + rng.uniform(-_JITTER, _JITTER, 2)
    return SHAPES.index(shape), list(COLOURS).index(colour), rng.uniform(*SIZES[size]), where


def _rng(name, split):
    return np.random.default_rng(zlib.crc32(f"{name} {split}".encode()))


def _check(split, splits, name):
    if split not in splits:
        known = " or ".join(map(repr, splits))
        raise NoSplitError(f"Expected the split {known} of {name!r}. Received: {split!r}.")
