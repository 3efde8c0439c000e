"""Pictures that are no squares are cropped, or squeezed, wherever they are read."""

import numpy as np
import pytest
from PIL import Image

from keras_gans import data
from keras_gans.data.kinds import KINDS, Options
from keras_gans.files.decode import resized, to_square
from keras_gans.files.pixels import from_uint8

WIDE = np.random.default_rng(0).integers(0, 256, (20, 36, 3), dtype="uint8")
CROPPED, SQUEEZED = resized(WIDE[:, 8:28], (16, 16)), resized(WIDE, (16, 16))


def save(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(WIDE).save(path)


@pytest.fixture
def folder(tmp_path):
    for name in ("flat/0.png", "classes/a/0.png", "classes/b/0.png", "two/trainA/0.png", "two/trainB/0.png"):
        save(tmp_path / name)
    save(tmp_path / "told" / "0.png")
    (tmp_path / "told" / "captions.tsv").write_text("image\tcaption\n0.png\ta box\n0.png\tthe box")
    np.savez(tmp_path / "set.npz", x=WIDE[None])
    return tmp_path


def test_to_square_crops_or_squeezes():
    np.testing.assert_array_equal(to_square(WIDE, 16), CROPPED)
    np.testing.assert_array_equal(to_square(WIDE, 16, crop=False), SQUEEZED)
    floats = to_square(from_uint8(WIDE), 16, crop=False)
    assert np.abs(floats - from_uint8(SQUEEZED)).max() <= 1 / 127.5
    assert to_square(WIDE, None, crop=False) is WIDE


@pytest.mark.parametrize("crop", [True, False])
def test_everything_that_reads_pictures_crops_or_squeezes(folder, crop):
    expected = from_uint8(CROPPED if crop else SQUEEZED)
    for found in (
        data.load(folder / "flat", 16, crop=crop),
        data.load(folder / "set.npz", 16, crop=crop),
        data.load(folder / "classes", 16, crop=crop),
        data.pairs(folder / "two", 16, crop=crop).head(1)[1],
        data.pairs(folder / "two", 16, channels=(1, 3), crop=crop).head(1)[1],
        data.domains(folder / "two", 16, crop=crop).head(1)[0],
        data.domains(folder / "two", 16, crop=crop, cache=folder / "cache").head(1)[0],
        data.attributes(str(folder / "classes"), 16, crop=crop).head(1)[0],
        data.captions(str(folder / "told"), 16, crop=crop).head(1)[0],
    ):
        np.testing.assert_array_equal(found[0], expected)


@pytest.mark.parametrize(
    ("kind", "source", "size"),
    [
        ("images", "flat", 16),
        ("labels", "classes", 16),
        ("pairs", "two", 16),
        ("domains", "two", 16),
        ("attributes", "classes", 16),
        ("captions", "told", 16),
    ],
)
@pytest.mark.parametrize("crop", [True, False])
def test_kinds_heed_it(folder, kind, source, size, crop):
    found = KINDS[kind].read(str(folder / source), Options(size, crop=crop))
    np.testing.assert_array_equal(found.examples.head(1)[0][0], from_uint8(CROPPED if crop else SQUEEZED))


def test_pictures_that_keep_their_size_are_squeezed_to_their_shorter_side(folder):
    found = KINDS["images"].read(str(folder / "flat"), Options(crop=False))
    np.testing.assert_array_equal(found.examples.parts[0][0], from_uint8(resized(WIDE, (20, 20))))


def test_fingerprints_tell_them_apart(folder):
    prints = [data.pairs(folder / "two", 16, crop=crop).fingerprint() for crop in (True, False)]
    assert len(set(prints)) == 2
