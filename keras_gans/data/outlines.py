"""Digits and outlines of other digits, two domains for translation whose classes are known; no download."""

import numpy as np
from scipy.ndimage import minimum_filter

from keras_gans.data.domains import DOMAINS
from keras_gans.data.examples import Examples
from keras_gans.data.load import load
from keras_gans.files.arrays import from_array
from keras_gans.files.parts import NoSplitError

_SIDE = 16  # pixels at which an outline is one wide
_TRAIN = 1397  # digits to train on, of 1,797


def outline(pictures):
    """Draws the edge of the ink of pictures, one pixel wide and inside of it: the pictures without their erosion.

    Args:
        pictures: float array (n, height, width, channels) in [-1, 1], ink 1; around them there is none.

    Returns:
        float32 array of the same shape, in [-1, 1].

    Formula:
        y = x - min over the 3 x 3 pixels around - 1

    Deviations:
        The reference draws the edge outside, as the dilation without the picture. There no pixel is ink in both, and
        networks that keep bright what is bright translate to the wrong digits, whose edges look as right.

    Reference:
        Liu and Tuzel, 2016, Coupled Generative Adversarial Networks, arXiv:1606.07536, digits and their edges; the
        authors' code, github.com/mingyuliutw/CoGAN, `dataset_mnistedge.py`.
    """
    x = np.asarray(pictures, "float32")
    return x - minimum_filter(x, size=(1, 3, 3, 1), mode="constant", cval=-1.0) - 1.0


def labelled(image_size=_SIDE, channels=1, split="train"):
    """Draws both domains with the classes of their digits, by which translations can be judged.

    Args:
        image_size: int, side in pixels, to which digits and outlines of 16 pixels are brought.
        channels: 1, 3 or 4.
        split: "train", of 1,397 of scikit-learn's digits, or "test", of the other 400; by lot, as half of each are in
            domain A and half in B.

    Returns:
        A tuple of two tuples, A and B, of pictures, float32 (n, size, size, channels) in [-1, 1], and classes, int32
        (n,).

    Raises:
        ValueError: if there is no such split, or an option is out of range.
    """
    if split not in ("train", "test"):
        raise NoSplitError(f"Expected the split 'train' or 'test' of 'outlines'. Received: {split!r}.")
    pictures, classes = load("digits", _SIDE, 1, labels=True)
    order = np.random.default_rng(0).permutation(len(pictures))
    own = order[:_TRAIN] if split == "train" else order[_TRAIN:]
    a, b = own[::2], own[1::2]
    digits, outlines = (from_array(part, image_size, channels) for part in (pictures[a], outline(pictures[b])))
    return (digits, classes[a]), (outlines, classes[b])


def unpaired(image_size, channels, split):
    """Draws `data.domains("outlines")`: A, digits, and B, outlines of other digits; see `labelled`.

    Returns:
        `Examples` of two unaligned parts.
    """
    (digits, _), (outlines, _) = labelled(image_size, channels, split)
    return Examples(digits, outlines, aligned=False)


DOMAINS.register(unpaired, "outlines")
