"""outlines: one pixel around the ink, of other digits than the digits, whose classes are known."""

import numpy as np
import pytest

from keras_gans import data


def test_outline_is_one_pixel_wide_inside_of_the_ink():
    square = np.full((1, 6, 5, 1), -1.0, "float32")
    square[0, 1:5, :4] = 1.0  # up to the border, beyond which there is no ink
    found = data.outlines.outline(square)
    assert (found.dtype, found.shape) == (np.float32, square.shape)
    expected = [".....", "####.", "#..#.", "#..#.", "####.", "....."]
    assert ["".join(".#"[int(value > 0)] for value in row) for row in found[0, :, :, 0]] == expected
    assert set(np.unique(found)) == {-1.0, 1.0}


def test_outline_of_grey_ink_is_as_grey_and_nothing_comes_in_from_other_pictures():
    grey = np.full((2, 4, 4, 2), -1.0, "float32")
    grey[0, 1:, 1:, 0] = 0.5
    found = data.outlines.outline(grey)
    np.testing.assert_array_equal(found[0, 1:, 1:, 0], [[0.5, 0.5, 0.5], [0.5, -1, 0.5], [0.5, 0.5, 0.5]])
    assert (found > -1).sum() == 8
    np.testing.assert_array_equal(found[1], np.full((4, 4, 2), -1.0))


def test_outlines_are_of_other_digits_and_classes_are_known():
    digits, classes = data.load("digits", image_size=16, labels=True)
    outlines, seen = data.outlines.outline(digits), []
    for split, counts in (("train", (699, 698)), ("test", (200, 200))):
        found = data.outlines.labelled(split=split)
        for (pictures, named), count, known in zip(found, counts, (digits, outlines)):
            places = {picture.tobytes(): place for place, picture in enumerate(known)}
            own = [places[picture.tobytes()] for picture in pictures]
            np.testing.assert_array_equal(named, classes[own])
            assert len(pictures) == len(named) == count
            assert np.bincount(named).min() > count / 20  # each of ten classes at least half as often as on average
            seen += own
    assert len({picture.tobytes() for picture in digits}) == len({picture.tobytes() for picture in outlines}) == 1797
    assert sorted(seen) == list(range(1797))


@pytest.mark.parametrize(("size", "channels"), [(16, 1), (32, 3), (64, 4)])
def test_outlines_domains_have_size_and_colours(size, channels):
    found = data.domains("outlines", image_size=size, channels=channels, split="test")
    assert (len(found), found.aligned, found.shapes) == (200, False, ((size, size, channels),) * 2)
    (a, _), (b, _) = data.outlines.labelled(size, channels, "test")
    for part, expected in zip(found.head(5), (a, b)):
        np.testing.assert_array_equal(part, expected[:5])
    for part in (a, b):
        assert part.min() == -1
        assert part[..., 0].max(axis=(1, 2)).min() > -0.2  # as bright at all sizes, though outlines are faint
        assert channels < 4 or part[..., 3].min() == 1  # opaque
    assert found.fingerprint() != data.domains("outlines", image_size=size, channels=channels).fingerprint()


def test_outlines_refuse_what_they_do_not_have():
    with pytest.raises(ValueError, match=r"Expected the split 'train' or 'test' of 'outlines'\. Received: 'val'\.$"):
        data.domains("outlines", split="val")
    with pytest.raises(ValueError, match="image_size to be a positive integer"):
        data.domains("outlines", image_size=0)
    with pytest.raises(ValueError, match="channels to be 1, 3 or 4"):
        data.domains("outlines", channels=2)
