"""The Laplacian pyramid: it gives back what it took, and leaves out what a smooth picture needs no details for."""

import numpy as np
import pytest
from keras import ops

from keras_gans import pyramid

RNG = np.random.default_rng(0)
PICTURES = RNG.uniform(-1, 1, (3, 32, 16, 2)).astype("float32")


def numpy(x):
    return ops.convert_to_numpy(x)


def split(pictures, levels, **functions):
    return [numpy(part) for part in pyramid.split(pictures, levels, **functions)]


def means(x):
    return ops.average_pool(x, 2, strides=2, data_format="channels_last")


def corners(x):
    return x[:, ::2, ::2]


def blocks(x):
    return ops.repeat(ops.repeat(x, 2, axis=1), 2, axis=2)


def nothing(x):
    return 0.0 * blocks(x)


@pytest.mark.tensorflow  # the filter on both engines is tested below
@pytest.mark.parametrize("reduce", [pyramid.reduce, means, corners])
@pytest.mark.parametrize("expand", [pyramid.expand, blocks, nothing])
def test_join_gives_back_what_was_split_whatever_halves_and_doubles(reduce, expand):
    parts = split(PICTURES, 3, reduce=reduce, expand=expand)
    assert [part.shape for part in parts] == [(3, 32, 16, 2), (3, 16, 8, 2), (3, 8, 4, 2), (3, 4, 2, 2)]
    assert np.abs(numpy(pyramid.join(parts, expand)) - PICTURES).max() <= 1e-6


@pytest.mark.tensorflow
def test_expanding_picture_and_details_together_gives_something_else():
    """A wrong way back that is in print: expand(I + h)."""
    details, coarse = split(PICTURES, 1)
    wrong = pyramid.expand(coarse + details[:, ::2, ::2])
    assert np.abs(numpy(wrong) - PICTURES).max() > 0.5


@pytest.mark.tensorflow
def test_of_no_levels_the_pyramid_is_the_picture():
    (whole,) = split(PICTURES, 0)
    np.testing.assert_array_equal(whole, PICTURES)


@pytest.mark.tensorflow
def test_a_picture_of_one_colour_has_no_details_at_its_borders_either():
    *details, coarse = split(np.full((1, 16, 32, 1), 0.7, "float32"), 3)
    assert all(np.abs(detail).max() <= 2e-7 for detail in details)
    np.testing.assert_allclose(coarse, 0.7, rtol=1e-6)


@pytest.mark.tensorflow
@pytest.mark.parametrize("axis", [1, 2])
def test_a_ramp_has_details_at_its_ends_alone(axis):
    ramp = np.linspace(-1, 1, 32, dtype="float32").reshape([32 if i == axis else 1 for i in range(4)])
    ramp = np.broadcast_to(ramp, (1, 32, 32, 1))
    details = np.moveaxis(split(ramp, 1)[0], axis, 0)
    assert np.abs(details[4:-4]).max() <= 2e-7
    assert np.abs(details[[0, -1]]).min() > 1e-2


@pytest.mark.tensorflow
def test_of_an_impulse_the_details_keep_what_the_coarse_picture_cannot():
    """Along one side (1 + 36 + 1) / 128 of it come back, along two the square of that."""
    impulse = np.zeros((1, 16, 16, 1), "float32")
    impulse[0, 8, 8, 0] = 1.0
    assert split(impulse, 1)[0][0, 8, 8, 0] == pytest.approx(1 - 0.296875**2, abs=1e-6)
    line = np.broadcast_to(impulse[:, 8:9], (1, 16, 16, 1))
    assert split(line, 1)[0][0, 8, 8, 0] == pytest.approx(1 - 0.296875, abs=1e-6)


def test_reduce_and_expand_are_the_filter_written_as_matrices():
    kernel = np.array([1, 4, 6, 4, 1]) / 16
    down, up = np.zeros((4, 8)), np.zeros((8, 4))
    for i in range(4):
        for k, weight in zip(range(-2, 3), kernel):
            down[i, mirrored(2 * i + k, 8)] += weight
    for j in range(8):
        for k, weight in zip(range(-2, 3), kernel):
            place = mirrored(j + k, 8)
            up[j, place // 2] += 0 if place % 2 else 2 * weight
    picture = RNG.normal(size=(8, 8))
    reduced = down @ picture @ down.T
    np.testing.assert_allclose(numpy(pyramid.reduce(picture[None, :, :, None]))[0, :, :, 0], reduced, atol=1e-6)
    expanded = numpy(pyramid.expand(reduced[None, :, :, None]))[0, :, :, 0]
    np.testing.assert_allclose(expanded, up @ reduced @ up.T, atol=1e-6)


def mirrored(place, size):
    """The place in a row of pixels that is found beyond its ends."""
    place = abs(place)
    return 2 * (size - 1) - place if place >= size else place


@pytest.mark.tensorflow
@pytest.mark.parametrize("shape", [(1, 5, 8, 1), (1, 8, 2, 1), (8, 8, 1)])
def test_sides_that_cannot_be_halved_are_refused(shape):
    with pytest.raises(ValueError, match=r"^Expected pictures \(N, H, W, C\), sides even and at least 4\. Received: "):
        pyramid.reduce(np.zeros(shape, "float32"))


@pytest.mark.tensorflow
def test_a_single_pixel_cannot_be_doubled():
    with pytest.raises(ValueError, match=r"sides at least 2\. Received: shape \(1, 1, 4, 1\)\.$"):
        pyramid.expand(np.zeros((1, 1, 4, 1), "float32"))
