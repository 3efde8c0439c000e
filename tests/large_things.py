"""Drawn pictures of large things in the middle, with their captions, and a look at which colour a picture has."""

import numpy as np

from keras_gans import data


def large_things(side=16):
    """The vocabulary, the pictures and their captions, and the colours that these name."""
    drawn = data.captions("captioned", side)
    facts = {name: np.array(values) for name, values in drawn.truth.items()}
    rows = np.flatnonzero((facts["size"] == "large") & (facts["place"] == "middle"))
    return drawn.vocabulary, drawn.read((rows, rows)), facts["colour"][rows]


def agreement(pictures, colours):
    """The share of pictures in which what stands out has the colour that is wanted; by chance a third."""
    found = []
    for picture in pictures:
        strength = np.ptp(picture, axis=-1)
        inside = strength >= np.quantile(strength, 0.9)
        found.append(data.captioned.FACTS["colour"][picture[inside].mean(0).argmax()])
    return np.mean(np.array(found) == colours)
