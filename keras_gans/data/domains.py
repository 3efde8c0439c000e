"""Two sets of pictures without partners, each to be translated into the other."""

from keras_gans.data.folders import folders_of, pictures_in
from keras_gans.data.kinds import KINDS, Translated, amount
from keras_gans.data.pictures import Files, check_options, open_pictures
from keras_gans.files.white import whites_of
from keras_gans.registry import Registry

# Name -> function of (image_size, channels, split) that returns `Examples`, or raises `NoSplitError`.
DOMAINS = Registry("set of two domains")


def domains(
    source, image_size=256, channels=3, split="train", jitter=True, cache=None, strict=False, white=None, crop=True
):
    """Opens two unpaired sets of pictures, domain A and B, as they are kept for CycleGAN; read when a batch asks.

    Every picture is cropped to its central square and resized. Pictures whose names lie in `DOMAINS` are drawn, need
    no file and are not jittered.

    Args:
        source: name in `DOMAINS`; folder with `trainA` and `trainB` (and `testA`, `testB`); folder of exactly two
            folders, sorted by name; or tuple of two folders.
        image_size: int, side in pixels.
        channels: 1 (grey, by luma), 3 (RGB) or 4 (RGBA); with 1 and 3, transparent pictures are laid over white.
        split: str, which part of the set: "train", "test", or what its folders are called.
        jitter: whether training sees the pictures changed at random; see `Pictures`.
        cache: None, or a folder for the decoded pictures, size^2 * channels bytes each: written once, by one
            process, then read.
        strict: whether an unreadable picture is an error; otherwise it is skipped, and a warning says so.
        white: of files, the value that is white, see `data.load`, or a tuple of two, of A and B.
        crop: whether pictures that are not square are cropped to their central squares; else they are squeezed.

    Returns:
        `data.Examples` of two unaligned parts, A and B, float32 (n, size, size, channels) in [-1, 1].

    Raises:
        ValueError: if a folder or the split is missing, a side has no readable picture, or an option is out of range.
    """
    check_options(image_size, channels)
    if isinstance(source, str) and source in DOMAINS:
        return DOMAINS[source](image_size, channels, split)
    folders = folders_of(source, split, DOMAINS)
    if len(folders) != 2:
        raise ValueError(
            f"Expected two folders of pictures, or {split + 'A'!r} and {split + 'B'!r}. Received: {str(folders[0])!r}."
        )
    whites = whites_of(white, 2)
    tables = [
        Files([(path,) for path in pictures_in(f)], image_size, channels, white=w, crop=crop)
        for f, w in zip(folders, whites)
    ]
    return open_pictures(*tables, jitter=jitter, cache=cache, strict=strict, folders=folders)


class Domains(Translated):
    """Pictures of two domains without partners."""

    wanted, names = "pictures of two domains", (DOMAINS,)

    def _open(self, source, options, **arguments):
        return domains(source, **arguments)

    def _count(self, examples):
        a, b = map(len, examples.parts)
        return f"{amount(a, 'picture')} of domain A and {b:,} of domain B"


KINDS.register(Domains(), "domains")
