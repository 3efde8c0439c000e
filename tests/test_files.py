"""Files appear whole or not at all."""

import pytest

from keras_gans.files import whole_file


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
