"""A folder of odd pictures is decoded right, file by file, or told."""

import shutil

import numpy as np
import odd_pictures
import pytest
from odd_pictures import ODD, OTHERS, SIDE

from keras_gans.data.kinds import KINDS, Options
from keras_gans.data.load import load, read
from keras_gans.files.decode import decode

READABLE = [odd for odd in ODD if odd.levels is not None]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("odd") / "pictures"
    odd_pictures.write(folder)
    return folder


def centres(picture):
    """The mean of the inner half of each quarter, (4, 3)."""
    quarter, eighth = SIDE // 2, SIDE // 8
    places = [(top + eighth, left + eighth) for top in (0, quarter) for left in (0, quarter)]
    return np.array([picture[top : top + 2 * eighth, left : left + 2 * eighth].mean((0, 1)) for top, left in places])


def expected(odd):
    return np.array([np.broadcast_to(level, 3) for level in odd.levels], float)


def test_there_are_many_kinds():
    assert len({odd.name for odd in ODD}) == len(ODD) >= 55


def test_odd_pictures_show_what_they_are(folder):
    found = read(str(folder), SIDE, 3)
    names = sorted(odd.name for odd in READABLE)
    assert len(found.pictures) == len(names)
    levels = {odd.name: odd for odd in READABLE}
    wrong = {
        name: (centres(picture).round().tolist(), levels[name].levels)
        for name, picture in zip(names, found.pictures)
        if np.abs(centres(picture) - expected(levels[name])).max() > levels[name].tolerance
    }
    assert not wrong


def test_odd_pictures_that_cannot_be_read_are_told_with_the_others(folder):
    found = KINDS["images"].read(str(folder), Options(SIDE))
    unreadable, beside = found.left_out
    count = len(ODD) - len(READABLE)
    assert unreadable.startswith(
        f"Skipped {count} of {len(ODD)} pictures, unreadable: pictures/broken_link.png (a link"
    )
    assert beside.startswith(f"Left out {len(OTHERS)} files beside the pictures: pictures/LICENSE (")
    assert found.taken.startswith(
        f"{len(READABLE)} pictures of 1 x 1 to 4 x 500 pixels, brought to {SIDE} x {SIDE}, in c"
    )


def test_what_is_grey_is_known_as_grey(folder):
    grey = [odd.name for odd in READABLE if np.ndim(odd.levels[0]) == 0]
    assert {name: decode(folder / name).shape[-1] for name in grey} == dict.fromkeys(grey, 1)
    coloured = [odd.name for odd in READABLE if np.ndim(odd.levels[0]) == 1]
    assert {name: decode(folder / name).shape[-1] for name in coloured} == dict.fromkeys(coloured, 3)


@pytest.mark.parametrize("names", [(), ("grey_trns_16.png", "grey_trns.png", "grey_trns_4.png", "rgb_trns_16.png")])
def test_transparency_is_kept_as_a_channel(folder, names):
    for name in names or ("rgba.png", "rgba_16.png", "palette_trns.png", "palette_clear.gif", "rgb_trns.png"):
        alpha = decode(folder / name, 4)[..., 3]
        assert alpha[: SIDE // 2].min() == alpha[SIDE // 2 :, : SIDE // 2].min() == 255, name
        assert alpha[SIDE // 2 :, SIDE // 2 :].max() == 0, name


def test_odd_pictures_are_read_as_pairs_and_in_any_order(folder, tmp_path):
    """Each is beside itself in another folder: both halves of a pair are the same picture."""
    for side in "AB":
        shutil.copytree(folder, tmp_path / f"train{side}", symlinks=True)
        for path in (tmp_path / f"train{side}").glob("*.*"):
            if path.stem in ("wrong_suffix",) or path.suffix != ".png":
                path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()
    examples = KINDS["pairs"].read(str(tmp_path), Options(SIDE)).examples
    inputs, targets = examples.head(len(examples))
    assert len(examples) >= 20
    np.testing.assert_array_equal(inputs, targets)


def test_load_of_odd_pictures_warns_once(folder):
    with pytest.warns(UserWarning, match=r"^Skipped \d+ of \d+ pictures, unreadable") as told:
        images = load(str(folder), SIDE)
    assert len(told) == 1
    assert (images.min(), images.max()) == (-1, 1)
