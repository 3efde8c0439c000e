"""Image grids, to the pixel, and PNG files that appear whole or not at all."""

import imageio.v3
import numpy as np
import pytest
from PIL import Image

from keras_gans.visualization import film_cell, image_grid, save_image
from keras_gans.visualization.pictures import GAP, TITLE_HEIGHT


def files(folder):
    return sorted(path.name for path in folder.iterdir())


def test_image_grid_places_every_pixel():
    images = np.linspace(-1, 1, 5 * 2 * 3, dtype="float32").reshape(5, 2, 3, 1)
    grid = image_grid(images, columns=2, cell=3)
    assert grid.dtype == np.uint8
    assert grid.shape == (GAP + 3 * (2 + GAP), GAP + 2 * (3 + GAP), 3)
    expected = np.full_like(grid, 255)
    levels = np.rint((images + 1) * 127.5).astype("uint8")
    for i in range(5):
        top, left = GAP + (i // 2) * (2 + GAP), GAP + (i % 2) * (3 + GAP)
        expected[top : top + 2, left : left + 3] = levels[i]
    np.testing.assert_array_equal(grid, expected)


def test_image_grid_enlarges_by_the_smallest_whole_factor():
    images = np.random.default_rng(0).uniform(-1, 1, (1, 2, 3, 3)).astype("float32")
    small = image_grid(images, cell=3)[GAP:-GAP, GAP:-GAP]
    large = image_grid(images, cell=7)[GAP:-GAP, GAP:-GAP]
    assert large.shape == (6, 9, 3)
    np.testing.assert_array_equal(large, small.repeat(3, 0).repeat(3, 1))


@pytest.mark.parametrize(("count", "columns"), [(1, 1), (2, 2), (5, 3), (9, 3), (10, 4)])
def test_image_grid_is_near_square(count, columns):
    assert image_grid(np.zeros((count, 4, 4, 1)), cell=4).shape[1] == GAP + columns * (4 + GAP)


def test_image_grid_is_no_wider_than_its_images():
    assert image_grid(np.zeros((2, 4, 4, 1)), columns=10, cell=4).shape[1] == GAP + 2 * (4 + GAP)


def test_image_grid_draws_alpha_over_white():
    red = np.array([1.0, -1.0, -1.0])
    images = np.stack([np.append(red, alpha).reshape(1, 1, 4) for alpha in (-1.0, 0.0, 1.0)])
    row = image_grid(images, columns=3, cell=1)[GAP, GAP :: 1 + GAP]
    np.testing.assert_array_equal(row, [[255, 255, 255], [255, 128, 128], [255, 0, 0]])


def test_image_grid_draws_nan_as_grey():
    np.testing.assert_array_equal(image_grid(np.full((1, 1, 1, 1), np.nan), cell=1)[GAP, GAP], [128, 128, 128])


def test_image_grid_writes_its_title_above():
    images = np.zeros((36, 8, 8, 1))
    plain, titled = image_grid(images), image_grid(images, title="step 1234")
    assert titled.shape == (plain.shape[0] + TITLE_HEIGHT, *plain.shape[1:])
    np.testing.assert_array_equal(titled[TITLE_HEIGHT:], plain)
    line = titled[:TITLE_HEIGHT]
    assert line.min() < 80  # ink
    assert (line[[0, -1]] == 255).all()  # which no edge cuts off
    assert (line[:, [0, -1]] == 255).all()
    assert (line != image_grid(images, title="step 1235")[:TITLE_HEIGHT]).any()


def test_image_grid_widens_for_a_long_title():
    titled = image_grid(np.zeros((1, 8, 8, 1)), cell=8, title="a title longer than the grid is wide")
    assert titled.shape[1] > 150
    assert (titled[:, -1] == 255).all()


@pytest.mark.parametrize(
    ("images", "sentence"),
    [
        (np.zeros((8, 8, 1)), r"Expected at least one image .* Received: shape \(8, 8, 1\)\.$"),
        (np.zeros((0, 8, 8, 1)), r"Expected at least one image .* Received: shape \(0, 8, 8, 1\)\.$"),
        (np.zeros((2, 8, 8, 2)), r"Expected images of 1, 3 or 4 channels. Received: shape \(2, 8, 8, 2\)\.$"),
        (np.zeros((2, 8, 8, 1), "uint8"), r"Expected float images .* Received: dtype uint8\.$"),
    ],
)
def test_image_grid_refuses_other_arrays(images, sentence):
    with pytest.raises(ValueError, match=sentence):
        image_grid(images)


@pytest.mark.parametrize(("width", "columns"), [(8, 6), (16, 6), (16, 10), (28, 6), (32, 3), (47, 1)])
def test_film_cell_makes_a_film_of_small_pictures_wide_enough(width, columns):
    pictures = np.zeros((2 * columns, width, width, 1))
    grid = image_grid(pictures, columns, film_cell(width, columns))
    assert 480 <= grid.shape[1] < 480 + columns * width  # a factor less would be too narrow
    assert film_cell(48, columns) == film_cell(256, columns) == 48  # others stay as large as they are


@pytest.mark.parametrize("argument", ["columns", "cell"])
def test_image_grid_refuses_an_empty_layout(argument):
    with pytest.raises(ValueError, match=rf"Expected `{argument}` of at least 1. Received: 0\.$"):
        image_grid(np.zeros((2, 8, 8, 1)), **{argument: 0})


def test_save_image_writes_the_pixels_and_nothing_else(tmp_path):
    pixels = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype="uint8")
    save_image(tmp_path / "new" / "folder" / "a.png", pixels)
    np.testing.assert_array_equal(imageio.v3.imread(tmp_path / "new" / "folder" / "a.png"), pixels)
    assert files(tmp_path / "new" / "folder") == ["a.png"]


def test_save_image_refuses_floats_and_keeps_the_earlier_file(tmp_path):
    (tmp_path / "a.png").write_bytes(b"earlier")
    with pytest.raises(ValueError, match=r"Expected pixels of dtype uint8. Received: dtype float64\.$"):
        save_image(tmp_path / "a.png", np.zeros((4, 4, 3)))
    assert (tmp_path / "a.png").read_bytes() == b"earlier"
    assert files(tmp_path) == ["a.png"]


@pytest.mark.parametrize("name", ["q.jpg", "q.JPEG"])
def test_save_image_writes_a_jpeg_under_the_name_of_one(tmp_path, name):
    pixels = np.broadcast_to(np.arange(0, 256, 4, dtype="uint8")[:, None, None], (64, 64, 3))
    save_image(tmp_path / name, pixels)
    with Image.open(tmp_path / name) as picture:
        assert picture.format == "JPEG"
        assert np.abs(np.asarray(picture).astype(int) - pixels).max() <= 3


@pytest.mark.parametrize("name", ["q.bmp", "q", "q.gif"])
def test_save_image_refuses_other_formats(tmp_path, name):
    with pytest.raises(ValueError, match=r"Expected a path that ends in \.png, \.jpg, \.jpeg\. Received: "):
        save_image(tmp_path / name, np.zeros((4, 4, 3), "uint8"))
    assert files(tmp_path) == []
