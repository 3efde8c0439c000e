"""shapes: the drawn sets are what their labels say, the same at each call, and different where they must be."""

import functools

import numpy as np
import pytest

from keras_gans import data
from keras_gans.data import scenes

LABELS = {
    "wall": (0, 0, 171),
    "floor": (0, 140, 255),
    "ball": (255, 69, 0),
    "box": (255, 222, 0),
    "cone": (115, 255, 128),
}


@functools.cache
def labelled():
    return data.load("shapes", labels=True)


def levels(images):
    return np.rint((images + 1) * 127.5).astype(int)


def composed(seed=0):
    return scenes.compose(np.random.default_rng(seed))


# With labels


def test_shapes_are_equally_many_of_each_class():
    images, labels = labelled()
    assert images.shape == (2025, 64, 64, 3)
    assert np.bincount(labels).tolist() == [225] * 9
    assert len(data.shapes.CLASSES) == len(set(data.shapes.CLASSES)) == 9
    np.testing.assert_array_equal(data.load("shapes")[:20], images[:20])


def test_shapes_have_the_colour_that_their_class_names():
    images, labels = labelled()
    for index, name in enumerate(data.shapes.CLASSES):
        pixels = levels(images[labels == index])
        corners = pixels[:, [0, 0, -1, -1], [0, -1, 0, -1]]
        assert corners.min() > 220  # Light ground.
        strength = pixels.max(-1) - pixels.min(-1)
        strongest = np.stack([picture[spread > 50].mean(0) for picture, spread in zip(pixels, strength)])
        assert set(strongest.argmax(-1)) == {("red", "green", "blue").index(name.split()[0])}


def test_shapes_have_the_form_that_their_class_names():
    """How much of the smallest upright rectangle around it a form fills: a circle pi / 4, a triangle 1 / 2."""
    images, labels = labelled()
    for index, name in enumerate(data.shapes.CLASSES):
        inside = np.ptp(levels(images[labels == index][:40]), axis=-1) > 40
        fills = []
        for mask in inside:
            rows, columns = (np.flatnonzero(mask.any(axis)) for axis in (1, 0))
            fills.append(mask.sum() / ((np.ptp(rows) + 1) * (np.ptp(columns) + 1)))
        low, high = {"circle": (0.74, 0.83), "square": (0.6, 1.0), "triangle": (0.38, 0.58)}[name.split()[1]]
        assert low < min(fills)
        assert max(fills) < high + 0.01


def test_shapes_vary_in_place_and_size():
    images, labels = labelled()
    masks = np.ptp(levels(images[labels == 0]), axis=-1) > 80
    areas = masks.sum((1, 2))
    centres = np.array([np.argwhere(mask).mean(0) for mask in masks])
    assert areas.max() > 2 * areas.min()
    assert np.all(np.ptp(centres, axis=0) > 20)


def test_shapes_of_another_seed_are_others_of_the_same_classes(monkeypatch):
    monkeypatch.setattr(data.shapes, "_PER_CLASS", 2)
    (images, labels, _), (others, same, _) = data.shapes.labelled(), data.shapes.labelled(seed=1)
    np.testing.assert_array_equal(labels, same)
    assert not any(np.array_equal(one, other) for one in images for other in others)
    np.testing.assert_array_equal(images, data.shapes.labelled(seed=0)[0])


# Pairs


def test_shapes_pairs_come_in_two_splits():
    train, test = (data.pairs("shapes", image_size=32, split=split) for split in ("train", "test"))
    assert (len(train), len(test), train.aligned) == (400, 100, True)
    assert train.shapes == test.shapes == ((32, 32, 3), (32, 32, 3))
    first, held_out = train.head(30)[0], test.head(30)[0]
    assert first.dtype == np.float32
    assert len({picture.tobytes() for picture in np.concatenate([first, held_out])}) == 60
    assert train.fingerprint() != test.fingerprint()
    with pytest.raises(ValueError, match=r"Expected the split 'train' or 'test' of 'shapes'\. Received: 'val'\.$"):
        data.pairs("shapes", split="val")


def test_shapes_pairs_are_drawn_the_same_again():
    one, other = (data.pairs("shapes", image_size=32) for _ in range(2))
    rows, turned = (np.array([7, 3]),) * 2, (np.array([3, 7]),) * 2
    for part, again in zip(one.read(rows), other.read(turned)):
        np.testing.assert_array_equal(part, again[::-1])
    np.testing.assert_array_equal(one.read(rows), one.read(rows, np.random.default_rng(0)))  # No jitter.
    assert one.fingerprint() == other.fingerprint()


@pytest.mark.parametrize("size", [16, 64, 256])
def test_label_map_is_flat(size):
    known = np.array(list(LABELS.values()))
    pixels = scenes.label_map(composed(), size).astype(int)
    distance = np.abs(pixels[:, :, None] - known).max(-1).min(-1)
    assert np.mean(distance > 0) < 3.5 / size * 2  # Only edges are mixed, fewer the finer the picture is.
    np.testing.assert_array_equal(pixels[0, 0], LABELS["wall"])
    np.testing.assert_array_equal(pixels[-1, 0], LABELS["floor"])


def test_label_map_shows_each_thing_where_it_stands():
    for seed in range(20):
        scene = composed(seed)
        pixels = scenes.label_map(scene, 128)
        thing = scene.things[-1]  # Nothing hides it.
        middle = pixels[int((thing.y - 0.4 * thing.size) * 128), int((thing.x - 0.1 * thing.size) * 128)]
        np.testing.assert_array_equal(middle, LABELS[thing.kind])


def test_shaded_pictures_show_the_scene_of_the_label_map():
    """Of an unseen picture, colours follow from labels: the mean colour per label leaves little of the variance."""
    inputs, targets = (levels(part) for part in data.pairs("shapes", image_size=64).head(40))
    kinds = np.abs(inputs[..., None, :] - np.array(list(LABELS.values()))).sum(-1).argmin(-1)
    residual = np.zeros(targets.shape)
    for kind in range(5):
        residual[kinds == kind] = targets[kinds == kind] - targets[kinds == kind].mean(0)
    assert residual.var() < 0.25 * targets.reshape(-1, 3).var(0).mean()


def test_scenes_hold_three_to_five_things_inside_the_picture():
    for seed in range(200):
        scene = composed(seed)
        assert 3 <= len(scene.things) <= 5
        assert [thing.y for thing in scene.things] == sorted(thing.y for thing in scene.things)
        for thing in scene.things:
            assert thing.kind in scenes.KINDS
            assert scene.horizon < thing.y < 1
            assert thing.x - thing.size / 2 > 0
            assert thing.x + thing.size / 2 < 1


# Two styles


def test_shapes_domains_are_light_and_dark():
    examples = data.domains("shapes", image_size=32)
    assert (len(examples), examples.aligned, examples.shapes) == (400, False, ((32, 32, 3), (32, 32, 3)))
    crayons, stills = examples.head(20)
    assert crayons.mean((1, 2, 3)).min() > 0.5
    assert stills.mean((1, 2, 3)).max() < -0.3


def overlap(crayons, stills):
    """How far the things of two sets of pictures stand at the same places, from 0 to 1."""
    one, other = (np.ptp(np.asarray(part, "float32"), axis=-1) > 0.45 for part in (crayons, stills))
    return (one & other).sum() / (one | other).sum()


def test_shapes_domains_show_different_scenes():
    same = [[], []]
    for seed in range(40):
        rng = np.random.default_rng(seed)
        scene = scenes.compose(rng)
        for part, painter in zip(same, (scenes.crayon, scenes.night)):
            part.append(painter(scene, 32, rng) / 127.5 - 1)
    assert overlap(*same) > 0.5
    assert overlap(*data.domains("shapes", image_size=32).head(40)) < 0.3


def test_shapes_domains_splits_differ():
    parts = [part for split in ("train", "test") for part in data.domains("shapes", image_size=16, split=split).head(5)]
    assert len({picture.tobytes() for part in parts for picture in part}) == 20


@pytest.mark.parametrize("channels", [1, 4])
def test_shapes_in_other_channels(channels):
    for opened in (data.pairs, data.domains):
        first, second = opened("shapes", image_size=16, channels=channels).head(2)
        assert first.shape == second.shape == (2, 16, 16, channels)
