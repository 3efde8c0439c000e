"""A folder of odd pictures: every kind of file that people's folders hold, and what each must look like when read."""

import dataclasses
import os
import struct
import zlib
from collections.abc import Callable

import numpy as np
from PIL import Image

from keras_gans.files.decode import AVIF

SIDE = 32
RED, GREEN, BLUE, WHITE = (220, 40, 40), (40, 180, 60), (40, 60, 220), (255, 255, 255)


@dataclasses.dataclass(frozen=True)
class Odd:
    """A file, and what it shows.

    Args:
        name: string, the file's name.
        write: function of a path.
        levels: the greys, or colours, of the quarters top left, top right, bottom left and bottom right, transparency
            being white; or None if the file cannot be read.
        tolerance: of the levels.
    """

    name: str
    write: Callable
    levels: tuple | None
    tolerance: int = 3


QUARTERS = (RED, GREEN, BLUE, WHITE)
GREYS = (0, 80, 160, 255)


def quarters(levels, width=SIDE, height=SIDE, dtype="uint8"):
    """An array of four quarters, each of one level."""
    levels = np.array(levels, dtype)
    rows, columns = np.indices((height, width)) * 2 // np.array([height, width])[:, None, None]
    return levels[2 * rows + columns]


def saved(image, **options):
    return lambda path: (image if isinstance(image, Image.Image) else Image.fromarray(image)).save(path, **options)


def _chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(levels, bits, colour, clear=None):
    """A PNG file of an array (H, W) or (H, W, C) of few or many bits, with the value that is transparent."""

    def write(path):
        height, width = levels.shape[:2]
        rows = levels.reshape(height, -1)
        if bits == 16:
            lines = [row.astype(">u2").tobytes() for row in rows]
        else:
            ones = (rows[..., None] >> np.arange(bits - 1, -1, -1)) & 1
            lines = [np.packbits(row.reshape(-1).astype("uint8")).tobytes() for row in ones]
        header = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0)
        transparent = b"" if clear is None else _chunk(b"tRNS", np.array(clear, ">u2").tobytes())
        data = _chunk(b"IDAT", zlib.compress(b"".join(b"\0" + line for line in lines)))
        path.write_bytes(b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + transparent + data + _chunk(b"IEND", b""))

    return write


def _turned(orientation):
    """A picture that is upright once its EXIF orientation is heeded."""
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    exif = Image.Exif()
    exif[0x0112] = orientation
    return saved(Image.fromarray(quarters(QUARTERS)).transpose(undo[orientation]), exif=exif, quality=95)


def _palette(clear=None):
    image = Image.fromarray(quarters((0, 1, 2, 3))).convert("P")
    image.putpalette([value for colour in QUARTERS for value in colour])
    return saved(image, **({} if clear is None else {"transparency": clear}))


def _with_alpha(quarter=3):
    """All four quarters red, green, blue and black, of which one is transparent."""
    colours = quarters((RED, GREEN, BLUE, (0, 0, 0)))
    alpha = np.full((SIDE, SIDE, 1), 255, "uint8")
    half = SIDE // 2
    alpha[(quarter // 2) * half :][:half, (quarter % 2) * half :][:, :half] = 0
    return np.concatenate([colours, alpha], axis=-1)


def _frames(path, **options):
    frames = [Image.fromarray(quarters(QUARTERS)), Image.new("RGB", (SIDE, SIDE))]
    frames[0].save(path, save_all=True, append_images=frames[1:], **options)


def _link(to):
    return lambda path: path.symlink_to(path.parent / to)


def _cut(path):
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype="uint8")).save(path)
    path.write_bytes(path.read_bytes()[:1000])


LOSSY, COARSE = 20, 45
COLOURED = quarters(QUARTERS)
GREY = quarters(GREYS)
DEEP = quarters((0, 80 * 257, 160 * 257, 65535), dtype="uint16")
GREY_CLEAR = (0, 80, 160, 255)  # the last quarter is transparent, and white therefore

ODD = [
    Odd("rgb.png", saved(COLOURED), QUARTERS),
    Odd("rgb.bmp", saved(COLOURED), QUARTERS),
    Odd("rgb.gif", saved(COLOURED), QUARTERS, LOSSY),
    Odd("rgb.tif", saved(COLOURED), QUARTERS),
    Odd("rgb_lzw.tiff", saved(COLOURED, compression="tiff_lzw"), QUARTERS),
    Odd("rgb.webp", saved(COLOURED, lossless=True), QUARTERS),
    Odd("rgb.jpg", saved(COLOURED, quality=95), QUARTERS, LOSSY),
    Odd("rgb.jpe", saved(COLOURED, quality=95, format="JPEG"), QUARTERS, LOSSY),
    Odd("rgb.jfif", saved(COLOURED, quality=95, format="JPEG"), QUARTERS, LOSSY),
    Odd("capitals.JPEG", saved(COLOURED, quality=95, format="JPEG"), QUARTERS, LOSSY),
    Odd("progressive.jpg", saved(COLOURED, quality=95, progressive=True), QUARTERS, LOSSY),
    Odd("cmyk.jpg", saved(Image.fromarray(COLOURED).convert("CMYK"), quality=95), QUARTERS, LOSSY),
    Odd("cmyk.tif", saved(Image.fromarray(COLOURED).convert("CMYK")), QUARTERS),
    Odd("ycbcr.tif", saved(Image.fromarray(COLOURED).convert("YCbCr")), QUARTERS, LOSSY),
    Odd("lab.tif", saved(Image.new("LAB", (SIDE, SIDE), (255, 128, 128))), (WHITE,) * 4),
    Odd("grey.png", saved(GREY), GREYS),
    Odd("grey.jpg", saved(GREY, quality=95), GREYS, LOSSY),
    Odd("grey_alpha.png", saved(Image.fromarray(np.dstack([GREY, np.full_like(GREY, 255)]))), GREYS),
    Odd("grey_trns.png", png(quarters((0, 80, 160, 7)), 8, 0, 7), GREY_CLEAR),
    Odd("grey_trns_16.png", png(quarters((0, 80 * 257, 160 * 257, 7), dtype="uint16"), 16, 0, 7), GREY_CLEAR),
    Odd("grey_trns_4.png", png(quarters((0, 5, 10, 3)), 4, 0, 3), (0, 85, 170, 255)),
    Odd("grey_trns_2.png", png(quarters((0, 2, 3, 1)), 2, 0, 1), (0, 170, 255, 255)),
    Odd("grey_trns_1.png", png(quarters((1, 1, 1, 0)), 1, 0, 0), (255, 255, 255, 255)),
    Odd("bits_1.png", saved(Image.fromarray(quarters((0, 255, 255, 0))).convert("1")), (0, 255, 255, 0)),
    Odd("bits_2.png", png(quarters((0, 1, 2, 3)), 2, 0), (0, 85, 170, 255)),
    Odd("bits_4.png", png(quarters((0, 5, 10, 15)), 4, 0), (0, 85, 170, 255)),
    Odd("bits_16.png", saved(DEEP), GREYS),
    Odd("bits_16.tif", saved(DEEP), GREYS),
    Odd("bits_32.tif", saved(GREY.astype("int32")), GREYS),
    Odd("bits_32_of_16.tif", saved(DEEP.astype("int32")), GREYS),
    Odd("rgb_16.png", png(COLOURED.astype("uint16") * 257, 16, 2), QUARTERS),
    Odd("rgb_trns_16.png", png(_with_alpha()[..., :3].astype("uint16") * 257, 16, 2, (0, 0, 0)), QUARTERS),
    Odd("rgb_trns.png", png(_with_alpha()[..., :3], 8, 2, (0, 0, 0)), QUARTERS),
    Odd("grey_alpha_16.png", png(np.dstack([DEEP, np.full_like(DEEP, 65535)]), 16, 4), GREYS),
    Odd("rgba_16.png", png(_with_alpha().astype("uint16") * 257, 16, 6), QUARTERS),
    Odd("rgba.png", saved(_with_alpha()), QUARTERS),
    Odd("rgba.webp", saved(_with_alpha(), lossless=True), QUARTERS),
    Odd("palette.png", _palette(), QUARTERS),
    Odd("palette_trns.png", _palette(bytes([255, 255, 255, 0])), (RED, GREEN, BLUE, WHITE)),
    Odd("palette_clear.gif", _palette(3), (RED, GREEN, BLUE, WHITE)),
    Odd("animated.gif", lambda path: _frames(path, duration=100), QUARTERS, COARSE),
    Odd("animated.png", lambda path: _frames(path, duration=100), QUARTERS),
    Odd("animated.webp", lambda path: _frames(path, duration=100, lossless=True), QUARTERS),
    Odd("pages.tif", _frames, QUARTERS),
    *(Odd(f"exif_{i}.jpg", _turned(i), QUARTERS, LOSSY) for i in range(2, 9)),
    Odd("tiny.png", saved(np.full((1, 1, 3), RED, "uint8")), (RED,) * 4),
    Odd("wide.png", saved(quarters(QUARTERS, 400, 4)), QUARTERS, LOSSY),
    Odd("high.png", saved(quarters(QUARTERS, 4, 500)), QUARTERS, LOSSY),
    Odd("wrong_suffix.jpg", saved(COLOURED, format="PNG"), QUARTERS),
    Odd("wrong_suffix.png", saved(COLOURED, format="JPEG", quality=95), QUARTERS, LOSSY),
    Odd("no_suffix", saved(COLOURED, format="PNG"), QUARTERS),
    Odd("ünï cödé 花.png", saved(COLOURED), QUARTERS),
    Odd("link.png", _link("rgb.png"), QUARTERS),
    Odd("broken_link.png", _link("nothing.png"), None),
    Odd("empty.png", lambda path: path.write_bytes(b""), None),
    Odd("text.png", lambda path: path.write_text("hello"), None),
    Odd("cut.png", _cut, None),
    Odd("floats.tif", saved(GREY.astype("float32")), None),
    Odd("negative.tif", saved(GREY.astype("int32") - 9), None),
    *[Odd("rgb.avif", saved(COLOURED, quality=95), QUARTERS, COARSE)] * AVIF,
]
OTHERS = {"notes.txt": b"hello", "LICENSE": b"hello", "phone.heic": b"\0\0\0\x18ftypheic", "Thumbs.db": b"\xd0\xcf"}
HIDDEN = {".DS_Store": b"hello", "._rgb.png": b"\0\5\x16\7"}


def write(folder):
    """Writes all of it into a new folder."""
    folder.mkdir()
    for odd in ODD:
        odd.write(folder / odd.name)
    for name, content in {**OTHERS, **HIDDEN}.items():
        (folder / name).write_bytes(content)
    os.makedirs(folder / "folder.png")
