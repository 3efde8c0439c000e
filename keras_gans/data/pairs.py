"""Pairs of pictures, of which the first is to be translated into the second."""

import zlib

from keras_gans.data.examples import Examples
from keras_gans.data.folders import folders_of, paired, pictures_in
from keras_gans.data.kinds import KINDS, Translated, amount
from keras_gans.data.pictures import Files, check_options, open_pictures
from keras_gans.files.decode import recolour
from keras_gans.files.pixels import from_uint8, to_uint8
from keras_gans.registry import Registry

# Name -> function of (image_size, channels, split) that returns `Examples`, or raises `NoSplitError`.
PAIRS = Registry("set of pairs")

COLOURED = 3  # channels of targets, and of inputs unless others are asked for


def pairs(
    source,
    image_size=256,
    channels=3,
    split="train",
    input_side="right",
    jitter=True,
    cache=None,
    strict=False,
    white=None,
    crop=True,
):
    """Opens pairs of pictures, inputs and targets, as they are kept for Pix2Pix; they are read when a batch asks.

    Every picture is cropped to its central square and resized. Pictures whose names lie in `PAIRS` are drawn, need no
    file and are not jittered.

    Args:
        source: name in `PAIRS`; folder of pictures that show both side by side, or one that has such a folder of the
            split's name; tuple of two folders of equal names, suffixes aside, inputs and targets; folder of exactly
            two such folders, sorted by name; or folder with `trainA` and `trainB`, A being the input.
        image_size: int, side in pixels.
        channels: 1 (grey, by luma), 3 (RGB) or 4 (RGBA); with 1 and 3, transparent pictures are laid over white. Or a
            tuple of two, of inputs and targets, e.g. (1, 3) to learn to colour.
        split: str, which part of the set: "train", "test", or what its folders are called.
        input_side: "left" or "right", which half of a side-by-side picture is the input; the classic facades have
            the label map on the right.
        jitter: whether training sees the pictures changed at random; see `Pictures`.
        cache: None, or a folder for the decoded pictures, size^2 * channels bytes each: written once, by one
            process, then read.
        strict: whether an unreadable picture is an error; otherwise its pair is skipped, and a warning says so.
        white: of files, the value that is white, see `data.load`, or, where the two of a pair are two files, a tuple of
            two, of inputs and targets.
        crop: whether pictures that are not square are cropped to their central squares; else they are squeezed.

    Returns:
        `data.Examples` of two aligned parts, inputs and targets, float32 (n, size, size, channels) in [-1, 1].

    Raises:
        ValueError: if a folder, the split, a partner or half a pixel is missing, nothing is readable, or an option is
            out of range.
    """
    if isinstance(channels, (tuple, list)):
        of_both = _check_channels(image_size, channels)
        options = {"split": split, "input_side": input_side, "jitter": jitter, "cache": cache, "strict": strict}
        return Recoloured(pairs(source, image_size, max(of_both), white=white, crop=crop, **options), of_both)
    check_options(image_size, channels)
    if input_side not in ("left", "right"):
        raise ValueError(f"Expected input_side to be 'left' or 'right'. Received: {input_side!r}.")
    if isinstance(source, str) and source in PAIRS:
        return PAIRS[source](image_size, channels, split)
    folders = folders_of(source, split, PAIRS)
    sides = [pictures_in(folder) for folder in folders]
    if len(sides) == 2:
        files = Files(paired(*sides), image_size, channels, white=white, crop=crop)
    else:
        files = Files([(path,) for path in sides[0]], image_size, channels, input_side, white, crop)
    return open_pictures(files, jitter=jitter, cache=cache, strict=strict, folders=folders)


def _check_channels(image_size, channels):
    if len(channels) != 2:
        raise ValueError(f"Expected channels as a number, or two, of inputs and targets. Received: {channels!r}.")
    for some in channels:
        check_options(image_size, some)
    return tuple(channels)


class _Part:
    """What `Examples` must know of a part that is read when it is asked for."""

    def __init__(self, count, shape):
        self.shape = (count, *shape)

    def __len__(self):
        return self.shape[0]


class Recoloured(Examples):
    """Pictures of which each part has channels of its own, as 8 bits.

    Args:
        examples: `data.Examples` of pictures with as many channels as the part that has most.
        channels: tuple of int, of each part.
    """

    def __init__(self, examples, channels):
        parts = [_Part(len(part), (*part.shape[1:3], n)) for part, n in zip(examples.parts, channels)]
        super().__init__(*parts, aligned=examples.groups)
        self.examples, self.channels = examples, channels
        self.skipped, self.told, self.sizes = examples.skipped, examples.told, examples.sizes

    def read(self, rows, rng=None):
        """Reads examples; see `Examples.read`."""
        found = zip(self.examples.read(rows, rng), self.channels)
        return tuple(x if x.shape[-1] == n else from_uint8(to_uint8(recolour(x, n))) for x, n in found)

    def fingerprint(self):
        """See `Examples.fingerprint`."""
        return zlib.crc32(str((self.examples.fingerprint(), self.channels)).encode())


class Pairs(Translated):
    """What is translated, beside what it becomes."""

    wanted, names = "pairs of pictures", (PAIRS,)

    def _open(self, source, options, **arguments):
        if options.input_channels not in (None, COLOURED):
            arguments["channels"] = (options.input_channels, COLOURED)
        return pairs(source, input_side=options.input_side, **arguments)

    def _count(self, examples):
        return f"{amount(len(examples), 'pair')} of pictures"


KINDS.register(Pairs(), "pairs")
