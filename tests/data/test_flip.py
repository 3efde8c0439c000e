"""Single pictures are mirrored as those of pairs are: in training alone, half of them, as a seed decides."""

import numpy as np
import pytest
from PIL import Image

from keras_gans import data, recipes
from keras_gans.data.kinds import KINDS, Options
from keras_gans.runs.settings import Settings
from keras_gans.runs.train import _flips

X = np.random.default_rng(0).uniform(-1, 1, (400, 4, 6, 3)).astype("float32")
Y = np.arange(400) % 7


def test_half_of_the_pictures_are_mirrored_and_nothing_else_changes():
    examples = data.Examples(X, Y, flip=True)
    rows = examples.order()
    pictures, labels = examples.read(rows, np.random.default_rng(1))
    np.testing.assert_array_equal(labels, Y)
    turned = np.array([not np.array_equal(a, b) for a, b in zip(pictures, X)])
    np.testing.assert_array_equal(pictures, np.where(turned[:, None, None, None], X[:, :, ::-1], X))
    assert abs(turned.mean() - 0.5) < 0.1
    again = examples.read(rows, np.random.default_rng(1))[0]
    np.testing.assert_array_equal(again, pictures)


def test_pictures_are_as_they_are_outside_of_training_and_by_default():
    examples, plain = data.Examples(X, Y, flip=True), data.Examples(X, Y)
    for found in (examples.read(examples.order())[0], examples.head(400)[0], examples.spread(400)[0]):
        np.testing.assert_array_equal(found, X)
    np.testing.assert_array_equal(plain.read(plain.order(), np.random.default_rng(1))[0], X)
    assert examples.fingerprint() != plain.fingerprint()


def test_pictures_that_belong_together_are_mirrored_alike_and_others_each_for_itself():
    for aligned, alike in ((True, 400), (False, 200)):
        a, b = data.Examples(X, X, aligned=aligned, flip=True).read((np.arange(400),) * 2, np.random.default_rng(2))
        assert abs(sum(np.array_equal(x, y) for x, y in zip(a, b)) - alike) <= (0 if aligned else 40)


def test_points_and_vectors_are_left_alone():
    points = np.random.default_rng(0).normal(size=(50, 2)).astype("float32")
    examples = data.Examples(points, flip=True)
    np.testing.assert_array_equal(examples.read(examples.order(), np.random.default_rng(0))[0], points)


def test_batches_mirror_what_the_seed_says():
    first, second, other = (
        next(iter(data.batches(data.Examples(X, flip=True), 400, seed=seed, shuffle=True))) for seed in (0, 0, 1)
    )
    np.testing.assert_array_equal(np.asarray(first), np.asarray(second))
    assert not np.array_equal(np.asarray(first), np.asarray(other))


@pytest.mark.parametrize("kind", ["images", "labels", "some labels", "few labels"])
def test_kinds_of_single_pictures_take_it_and_compare_with_pictures_as_they_are(kind):
    found = KINDS[kind].read("digits", Options(flip=True))
    assert found.examples.flip
    assert not found.compared.flip
    assert found.taken.endswith("; mirrored every second time")
    assert not KINDS[kind].read("digits", Options()).examples.flip


@pytest.mark.parametrize(
    ("kind", "source"), [("pairs", "shapes"), ("domains", "shapes"), ("images", "ring"), ("captions", "captioned")]
)
def test_other_kinds_refuse_it(kind, source):
    with pytest.raises(ValueError, match=rf"Expected single pictures to flip\. Received: '{source}', "):
        KINDS[kind].read(source, Options(flip=True))


def test_runs_mirror_where_the_paper_does_photographs_of_a_folder_alone(tmp_path):
    Image.fromarray(np.zeros((8, 8), "uint8")).save(tmp_path / "0.png")
    assert {name for name, paper in recipes.RECIPES.items() if paper.flip} == {
        *["progan", "stylegan", "stylegan2", "r3gan", "r3gan_conditional"]
    }
    for recipe, source, flip, expected in (
        ("stylegan2", str(tmp_path), None, True),
        ("stylegan2", str(tmp_path), False, False),
        ("stylegan2", "digits", None, False),
        ("stylegan2", "digits", True, True),
        ("dcgan", str(tmp_path), None, False),
        ("dcgan", str(tmp_path), True, True),
    ):
        assert _flips(Settings(recipe, data=source, flip=flip, steps=1), recipes.RECIPES[recipe]) is expected
