"""Partly labelled data: how many labels are left, of which class, that the others are there too, and refusals."""

import numpy as np
import pytest

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
        ({"labels": LABELS - 1}, r"Expected labels from 0\. Received: -1\.$"),
        ({"labels": 2 * LABELS}, r"at least 10 examples of each class.*Received: 0 of class 1\.$"),
    ],
)
def test_partly_labelled_refuses_what_does_not_fit(arguments, sentence):
    with pytest.raises(ValueError, match=sentence):
        data.partly_labelled(**{"images": IMAGES, "labels": LABELS, **arguments})


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
