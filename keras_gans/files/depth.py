"""How bright values of files are: integers of more than 8 bits brought to 8, and which value is white."""

import numpy as np
from PIL import Image

_GREY = {"L;4": 17, "L;2": 85}  # times, by which Pillow brings grey of few bits to 8


def to_8_bits(image, of_32_bits, white=None):
    """Brings Pillow's integer modes, which hold more than 8 bits, to grey of 8; a tRNS chunk's value becomes alpha.

    Args:
        image: `PIL.Image.Image` of such a mode.
        of_32_bits: whether its file holds 32 bits, which those of 8 are often written with.
        white: None, or which value is white, else 65535, or 255 of 32 bits that go no further.

    Returns:
        A tuple of an image of mode L or LA, its values before, and the one that is white.

    Raises:
        ValueError: if a value is negative or beyond white, or the mode holds floats.
    """
    levels = np.asarray(image)
    least, most = levels.min(), levels.max()
    white = white or (255 if of_32_bits and most <= 255 else 65535)
    if image.mode == "F" or least < 0 or most > white:
        raise ValueError(f"neither 8 nor 16 bits: mode {image.mode}, values {least} to {most}, where {white} is white")
    pixels = np.rint(levels / (white / 255)).astype("uint8")
    clear = image.info.get("transparency")
    if clear is not None:
        pixels = np.dstack([pixels, np.where(levels == clear, 0, 255).astype("uint8")])
    return Image.fromarray(pixels), levels, white


def brighten(picture, white=None):
    """Stretches 8 bits so that a value is white; alpha stays.

    Args:
        picture: uint8 array (H, W, 1, 3 or 4).
        white: None for 255, or the value.

    Returns:
        A tuple of a uint8 array of the shape, the colours before, and the one that is white.

    Raises:
        ValueError: if a value is beyond white.
    """
    colours = picture[..., :3]
    most, white = int(colours.max()), white or 255
    if most > white:
        raise ValueError(f"values up to {most}, where {white} is white")
    if white != 255:
        stretched = np.rint(colours / (white / 255)).astype("uint8")
        picture = np.concatenate([stretched, picture[..., 3:]], axis=-1)
    return picture, colours, white


def bits_of(file):
    """Says how a PNG file's pixels are stored, in Pillow's words, e.g. "LA;16B"; None of others.

    Args:
        file: `PIL.Image.Image`, just opened.
    """
    return file.tile[0][3] if file.format == "PNG" and file.tile else None


def transparent_as_decoded(file):
    """Brings the value that a PNG file calls transparent to the bits to which Pillow brings its pixels.

    Args:
        file: `PIL.Image.Image`, just opened.
    """
    clear, bits = file.info.get("transparency"), bits_of(file)
    if clear is not None and bits in _GREY:
        file.info["transparency"] = clear * _GREY[bits]
    elif clear is not None and bits == "RGB;16B":  # of which Pillow keeps the upper byte
        file.info["transparency"] = tuple(value >> 8 for value in clear)
