"""Files appear whole or not at all."""

import os

import numpy as np
import pytest

from keras_gans.files.encode import write_png
from keras_gans.files.whole import whole_file


def test_whole_file_appears_at_the_end(tmp_path):
    path = tmp_path / "new" / "a b.txt"
    with whole_file(path) as aside:
        aside.write_text("text")
        assert not path.exists()
        assert (aside.parent, aside.suffix) == (path.parent, path.suffix)
    assert path.read_text() == "text"
    assert list(path.parent.iterdir()) == [path]


def test_whole_file_leaves_the_earlier_one_if_writing_fails(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("earlier")

    def write():
        with whole_file(path) as aside:
            aside.write_text("half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write()
    assert path.read_text() == "earlier"
    assert list(tmp_path.iterdir()) == [path]


def test_whole_file_keeps_the_previous_one(tmp_path):
    path, previous = tmp_path / "a.txt", tmp_path / "b.txt"
    for text in ("first", "second", "third"):
        with whole_file(path, previous) as aside:
            aside.write_text(text)
    assert (path.read_text(), previous.read_text()) == ("third", "second")
    assert len(list(tmp_path.iterdir())) == 2


def test_whole_file_is_there_whenever_the_process_is_killed(tmp_path, monkeypatch):
    """After each renaming, whichever is the last before the kill, one of the two is there and whole."""
    path, previous, replace, seen = tmp_path / "a.txt", tmp_path / "b.txt", os.replace, []

    def look(source, target):
        replace(source, target)
        seen.append([file.read_text() for file in (path, previous) if file.exists()])

    path.write_text("first")
    monkeypatch.setattr(os, "replace", look)
    with whole_file(path, previous) as aside:
        aside.write_text("second")
    assert seen == [["first"], ["second", "first"]]


def test_whole_file_is_on_the_disk_before_it_is_renamed(tmp_path, monkeypatch):
    """Else a power cut can leave an empty file under the file's own name."""
    events, sync, replace = [], os.fsync, os.replace

    def synced(descriptor):
        events.append("sync")
        sync(descriptor)

    def renamed(source, target):
        events.append("rename")
        replace(source, target)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(os, "replace", renamed)
    with whole_file(tmp_path / "a.txt") as aside:
        aside.write_text("text")
    assert events == ["sync", "rename", "sync"]  # and then the folder, in which the name stands


def test_whole_file_survives_a_full_disk(tmp_path):
    """Here the system refuses to make any file larger than 1,000 bytes, as it would on a full disk."""
    resource = pytest.importorskip("resource")
    path = tmp_path / "a.bin"
    path.write_bytes(b"earlier")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limits[1]))
        with pytest.raises(OSError, match="File too large"), whole_file(path) as aside:
            aside.write_bytes(bytes(2000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert path.read_bytes() == b"earlier"
    assert list(tmp_path.iterdir()) == [path]


def test_one_picture_of_many_is_whole_and_nobody_waits_for_the_disk(tmp_path, monkeypatch):
    """Two waits of some milliseconds each were ten elevenths of the time of writing 28x28 pictures."""

    def sync(descriptor):
        raise AssertionError("waited for the disk")

    monkeypatch.setattr(os, "fsync", sync)
    write_png(tmp_path / "new" / "a.png", np.zeros((4, 4, 1), "uint8"))
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["a.png"]
    with pytest.raises(AssertionError, match="waited"), whole_file(tmp_path / "b.txt") as file:
        file.write_text("b")
