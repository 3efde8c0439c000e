"""Digits and outlines of other digits, two domains for translation whose classes are known; no download."""

import numpy as np
from scipy.ndimage import maximum_filter

from keras_gans.data.domains import DOMAINS
from keras_gans.data.examples import Examples
from keras_gans.data.load import load
from keras_gans.files.arrays import from_array
from keras_gans.files.parts import NoSplitError

_SPLITS = {"train": slice(None, 1397), "test": slice(1397, None)}


def outline(pictures):
    """Draws what lies around the ink of pictures, one pixel wide, outside of it: its dilation without itself.

    Args:
        pictures: float array (n, height, width, 1) in [-1, 1]; above 0 there is ink.

    Returns:
        float32 array of the same shape, 1 on the outline, -1 elsewhere.

    Deviations:
        The reference takes a grey picture from its dilation; of enlarged digits, whose edges are soft, that is faint.

    Reference:
        Liu and Tuzel, 2016, Coupled Generative Adversarial Networks, arXiv:1606.07536, digits and their edges; the
        authors' code, github.com/mingyuliutw/CoGAN, `dataset_mnistedge.py`.
    """
    ink = np.asarray(pictures) > 0
    around = maximum_filter(ink, size=(1, 3, 3, 1), mode="nearest")
    return np.where(around & ~ink, 1.0, -1.0).astype("float32")


def labelled(image_size=16, channels=1, split="train"):
    """Draws both domains with the classes of their digits, by which translations can be judged.

    Args:
        image_size: int, side in pixels, of which an outline is one wide.
        channels: 1, 3 or 4.
        split: "train", of the first 1,397 of scikit-learn's digits, or "test", of the last 400; half of them, by lot,
            are in domain A, the others in B.

    Returns:
        A tuple of two tuples, A and B, of pictures, float32 (n, size, size, channels) in [-1, 1], and classes, int32
        (n,).

    Raises:
        ValueError: if there is no such split, or an option is out of range.
    """
    if split not in _SPLITS:
        raise NoSplitError(f"Expected the split 'train' or 'test' of 'outlines'. Received: {split!r}.")
    pictures, classes = (part[_SPLITS[split]] for part in load("digits", image_size, 1, labels=True))
    order = np.random.default_rng(0).permutation(len(pictures))  # as they lie, even digits often have even places
    a, b = order[::2], order[1::2]
    digits, outlines = (from_array(part, None, channels) for part in (pictures[a], outline(pictures[b])))
    return (digits, classes[a]), (outlines, classes[b])


def unpaired(image_size, channels, split):
    """Draws `data.domains("outlines")`: A, digits, and B, outlines of other digits; see `labelled`.

    Returns:
        `Examples` of two unaligned parts.
    """
    (digits, _), (outlines, _) = labelled(int(image_size), channels, split)
    return Examples(digits, outlines, aligned=False)


DOMAINS.register(unpaired, "outlines")
