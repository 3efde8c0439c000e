"""Picture files in: which of them a folder holds, and each as uint8 pixels of the wanted colours and size."""

import contextlib
import math
import os
import unicodedata
import warnings
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, features

from keras_gans.files.depth import bits_of, brighten, to_8_bits, transparent_as_decoded
from keras_gans.files.pixels import from_uint8, to_uint8

AVIF = "avif" in features.modules and features.check_module("avif")  # Pillow 11.3 and later, as a rule
SUFFIXES = (".bmp", ".gif", ".jfif", ".jpe", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp") + (".avif",) * AVIF
# Pillow's other formats may start programs, as EPS does.
FORMATS = ("BMP", "GIF", "JPEG", "PNG", "TIFF", "WEBP") + ("AVIF",) * AVIF
MOST_PIXELS = 89_478_485  # of a file; as many as Pillow warns at, whatever a program sets that to

_BEGINNINGS = (b"BM", b"GIF8", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"II*\0", b"MM\0*")
_NAMED = 3  # So many unreadable files are named.
_LUMA = np.array([0.299, 0.587, 0.114], "float32")
_BLOCK = 1 << 18  # So many pixels are in floats at a time.


def shown(folder):
    """Lists what a folder holds, as paths sorted by name, without what is hidden."""
    return sorted((path for path in folder.iterdir() if path.name[0] != "."), key=lambda path: path.name)


def picture_files(folder):
    """Lists the picture files of a folder, see `is_picture`, as paths sorted by name."""
    return [path for path in shown(folder) if is_picture(path)]


def is_picture(path):
    """Says whether a file is taken for a picture: by its suffix, or, where it has none, by how its contents begin.

    A link to nowhere is, by its suffix: it is then named among what cannot be read.

    Args:
        path: `pathlib.Path`.
    """
    if not path.suffix:
        return path.is_file() and _begins_as_a_picture(path)
    return path.suffix.lower() in SUFFIXES and (path.is_file() or leads_nowhere(path))


def leads_nowhere(path):
    """Says whether a path is a link to a file that is not there."""
    return path.is_symlink() and not path.exists()


def _begins_as_a_picture(path):
    try:
        with open(path, "rb") as file:
            first = file.read(12)
    except OSError:  # which reading it will tell
        return True
    known = first.startswith(_BEGINNINGS) or (first.startswith(b"RIFF") and first.endswith(b"WEBP"))
    return known or (AVIF and first[4:] == b"ftypavif")


def name_of(path):
    """Names a file in a message: as it is, or quoted where that would break the line or deceive the eye."""
    return path.name if path.name.isprintable() else repr(path.name)


def place_of(path):
    """Names a file, and its folder where it was given, in a message, each as `name_of` does."""
    return f"{name_of(path.parent)}/{name_of(path)}" if path.parent.name else name_of(path)


def stem_of(path):
    """A file's name without its suffix, by which it is told from others, however its accents are composed."""
    return unicodedata.normalize("NFC", path.stem)


@contextlib.contextmanager
def quiet():
    """Silences Pillow's warnings about odd files; Python's filters are global, so this is for the main thread alone."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def decode(path, channels=None, seen=None, white=None):
    """Reads one picture: the first frame of a file, upright, with more than 8 bits brought to 8.

    Args:
        path: the file.
        channels: as in `recolour`; `None` gives 1 if the picture is stored as grey, else 3.
        seen: None, or `seen.Seen`, which is told what the picture is like.
        white: None, or the value that is white, see `data.load`.

    Returns:
        uint8 array (H, W, C).

    Raises:
        Exception: of many kinds, as Pillow raises them, if the file cannot be read; `reason` puts them into words.
    """
    if leads_nowhere(Path(path)):
        raise ValueError("a link to a file that is not there")
    with Image.open(path, formats=FORMATS) as file:
        _check_area(*file.size)
        grey = bits_of(file) == "LA;16B"  # which Pillow reads as colours
        transparent_as_decoded(file)
        image, levels = ImageOps.exif_transpose(file), None
        if image.mode[0] in "IF":
            image, *levels = to_8_bits(image, file.format == "TIFF" and image.mode == "I", white)
    grey = grey or set(image.getbands()) <= {"1", "L", "A"}
    mode = "RGBA" if image.has_transparency_data else "L" if grey else "RGB"
    picture = np.atleast_3d(np.asarray(image.convert(mode)))
    if levels is None:
        picture, *levels = brighten(picture, white)
    if seen is not None:
        seen.add(image.size, *levels)
    return recolour(picture, channels or (1 if grey else 3))


def reason(error):
    """Puts into words why a file could not be read."""
    return " ".join(str(error).split()) or type(error).__name__


def report_unreadable(unreadable, total, left, strict):
    """Warns the caller of a public function's helper of what `skipped` says; see there."""
    sentence = skipped(unreadable, total, left, strict)
    if sentence:
        warnings.warn(sentence, stacklevel=4)


def skipped(unreadable, total, left, strict):
    """Says in one sentence which pictures were skipped, and why.

    Args:
        unreadable: list of str, a name and a reason each; the first three are told.
        total: int, how many pictures there were.
        left: int, how many are left; at least one must be.
        strict: whether an unreadable picture is an error.

    Returns:
        string, or None if there are no such pictures.

    Raises:
        ValueError: if none is left, or one is unreadable and `strict` forbids it.
    """
    named = "; ".join(unreadable[:_NAMED]) + ("; ..." if len(unreadable) > _NAMED else "")
    if unreadable and strict:
        raise ValueError(f"Expected only readable pictures (strict=True). Received: {named}.")
    if not left:
        raise ValueError(f"Expected at least one readable picture. Received: {len(unreadable)} unreadable: {named}.")
    return f"Skipped {len(unreadable)} of {total} pictures, unreadable: {named}." if unreadable else None


def _check_area(width, height):
    """Refuses where Pillow only warns, by way of filters that threads share, or nothing is said at all."""
    if width * height > MOST_PIXELS:
        raise ValueError(f"{width}x{height} pixels, which may be a decompression bomb")


def check_fits(count, height, width, channels):
    """Refuses pictures that are more than the machine's memory holds (raises ValueError)."""
    needed = 8 * count * height * width * channels  # bytes, while they are put together as float32
    if needed > _memory():
        raise ValueError(
            f"Expected pictures that fit into this machine's memory of {_memory() / 1e9:.1f} GB; a smaller image_size "
            f"makes them smaller. Received: {count} of {width}x{height} pixels, {needed / 1e9:.1f} GB."
        )


def _memory():
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):  # Windows does not tell it in this way.
        return math.inf


def recolour(picture, channels):
    """Brings a picture to 1 channel (luma), 3 (grey is repeated; transparency is laid over white), or 4 (RGBA).

    Args:
        picture: array (H, W, 1, 3 or 4), uint8 or float32 in [-1, 1].
        channels: 1, 3 or 4.

    Returns:
        array (H, W, channels) of the same type.
    """
    depth, whole = picture.shape[-1], picture.dtype == np.uint8
    if depth == channels:
        return picture
    if depth > channels and whole:
        pixels = picture.reshape(-1, 1, depth)
        blocks = [pixels[i : i + _BLOCK] for i in range(0, len(pixels), _BLOCK)]
        found = np.concatenate([to_uint8(recolour(from_uint8(block), channels)) for block in blocks])
        return found.reshape(*picture.shape[:2], channels)
    if depth == 4:
        alpha = (picture[..., 3:] + 1) / 2
        return recolour(1 - (1 - picture[..., :3]) * alpha, channels)
    if channels == 1:
        return np.clip(picture @ _LUMA, -1, 1)[..., None]
    colours = np.broadcast_to(picture, (*picture.shape[:2], 3))
    opaque = np.full_like(picture[..., :1], 255 if whole else 1)
    return colours if channels == 3 else np.dstack([colours, opaque])


def to_square(picture, size, crop=True):
    """Crops a picture to its central square, or takes all of it, and resizes that, bicubic with antialiasing.

    Args:
        picture: array (H, W, C), uint8 or float32 in [-1, 1].
        size: int, side in pixels, or None to leave the picture as it is.
        crop: whether it is cropped; else it is squeezed.

    Returns:
        array (size, size, C) of the same type.
    """
    if size is None or picture.shape[:2] == (size, size):
        return picture
    square = central_square(picture) if crop else picture
    if picture.dtype == np.uint8:
        return resized(square, (size, size))
    planes = [Image.fromarray(plane).resize((size, size), Image.Resampling.BICUBIC) for plane in np.rollaxis(square, 2)]
    return np.clip(np.dstack(planes), -1, 1)


def central_square(picture):
    """The central square of a picture, array (H, W, C)."""
    side = min(picture.shape[:2])
    top, left = (picture.shape[0] - side) // 2, (picture.shape[1] - side) // 2
    return picture[top : top + side, left : left + side]


def resized(picture, size):
    """Resizes pixels, bicubic, with antialiasing where they become fewer; Pillow weighs colours by their alpha.

    Args:
        picture: uint8 array (H, W, C).
        size: tuple (width, height).

    Returns:
        uint8 array (height, width, C).
    """
    image = Image.fromarray(picture if picture.shape[-1] > 1 else picture[..., 0])
    return np.atleast_3d(np.asarray(image.resize(size, Image.Resampling.BICUBIC)))


def size_of(path):
    """Says how wide and high a picture file is, or turned a quarter, without reading its pixels: a tuple of ints."""
    with Image.open(path, formats=FORMATS) as file:
        return file.size
