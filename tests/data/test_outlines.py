"""outlines: one pixel around the ink, of other digits than the digits, whose classes are known."""

import numpy as np
import pytest

from keras_gans import data

SQUARE = np.full((1, 5, 5, 1), -1.0, "float32")
SQUARE[0, 1:3, 1:3] = 1.0


def test_outline_is_one_pixel_wide_outside_of_the_ink():
    found = data.outlines.outline(SQUARE)
    assert (found.dtype, found.shape) == (np.float32, SQUARE.shape)
    expected = ["####.", "#..#.", "#..#.", "####.", "....."]
    assert ["".join(".#"[int(value > 0)] for value in row) for row in found[0, :, :, 0]] == expected
    assert set(np.unique(found)) == {-1.0, 1.0}
    border = np.flip(data.outlines.outline(np.roll(SQUARE, 2, axis=(1, 2))), axis=(1, 2))[0, :, :, 0]
    assert border[:2, :2].max() == -1  # at the border nothing comes in from the other side
    assert border[2, :3].min() == border[:3, 2].min() == 1
    assert (border > 0).sum() == 5


@pytest.mark.parametrize(("split", "counts"), [("train", (699, 698)), ("test", (200, 200))])
def test_outlines_are_of_other_digits_and_classes_are_known(split, counts):
    part = slice(None, 1397) if split == "train" else slice(1397, None)
    digits, classes = (known[part] for known in data.load("digits", image_size=16, labels=True))
    (a, a_classes), (b, b_classes) = data.outlines.labelled(split=split)
    assert (len(a), len(b)) == counts
    places = {picture.tobytes(): place for place, picture in enumerate(digits)}
    own = [places[picture.tobytes()] for picture in a]
    others = np.setdiff1d(np.arange(len(digits)), own)
    assert len(set(own)) == len(own)
    np.testing.assert_array_equal(a_classes, classes[own])
    expected = zip(data.outlines.outline(digits[others]), classes[others])
    assert sorted((x.tobytes(), y) for x, y in zip(b, b_classes)) == sorted((x.tobytes(), y) for x, y in expected)
    for named in (a_classes, b_classes):  # by even and odd places there would be 6 of a class of the last 200
        assert np.bincount(named).min() > len(a) / 20


@pytest.mark.parametrize(("size", "channels"), [(16, 1), (32, 3), (64, 4)])
def test_outlines_domains_have_size_and_colours(size, channels):
    found = data.domains("outlines", image_size=size, channels=channels, split="test")
    assert (len(found), found.aligned, found.shapes) == (200, False, ((size, size, channels),) * 2)
    (a, _), (b, _) = data.outlines.labelled(size, channels, "test")
    for part, expected in zip(found.head(5), (a, b)):
        np.testing.assert_array_equal(part, expected[:5])
    assert set(np.unique(b[..., :1])) == {-1.0, 1.0}
    if channels == 4:
        assert {a[..., 3].min(), b[..., 3].min()} == {1.0}  # opaque
    assert found.fingerprint() != data.domains("outlines", image_size=size, channels=channels).fingerprint()


def test_outlines_refuse_what_they_do_not_have():
    with pytest.raises(ValueError, match=r"Expected the split 'train' or 'test' of 'outlines'\. Received: 'val'\.$"):
        data.domains("outlines", split="val")
    with pytest.raises(ValueError, match="image_size to be a positive integer"):
        data.domains("outlines", image_size=0)
    with pytest.raises(ValueError, match="channels to be 1, 3 or 4"):
        data.domains("outlines", channels=2)
