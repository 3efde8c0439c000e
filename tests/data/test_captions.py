"""Pictures with captions: drawn ones are what they say, and folders are read as their list says."""

import functools

import numpy as np
import pytest
from PIL import Image

from keras_gans import data
from keras_gans.data.captioned import FACTS, PLACES, RELATIONS, UNSEEN
from keras_gans.data.folders import NoSplitError
from keras_gans.data.kinds import KINDS, Options


@functools.cache
def captioned(split="train", size=64):
    return data.captions("captioned", size, split=split)


@functools.cache
def relations(split="train"):
    return data.captions("relations", 32, split=split)


def inside(pictures):
    """Where a picture is coloured."""
    return np.ptp(np.rint((pictures + 1) * 127.5), axis=-1) > 50


# Drawn


def test_captioned_splits_have_the_sizes_and_combinations_that_they_state():
    counts = {split: len(captioned(split)) for split in ("train", "test", "unseen")}
    assert counts == {"train": 2000, "test": 400, "unseen": 200}
    for split in counts:
        truth = captioned(split).truth
        combinations = set(zip(*truth.values()))
        assert len(combinations) == (10 if split == "unseen" else 80)
        assert {values[:2] == UNSEEN for values in combinations} == {split == "unseen"}
    assert {name: set(values) for name, values in captioned().truth.items()} == {n: set(v) for n, v in FACTS.items()}


def test_captions_say_what_is_true():
    for split in ("train", "unseen"):
        examples = captioned(split)
        for row, captions in enumerate(examples.captions):
            colour, shape, size, place = (values[row] for values in examples.truth.values())
            where = PLACES[place][1]
            assert captions == (f"a {size} {colour} {shape} {where}", f"{where} there is a {size} {colour} {shape}")


def test_pictures_show_what_is_true():
    examples = captioned("test")
    mask = inside(examples.parts[0])
    strongest = np.stack([picture[some].mean(0) for picture, some in zip(examples.parts[0], mask)]).argmax(-1)
    assert [FACTS["colour"][k] for k in strongest] == list(examples.truth["colour"])
    centres = np.stack([np.argwhere(some).mean(0)[::-1] / 64 for some in mask])
    wanted = np.stack([PLACES[place][0] for place in examples.truth["place"]])
    assert np.abs(centres - wanted).max() < 0.08
    areas, large = mask.mean((1, 2)), np.array(examples.truth["size"]) == "large"
    for shape in FACTS["shape"]:
        some = np.array(examples.truth["shape"]) == shape
        assert areas[some & large].min() > 1.3 * areas[some & ~large].max()


def test_splits_share_a_vocabulary_and_no_picture():
    known = captioned().vocabulary
    assert sorted(known.words) == sorted(
        [
            "a",
            "at",
            "blue",
            "bottom",
            "circle",
            "green",
            "in",
            "is",
            "large",
            "left",
            "middle",
            "on",
            "red",
            "right",
            "small",
            "square",
            "the",
            "there",
            "top",
            "triangle",
        ]
    )
    assert known.length == 9
    seen = {picture.tobytes() for picture in captioned().parts[0]}
    for split in ("test", "unseen"):
        examples = captioned(split)
        assert (examples.vocabulary.words, examples.vocabulary.length) == (known.words, known.length)
        assert (examples.parts[1] != 1).all()
        assert not seen & {picture.tobytes() for picture in examples.parts[0]}


def test_relations_have_swaps_of_the_same_words():
    examples = relations()
    told = {caption for (caption,) in examples.captions}
    assert (len(examples), len(relations("test")), len(told)) == (2016, 288, 144)
    for caption in told:
        relation = next(relation for relation in RELATIONS if f" {relation} " in caption)
        first, second = caption.split(f" {relation} ")
        assert f"{second} {relation} {first}" in told


def test_relations_show_the_first_thing_where_the_sentence_has_it():
    examples = relations()
    for row in range(0, 288, 7):
        first, relation, second = (values[row] for values in examples.truth.values())
        mask = inside(examples.parts[0][row])
        half = mask.copy()
        half[:, 16:] = half[:, 16:] & (relation != "left of")
        half[16:] = half[16:] & (relation != "above")
        for name, some in ((first, half), (second, mask & ~half)):
            assert FACTS["colour"][examples.parts[0][row][some].mean(0).argmax()] == name.split()[0]


@pytest.mark.parametrize(("name", "split"), [("captioned", "val"), ("relations", "unseen")])
def test_split_that_is_not_there_is_refused(name, split):
    with pytest.raises(NoSplitError, match=rf"Expected the split 'train' or .* of '{name}'\. Received: '{split}'\.$"):
        data.captions(name, split=split)


# What training sees


def test_training_sees_either_caption_by_the_generator_and_others_the_first():
    examples = captioned(size=16)
    rows = (np.arange(200),) * 2
    first = examples.vocabulary.tokens([captions[0] for captions in examples.captions[:200]])
    np.testing.assert_array_equal(examples.read(rows)[1], first)
    one, again, other = (examples.read(rows, np.random.default_rng(seed))[1] for seed in (0, 0, 1))
    np.testing.assert_array_equal(one, again)
    second = examples.vocabulary.tokens([captions[1] for captions in examples.captions[:200]])
    for tokens in (one, other):
        is_first, is_second = (np.all(tokens == some, axis=1) for some in (first, second))
        assert (is_first | is_second).all()
        assert 70 < is_first.sum() < 130
    assert not np.array_equal(one, other)


def test_pictures_are_never_mirrored():
    """A mirrored picture whose caption says "left" is a mismatch."""
    examples = captioned(size=16)
    rows = (np.arange(64),) * 2
    for seed in range(3):
        pictures, _ = examples.read(rows, np.random.default_rng(seed))
        np.testing.assert_array_equal(pictures, examples.parts[0][:64])


def test_fingerprint_tells_other_captions_and_other_pictures():
    shorter = data.Vocabulary(captioned().vocabulary.words[:-1], 9)
    others = [captioned("test", 16), captioned("unseen", 16), data.captions("captioned", 16, vocabulary=shorter)]
    found = {examples.fingerprint() for examples in (captioned(size=16), *others)}
    assert len(found) == 4
    assert captioned(size=16).fingerprint() == data.captions("captioned", 16).fingerprint()


# Folders


@pytest.fixture
def folder(tmp_path):
    """Three pictures, one with two captions."""
    (tmp_path / "images").mkdir()
    for number in range(3):
        Image.fromarray(np.full((20, 30, 3), 100 * number, "uint8")).save(tmp_path / "images" / f"{number}.png")
    rows = ["image\tcaption", "images/0.png\tA black box.", "images/1.png\tA grey box", "", "images/0.png\tIt is black"]
    (tmp_path / "captions.tsv").write_text("\n".join([*rows, "images/2.png\tA white box"]))
    return tmp_path


def test_folder_is_read_as_its_list_says(folder):
    examples = data.captions(str(folder), 16)
    assert examples.captions == [("A black box.", "It is black"), ("A grey box",), ("A white box",)]
    assert (examples.shapes, examples.vocabulary.words) == (((16, 16, 3), (3,)), ("a", "box", "black"))
    pictures, tokens = examples.read((np.arange(3),) * 2)
    np.testing.assert_allclose(pictures.mean((1, 2, 3)), np.array([0, 100, 200]) / 127.5 - 1, atol=1e-6)
    assert tokens.tolist() == [[2, 4, 3], [2, 1, 3], [2, 1, 3]]
    assert data.captions(folder, 16, vocabulary=data.Vocabulary(["white", "box"], 3)).parts[1].tolist() == [
        [1, 1, 3],
        [1, 1, 3],
        [1, 2, 3],
    ]


def test_kind_says_what_it_read(folder):
    found = KINDS["captions"].read(str(folder), Options(16))
    assert found.taken == (
        f"3 pictures of 30 x 20 pixels, brought to 16 x 16, in colour, from {folder}; 4 captions of at most 3 words; "
        "3 words known: a, box, black"
    )
    assert found.arguments == {"image_shape": (16, 16, 3), "words": ("a", "box", "black"), "length": 3}
    assert [len(part) for part in found.shown(2)] == [2, 2]
    drawn = KINDS["captions"].read("captioned")
    assert drawn.examples.shapes == ((64, 64, 3), (9,))
    assert "4,000 captions of at most 9 words; 20 words known: a, the, is, large, small, there, at" in drawn.taken


def test_unreadable_picture_is_left_out_with_its_captions(folder):
    (folder / "images" / "1.png").write_bytes(b"no picture")
    with pytest.warns(UserWarning, match=r"1\.png"):
        examples = data.captions(folder, 16)
    assert [captions[0] for captions in examples.captions] == ["A black box.", "A white box"]
    with pytest.raises(ValueError, match=r"1\.png"):
        data.captions(folder, 16, strict=True)
    assert "1.png" in KINDS["captions"].read(folder, Options(16)).left_out[0]


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("images/0.png", "Expected in line 7 of .* a file, a tab and a caption"),
        ("images/0.png\t", "Expected in line 7 of .* a file, a tab and a caption"),
        ("images/9.png\tA box", "Expected in line 7 of .* the file of a picture, in its folder"),
        ("../x.png\tA box", "Expected in line 7 of .* the file of a picture, in its folder"),
    ],
)
def test_line_that_is_none_is_refused(folder, line, sentence):
    with open(folder / "captions.tsv", "a") as file:
        file.write(f"\n{line}")
    with pytest.raises(ValueError, match=rf"^{sentence}.*Received: "):
        data.captions(folder, 16)


def test_source_without_captions_is_refused(folder):
    with pytest.raises(ValueError, match=r"^Expected the split 'train' of a folder with captions\. Received: 'test'"):
        data.captions(folder, 16, split="test")
    (folder / "captions.tsv").write_text("image\tcaption\n")
    with pytest.raises(ValueError, match=r"^Expected captions in .*Received: 1 lines"):
        data.captions(folder, 16)
    (folder / "captions.tsv").write_bytes(b"\xff\xfe")
    with pytest.raises(ValueError, match=r"^Expected text in .*Received: bytes that are not UTF-8"):
        data.captions(folder, 16)
    (folder / "captions.tsv").unlink()
    with pytest.raises(ValueError, match=r"^Expected a folder with captions\.tsv, .*Received: "):
        data.captions(folder, 16)
    with pytest.raises(ValueError, match=r"captioned"):
        data.captions("captionned")
