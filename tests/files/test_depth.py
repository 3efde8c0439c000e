"""depth: which value is white, and what is said where no value comes near it."""

import json

import numpy as np
import pytest
from PIL import Image

from keras_gans import data
from keras_gans.data.kinds import KINDS, Options
from keras_gans.data.load import load, read
from keras_gans.files.decode import decode
from keras_gans.files.pixels import from_uint8
from keras_gans.files.seen import Seen, darkness
from keras_gans.files.white import read_white, whites_of


def ramp(most, dtype, side=16):
    return np.linspace(0, most, side * side).round().astype(dtype).reshape(side, side)


def save(folder, *pictures, suffix="png"):
    folder.mkdir(parents=True, exist_ok=True)
    for i, pixels in enumerate(pictures):
        Image.fromarray(pixels).save(folder / f"{i}.{suffix}")
    return str(folder)


@pytest.mark.parametrize(
    ("dtype", "suffix", "most", "white"),
    [
        ("uint16", "png", 4095, 65535),  # 12 bits in 16
        ("uint16", "tif", 1023, 65535),
        ("uint8", "png", 33, 255),  # the numbers of 34 classes
        ("int32", "tif", 33, 255),
        ("int32", "tif", 4095, 65535),
    ],
)
def test_values_far_below_white_are_told_with_what_scales_them(dtype, suffix, most, white, tmp_path):
    source = save(tmp_path, ramp(most, dtype), ramp(most // 2, dtype), suffix=suffix)
    sentence = (
        f"The largest of all values is {most}, where white is {white}: the pictures are nearly black. "
        f"white={most} (--white {most}) makes it white."
    )
    with pytest.warns(UserWarning, match="nearly black") as told:
        dark = load(source)
    assert [str(warning.message) for warning in told] == [sentence]
    assert told[0].filename == __file__
    assert KINDS["images"].read(source, Options()).left_out == (sentence,)
    bright = load(source, white=most)
    assert dark.max() < -0.7
    assert (bright.min(), bright.max()) == (-1, 1)
    expected = np.rint(ramp(most, dtype) / (most / 255)).astype("uint8")
    np.testing.assert_array_equal(bright[0, ..., 0], from_uint8(expected))


@pytest.mark.parametrize("most", [255, 16384, 65535])
def test_values_that_come_near_white_are_not(most, tmp_path):
    source = save(tmp_path, ramp(most, "uint8" if most == 255 else "uint16"))
    assert read(source).told == ()


def test_one_bright_picture_is_enough_and_pictures_of_one_value_say_nothing(tmp_path):
    save(tmp_path / "some", ramp(20, "uint8"), ramp(200, "uint8"))
    save(tmp_path / "flat", np.full((16, 16), 3, "uint8"), np.full((16, 16), 255, "uint8"))
    save(tmp_path / "flat and dark", np.full((16, 16), 255, "uint8"), ramp(20, "uint8"))
    assert [bool(read(str(tmp_path / name)).dark) for name in ("some", "flat", "flat and dark")] == [False, False, True]


def test_files_of_32_bits_hold_8_where_no_value_is_above_255(tmp_path):
    save(tmp_path, ramp(255, "int32"), ramp(256, "int32"), ramp(65535, "int32"), suffix="tif")
    np.testing.assert_array_equal(decode(tmp_path / "0.tif")[..., 0], ramp(255, "uint8"))
    assert decode(tmp_path / "1.tif").max() == 1
    assert decode(tmp_path / "2.tif").max() == 255


def test_values_beyond_white_are_refused(tmp_path):
    source = save(tmp_path, ramp(4095, "uint16"), ramp(5000, "uint16"))
    with pytest.warns(
        UserWarning, match=r"Skipped 1 of 2 pictures, .*1\.png \(.*values 0 to 5000, where 4095 is white"
    ):
        assert len(load(source, white=4095)) == 1
    np.savez(tmp_path / "set.npz", x=np.full((2, 4, 4), 300))
    with pytest.raises(ValueError, match=r"Expected images in 0 to white=299\. Received: int64 values from 300 to 300"):
        load(tmp_path / "set.npz", white=299)
    with pytest.raises(
        ValueError, match=r"unless white=\.\.\. says which value is white\. Received: int64 values from 3"
    ):
        load(tmp_path / "set.npz")


@pytest.mark.parametrize(("dtype", "most"), [("uint16", 4095), ("float32", 255.0), ("float64", 0.1), ("uint8", 9)])
def test_white_scales_arrays_too(dtype, most, tmp_path):
    x = np.stack([ramp(1000, "float64")] * 2) / 1000 * most
    x = x.astype(dtype)
    np.savez(tmp_path / "set.npz", x=x)
    images = load(tmp_path / "set.npz", white=most)
    assert (images.min(), images.max()) == (-1, 1)
    assert np.abs(images[..., 0] - (x / most * 2 - 1)).max() <= (1 / 255 if dtype[0] == "u" else 1e-6)
    if most < 64:
        with pytest.warns(
            UserWarning, match=rf"The largest of all values is {most:g}, where white is .*white={most:g} "
        ):
            load(tmp_path / "set.npz")


def test_white_leaves_transparency_alone(tmp_path):
    pixels = np.dstack([ramp(33, "uint8")] * 3 + [np.full((16, 16), 200, "uint8")])
    save(tmp_path, pixels)
    picture = decode(tmp_path / "0.png", 4, white=33)
    assert (picture[..., :3].max(), picture[..., 3].min()) == (255, 200)


@pytest.mark.parametrize("white", [0, -1, "4095", True, float("nan")])
def test_white_must_be_a_positive_number(white, tmp_path):
    source = save(tmp_path, ramp(255, "uint8"))
    with pytest.raises(ValueError, match="Expected white to be a positive number or None"):
        load(source, white=white)


def test_pairs_and_domains_take_a_white_for_each_side(tmp_path):
    save(tmp_path / "trainA", ramp(33, "uint8"), ramp(20, "uint8"))
    save(tmp_path / "trainB", ramp(255, "uint8"), ramp(255, "uint8"))
    sentence = (
        "Of part 1 of 2 the largest of all values is 33, where white is 255: the pictures are nearly black. "
        "white=(33, 255) (--white 33,255) makes it white."
    )
    for kind, read_in in (("pairs", data.pairs), ("domains", data.domains)):
        for _ in range(2):  # the cache remembers
            assert KINDS[kind].read(str(tmp_path), Options(16, cache=tmp_path / kind)).left_out == (sentence,)
        with pytest.warns(UserWarning, match=r"^Of part 1 of 2 the largest of all values is 33") as told:
            read_in(str(tmp_path), 16)
        assert told[0].filename == __file__
        examples = read_in(str(tmp_path), 16, white=(33, 255), jitter=False)
        assert [(part.min(), part.max()) for part in examples.head(1)] == [(-1, 1), (-1, 1)]
        with pytest.raises(
            ValueError, match=r"Expected white as a number, or as 2, one for each part\. Received: \(1, 2,"
        ):
            read_in(str(tmp_path), 16, white=(1, 2, 3))


@pytest.mark.parametrize(
    ("words", "white"),
    [(None, None), ("4095", 4095.0), ("0.5", 0.5), ("33,255", (33.0, 255.0)), ("33, 255", (33.0, 255.0))],
)
def test_white_is_read_as_the_command_line_takes_it(words, white):
    assert read_white(words) == white
    assert whites_of(white, 2) == (white if isinstance(white, tuple) else (white, white))


@pytest.mark.parametrize("words", ["", "white", "-1", "33,", "nan"])
def test_what_is_no_white_is_refused(words):
    with pytest.raises(ValueError, match="Expected white as a positive number, or as two with a comma between them"):
        read_white(words)


def test_seen_is_kept_as_json():
    seen, again = Seen(), Seen()
    seen.add((3, 2), np.arange(5), 255)
    again.update(json.loads(json.dumps(seen.fields())))
    assert again == seen
    assert darkness(again) == darkness(seen) is not None
    assert darkness(Seen()) is darkness(Seen(), Seen()) is None
