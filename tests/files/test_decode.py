"""decode: a file becomes uint8 pixels, upright and of 8 bits; what cannot be read says why. More in test_load."""

import struct
import tracemalloc
import warnings
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import EpsImagePlugin, Image, PngImagePlugin, UnidentifiedImageError

from keras_gans.files import decode as module
from keras_gans.files.decode import (
    FORMATS,
    decode,
    name_of,
    picture_files,
    reason,
    recolour,
    report_unreadable,
    shown,
    stem_of,
    to_square,
)


def noise(*shape, seed=0):
    return np.random.default_rng(seed).integers(0, 256, shape).astype("uint8")


def test_picture_files_are_shown_pictures_by_name(tmp_path):
    for name in ("b.png", "a.JPG", ".c.png", "notes.txt"):
        (tmp_path / name).write_bytes(b"")
    (tmp_path / "folder.png").mkdir()
    assert [path.name for path in picture_files(tmp_path)] == ["a.JPG", "b.png"]
    assert [path.name for path in shown(tmp_path)] == ["a.JPG", "b.png", "folder.png", "notes.txt"]


def test_decode_gives_the_pixels(tmp_path):
    pixels = noise(5, 7, 3)
    Image.fromarray(pixels).save(tmp_path / "a.png")
    np.testing.assert_array_equal(decode(tmp_path / "a.png"), pixels)


def test_decode_refuses_too_many_pixels_without_a_filter_of_warnings(tmp_path, monkeypatch):
    Image.fromarray(noise(12, 12)).save(tmp_path / "a.png")
    monkeypatch.setattr(module, "MOST_PIXELS", 100)
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", None)  # as some programs set it
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises(ValueError, match="12x12 pixels, which may be a decompression bomb"):
            decode(tmp_path / "a.png")


def test_recolour_lays_transparency_over_white():
    picture = np.array([[[255, 0, 0, 0], [255, 0, 0, 255], [0, 0, 0, 128]]], "uint8")
    np.testing.assert_array_equal(recolour(picture, 3), [[[255] * 3, [255, 0, 0], [127] * 3]])


def test_to_square_takes_the_centre():
    picture = noise(4, 10, 3)
    np.testing.assert_array_equal(to_square(picture, 4), picture[:, 3:7])


def test_report_unreadable_names_three():
    with pytest.warns(UserWarning, match=r"^Skipped 4 of 9 pictures, unreadable: a; b; c; \.\.\.\.$"):
        report_unreadable(["a", "b", "c", "d"], 9, 5, strict=False)
    with pytest.raises(ValueError, match=r"strict=True\)\. Received: a; b\.$"):
        report_unreadable(["a", "b"], 9, 7, strict=True)
    with pytest.raises(ValueError, match=r"at least one readable picture\. Received: 1 unreadable: a\.$"):
        report_unreadable(["a"], 1, 0, strict=False)
    report_unreadable([], 9, 9, strict=True)


# Files of strangers


def decode_peak(path):
    """What went wrong with a file, and how many bytes Python and NumPy had reserved at the most."""
    tracemalloc.start()
    try:
        decode(path, 3)
        found = ""
    except Exception as error:
        found = reason(error)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return found, peak


@pytest.mark.parametrize("format", ["EPS", "ICO", "PPM", "TGA", "PCX", "SGI", "PDF", "DDS", "JPEG2000"])
def test_decode_takes_no_other_format_whatever_a_file_is_called(tmp_path, monkeypatch, format):
    """Ghostscript, which draws EPS, is a program of its own."""
    Image.fromarray(noise(16, 16, 3)).save(tmp_path / "a.png", format=format)
    monkeypatch.setattr(EpsImagePlugin, "Ghostscript", lambda *_, **__: pytest.fail("Ghostscript was started"))
    with pytest.raises(UnidentifiedImageError):
        decode(tmp_path / "a.png")


@pytest.mark.parametrize("format", FORMATS)
def test_decode_takes_the_formats_of_its_suffixes_whatever_a_file_is_called(tmp_path, format):
    Image.fromarray(noise(16, 16, 3)).save(tmp_path / "a.jpg", format=format)
    assert decode(tmp_path / "a.jpg").shape == (16, 16, 3)


def test_decode_takes_photographs_of_several_pictures(tmp_path):
    """Telephones write MPO, which begins as JPEG."""
    pictures = [Image.fromarray(noise(16, 16, 3, seed=i)) for i in range(2)]
    pictures[0].save(tmp_path / "a.jpg", format="MPO", save_all=True, append_images=pictures[1:])
    assert decode(tmp_path / "a.jpg").shape == (16, 16, 3)


def png(width, height, content=b""):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(content)) + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(100_000, 100_000), (2**31 - 1, 2**31 - 1), (1, 10**8), (10**8, 1), (9460, 9460)])
def test_decode_reserves_nothing_for_a_bomb(tmp_path, monkeypatch, size):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", None)
    (tmp_path / "a.png").write_bytes(png(*size))
    found, peak = decode_peak(tmp_path / "a.png")
    assert "which may be a decompression bomb" in found
    assert peak < 2**20


@pytest.mark.parametrize(("suffix", "options"), [("gif", {}), ("tiff", {}), ("png", {}), ("webp", {"lossless": True})])
def test_decode_reads_the_first_of_many_frames(tmp_path, monkeypatch, suffix, options):
    frames = [Image.fromarray(np.full((8, 8, 3), 8 * i, "uint8")) for i in range(30)]
    path = tmp_path / f"a.{suffix}"
    frames[0].save(path, save_all=True, append_images=frames[1:], **options)
    with Image.open(path) as file:
        assert file.n_frames == 30
        monkeypatch.setattr(type(file), "seek", lambda *_: pytest.fail("another frame was asked for"))
    np.testing.assert_array_equal(decode(path, 3), np.zeros((8, 8, 3)))


def test_decode_unpacks_no_text(tmp_path):
    text = PngImagePlugin.PngInfo()
    text.add_text("comment", "a" * 20_000_000, zip=True)
    Image.fromarray(noise(4, 4)).save(tmp_path / "a.png", pnginfo=text)
    found, peak = decode_peak(tmp_path / "a.png")
    assert "too large" in found
    assert peak < 4 * 2**20


@pytest.mark.parametrize("suffix", ["png", "jpg", "gif", "bmp", "tiff", "webp"])
def test_decode_refuses_files_that_are_cut_short(tmp_path, suffix):
    path = tmp_path / f"a.{suffix}"
    Image.fromarray(noise(32, 32, 3)).save(path)
    content = path.read_bytes()
    for length in (0, 1, 10, 30, len(content) // 2):
        path.write_bytes(content[:length])
        found, _ = decode_peak(path)
        assert found
        assert "\n" not in found


def test_decode_turns_by_exif_and_survives_a_false_one(tmp_path):
    pixels = noise(4, 6, 3)
    for orientation, expected in ((6, np.rot90(pixels, -1)), (3, pixels[::-1, ::-1]), (0, pixels), (65535, pixels)):
        exif = Image.Exif()
        exif[0x0112] = orientation
        Image.fromarray(pixels).save(tmp_path / "a.png", exif=exif)
        np.testing.assert_array_equal(decode(tmp_path / "a.png"), expected)


def test_recolour_keeps_few_pixels_in_floats(monkeypatch):
    picture = noise(2000, 2000, 4)
    tracemalloc.start()
    found = recolour(picture, 3)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 7 * picture.nbytes  # 16 times as much, and more, all at once
    monkeypatch.setattr(module, "_BLOCK", picture.size)
    np.testing.assert_array_equal(recolour(picture, 3), found)
    small = [recolour(picture[:3, :5], channels) for channels in (1, 3)]
    monkeypatch.setattr(module, "_BLOCK", 7)
    for channels, expected in zip((1, 3), small):
        np.testing.assert_array_equal(recolour(picture[:3, :5], channels), expected)


def test_names_are_one_line_and_do_not_deceive():
    for name, found in (
        ("a b.png", "a b.png"),
        ("caf\u00e9", "caf\u00e9"),
        ("a\nb", r"'a\nb'"),
        ("\u202eg", r"'\u202eg'"),
    ):
        assert name_of(Path("folder") / name) == found
    assert stem_of(Path("cafe\u0301.png")) == stem_of(Path("caf\u00e9.jpg")) == "caf\u00e9"
