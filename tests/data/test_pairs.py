"""pairs: every way in which they are kept, which is the input, and one clear sentence for what is no set of pairs."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from keras_gans import data
from keras_gans.data.kinds import KINDS, Options
from keras_gans.files.pixels import from_uint8

RED, BLUE, GREEN = (255, 0, 0), (0, 0, 255), (0, 255, 0)


def flat(colour, width=8):
    return np.full((8, width, 3), colour, "uint8")


def save(path, pixels):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.asarray(pixels)).save(path)


def side_by_side(folder, *names, left=RED, right=BLUE):
    for name in names or ("1.png", "2.png"):
        save(folder / name, np.hstack([flat(left), flat(right)]))
    return folder


def two_folders(folder, first="photos", second="maps", names=("1.png", "2.png"), colours=(RED, BLUE)):
    for place, colour in zip((first, second), colours):
        for name in names:
            save(folder / place / name, flat(colour))
    return folder


def colours(source, **options):
    """The colours of the inputs and of the targets, which must be flat."""
    examples = data.pairs(source, **{"image_size": 8, **options})
    found = []
    for part in examples.head(len(examples)):
        assert len(np.unique(part.reshape(-1, 3), axis=0)) == 1
        found.append(tuple(int(level) for level in (part[0, 0, 0] + 1) * 127.5))
    return tuple(found)


# Sources


def test_pairs_side_by_side(tmp_path):
    side_by_side(tmp_path)
    assert colours(tmp_path) == colours(str(tmp_path), input_side="right") == (BLUE, RED)
    assert colours(tmp_path, input_side="left") == (RED, BLUE)


def test_pairs_side_by_side_halves_exactly(tmp_path):
    pixels = np.random.default_rng(0).integers(0, 256, (10, 20, 3)).astype("uint8")
    save(tmp_path / "a.png", pixels)
    inputs, targets = data.pairs(tmp_path, image_size=10).head(1)
    np.testing.assert_array_equal(inputs[0], from_uint8(pixels[:, 10:]))
    np.testing.assert_array_equal(targets[0], from_uint8(pixels[:, :10]))


def test_pairs_side_by_side_splits(tmp_path):
    side_by_side(tmp_path / "train", "1.png", "2.png", "3.png")
    side_by_side(tmp_path / "val", right=GREEN)
    assert len(data.pairs(tmp_path, image_size=8)) == 3
    assert colours(tmp_path, split="val") == (GREEN, RED)


def test_pairs_two_folders(tmp_path):
    two_folders(tmp_path)
    assert colours(tmp_path) == (BLUE, RED)  # Sorted by name: maps, photos.
    assert colours((tmp_path / "photos", str(tmp_path / "maps"))) == (RED, BLUE)
    assert colours(tmp_path, input_side="left") == (BLUE, RED)


def test_pairs_two_folders_in_splits(tmp_path):
    two_folders(tmp_path / "train")
    two_folders(tmp_path / "test", colours=(GREEN, RED))
    assert colours(tmp_path) == (BLUE, RED)
    assert colours(tmp_path, split="test") == (RED, GREEN)


def test_pairs_in_a_and_b(tmp_path):
    two_folders(tmp_path, "trainA", "trainB")
    two_folders(tmp_path, "testA", "testB", colours=(GREEN, RED))
    assert colours(tmp_path) == (RED, BLUE)
    assert colours(tmp_path, split="test") == (GREEN, RED)


@pytest.mark.parametrize("cached", [False, True])
def test_pairs_may_have_grey_inputs_and_coloured_targets(tmp_path, cached):
    two_folders(tmp_path / "set", "trainA", "trainB")
    cache = tmp_path / "cache" if cached else None
    examples = data.pairs(tmp_path / "set", 8, channels=(1, 3), cache=cache)
    alike = data.pairs(tmp_path / "set", 8)
    assert examples.shapes == ((8, 8, 1), (8, 8, 3))
    (grey, coloured), (_, expected) = examples.head(2), alike.head(2)
    np.testing.assert_array_equal(coloured, expected)
    np.testing.assert_array_equal(grey, data.pairs(tmp_path / "set", 8, channels=1).head(2)[0])
    rows = examples.order()
    moved, other = (some.read(rows, np.random.default_rng(3))[1] for some in (examples, alike))
    np.testing.assert_array_equal(moved, other)
    assert len({examples.fingerprint(), alike.fingerprint(), data.pairs("shapes", 8).fingerprint()}) == 3


def test_pairs_refuse_other_channels_for_each_side():
    with pytest.raises(
        ValueError, match=r"Expected channels as a number, or two, of inputs and targets\. Received: \(1, 3"
    ):
        data.pairs("shapes", 8, channels=(1, 3, 3))
    with pytest.raises(ValueError, match=r"Expected channels to be 1, 3 or 4. Received: 2"):
        data.pairs("shapes", 8, channels=(1, 2))


def test_drawn_pairs_may_have_grey_inputs_too_and_kinds_say_so():
    found = KINDS["pairs"].read("shapes", Options(16, input_channels=1))
    assert found.taken == "400 pairs of pictures, brought to 16 x 16 pixels, grey to colour, from shapes"
    assert found.arguments == {"image_shape": (16, 16, 1), "target_channels": 3}
    assert [part.shape for part in found.shown(2)] == [(2, 16, 16, 1), (2, 16, 16, 3)]


def test_pairs_are_matched_by_name_without_suffix(tmp_path):
    for index, name in enumerate(("b", "a", "a.b")):
        save(tmp_path / "x" / f"{name}.png", flat((index, 0, 255)))
        save(tmp_path / "y" / f"{name}.bmp", flat((index, 0, 255)))
    inputs, targets = data.pairs(tmp_path, image_size=8).head(3)
    np.testing.assert_array_equal(inputs, targets)
    np.testing.assert_array_equal(np.rint((inputs[:, 0, 0, 0] + 1) * 127.5), [2, 1, 0])


def test_pairs_grey_and_transparent(tmp_path):
    save(tmp_path / "a" / "1.png", np.full((8, 8), 255, "uint8"))
    save(tmp_path / "b" / "1.png", np.dstack([flat(RED), np.zeros((8, 8), "uint8")]))
    save(tmp_path / "a" / "2.png", np.full((8, 8), 65535, "uint16"))
    save(tmp_path / "b" / "2.png", flat((255, 255, 255)))
    assert colours(tmp_path) == ((255, 255, 255), (255, 255, 255))
    assert data.pairs(tmp_path, image_size=8, channels=1).shapes == ((8, 8, 1), (8, 8, 1))


def test_pairs_side_by_side_grey_and_transparent(tmp_path):
    save(tmp_path / "1.png", np.hstack([np.zeros((8, 8), "uint8"), np.full((8, 8), 255, "uint8")]))
    save(
        tmp_path / "2.png",
        np.dstack([np.zeros((8, 16, 3), "uint8"), np.repeat([[255] * 8 + [0] * 8], 8, 0)]).astype("uint8"),
    )
    assert colours(tmp_path) == ((255, 255, 255), (0, 0, 0))


def test_pairs_take_integers_of_numpy(tmp_path):
    for source in (side_by_side(tmp_path), "shapes"):
        examples = data.pairs(source, image_size=np.int64(8))
        assert examples.fingerprint() == data.pairs(source, image_size=8).fingerprint()


# Bad input


def test_pairs_unpaired_names(tmp_path):
    two_folders(tmp_path)
    save(tmp_path / "maps" / "3.png", flat(RED))
    with pytest.raises(
        ValueError, match=r"same names in both folders.* Received: 1 without one partner: maps/3\.png\.$"
    ):
        data.pairs(tmp_path)
    for index in range(4, 8):
        save(tmp_path / "photos" / f"{index}.png", flat(RED))
    with pytest.raises(
        ValueError, match=r"5 without one partner: maps/3\.png, photos/4\.png, photos/5\.png, \.\.\.\.$"
    ):
        data.pairs(tmp_path)


def test_pairs_names_that_are_equal_without_suffix(tmp_path):
    two_folders(tmp_path)
    save(tmp_path / "maps" / "1.bmp", flat(RED))
    with pytest.raises(ValueError, match=r"each once.* Received: 1 without one partner: photos/1\.png\."):
        data.pairs(tmp_path)


def test_pairs_odd_width(tmp_path):
    side_by_side(tmp_path)
    save(tmp_path / "3.png", flat(RED, width=15))
    for options in ({}, {"cache": tmp_path / "cache"}):
        with pytest.raises(ValueError, match=r"even width.* Received: a width of 15 pixels in '.*3\.png'\.$"):
            data.pairs(tmp_path, **options)
    assert not list((tmp_path / "cache").glob("*"))


@pytest.mark.parametrize("names", [(), ("notes.txt",), ("a/1.png",), ("a/1.png", "b/1.png", "c/1.png")])
def test_pairs_folder_without_pairs(tmp_path, names):
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    with pytest.raises(
        ValueError, match=r"Expected a folder of pictures.* Received: '.*' with no picture and \d folders\.$"
    ):
        data.pairs(tmp_path)


def test_pairs_empty_side(tmp_path):
    two_folders(tmp_path)
    (tmp_path / "empty").mkdir()
    with pytest.raises(ValueError, match=r"Received: '.*empty' with no picture and 0 folders\.$"):
        data.pairs((tmp_path / "maps", tmp_path / "empty"))


@pytest.mark.parametrize("present", [("train", "test"), ("trainA", "trainB")])
def test_pairs_missing_split(tmp_path, present):
    two_folders(tmp_path, *present)
    sentence = (
        rf"Expected .* 'val', or 'valA' and 'valB'\. Received: '.*', whose splits are: {present[1]}, {present[0]}\.$"
    )
    sentence = sentence if present[0] == "train" else sentence.replace("trainB, trainA", "trainA, trainB")
    with pytest.raises(ValueError, match=sentence):
        data.pairs(tmp_path, split="val")


def test_pairs_half_a_split(tmp_path):
    side_by_side(tmp_path / "trainA")
    with pytest.raises(ValueError, match=r"'trainA' and 'trainB'\. Received: .*: trainA\.$"):
        data.pairs(tmp_path)


def test_pairs_without_splits(tmp_path):
    side_by_side(tmp_path / "set")
    two_folders(tmp_path)
    with pytest.raises(ValueError, match=r"Received: '.*set', whose splits are: none\.$"):
        data.pairs(tmp_path / "set", split="test")
    with pytest.raises(ValueError, match=r"split='train' for two folders.* Received: 'test'\.$"):
        data.pairs((tmp_path / "maps", tmp_path / "photos"), split="test")


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("shape", r"Unknown set of pairs\. Did you mean 'shapes'\?.* Received: 'shape', which is no folder either\.$"),
        ("facades", r"Received: 'facades', which is no folder either \(data\.fetch\('facades'\) downloads"),
        ("", r"Unknown set of pairs.* Received: ''"),
        ("nowhere/facades", r"Expected a folder that exists\. Received: 'nowhere/facades'\."),
        (Path("nowhere"), r"Expected a folder that exists\. Received: 'nowhere'\."),
        (__file__, r"Expected a folder that exists\. Received: '.*test_pairs\.py'\."),
        (("a",), r"Expected a tuple of two folders\. Received: 1 of them\."),
        (("nowhere/a", "nowhere/b"), r"Expected a folder that exists\. Received: 'nowhere/a'\."),
        ((1, 2), r"Expected a name, a folder, or a tuple of two folders\. Received: int\."),
        (None, r"Expected a name, a folder, or a tuple of two folders\. Received: NoneType\."),
    ],
)
def test_pairs_unknown_source(source, sentence, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ValueError, match=sentence):
        data.pairs(source)


@pytest.mark.parametrize(
    ("name", "value"),
    [("image_size", value) for value in (0, -8, 8.0, "8", True, None)]
    + [("channels", value) for value in (0, 2, None, "rgb")]
    + [("input_side", value) for value in ("top", None, 0)],
)
def test_pairs_option_refused(name, value):
    with pytest.raises(ValueError, match=rf"Expected {name} to be .*\. Received: {value!r}\.$"):
        data.pairs("shapes", **{name: value})


# Names of strangers

STRANGE = ("two words", "-x", "--out", "caf\u00e9", "\U0001f43c", "\u202egnp.exe", "a\nb", 'it\'s "so"', "a" * 250)


def test_pairs_of_any_name(tmp_path):
    two_folders(tmp_path / "a\nb", names=[f"{name}.png" for name in STRANGE])
    assert len(data.pairs(tmp_path / "a\nb", image_size=8, cache=tmp_path / "-c \U0001f43c")) == len(STRANGE)
    assert len(data.domains(tmp_path / "a\nb", image_size=8)) == len(STRANGE)


def test_pairs_are_told_by_their_names_however_accents_are_composed(tmp_path):
    save(tmp_path / "a" / "caf\u00e9.png", flat(RED))
    save(tmp_path / "b" / "cafe\u0301.png", flat(BLUE))
    assert colours(tmp_path) == (RED, BLUE)
    save(tmp_path / "b" / "caf\u00e9.png", flat(BLUE))
    with pytest.raises(ValueError, match=r"Received: 1 without one partner: a/caf\u00e9\.png\."):
        data.pairs(tmp_path, image_size=8)


def test_pairs_name_files_in_one_line(tmp_path):
    two_folders(tmp_path, names=["1.png", "a\nb.png"])
    (tmp_path / "maps" / "a\nb.png").write_bytes(b"")
    with pytest.warns(UserWarning, match=r"unreadable: maps/'a\\nb\.png' \(cannot identify image file '.*a\\nb"):
        assert len(data.pairs(tmp_path, image_size=8)) == 1
    (tmp_path / "maps" / "a\nb.png").unlink()
    with pytest.raises(ValueError, match=r"without one partner: photos/'a\\nb\.png'\.$"):
        data.pairs(tmp_path, image_size=8)
