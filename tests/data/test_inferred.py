"""Labels that are inferred: how often rightly, from few; known ones stay; nothing around is touched; kept in a file."""

import dataclasses

import numpy as np
import pytest
from surroundings import assert_as_before, surroundings

from keras_gans import data, engine
from keras_gans.data import inferred
from keras_gans.data.kinds import KINDS, Options


@pytest.fixture(scope="module")
def digits():
    return data.load("digits", image_size=16, labels=True)


@pytest.fixture
def few_steps(monkeypatch):
    monkeypatch.setattr(inferred, "STEPS", 3)


def test_labels_of_digits_are_inferred_from_a_tenth(digits, monkeypatch):
    """By chance a tenth are right."""
    monkeypatch.setattr(inferred, "STEPS", 200)
    images, labels = digits
    seen = data.hide_labels(labels, 0.1)
    before = surroundings()
    found, accuracy = data.infer_labels(images, seen)
    assert_as_before(before)
    assert (found.dtype, found.shape) == (np.int32, labels.shape)
    np.testing.assert_array_equal(found[seen >= 0], labels[seen >= 0])
    right = np.mean(found[seen < 0] == labels[seen < 0])
    assert right > 0.85
    assert accuracy == pytest.approx(right, abs=0.15)  # on 40


def test_a_quarter_of_each_class_is_held_out():
    labels = np.repeat([0, 1, 2, 3, -1], [8, 5, 2, 1, 20])
    seen, unseen = inferred._split(labels, seed=0)
    assert np.bincount(labels[unseen], minlength=4).tolist() == [2, 1, 1, 0]
    assert np.bincount(labels[seen]).tolist() == [6, 4, 1, 1]
    assert set(seen) | set(unseen) == set(range(16))


@pytest.mark.usefixtures("few_steps")
def test_a_seed_decides_and_a_single_label_of_a_class_is_not_held_out(digits):
    images, labels = digits[0][:200], data.hide_labels(digits[1][:200], per_class=1)
    one, same, other = (data.infer_labels(images, labels, seed) for seed in (0, 0, 1))
    assert one[1] is None
    np.testing.assert_array_equal(one[0], same[0])
    assert not np.array_equal(one[0], other[0])


@pytest.mark.usefixtures("few_steps")
def test_labels_that_are_all_known_stay_and_pictures_of_any_size_are_taken(digits):
    labels = digits[1][:40]
    tall = np.random.default_rng(0).uniform(-1, 1, (40, 50, 20, 3)).astype("float32")
    found, accuracy = data.infer_labels(tall, labels)
    np.testing.assert_array_equal(found, labels)
    assert 0 <= accuracy <= 1


@pytest.mark.parametrize(
    ("images", "labels", "sentence"),
    [
        (np.zeros((3, 4)), np.zeros(3, int), r"at least one image.*Received: an array of shape \(3, 4\)\.$"),
        (np.zeros((3, 4, 4, 1)), np.zeros(2, int), r"for each of 3 images.*of shape \(2,\), from 0 to 0\.$"),
        (np.zeros((3, 4, 4, 1)), np.full(3, -1), r"one that is known\. Received: int64.*from -1 to -1\.$"),
        (np.zeros((3, 4, 4, 1)), np.zeros(3), r"Received: float64 of shape \(3,\)"),
    ],
)
def test_infer_labels_refuses_what_does_not_fit(images, labels, sentence):
    with pytest.raises(ValueError, match=sentence):
        data.infer_labels(images, labels)


@pytest.mark.usefixtures("few_steps")
def test_kind_of_inferred_labels_says_how_many_and_takes_those_of_before(digits):
    options = Options(label_share=0.1, seed=3)
    found = KINDS["inferred labels"].read("digits", options)
    expected, accuracy = data.infer_labels(digits[0], data.hide_labels(digits[1], 0.1, seed=3), seed=3)
    np.testing.assert_array_equal(found.examples.parts[1], expected)
    np.testing.assert_array_equal(found.compared.parts[1], digits[1])
    said = f"inferred the labels of 1,612 pictures, of which {accuracy:.1%} are right by labels that were held out"
    assert found.taken.endswith(f"; of which 185 labels are seen, 0.1 of each class; {said}")
    other = inferred.Inferred(np.zeros(1797, "int32"), None)
    again = KINDS["inferred labels"].read("digits", dataclasses.replace(options, inferred=other))
    assert again.examples.parts[1].max() == 0
    assert again.taken.endswith("; inferred the labels of 1,612 pictures")


@pytest.mark.parametrize("accuracy", [None, 0.875])
def test_inferred_labels_are_read_as_they_were_written(tmp_path, accuracy):
    path = tmp_path / "labels.npz"
    assert inferred.read(path) is None
    inferred.Inferred(np.array([2, 0, 1], "int32"), accuracy).write(path)
    found = inferred.read(path)
    assert (found.labels.tolist(), found.labels.dtype, found.accuracy) == ([2, 0, 1], np.int32, accuracy)
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(ValueError, match=r"Expected labels that a run inferred\. Received: '.*labels\.npz' \("):
        inferred.read(path)


@pytest.mark.usefixtures("few_steps")
def test_labels_are_inferred_in_float32_under_every_policy(digits):
    images, labels = digits[0][:100], data.hide_labels(digits[1][:100], 0.5)
    with engine.dtype_policy("mixed_float16"):
        found, accuracy = data.infer_labels(images, labels)
    expected, same = data.infer_labels(images, labels)
    np.testing.assert_array_equal(found, expected)
    assert accuracy == same
