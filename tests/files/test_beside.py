"""beside: what is no picture is counted, and named with the reason."""

import os

import numpy as np
import pytest
from PIL import Image

from keras_gans.data.kinds import KINDS, Options
from keras_gans.data.load import load, read
from keras_gans.files.beside import beside
from keras_gans.files.decode import AVIF, SUFFIXES, picture_files


def picture(path, value=100, size=(16, 16), **options):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.full((*size[::-1], 3), value, "uint8")).save(path, **options)


@pytest.fixture
def classes(tmp_path):
    """Two class folders and all that may lie beside their pictures."""
    for name in ("cat", "dog"):
        for i in range(2):
            picture(tmp_path / name / f"{i}.png", 50 * i)
    (tmp_path / "readme.txt").write_text("hello")
    (tmp_path / "rose").mkdir()
    (tmp_path / "rose" / "a.heic").write_bytes(b"....ftypheic")
    (tmp_path / "cat" / "Thumbs.db").write_bytes(b"hello")
    (tmp_path / "cat" / "LICENSE").write_text("hello")
    (tmp_path / "dog" / "nowhere").symlink_to(tmp_path / "no such file")
    (tmp_path / "dog" / "2.png").symlink_to(tmp_path / "no such file")
    picture(tmp_path / "dog" / "more" / "a.png")
    picture(tmp_path / "cat" / ".hidden.png")
    picture(tmp_path / "cat" / "deadbeef", format="JPEG")
    return tmp_path


def test_what_is_no_picture_is_counted_and_named(classes):
    found = read(str(classes))
    assert found.beside.startswith("Left out 6 files beside the pictures: ")
    named = [line.split(" (")[0] for line in found.beside.split(": ", 1)[1].split("; ")]
    assert named == [f"{classes.name}/readme.txt", "cat/LICENSE", "cat/Thumbs.db", "...."]
    paths = [path for name in ("cat", "dog") for path in picture_files(classes / name)]
    assert [path.name for path in paths] == ["0.png", "1.png", "deadbeef", "0.png", "1.png", "2.png"]
    assert beside([classes], paths) == found.beside


def test_reasons_are_those_of_the_file(tmp_path):
    (tmp_path / "a.heic").write_bytes(b"....ftypheic")
    assert beside([tmp_path], []) == (
        f"Left out 1 file beside the pictures: {tmp_path.name}/a.heic (its suffix is none of a picture that is read)."
    )
    for make, reason in (
        (lambda path: path.write_text("hello"), "it has no suffix, and does not begin as a picture does"),
        (lambda path: path.symlink_to(tmp_path / "none"), "a link to a file that is not there"),
    ):
        (tmp_path / "inner").mkdir(exist_ok=True)
        make(tmp_path / "inner" / "x")
        assert f"inner/x ({reason})" in beside([tmp_path / "inner"], [])
        (tmp_path / "inner" / "x").unlink()
    (tmp_path / "inner" / "deep").mkdir()
    assert "inner/deep (a folder in a folder of pictures)" in beside([tmp_path], [])


def test_nothing_is_said_of_pictures_alone(tmp_path):
    picture(tmp_path / "a.png")
    picture(tmp_path / ".b.txt.png")
    assert beside([tmp_path], [tmp_path / "a.png"]) is None
    assert read(str(tmp_path)).beside is None


def test_kinds_tell_it_and_load_warns_of_what_cannot_be_read_alone(classes):
    found = KINDS["labels"].read(str(classes), Options())
    skipped, others = found.left_out
    assert skipped == "Skipped 1 of 6 pictures, unreadable: dog/2.png (a link to a file that is not there)."
    assert others.startswith("Left out 6 files beside the pictures: ")
    assert found.taken.endswith("; 2 classes: cat (3), dog (2)")
    with pytest.warns(UserWarning, match=r"^Skipped 1 of 6 pictures, unreadable: dog/2\.png") as told:
        assert load(str(classes)).shape == (5, 16, 16, 3)
    assert len(told) == 1


@pytest.mark.parametrize("kind", ["pairs", "domains"])
def test_kinds_of_two_sides_tell_it_too_and_the_sizes(kind, tmp_path):
    for side in "AB":
        picture(tmp_path / f"train{side}" / "0.png", size=(30, 20))
        picture(tmp_path / f"train{side}" / "1.jfif", size=(20, 20), format="JPEG")
    (tmp_path / "trainB" / "0.svg").write_text("<svg/>")
    found = KINDS[kind].read(str(tmp_path), Options(8))
    assert found.left_out == (
        "Left out 1 file beside the pictures: trainB/0.svg (its suffix is none of a picture that is read).",
    )
    assert ", of 20 x 20 to 30 x 20 pixels, brought to 8 x 8, in colour, from " in found.taken


def test_a_cache_keeps_what_was_seen(tmp_path):
    for side in "AB":
        picture(tmp_path / "set" / f"train{side}" / "0.png", size=(30, 20))
        (tmp_path / "set" / f"train{side}" / "1.png").symlink_to(tmp_path / "no such file")
    seen = [KINDS["pairs"].read(str(tmp_path / "set"), Options(8, cache=tmp_path / "cache")) for _ in range(2)]
    assert seen[0].taken == seen[1].taken
    assert "1 pair of pictures, of 30 x 20 pixels, brought to 8 x 8" in seen[1].taken
    assert seen[0].left_out == seen[1].left_out
    assert seen[1].left_out[0].startswith("Skipped 1 of 2 pictures, unreadable: trainA/1.png (a link to a file that")


def test_pictures_without_a_suffix_are_told_by_how_they_begin(tmp_path):
    formats = ["PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP", *["AVIF"] * AVIF]
    for i, name in enumerate(formats):
        picture(tmp_path / f"{i}", 30 * i, format=name)
    (tmp_path / "notes").write_text("BLACK")
    found = read(str(tmp_path))
    levels = found.pictures.mean(axis=(1, 2, 3))
    np.testing.assert_allclose(levels, 30 * np.arange(len(formats)), atol=3)
    assert found.beside.startswith(f"Left out 1 file beside the pictures: {tmp_path.name}/notes (it has no suffix")


def test_avif_is_read_where_pillow_does(tmp_path):
    assert (".avif" in SUFFIXES) is AVIF
    if AVIF:
        picture(tmp_path / "a.avif", 100)
        assert abs(int(read(str(tmp_path)).pictures.mean()) - 100) <= 3


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_not_waited_for(tmp_path):
    picture(tmp_path / "a.png")
    for name in ("b.png", "c"):
        os.mkfifo(tmp_path / name)
    assert read(str(tmp_path)).beside.startswith("Left out 2 files beside the pictures: ")
