"""Drawn pictures, which need no download: shapes with labels, pairs, and two styles as `shapes`; stills as `scenes`."""

import functools
import json
import zlib

import numpy as np
from PIL import Image, ImageDraw

from keras_gans.data import scenes
from keras_gans.data.domains import DOMAINS
from keras_gans.data.labelled import ATTRIBUTES
from keras_gans.data.load import DATA_SETS
from keras_gans.data.pairs import PAIRS
from keras_gans.data.pictures import Pictures
from keras_gans.files.decode import recolour
from keras_gans.files.parts import NoSplitError

SHAPES = ("circle", "square", "triangle")
COLOURS = {"red": (222, 66, 56), "green": (64, 158, 84), "blue": (58, 104, 206)}
CLASSES = tuple(f"{colour} {shape}" for shape in SHAPES for colour in COLOURS)

_SIDE, _SMOOTH = 64, 4  # Pixels of a picture; edges are drawn so many times finer.
_PER_CLASS, _STILLS = 225, 1000
_SCENES = {"train": 400, "test": 100}


def labelled(seed=0):
    """Draws `data.load("shapes")`: circles, squares and triangles in red, green and blue, 225 of each.

    Place, size, turn and shade vary, on a light ground.

    Args:
        seed: int; another one than 0 draws others, on which what was trained on these can be judged.

    Returns:
        A tuple (images, labels, names): uint8 (2025, 64, 64, 3); int array (2025,) of indices in `CLASSES`, which is
        3 * shape + colour, the classes in turn; and `CLASSES`.
    """
    labels = np.arange(_PER_CLASS * len(CLASSES)) % len(CLASSES)
    rng = np.random.default_rng(seed)
    return np.stack([_shape(*divmod(int(label), len(COLOURS)), rng) for label in labels]), labels, CLASSES


def attributed():
    """Draws `data.attributes("shapes")`: the same pictures, each with its colour and its shape.

    Returns:
        A tuple (images, labels, names, groups): uint8 (2025, 64, 64, 3); int array (2025, 6) of 0 and 1; three colours
        and three shapes; and both groups, of which exactly one holds.
    """
    images, labels, _ = labelled()
    shape, colour = np.divmod(labels, len(COLOURS))
    known = np.hstack([np.eye(len(COLOURS), dtype=int)[colour], np.eye(len(SHAPES), dtype=int)[shape]])
    return images, known, (*COLOURS, *SHAPES), (tuple(COLOURS), SHAPES)


def by_colour():
    """Draws `data.attributes("shapes_by_colour")`: as `attributed`, every second picture, and its colour alone."""
    images, labels, names, groups = attributed()
    return images[::2], labels[::2, :3], names[:3], groups[:1]


def by_shape():
    """Draws `data.attributes("shapes_by_shape")`: as `attributed`, the other pictures, and their shapes alone."""
    images, labels, names, groups = attributed()
    return images[1::2], labels[1::2, 3:], names[3:], groups[1:]


def _shape(shape, colour, rng):
    """One shape somewhere, of any size."""
    side = _SIDE * _SMOOTH
    image, fill = _ground(rng), _fill(colour, rng)
    radius = rng.uniform(0.2, 0.36) * side
    centre = rng.uniform(radius + 2 * _SMOOTH, side - radius - 2 * _SMOOTH, 2)
    _lay(image, shape, fill, radius, centre, rng)
    return np.asarray(image.reduce(_SMOOTH))


def painted(things, rng):
    """Paints shapes where they are wanted; shades and turns vary, on a light ground.

    Args:
        things: list of tuples (shape, colour, radius, centre): indices in `SHAPES` and in `COLOURS`, the radius of the
            circle around it, a float, and array (right, down), both in sides of the picture.
        rng: `numpy.random.Generator`.

    Returns:
        uint8 array (64, 64, 3).
    """
    side, image = _SIDE * _SMOOTH, _ground(rng)
    for shape, colour, radius, centre in things:
        _lay(image, shape, _fill(colour, rng), radius * side, centre * side, rng)
    return np.asarray(image.reduce(_SMOOTH))


def _ground(rng):
    ground = rng.uniform(232, 250) + rng.uniform(-4, 4, 3)
    return Image.new("RGB", (_SIDE * _SMOOTH, _SIDE * _SMOOTH), tuple(ground.astype(int)))


def _fill(colour, rng):
    shade = np.array(list(COLOURS.values()))[colour] * rng.uniform(0.85, 1.12) + rng.uniform(-8, 8, 3)
    return tuple(np.clip(shade, 0, 255).astype(int))


def _lay(image, shape, fill, radius, centre, rng):
    corners = {"circle": 90, "square": 4, "triangle": 3}[SHAPES[shape]]
    turn = np.pi * (rng.uniform(-0.08, 0.08) - 0.5 + (0.25 if corners == 4 else 0))
    angles = turn + 2 * np.pi * np.arange(corners) / corners
    points = centre + radius * np.stack([np.cos(angles), np.sin(angles)], axis=-1)
    ImageDraw.Draw(image).polygon([tuple(point) for point in points], fill=fill)


def stills():
    """Draws `data.load("scenes")`: balls, boxes and cones on a floor of planks, shaded; 1,000 of them, in seconds.

    Returns:
        A tuple (images, None): uint8 (1000, 64, 64, 3), and no labels.
    """
    rngs = [_rng("stills train", index) for index in range(_STILLS)]
    return np.stack([scenes.shaded(scenes.compose(rng), _SIDE, rng) for rng in rngs]), None


def paired(image_size, channels, split):
    """Draws `data.pairs("shapes")`: label maps of balls, boxes and cones on a floor, and the same as a still life.

    Args:
        image_size: int, side in pixels.
        channels: 1, 3 or 4.
        split: "train", of 400 scenes, or "test", of 100 others.

    Returns:
        `Pictures` of two aligned parts.
    """
    return Pictures(_Drawn("paired", (scenes.label_map, scenes.shaded), image_size, channels, split), jitter=False)


def unpaired(image_size, channels, split):
    """Draws `data.domains("shapes")`: A, crayon drawings on paper, and B, still lifes in the dark, of other scenes.

    Args:
        image_size: int, side in pixels.
        channels: 1, 3 or 4.
        split: "train", of 400 scenes in each domain, or "test", of 100 others.

    Returns:
        `Pictures` of two unaligned parts.
    """
    drawings = _Drawn("A", (scenes.crayon,), image_size, channels, split)
    stills = _Drawn("B", (scenes.night,), image_size, channels, split)
    return Pictures(drawings, stills, jitter=False)


DATA_SETS.register(labelled, "shapes")
DATA_SETS.register(stills, "scenes")
ATTRIBUTES.register(attributed, "shapes")
ATTRIBUTES.register(by_colour, "shapes_by_colour")
ATTRIBUTES.register(by_shape, "shapes_by_shape")
PAIRS.register(paired, "shapes")
DOMAINS.register(unpaired, "shapes")


class _Drawn:
    """A table of scenes, each drawn when it is first asked for, and then kept; see `Pictures`."""

    def __init__(self, name, painters, image_size, channels, split):
        if split not in _SCENES:
            raise NoSplitError(f"Expected the split 'train' or 'test' of 'shapes'. Received: {split!r}.")
        self.parts, self.shape = len(painters), (_SCENES[split], int(image_size), int(image_size), int(channels))
        self._name, self._painters = f"{name} {split}", painters
        self._row = functools.cache(self._paint)

    def __len__(self):
        return self.shape[0]

    def __getitem__(self, index):
        return self._row(int(index))

    def key(self):
        return json.dumps(["shapes", self._name, self.shape])

    def _paint(self, index):
        rng = _rng(self._name, index)
        scene = scenes.compose(rng)
        return [recolour(painter(scene, self.shape[1], rng), self.shape[3]) for painter in self._painters]


def _rng(name, index):
    return np.random.default_rng((zlib.crc32(name.encode()), index))
