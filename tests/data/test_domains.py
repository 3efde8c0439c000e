"""domains: two folders however they are kept, without partners; more of the same reading is in test_pairs."""

import numpy as np
import pytest
from PIL import Image

from keras_gans import data


def fill(folder, **counts):
    """Folders of so many pictures, whose grey level is their number among all."""
    level = 0
    for name, count in counts.items():
        (folder / name).mkdir(parents=True)
        for index in range(count):
            Image.fromarray(np.full((8, 8), level, "uint8")).save(folder / name / f"{index}.png")
            level += 1
    return folder


def levels(source, **options):
    parts = data.domains(source, image_size=8, channels=1, **options).head(9)
    return [np.rint((part[:, 0, 0, 0] + 1) * 127.5).astype(int).tolist() for part in parts]


def test_domains_of_splits(tmp_path):
    fill(tmp_path, trainA=3, trainB=2, testA=1, testB=2)
    assert levels(tmp_path) == [[0, 1, 2], [3, 4]]
    assert levels(str(tmp_path), split="test") == [[5], [6, 7]]


def test_domains_of_two_folders(tmp_path):
    fill(tmp_path, horses=2, apples=1)
    assert levels(tmp_path) == [[2], [0, 1]]  # Sorted by name.
    assert levels((tmp_path / "horses", tmp_path / "apples")) == [[0, 1], [2]]


def test_domains_of_two_folders_in_splits(tmp_path):
    fill(tmp_path / "train", a=1, b=2)
    fill(tmp_path / "test", a=2, b=1)
    assert levels(tmp_path) == [[0], [1, 2]]
    assert levels(tmp_path, split="test") == [[0, 1], [2]]


def test_domains_are_not_aligned(tmp_path):
    examples = data.domains(fill(tmp_path, trainA=5, trainB=3), image_size=8)
    assert (examples.aligned, len(examples), examples.shapes) == (False, 5, ((8, 8, 3), (8, 8, 3)))
    first, second = examples.order(np.random.default_rng(0))
    assert sorted(first) == [0, 1, 2, 3, 4]
    assert sorted(second[:3]) == [0, 1, 2]
    assert len(second) == 5


def test_domains_missing_split(tmp_path):
    fill(tmp_path, trainA=1, trainB=1)
    with pytest.raises(ValueError, match=r"'test', or 'testA' and 'testB'\. Received: .*: trainA, trainB\.$"):
        data.domains(tmp_path, split="test")


def test_domains_empty_side(tmp_path):
    fill(tmp_path, trainA=1, trainB=0)
    with pytest.raises(ValueError, match=r"Received: '.*trainB' with no picture and 0 folders\.$"):
        data.domains(tmp_path)


@pytest.mark.parametrize("folders", [("a",), ("a", "b", "c"), ()])
def test_domains_of_other_than_two_folders(tmp_path, folders):
    fill(tmp_path, **dict.fromkeys(folders, 1))
    with pytest.raises(ValueError, match=r"Expected two folders of pictures, or 'trainA' and 'trainB'\. Received: '"):
        data.domains(tmp_path)


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        (
            "shaps",
            r"Unknown set of two domains\. Did you mean 'shapes'\?.* Received: 'shaps', which is no folder either\.$",
        ),
        ("horse2zebra", r"Received: 'horse2zebra', which is no folder either \(data\.fetch\('horse2zebra'\)"),
        ("nowhere/a", r"Expected a folder that exists\. Received: 'nowhere/a'\.$"),
        (("a", "b", "c"), r"Expected a tuple of two folders\. Received: 3 of them\.$"),
    ],
)
def test_domains_unknown_source(source, sentence, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ValueError, match=sentence):
        data.domains(source)


@pytest.mark.parametrize(("name", "value"), [("image_size", 0), ("channels", 2)])
def test_domains_option_refused(name, value):
    with pytest.raises(ValueError, match=rf"Expected {name} to be .*\. Received: {value!r}\.$"):
        data.domains("shapes", **{name: value})
