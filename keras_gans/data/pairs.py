"""Pairs of pictures, of which the first is to be translated into the second."""

from keras_gans.data.folders import folders_of, paired, pictures_in
from keras_gans.data.kinds import KINDS, Translated, amount
from keras_gans.data.pictures import Files, check_options, open_pictures
from keras_gans.registry import Registry

# Name -> function of (image_size, channels, split) that returns `Examples`, or raises `NoSplitError`.
PAIRS = Registry("set of pairs")


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
):
    """Opens pairs of pictures, inputs and targets, as they are kept for Pix2Pix; they are read when a batch asks.

    Every picture is cropped to its central square and resized. Pictures whose names lie in `PAIRS` are drawn, need no
    file and are not jittered.

    Args:
        source: name in `PAIRS`; folder of pictures that show both side by side, or one that has such a folder of the
            split's name; tuple of two folders of equal names, suffixes aside, inputs and targets; folder of exactly
            two such folders, sorted by name; or folder with `trainA` and `trainB`, A being the input.
        image_size: int, side in pixels.
        channels: 1 (grey, by luma), 3 (RGB) or 4 (RGBA); with 1 and 3, transparent pictures are laid over white.
        split: str, which part of the set: "train", "test", or what its folders are called.
        input_side: "left" or "right", which half of a side-by-side picture is the input; the classic facades have
            the label map on the right.
        jitter: whether training sees the pictures changed at random; see `Pictures`.
        cache: None, or a folder for the decoded pictures, size^2 * channels bytes each: written once, by one
            process, then read.
        strict: whether an unreadable picture is an error; otherwise its pair is skipped, and a warning says so.
        white: of files, the value that is white, see `data.load`, or, where the two of a pair are two files, a tuple of
            two, of inputs and targets.

    Returns:
        `data.Examples` of two aligned parts, inputs and targets, float32 (n, size, size, channels) in [-1, 1].

    Raises:
        ValueError: if a folder, the split, a partner or half a pixel is missing, nothing is readable, or an option is
            out of range.
    """
    check_options(image_size, channels)
    if input_side not in ("left", "right"):
        raise ValueError(f"Expected input_side to be 'left' or 'right'. Received: {input_side!r}.")
    if isinstance(source, str) and source in PAIRS:
        return PAIRS[source](image_size, channels, split)
    folders = folders_of(source, split, PAIRS)
    sides = [pictures_in(folder) for folder in folders]
    if len(sides) == 2:
        files = Files(paired(*sides), image_size, channels, white=white)
    else:
        files = Files([(path,) for path in sides[0]], image_size, channels, input_side, white)
    return open_pictures(files, jitter=jitter, cache=cache, strict=strict, folders=folders)


class Pairs(Translated):
    """What is translated, beside what it becomes."""

    wanted, names = "pairs of pictures", (PAIRS,)

    def _open(self, source, options, **arguments):
        return pairs(source, input_side=options.input_side, **arguments)

    def _count(self, examples):
        return f"{amount(len(examples), 'pair')} of pictures"


KINDS.register(Pairs(), "pairs")
