"""Enlargements: crops of pictures of any sizes, and what they become in a quarter of their pixels a side."""

import numpy as np
import pytest
from PIL import Image

from keras_gans import data
from keras_gans.data.enlargements import bicubic
from keras_gans.data.kinds import KINDS, Options
from keras_gans.files.pixels import from_uint8, to_uint8

SIZES = {"a": (40, 20), "b": (24, 24), "c": (18, 33)}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Pictures of three sizes, of which each pixel tells where it is; one is grey."""
    folder = tmp_path_factory.mktemp("pictures")
    for name, (width, height) in SIZES.items():
        rows, columns = np.indices((height, width), "uint8")
        pixels = np.dstack([5 * rows, 5 * columns, np.full_like(rows, 100 + ord(name))])
        Image.fromarray(pixels if name != "b" else pixels[..., 0]).save(folder / f"{name}.png")
    return folder


@pytest.fixture(scope="module")
def examples(folder):
    return data.enlargements(str(folder), image_size=16)


def read(examples, rows, seed=None):
    rows = np.asarray(rows)
    return examples.read((rows, rows), None if seed is None else np.random.default_rng(seed))


def test_small_pictures_are_the_bicubic_ones_of_the_crops_pixels(examples):
    crops, small = read(examples, [0, 1, 2], seed=0)
    assert (crops.shape, small.shape) == ((3, 16, 16, 3), (3, 4, 4, 3))
    assert crops.dtype == small.dtype == np.float32
    for crop, one in zip(crops, small):
        expected = Image.fromarray(to_uint8(crop)).resize((4, 4), Image.Resampling.BICUBIC)
        np.testing.assert_array_equal(one, from_uint8(np.asarray(expected)))


def test_crops_without_changes_are_the_central_ones(examples):
    crops, _ = read(examples, [0, 2])
    for crop, (width, height) in zip(to_uint8(crops), (SIZES["a"], SIZES["c"])):
        rows, columns = np.indices((16, 16))
        np.testing.assert_array_equal(crop[..., 0], 5 * (rows + (height - 16) // 2))
        np.testing.assert_array_equal(crop[..., 1], 5 * (columns + (width - 16) // 2))
    np.testing.assert_array_equal(crops, examples.spread(3)[0][[0, 2]])


def test_crops_in_training_are_of_anywhere_and_mirrored_as_often_as_not(examples):
    """All five rows and 25 columns of a picture 40 pixels wide and 20 high, both ways."""
    crops = to_uint8(read(examples, [0] * 1000, seed=0)[0])
    tops, first, last = crops[:, 0, 0, 0] // 5, crops[:, 0, 0, 1] // 5, crops[:, 0, -1, 1] // 5
    assert set(tops) == set(range(5))
    assert set(np.minimum(first, last)) == set(range(25))
    assert set(last.astype(int) - first) == {15, -15}
    assert 0.45 < np.mean(last > first) < 0.55


def test_the_same_batch_is_read_again_for_the_same_step(examples):
    source = data.batches(examples, 2, seed=1)
    source = getattr(source, "source", source)
    for a, b in zip(source.batch(0, 0), source.batch(0, 0)):
        np.testing.assert_array_equal(a, b)
    assert not np.array_equal(source.batch(0, 0)[0], source.batch(7, 0)[0])


def test_grey_files_among_coloured_ones_are_repeated(examples):
    crops, _ = read(examples, [1])
    np.testing.assert_array_equal(crops[..., 0], crops[..., 2])


def test_parts_are_read_alone(examples):
    for part, pictures in enumerate(read(examples, [2, 0])):
        np.testing.assert_array_equal(examples.read_part(part, np.array([2, 0])), pictures)


def test_fingerprint_tells_sizes_and_pictures_apart(folder, examples, tmp_path):
    assert data.enlargements(str(folder), 16).fingerprint() == examples.fingerprint()
    other = tmp_path / "other.npz"
    np.savez(other, x=np.zeros((3, 20, 20, 3), "uint8"))
    found = {
        examples.fingerprint(),
        data.enlargements(other, 16).fingerprint(),
        data.enlargements(other, 20).fingerprint(),
    }
    assert len(found) == 3


@pytest.mark.parametrize(("shape", "side"), [((20, 20, 3), 20), ((30, 19, 1), 16), ((120, 110, 3), 96)])
def test_crops_of_arrays_are_as_large_as_fits(shape, side, tmp_path):
    np.savez(tmp_path / "pictures.npz", x=np.zeros((2, *shape), "uint8"))
    examples = data.enlargements(tmp_path / "pictures.npz")
    assert examples.shapes == ((side, side, shape[2]), (side // 4, side // 4, shape[2]))


def test_floats_are_brought_to_8_bits_first(tmp_path):
    x = np.random.default_rng(0).uniform(-1, 1, (2, 16, 16, 3)).astype("float32")
    np.savez(tmp_path / "pictures.npz", x=x)
    crops, _ = data.enlargements(tmp_path / "pictures.npz").head(2)
    np.testing.assert_array_equal(crops, from_uint8(to_uint8(x)))


def test_unreadable_files_are_skipped_and_said(folder, tmp_path):
    (tmp_path / "torn.png").write_bytes(b"none")
    Image.open(folder / "b.png").save(tmp_path / "b.png")
    with pytest.warns(UserWarning, match=r"Skipped 1 of 2 pictures, unreadable: .*torn\.png"):
        examples = data.enlargements(tmp_path, 16)
    assert len(examples) == 1
    found = KINDS["enlargements"].read(str(tmp_path), Options(16))
    assert (len(found.left_out), found.taken.count("1 picture of 24 x 24 pixels, crops of 16 x 16 pixels")) == (1, 1)
    with pytest.raises(ValueError, match=r"Expected only readable pictures"):
        data.enlargements(tmp_path, 16, strict=True)


def test_kind_tells_a_recipe_the_size_of_the_crops(folder):
    found = KINDS["enlargements"].read(str(folder), Options(16))
    assert found.arguments == {"image_shape": (16, 16, 3)}
    assert found.compared is found.examples
    assert found.taken == (
        "3 pictures of 24 x 24 to 40 x 20 pixels, crops of 16 x 16 pixels, in colour, to be made of 4 x 4, "
        f"from {folder}"
    )  # fmt: skip


def test_pictures_that_are_smaller_than_a_crop_are_refused_not_enlarged(folder):
    with pytest.raises(
        ValueError, match=r"at least 20x20 pixels.*Received: 1 of 3 that are smaller, c\.png of 18x33\."
    ):
        data.enlargements(folder, 20)
    with pytest.raises(ValueError, match=r"at least 96x96 pixels.*Received: 3 of 3 that are smaller"):
        data.enlargements(folder)
    with pytest.raises(
        ValueError, match=r"at least 16x16 pixels.*Received: 1797 of 1797 that are smaller, digits of 8x8"
    ):
        data.enlargements("digits")


@pytest.mark.parametrize("size", [18, 12, 0, 16.0])
def test_sizes_that_four_does_not_divide_are_refused(size, folder):
    with pytest.raises(ValueError, match=r"image_size to be an integer of at least 16 that 4 divides\. Received: "):
        data.enlargements(folder, size)


def test_bicubic_keeps_even_pictures_and_enlarges_others_as_pillow_does():
    even = np.full((1, 4, 5, 3), 127.5 / 127.5 - 1, "float32")
    assert np.abs(bicubic(even) - even[0, 0, 0, 0]).max() < 1 / 127
    x = np.random.default_rng(0).uniform(-1, 1, (2, 4, 5, 1)).astype("float32")
    expected = Image.fromarray(to_uint8(x)[0, ..., 0]).resize((20, 16), Image.Resampling.BICUBIC)
    np.testing.assert_array_equal(bicubic(x)[0, ..., 0], from_uint8(np.asarray(expected)))
