"""Pictures beside smaller versions of themselves, from which a network learns to enlarge."""

import json
import os
import zlib
from pathlib import Path

import numpy as np

from keras_gans.data.examples import Examples
from keras_gans.data.kinds import COLOURS, KINDS, Found, Kind, amount, named, of_sizes, sentences
from keras_gans.data.load import DATA_SETS, list_pictures, read
from keras_gans.data.pictures import Files, open_pictures
from keras_gans.files.decode import name_of, quiet, resized, size_of
from keras_gans.files.parts import training_part
from keras_gans.files.pixels import from_uint8, to_uint8

FACTOR = 4  # times as many pixels along a side
CROP, SMALLEST = 96, 16  # pixels of a crop's side: the paper's, and the least


def enlargements(source, image_size=None, strict=False, white=None):
    """Opens pictures of any sizes, of which crops are to be made again from a quarter of their pixels along each side.

    A small picture is made of the 8-bit crop, bicubic with antialiasing. Training sees a crop of anywhere, mirrored
    with probability 1/2, in each pass another; otherwise the central one is read.

    Args:
        source: name in `data.DATA_SETS`, path to an .npz file, or a folder of pictures or of class folders, of which
            files are read when a batch asks.
        image_size: int, side of the crops in pixels, which 4 divides and no picture is smaller than; None for 96, or
            what fits into pictures that are all of one size.
        strict: whether an unreadable picture of a folder is an error; otherwise it is skipped, and a warning says so.
        white: None, or the value that is white, see `data.load`.

    Returns:
        `data.Examples` of two aligned parts, float32 in [-1, 1]: crops (n, size, size, channels) and small pictures
        (n, size / 4, size / 4, channels).

    Raises:
        ValueError: if the size does not fit, a picture is smaller, or as `data.load` does.

    Deviations:
        The paper does not mirror.

    Reference:
        Ledig et al., 2017, Photo-Realistic Single Image Super-Resolution Using a Generative Adversarial Network,
        arXiv:1609.04802, Section 3.2: random crops of 96 x 96 pixels, and the bicubic kernel.
    """
    if image_size is not None and (not isinstance(image_size, int) or image_size < SMALLEST or image_size % FACTOR):
        raise ValueError(
            f"Expected image_size to be an integer of at least {SMALLEST} that {FACTOR} divides. "
            f"Received: {image_size!r}."
        )
    path = Path(os.path.expanduser(source))
    if source in DATA_SETS or not path.is_dir():
        found = read(source, white=white)
        pictures = found.pictures
        pictures = pictures if pictures.dtype == np.uint8 else to_uint8(pictures)
        image_size = image_size or max(SMALLEST, min(CROP, min(pictures.shape[1:3]) // FACTOR * FACTOR))
        _check_sizes([(str(source), pictures.shape[2:0:-1])] * len(pictures), image_size)
        return Crops(_Held(pictures), image_size, None, found.told)
    paths, *_ = list_pictures(path)
    files = _Whole([(path,) for path in paths], image_size or CROP, channels=3, white=white)
    found = open_pictures(files, jitter=False, cache=None, strict=strict, folders=[training_part(path)])
    (table,) = found.tables
    _check_sizes([(name_of(path), size_of(path)) for (path,) in table.rows], table.image_size)
    return Crops(table, table.image_size, found.skipped, found.told, found.sizes)


def bicubic(images, factor=FACTOR):
    """Enlarges pictures by a bicubic filter, as pixels of 8 bits: what is had without learning.

    Args:
        images: float array (n, height, width, channels) in [-1, 1].
        factor: int, times as many pixels along a side.

    Returns:
        float32 array (n, factor * height, factor * width, channels).
    """
    size = tuple(factor * side for side in images.shape[2:0:-1])
    return from_uint8(np.stack([resized(picture, size) for picture in to_uint8(images)]))


class Crops(Examples):
    """Crops of pictures, and their small versions; see `enlargements`.

    Args:
        table: `table[index]` is a list of a picture, uint8 (H, W, C), and `table.key()` a string by which other tables
            are told from it.
        side: int, side of a crop.
        skipped, told, sizes: see `Examples`.
    """

    def __init__(self, table, side, skipped=None, told=(), sizes=frozenset()):
        channels = table.shape[-1]
        sides = (side, side // FACTOR)
        super().__init__(*(_Part((len(table), some, some, channels)) for some in sides))
        self.table, self.side, self.skipped, self.told, self.sizes = table, side, skipped, told, sizes

    def read(self, rows, rng=None):
        """Reads crops and their small versions; see `Examples.read`."""
        crops, small = (np.empty((len(rows[0]), *shape), "uint8") for shape in self.shapes)
        for place, index in enumerate(rows[0]):
            crops[place] = _crop(self.table[index][0], self.side, rng)
            small[place] = resized(crops[place], small.shape[1:3])
        return from_uint8(crops), from_uint8(small)

    def fingerprint(self):
        """Computes a number by which other data are told from these, of a folder by names and sizes (an int)."""
        return zlib.crc32(json.dumps([self.table.key(), self.side]).encode())


def _crop(picture, side, rng):
    """The central square of a side, or one of anywhere, mirrored as often as not."""
    room = [most - side for most in picture.shape[:2]]
    top, left = (some // 2 for some in room) if rng is None else rng.integers(room, endpoint=True)
    step = 1 if rng is None else rng.choice([1, -1])
    return picture[top : top + side, left : left + side][:, ::step]


class _Part:
    """What `Examples` must know of a part that is read when it is asked for."""

    def __init__(self, shape):
        self.shape = shape

    def __len__(self):
        return self.shape[0]


class _Held:
    """A table of pictures in memory, uint8 (N, H, W, C)."""

    def __init__(self, pictures):
        self.pictures, self.shape = pictures, pictures.shape

    def __len__(self):
        return len(self.pictures)

    def __getitem__(self, index):
        return [self.pictures[index]]

    def key(self):
        return str(Examples(self.pictures).fingerprint())


class _Whole(Files):
    """A table of picture files as they are."""

    def squares(self, pictures, index):
        return pictures


def _check_sizes(sizes, side):
    """Refuses pictures that a crop does not fit into, (name, (width, height)) of each."""
    small = [(name, size) for name, size in sizes if min(size) < side]
    if small:
        name, (width, height) = small[0]
        raise ValueError(
            f"Expected pictures of at least {side}x{side} pixels, the size of a crop; a smaller image size, of at "
            f"least {SMALLEST}, takes smaller ones. Received: {len(small)} of {len(sizes)} that are smaller, {name} of "
            f"{width}x{height}."
        )


class Enlargements(Kind):
    """Pictures that are to be made again from a quarter of their pixels along each side."""

    wanted, names = "pictures to enlarge", (DATA_SETS,)

    def _read(self, source, options):
        with quiet():  # what is skipped is told by what is returned
            examples = enlargements(source, options.image_size, options.strict, options.white)
        side, _, channels = examples.shapes[0]
        small = side // FACTOR
        taken = (
            f"{amount(len(examples), 'picture')}{of_sizes(examples.sizes)}, crops of {side} x {side} pixels, "
            f"{COLOURS[channels]}, to be made of {small} x {small}, from {named(source)}"
        )
        return Found(examples, examples, taken, sentences(examples.skipped, *examples.told))


KINDS.register(Enlargements(), "enlargements")
