"""What `--data` means: a name, a file or a folder becomes the examples that a recipe is trained on."""

import os
import pathlib
import warnings

import numpy as np

from keras_gans import data
from keras_gans.models.translation import SHOWN
from keras_gans.registry import Registry

POINTS = 100_000  # drawn of a toy, as in PacGAN's experiments
TRANSLATED_SIDE = 256  # pixels to which pictures that are translated are brought unless a size is asked for
SMALLEST_SIDE = 16  # pixels to which smaller pictures are enlarged unless a size is asked for
DRAWN_SIDE = 64  # pixels of drawn pictures unless a size is asked for
WANTED = {"labels": "pictures with labels", "pairs": "pairs of pictures", "domains": "pictures of two domains"}
NAMES = {
    "images": data.DATA_SETS | data.TOYS,
    "labels": data.DATA_SETS,
    "pairs": data.PAIRS,
    "domains": data.DOMAINS,
}


def read(kind, source, image_size=None, input_side="right", cache=None, strict=False):
    """Reads what a recipe is trained on.

    Args:
        kind: string, the recipe's `data`: "images", "labels", "pairs" or "domains".
        source: name of a toy in the plane ("images" only), of which 100,000 points are drawn, or what `data.load`,
            `data.pairs` or `data.domains` takes.
        image_size: None, or int, side of the pictures in pixels. None keeps that of images, if it is a square of at
            least 16 pixels; it is 64 for drawn pairs and domains and 256 for others.
        input_side: see `data.pairs`.
        cache: see `data.pairs`.
        strict: whether one unreadable picture is an error.

    Returns:
        `data.Examples`.

    Raises:
        ValueError: if there is nothing of this kind at the source.
    """
    if kind == "images":
        _check_name(source)
    if source in data.TOYS:
        if kind != "images":
            raise ValueError(f"Expected {WANTED[kind]} for this recipe. Received: {source!r}, points in the plane.")
        if image_size is not None:
            raise ValueError(f"Expected no image size for {source!r}, points in the plane. Received: {image_size}.")
        return data.Examples(data.TOYS[source]().sample(POINTS, seed=0))
    if kind in ("images", "labels"):
        return data.Examples(*_pictures(source, image_size, strict, labels=kind == "labels"))
    image_size = image_size or (DRAWN_SIDE if source in NAMES[kind] else TRANSLATED_SIDE)
    if kind == "pairs":
        return data.pairs(source, image_size, input_side=input_side, cache=cache, strict=strict)
    return data.domains(source, image_size, cache=cache, strict=strict)


def compared(source, image_size=None, strict=False):
    """Reads what generated examples are compared with: more than a recipe without labels is trained on.

    Args:
        source: see `read`.
        image_size: see `read`.
        strict: see `read`.

    Returns:
        Of points the `data.toy.Mixture` if they are of one; `data.Examples` of pictures and labels if they have any;
        else `data.Examples` of one part.

    Raises:
        ValueError: as `read` does.
    """
    if source in data.TOYS:
        toy = data.TOYS[source]()
        return toy if isinstance(toy, data.toy.Mixture) else read("images", source)
    try:
        found = read("labels", source, image_size, strict=strict)
        classes(found)
        return found
    except ValueError:
        return read("images", source, image_size, strict=strict)


def shown(kind, source, examples, input_side="right"):
    """Chooses what a film of the training shows beside what is generated.

    Args:
        kind: see `read`.
        source: see `read`.
        examples: `data.Examples`, what `read` returned.
        input_side: see `data.pairs`.

    Returns:
        Of points all; of pairs and domains eight, evenly spaced in the split "test", if there is one, else in the
        training data, a tuple of two arrays; else None.
    """
    if kind == "images":
        return examples.parts[0] if len(examples.shapes[0]) == 1 else None
    if kind == "labels":
        return None
    arguments = {"image_size": examples.shapes[0][0], "split": "test"}
    try:
        held_out = (
            data.pairs(source, input_side=input_side, **arguments)
            if kind == "pairs"
            else data.domains(source, **arguments)
        )
    except ValueError:
        held_out = examples
    return held_out.spread(SHOWN)


def is_name(source):
    """Says whether a source is a registered name, not a path."""
    return any(source in names for names in NAMES.values())


def classes(examples):
    """Counts the classes of labelled examples.

    Args:
        examples: `data.Examples` of images and labels.

    Returns:
        int, the largest label plus 1.

    Raises:
        ValueError: if the labels are not 0, 1, ..., fewer than there are examples.
    """
    low, high = int(np.min(examples.parts[1])), int(np.max(examples.parts[1]))
    if low < 0 or high >= len(examples):
        raise ValueError(
            f"Expected labels from 0 to at most {len(examples) - 1}, as each class has an example. "
            f"Received: labels from {low} to {high}."
        )
    return high + 1


def _pictures(source, image_size, strict, labels):
    """Images, or images and labels; they keep their size unless one is asked for or networks need one."""

    def load(size):
        found = data.load(source, image_size=size, labels=labels, strict=strict)
        return found if labels else (found,)

    found = load(image_size)
    height, width = found[0].shape[1:3]
    if image_size is None and (height != width or height < SMALLEST_SIDE):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what there was to warn of has been said
            found = load(max(SMALLEST_SIDE, min(height, width)))
    return found


def _check_name(source):
    """Answers a word that is neither a file nor a name with the nearest of toys and data sets, which `load` cannot."""
    path = pathlib.Path(os.path.expanduser(source))
    if path.name == str(source) and not path.suffix and not path.exists() and not is_name(source):
        known = Registry("data set")
        known.update(NAMES["images"])
        known[source]
