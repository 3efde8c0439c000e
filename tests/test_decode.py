"""decode: a file becomes uint8 pixels, upright and of 8 bits; what cannot be read says why. More in test_load."""

import warnings

import numpy as np
import pytest
from PIL import Image

from keras_gans.decode import decode, picture_files, recolour, report_unreadable, shown, to_square


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
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100)  # Pillow raises above its double, and only warns here.
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
