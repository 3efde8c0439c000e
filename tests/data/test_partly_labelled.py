"""Partly labelled data: how many labels are left, of which class, that the others are there too, and refusals."""

import numpy as np
import pytest
from PIL import Image

from keras_gans import data
from keras_gans.data.batches import Batches
from keras_gans.data.kinds import KINDS, Options

IMAGES = np.arange(60, dtype="float32").reshape(60, 1) / 60
LABELS = np.arange(60) % 3


def test_so_many_labels_of_each_class_are_left_beside_their_own_images():
    found = data.partly_labelled(IMAGES, LABELS, per_class=4)
    images, labels, unlabelled = found.parts
    assert np.bincount(labels).tolist() == [4, 4, 4]
    rows = np.rint(images[:, 0] * 60).astype(int)
    np.testing.assert_array_equal(LABELS[rows], labels)
    assert len(set(rows)) == 12
    np.testing.assert_array_equal(unlabelled, IMAGES)
    assert (found.groups, found.aligned, len(found)) == ((2, 1), False, 60)


def test_a_seed_decides_which():
    one, same, other = (data.partly_labelled(IMAGES, LABELS, 4, seed).parts[0] for seed in (0, 0, 1))
    np.testing.assert_array_equal(one, same)
    assert set(one[:, 0]) != set(other[:, 0])


def test_labelled_and_unlabelled_images_are_shuffled_each_for_itself():
    found = data.partly_labelled(IMAGES, LABELS, per_class=4)
    batches = Batches(found, 12, True, 0)
    assert batches.steps_per_pass == 5
    passed = [batches.batch(0, index) for index in range(5)]
    assert set(np.concatenate([u for _, _, u in passed])[:, 0]) == set(IMAGES[:, 0])
    for images, labels, _ in passed:  # all labels in each batch, since there are as many
        np.testing.assert_array_equal(np.rint(images[:, 0] * 60).astype(int) % 3, labels)
        assert np.bincount(labels).tolist() == [4, 4, 4]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"per_class": 21}, r"at least 21 examples of each class.*Received: 20 of class 0\.$"),
        ({"per_class": 0}, r"labels per class as a positive integer\. Received: 0\.$"),
        ({"per_class": 2.5}, r"Received: 2\.5\.$"),
        ({"labels": LABELS[:-1]}, r"a label, an int, for each of 60 examples\. Received: int64 of shape \(59,\)\.$"),
        ({"labels": LABELS / 2}, r"a label, an int.*Received: float64 of shape \(60,\)\.$"),
        ({"labels": LABELS - 2}, r"Expected labels from 0, or -1 where.*Received: labels from -2 to 0\.$"),
        ({"labels": 0 * LABELS - 1}, r"and one that is known\. Received: labels from -1 to -1\.$"),
        ({"share": 0.5}, r"a share of labels or a number, not both\. Received: 0\.5 and 10\.$"),
        ({"share": 0.0, "per_class": None}, r"the share of labels in \(0, 1\]\. Received: 0\.0\.$"),
        ({"share": 1.1, "per_class": None}, r"Received: 1\.1\.$"),
        ({"labels": 2 * LABELS}, r"at least 10 examples of each class.*Received: 0 of class 1\.$"),
    ],
)
def test_partly_labelled_and_hide_labels_refuse_what_does_not_fit(arguments, sentence):
    arguments = {"images": IMAGES, "labels": LABELS, "per_class": 10, **arguments}
    with pytest.raises(ValueError, match=sentence):
        data.partly_labelled(**arguments)
    if len(arguments["labels"]) == len(arguments.pop("images")):
        with pytest.raises(ValueError, match="Expected"):
            data.hide_labels(**arguments)


def test_a_share_of_digits_is_hidden_of_each_class_and_the_same_by_a_seed():
    labels = data.load("digits", labels=True)[1]
    seen = data.hide_labels(labels, share=0.1)
    assert (seen.dtype, np.sum(seen >= 0), len(seen)) == (np.int32, 185, 1797)
    counts = np.bincount(labels)
    assert np.bincount(seen[seen >= 0]).tolist() == np.ceil(counts / 10).tolist()
    np.testing.assert_array_equal(seen[seen >= 0], labels[seen >= 0])
    np.testing.assert_array_equal(data.hide_labels(labels, 0.1), seen)
    assert not np.array_equal(data.hide_labels(labels, 0.1, seed=1), seen)
    np.testing.assert_array_equal(data.hide_labels(labels, 1.0), labels)
    np.testing.assert_array_equal(data.hide_labels(labels), labels)


def test_a_share_is_rounded_up_but_not_by_rounding_errors():
    """0.07 * 100 is more than 7."""
    labels = np.repeat([0, 1, 2], [100, 101, 1]).astype("uint8")
    assert np.bincount(data.hide_labels(labels, 0.07) + 1).tolist() == [202 - 7 - 8 - 1, 7, 8, 1]


def test_labels_that_are_unknown_stay_so():
    labels = np.where(np.arange(60) < 30, LABELS, -1)
    seen = data.hide_labels(labels, 0.5)
    assert (seen[30:] == -1).all()
    assert np.bincount(seen[seen >= 0]).tolist() == [5, 5, 5]
    few = data.partly_labelled(IMAGES, labels, per_class=None)
    assert [len(part) for part in few.parts] == [30, 30, 60]
    np.testing.assert_array_equal(few.parts[1], LABELS[:30])


def test_both_hide_the_same_labels():
    seen = data.hide_labels(LABELS, seed=3, per_class=4)
    few = data.partly_labelled(IMAGES, LABELS, per_class=4, seed=3)
    assert set(np.flatnonzero(seen >= 0)) == set(np.rint(few.parts[0][:, 0] * 60).astype(int))
    half = data.partly_labelled(IMAGES, LABELS, per_class=None, share=0.5, seed=3)
    assert np.bincount(half.parts[1]).tolist() == [10, 10, 10]


def test_kind_of_few_labels_compares_with_all():
    found = KINDS["few labels"].read("digits", Options(labels_per_class=5, seed=3))
    assert [len(part) for part in found.examples.parts] == [50, 50, 1797]
    assert found.examples.shapes == ((16, 16, 1), (), (16, 16, 1))
    assert [len(part) for part in found.compared.parts] == [1797, 1797]
    assert found.arguments == {"image_shape": (16, 16, 1), "classes": 10}
    assert found.taken.endswith("; of which 5 labels of each class are seen")
    np.testing.assert_array_equal(found.examples.parts[2], found.compared.parts[0])
    plain = KINDS["few labels"].read("digits")
    assert len(plain.examples.parts[0]) == 100
    expected = data.partly_labelled(*found.compared.parts, per_class=5, seed=3)
    assert expected.fingerprint() == found.examples.fingerprint() != plain.examples.fingerprint()


def test_kind_of_few_labels_refuses_more_labels_than_a_class_has():
    with pytest.raises(ValueError, match=r"at least 175 examples of each class.*Received: 174 of class 8\.$"):
        KINDS["few labels"].read("digits", Options(labels_per_class=175))


def test_kind_of_some_labels_has_minus_1_in_the_place_of_the_others():
    found = KINDS["some labels"].read("digits", Options(label_share=0.1, seed=3))
    images, labels = found.compared.parts
    assert labels.min() == 0
    assert found.examples.parts[0] is images
    np.testing.assert_array_equal(found.examples.parts[1], data.hide_labels(labels, 0.1, seed=3))
    assert found.taken.endswith("; of which 185 labels are seen, 0.1 of each class")
    assert found.arguments == {"image_shape": (16, 16, 1), "classes": 10}
    every = KINDS["some labels"].read("digits")
    np.testing.assert_array_equal(every.examples.parts[1], labels)
    assert "seen" not in every.taken
    five = KINDS["some labels"].read("digits", Options(labels_per_class=5, seed=3))
    np.testing.assert_array_equal(five.examples.parts[1], data.hide_labels(labels, seed=3, per_class=5))
    few = KINDS["few labels"].read("digits", Options(label_share=0.1, seed=3))
    assert [len(part) for part in few.examples.parts] == [185, 185, 1797]


@pytest.fixture(params=["folders", "npz"])
def partly(request, tmp_path):
    """Five pictures, of which two have no label."""
    levels, labels = np.arange(5) * 50, [0, -1, 1, -1, 0]
    pictures = np.broadcast_to(levels[:, None, None], (5, 16, 16)).astype("uint8")
    if request.param == "npz":
        np.savez(tmp_path / "set.npz", x=pictures, y=np.array(labels))
        return str(tmp_path / "set.npz")
    for level, label, picture in zip(levels, labels, pictures):
        place = tmp_path / ("zebra", "cat")[label ^ 1] if label >= 0 else tmp_path / "unlabelled"
        place.mkdir(exist_ok=True)
        Image.fromarray(picture).save(place / f"{level}.png")
    return str(tmp_path)


def test_pictures_without_a_label_come_in_from_files(partly):
    """By the label -1, or from a class folder called `unlabelled`, which is no class."""
    images, labels = data.load(partly, labels=True)
    order = np.argsort(images[:, 0, 0, 0])
    assert labels[order].tolist() == [0, -1, 1, -1, 0]
    found = KINDS["some labels"].read(partly)
    assert found.class_names in (("cat", "zebra"), ("0", "1"))
    assert found.taken.endswith(f"{found.class_names[0]} (2), {found.class_names[1]} (1); 2 pictures without a label")
    np.testing.assert_array_equal(found.examples.parts[1], labels)
    few = KINDS["few labels"].read(partly)
    assert [len(part) for part in few.examples.parts] == [3, 3, 5]
    plain = KINDS["images"].read(partly)
    np.testing.assert_array_equal(plain.compared.parts[1], labels)
    with pytest.raises(ValueError, match=r"labels from 0 to at most 4.*Received: labels from -1 to 1\.$"):
        KINDS["labels"].read(partly)


def test_pictures_none_of_which_has_a_label_are_no_labelled_ones(tmp_path):
    np.savez(tmp_path / "set.npz", x=np.zeros((3, 16, 16), "uint8"), y=np.array([-1, -1, -1]))
    with pytest.raises(ValueError, match=r"or -1 where it is not known\. Received: labels from -1 to -1\.$"):
        KINDS["some labels"].read(str(tmp_path / "set.npz"))
