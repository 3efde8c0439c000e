"""Pictures beside captions: drawn ones, whose truth is known, and folders with a list of sentences."""

import os
import zlib
from pathlib import Path

import numpy as np

from keras_gans.data.attributes import Squares
from keras_gans.data.examples import Examples
from keras_gans.data.folders import NoSplitError
from keras_gans.data.kinds import COLOURS, DRAWN_SIDE, KINDS, Found, Kind, amount, named, of_sizes, sentences
from keras_gans.data.labelled import listed_picture
from keras_gans.data.pictures import Files, check_options, open_pictures
from keras_gans.data.vocabulary import FIRST, learned
from keras_gans.files.decode import name_of, quiet, recolour, to_square
from keras_gans.files.pixels import from_uint8
from keras_gans.registry import Registry

__all__ = ["captions"]

# Name -> function of a split that returns uint8 images, a tuple of captions for each, and its truth, see `Captioned`.
CAPTIONS = Registry("set of pictures with captions")

TABLE = "captions.tsv"
LISTED = 20  # so many words are listed


class Captioned(Examples):
    """Pictures and captions as ids; of several captions training sees one that is drawn anew for each batch.

    Args:
        pictures: array (N, ...), or what reads them by their indices.
        captions: list of tuples of strings, one or more captions of each picture.
        vocabulary: `data.vocabulary.Vocabulary`.
        truth: None, or dict of names of facts -> tuples of N strings, what is true of each picture.
        skipped, told, sizes: see `Examples`.

    Attributes:
        parts: the pictures, and of each the ids of its first caption, int32 (N, length).
    """

    def __init__(self, pictures, captions, vocabulary, truth=None, skipped=None, told=(), sizes=frozenset()):
        self.captions, self.vocabulary, self.truth = captions, vocabulary, truth
        self.skipped, self.told, self.sizes = skipped, told, sizes
        self._counts = np.array([len(some) for some in captions])
        self._first = np.cumsum(self._counts) - self._counts
        self._tokens = vocabulary.tokens([caption for some in captions for caption in some])
        super().__init__(pictures, self._tokens[self._first])

    def read(self, rows, rng=None):
        """Reads examples, see `Examples.read`; without a generator every picture has its first caption."""
        pictures, tokens = super().read(rows, rng)
        if rng is not None:
            which = rng.integers(self._counts[rows[1]])
            tokens = self._tokens[self._first[rows[1]] + which]
        return pictures, tokens

    def fingerprint(self):
        """Computes a number by which other data are told from these (an int); of files by their names and sizes."""
        pictures = self.parts[0]
        known = np.ascontiguousarray(pictures) if isinstance(pictures, np.ndarray) else pictures.key().encode()
        words = str((self.vocabulary.words, self._counts.tolist())).encode()
        return zlib.crc32(known, zlib.crc32(words, zlib.crc32(np.ascontiguousarray(self._tokens))))


def captions(
    source, image_size=64, channels=3, split="train", vocabulary=None, cache=None, strict=False, white=None, crop=True
):
    """Opens pictures with captions; files are read when a batch asks. None is mirrored: a caption may name a side.

    Every picture is cropped to its central square and resized.

    Args:
        source: name in `CAPTIONS`, or a folder with `captions.tsv`, whose first line is "image" and "caption" with a
            tab between them, and whose others are a picture's file and a sentence; several of one file are several
            captions of it.
        image_size: int, side in pixels.
        channels: 1 (grey, by luma), 3 (RGB) or 4 (RGBA); with 1 and 3, transparent pictures are laid over white.
        split: string, of drawn pictures: "train"; "test", other pictures of the same captions; or, of "captioned",
            "unseen", of a combination that training lacks. A folder has "train" alone.
        vocabulary: None for that of these captions, or `data.vocabulary.Vocabulary`. That of drawn pictures is the
            one of their training in every split.
        cache: None, or a folder for the decoded pictures of folders; see `data.pairs`.
        strict: whether an unreadable picture is an error; otherwise it is skipped, and a warning says so.
        white: of files, the value that is white, see `data.load`.
        crop: whether pictures that are not square are cropped to their central squares; else they are squeezed.

    Returns:
        `Captioned` examples: float32 pictures (n, size, size, channels) in [-1, 1] and int32 ids (n, length).

    Raises:
        ValueError: if there is nothing of the kind, a line is no such line, or an option is out of range.
    """
    check_options(image_size, channels)
    if isinstance(source, str) and source in CAPTIONS:
        images, told, truth = CAPTIONS[source](split)
        pictures = from_uint8(np.stack([recolour(to_square(picture, image_size), channels) for picture in images]))
        trained_on = told if split == "train" else CAPTIONS[source]("train")[1]
        return Captioned(pictures, told, vocabulary or _vocabulary(trained_on), truth)
    if split != "train":
        raise NoSplitError(f"Expected the split 'train' of a folder with captions. Received: {split!r}.")
    paths, told = _listed(_table(source))
    files = Files([(path,) for path in paths], image_size, channels, white=white, crop=crop)
    opened = open_pictures(files, jitter=False, cache=cache, strict=strict)
    (table,) = opened.tables
    told = [told[index] for index in table.indices]
    known = {name: getattr(opened, name) for name in ("skipped", "told", "sizes")}
    return Captioned(Squares(table), told, vocabulary or _vocabulary(told), **known)


def _vocabulary(told):
    return learned([caption for some in told for caption in some])


def _table(source):
    """The list of captions in a folder; answers a word that is no path with the nearest name."""
    if isinstance(source, str) and source.isidentifier() and not os.path.exists(source):
        CAPTIONS[source]
    path = Path(os.path.expanduser(source)) / TABLE
    if not path.is_file():
        raise ValueError(f"Expected a folder with {TABLE}, which names pictures. Received: {str(source)!r}.")
    return path


def _listed(table):
    """The picture files that a table names, each once, and the captions of each."""
    try:
        lines = table.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise ValueError(f"Expected text in {name_of(table)!r}. Received: bytes that are not UTF-8.") from None
    found = {}
    for number, line in enumerate(lines, 1):
        name, tab, caption = (part.strip() for part in line.partition("\t"))
        if number == 1 and (name, caption) == ("image", "caption"):
            continue
        if line.strip() and not (tab == "" and name and caption):
            raise ValueError(
                f"Expected in line {number} of {name_of(table)!r} a file, a tab and a caption. Received: {line[:80]!r}."
            )
        if line.strip():
            found.setdefault(listed_picture(table, number, name), []).append(caption)
    if not found:
        raise ValueError(f"Expected captions in {name_of(table)!r}. Received: {len(lines)} lines without one.")
    return list(found), list(map(tuple, found.values()))


class Captions(Kind):
    """Pictures with captions; a film shows what becomes of some of these."""

    wanted, names = "pictures with captions", (CAPTIONS,)

    def _read(self, source, options):
        size = options.image_size or DRAWN_SIDE
        arguments = {
            "vocabulary": options.vocabulary,
            "cache": options.cache,
            "strict": options.strict,
            "white": options.white,
            "crop": options.crop,
        }
        with quiet():  # what is skipped is told by what is returned
            found = captions(source, size, **arguments)
        known, count = found.vocabulary, sum(map(len, found.captions))
        listed = ", ".join(known.words[:LISTED]) + ", ..." * (known.size - FIRST > LISTED)
        taken = (
            f"{amount(len(found), 'picture')}{of_sizes(found.sizes, size)}, {COLOURS[found.shapes[0][2]]}, from "
            f"{named(source)}; {amount(count, 'caption')} of at most {amount(known.length, 'word')}; "
            f"{amount(len(known.words), 'word')} known: {listed}"
        )
        told = {"words": known.words, "length": known.length}
        return Found(found, found, taken, sentences(found.skipped, *found.told), told=told, shown=found.spread)


KINDS.register(Captions(), "captions")
