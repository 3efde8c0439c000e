"""load: every source, every option, and one clear sentence for everything that is no set of pictures."""

import pickle
import subprocess
import sys
import warnings
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from keras_gans.data import kinds
from keras_gans.data.load import DATA_SETS, load, read
from keras_gans.files import decode
from keras_gans.files.pixels import from_uint8

KERAS_SETS = ("mnist", "fashion_mnist", "cifar10", "cifar100")


def noise(*shape, seed=0):
    return np.random.default_rng(seed).integers(0, 256, shape).astype("uint8")


def save(path, pixels, **options):
    """Writes an array, or a Pillow image, as a picture file, with its folders."""
    path.parent.mkdir(parents=True, exist_ok=True)
    image = pixels if isinstance(pixels, Image.Image) else Image.fromarray(np.asarray(pixels))
    image.save(path, **options)


def save_npz(folder, **arrays):
    np.savez(folder / "set.npz", **arrays)
    return folder / "set.npz"


def is_images(images, shape):
    inside = images.min() >= -1 and images.max() <= 1
    return images.dtype == np.float32 and images.shape == shape and inside


# Names


def test_load_digits_are_the_embedded_set():
    images, labels = load("digits", labels=True)
    assert is_images(images, (1797, 8, 8, 1))
    assert (images.min(), images.max()) == (-1, 1)
    assert labels.dtype == np.int32
    assert set(labels) == set(range(10))


def test_load_digits_resize_as_floats():
    images = load("digits", image_size=12)
    assert is_images(images, (1797, 12, 12, 1))
    assert len(np.unique(images)) > 1000  # Not the 256 levels of uint8.


def test_load_digits_upright_after_resizing():
    small, large = load("digits"), load("digits", image_size=16)
    assert np.abs(large.reshape(-1, 8, 2, 8, 2, 1).mean((2, 4)) - small).mean() < 0.1


def test_load_needs_neither_tensorflow_nor_keras():
    code = "import runpy, sys; sys.modules.update(tensorflow=None, keras=None, jax=None); "
    code += f"assert len(runpy.run_path({load.__code__.co_filename!r})['load']('digits')) == 1797"
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("name", KERAS_SETS)
def test_load_keras_training_split(name, monkeypatch):
    keras = pytest.importorskip("keras")
    shape = (3, 32, 32, 3) if "cifar" in name else (3, 28, 28)
    x, y = noise(*shape), np.array([[2], [0], [1]], "uint8")
    monkeypatch.setattr(getattr(keras.datasets, name), "load_data", lambda: ((x, y), (x[:1], y[:1])))
    images, labels = load(name, labels=True)
    np.testing.assert_array_equal(images, from_uint8(x.reshape(*shape[:3], -1)))
    assert labels.dtype == np.int32
    assert labels.tolist() == [2, 0, 1]


@pytest.mark.parametrize(("name", "count", "last"), [("fashion_mnist", 10, "ankle_boot"), ("cifar100", 100, "worm")])
def test_read_names_the_classes_of_keras_sets(name, count, last, monkeypatch):
    keras = pytest.importorskip("keras")
    monkeypatch.setattr(getattr(keras.datasets, name), "load_data", lambda: ((noise(2, 4, 4), np.arange(2)), None))
    names = read(name).class_names
    assert (len(names), len(set(names)), names[-1]) == (count, count, last)


def test_load_keras_without_internet(monkeypatch):
    keras = pytest.importorskip("keras")

    def fail():
        raise Exception("URL fetch failure")

    monkeypatch.setattr(keras.datasets.cifar10, "load_data", fail)
    with pytest.raises(ValueError, match=r"'cifar10' needs the internet.*\.npz.*Received: URL fetch failure"):
        load("cifar10")


def test_load_registry_names():
    assert set(DATA_SETS) == {"digits", "shapes", "scenes", *KERAS_SETS}


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("mnits", r"Unknown data set.* Did you mean 'mnist'.* Received: 'mnits', which is no \.npz file or folder"),
        ("fashion-mnist", "Did you mean 'fashion_mnist'.* Received: 'fashion-mnist'"),
        ("MNIST", "Did you mean 'mnist'.* Received: 'MNIST'"),
        ("", "Unknown data set.* Received: ''"),
        ("nowhere/mnist", "No such file or folder.* Received: 'nowhere/mnist'"),
        ("mnits.npz", "No such file or folder.* Received: 'mnits.npz'"),
        (Path("nowhere"), "No such file or folder.* Received: 'nowhere'"),
        (__file__, r"Expected .* an \.npz file or a folder.* Received: the file '.*test_load\.py'"),
        (None, "Expected a data set's name or a path.* Received: NoneType"),
        (np.zeros((2, 8, 8)), "Expected a data set's name or a path.* Received: ndarray"),
    ],
)
def test_load_unknown_source(source, sentence):
    with pytest.raises(ValueError, match=sentence):
        load(source)


def test_load_name_comes_before_folder(tmp_path, monkeypatch):
    save(tmp_path / "digits" / "a.png", noise(4, 4))
    save(tmp_path / "cats" / "a.png", noise(4, 4))
    monkeypatch.chdir(tmp_path)
    assert len(load("digits")) == 1797
    assert len(load("./digits")) == 1
    assert len(load("cats")) == 1


def test_load_expands_home(tmp_path, monkeypatch):
    save(tmp_path / "a.png", noise(4, 4))
    monkeypatch.setattr("os.path.expanduser", lambda path: str(path).replace("~", str(tmp_path)))
    assert len(load("~")) == 1


# Options


@pytest.mark.parametrize(
    ("name", "value"),
    [("image_size", value) for value in (0, -8, 8.0, "8", True, (8, 8))]
    + [("channels", value) for value in (0, 2, 5, "rgb")],
)
def test_load_option_refused(name, value):
    with pytest.raises(ValueError, match=rf"Expected {name} to be .* or None\. Received: "):
        load("digits", **{name: value})


# Arrays


@pytest.mark.parametrize("keys", [("x_train", "y_train"), ("x", "y")])
def test_load_npz_keys(tmp_path, keys):
    x, y = noise(5, 6, 7), np.arange(5)
    path = save_npz(tmp_path, **dict(zip(keys, (x, y))), x_test=x[:1])
    images, labels = load(str(path), labels=True)
    np.testing.assert_array_equal(images, from_uint8(x)[..., None])
    assert labels.dtype == np.int32
    assert labels.tolist() == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("depth", [1, 3])
def test_load_npz_keeps_channels(tmp_path, depth):
    x = noise(2, 4, 5, depth)
    np.testing.assert_array_equal(load(save_npz(tmp_path, x=x)), from_uint8(x))


@pytest.mark.parametrize("dtype", ["int64", "uint16", "int16", "uint32"])
def test_load_npz_other_integers(tmp_path, dtype):
    x = noise(2, 4, 4)
    np.testing.assert_array_equal(load(save_npz(tmp_path, x=x.astype(dtype)))[..., 0], from_uint8(x))


def test_load_npz_booleans_are_black_and_white(tmp_path):
    x = noise(2, 4, 4) > 127
    np.testing.assert_array_equal(load(save_npz(tmp_path, x=x))[..., 0], np.where(x, 1, -1))


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_load_npz_floats_around_zero_stay(tmp_path, dtype):
    x = np.linspace(-1, 1, 32).reshape(2, 4, 4).astype(dtype)
    np.testing.assert_array_equal(load(save_npz(tmp_path, x=x))[..., 0], x.astype("float32"))


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_load_npz_floats_from_zero_are_stretched(tmp_path, dtype):
    x = np.linspace(0, 1, 32).reshape(2, 4, 4).astype(dtype)
    np.testing.assert_allclose(load(save_npz(tmp_path, x=x))[..., 0], x.astype("float32") * 2 - 1, atol=1e-6)


@pytest.mark.parametrize(
    ("x", "sentence"),
    [
        (np.full((1, 2, 2), 255.0), "0 to 255, or of floats in .* Received: float64 values from 255.0 to 255.0"),
        (np.full((1, 2, 2), -1.5, "float32"), "Received: float32 values from -1.5 to -1.5"),
        (np.full((1, 2, 2), 256), "Received: int64 values from 256 to 256"),
        (np.full((1, 2, 2), -1, "int8"), "Received: int8 values from -1 to -1"),
        (np.array([[[np.nan, np.inf, -np.inf, 0]]]), "Expected finite values.* Received: 3 non-finite values"),
        *((np.zeros((2, 4, 4), d), "Expected images of integers or floats.* Received: dtype") for d in ("c8", "U3")),
        (np.array([None, "a"], object), r"file of plain arrays.* Received: .*set\.npz' \(Object arrays"),
        *(
            (np.zeros(shape, "uint8"), r"at least one picture in an array \(N, H, W\).* Received: shape \(")
            for shape in ((), (4,), (4, 4), (2, 4, 4, 2), (2, 3, 4, 5), (1, 2, 4, 4, 3), (0, 4, 4), (2, 0, 4))
        ),
    ],
)
def test_load_npz_array_refused(tmp_path, x, sentence):
    with pytest.raises(ValueError, match=sentence):
        load(save_npz(tmp_path, x=x))


@pytest.mark.parametrize(
    ("arrays", "found"), [({"images": noise(2, 4, 4), "y": np.arange(2)}, "images, y"), ({}, "no key")]
)
def test_load_npz_missing_keys(tmp_path, arrays, found):
    with pytest.raises(ValueError, match=rf"Expected the key x_train or x .* Received: .*set\.npz' with {found}"):
        load(save_npz(tmp_path, **arrays))


@pytest.mark.parametrize("damage", ["no zip", "empty", "truncated", "flipped", "npy"])
def test_load_npz_damaged(tmp_path, damage):
    whole = save_npz(tmp_path, x=noise(9, 9, 9)).read_bytes()
    np.save(tmp_path / "set.npy", noise(9, 9, 9))
    content = {
        "no zip": b"hello",
        "empty": b"",
        "truncated": whole[:400],
        "flipped": whole[:300] + bytes([whole[300] ^ 255]) + whole[301:],
        "npy": (tmp_path / "set.npy").read_bytes(),
    }
    (tmp_path / "bad.NPZ").write_bytes(content[damage])
    with pytest.raises(ValueError, match=r"Expected an \.npz file of plain arrays.* Received: .*bad\.NPZ' \(.+\)"):
        load(tmp_path / "bad.NPZ")


# Labels


def test_load_npz_without_labels(tmp_path):
    path = save_npz(tmp_path, x=noise(2, 4, 4))
    assert is_images(load(path), (2, 4, 4, 1))
    with pytest.raises(ValueError, match=r"Expected a source with labels.* Received: .*set\.npz', which has none"):
        load(path, labels=True)


@pytest.mark.parametrize(
    ("y", "sentence"),
    [
        (np.arange(3), r"Expected one label for each of 2 pictures.* Received: labels of shape \(3,\)"),
        (np.eye(2, dtype=int), r"Expected one label for each of 2 pictures.* Received: labels of shape \(2, 2\)"),
        (np.array([0.0, 1.0]), "Expected integer labels.* Received: dtype float64"),
        (np.array(["cat", "dog"]), "Expected integer labels.* Received: dtype <U3"),
    ],
)
def test_load_labels_refused(tmp_path, y, sentence):
    path = save_npz(tmp_path, x=noise(2, 4, 4), y=y)
    assert len(load(path)) == 2
    with pytest.raises(ValueError, match=sentence):
        load(path, labels=True)


# Channels and sizes, of arrays and of files alike


@pytest.fixture(params=["uint8", "float", "file"])
def load_one(request, tmp_path):
    """Loads one uint8 picture through an .npz file of uint8, one of floats, or a picture file."""

    def load_picture(pixels, **options):
        if request.param == "file":
            save(tmp_path / "pictures" / "a.png", pixels)
            return load(tmp_path / "pictures", **options)[0]
        images = pixels if request.param == "uint8" else from_uint8(pixels)
        return load(save_npz(tmp_path, x=images[None]), **options)[0]

    return load_picture


def test_load_grey_to_every_depth(load_one):
    pixels = noise(4, 4)
    grey = load_one(pixels)
    assert grey.shape == (4, 4, 1)
    np.testing.assert_array_equal(load_one(pixels, channels=1), grey)
    np.testing.assert_allclose(load_one(pixels, channels=3), np.repeat(grey, 3, -1), atol=1e-6)
    np.testing.assert_allclose(load_one(pixels, channels=4)[..., :3], np.repeat(grey, 3, -1), atol=1e-6)
    assert (load_one(pixels, channels=4)[..., 3] == 1).all()


def test_load_colours_to_luma(load_one):
    pixels = noise(4, 4, 3)
    luma = from_uint8(pixels) @ [0.299, 0.587, 0.114]
    np.testing.assert_allclose(load_one(pixels, channels=1)[..., 0], luma, atol=1.01 / 255)


def test_load_white_stays_in_range(load_one):
    assert (load_one(np.full((4, 4, 3), 255, "uint8"), channels=1) == 1).all()


def test_load_transparency_over_white(load_one):
    pixels = np.zeros((2, 2, 4), "uint8")  # Black, from clear to opaque.
    pixels[..., 3] = [[0, 51], [204, 255]]
    expected = 1 - pixels[..., 3:] / 127.5
    for channels, depth in ((None, 3), (3, 3), (1, 1)):
        image = load_one(pixels, channels=channels)
        np.testing.assert_allclose(image, np.repeat(expected, depth, -1), atol=1e-6)


def test_load_transparency_kept(load_one):
    pixels = noise(4, 4, 4)
    np.testing.assert_array_equal(load_one(pixels, channels=4), from_uint8(pixels))


def test_load_size_kept(load_one):
    assert load_one(noise(5, 9, 3)).shape == (5, 9, 3)


def test_load_same_size_unchanged(load_one):
    pixels = noise(6, 6, 3)
    np.testing.assert_array_equal(load_one(pixels, image_size=6), from_uint8(pixels))


@pytest.mark.parametrize("shape", [(4, 10, 3), (10, 4, 3), (4, 10), (10, 4)])
def test_load_crops_the_centre(load_one, shape):
    pixels = noise(*shape)
    centre = pixels[3:7] if shape[0] == 10 else pixels[:, 3:7]
    np.testing.assert_array_equal(load_one(pixels, image_size=4), from_uint8(centre.reshape(4, 4, -1)))


def test_load_shrinks_with_antialiasing(load_one):
    checkers = (np.indices((64, 64)).sum(0) % 2 * 255).astype("uint8")
    np.testing.assert_allclose(load_one(checkers, image_size=8)[2:6, 2:6], 0, atol=0.01)


@pytest.mark.parametrize("depth", [1, 3, 4])
def test_load_resizes_bicubically(load_one, depth):
    ramp = np.linspace(40, 200, 20).round().astype("uint8")
    pixels = np.full((20, 20, 4), 255, "uint8")
    pixels[..., :3] = ramp[None, :, None]
    image = load_one(pixels, image_size=10, channels=depth)
    expected = from_uint8(ramp).reshape(10, 2).mean(1)[:, None]
    np.testing.assert_allclose(image[3, 1:-1, :3], np.broadcast_to(expected, (10, min(depth, 3)))[1:-1], atol=1 / 127)


def test_load_bicubic_overshoot_is_clipped(load_one):
    pixels = np.zeros((8, 8), "uint8")
    pixels[:, 4:] = 255
    image = load_one(pixels, image_size=32)
    assert (image.min(), image.max()) == (-1, 1)


# Folders


def test_load_folder_sorted_by_name(tmp_path):
    for name, level in (("b.png", 2), ("a.png", 1), ("c.png", 3)):
        save(tmp_path / name, np.full((2, 2), level, "uint8"))
    assert load(tmp_path)[:, 0, 0, 0].tolist() == from_uint8(np.array([1, 2, 3], "uint8")).tolist()


@pytest.mark.parametrize(
    "suffix", ["png", "jpg", "jpeg", "bmp", "gif", "webp", "tif", "tiff", "PNG", "Jpg", "jfif", "jpe"]
)
def test_load_folder_formats(tmp_path, suffix):
    save(tmp_path / f"a.{suffix}", np.full((8, 8, 3), (200, 50, 120), "uint8"))
    images = load(tmp_path)
    assert is_images(images, (1, 8, 8, 3))
    np.testing.assert_allclose(images[0, 4, 4], from_uint8(np.array([200, 50, 120], "uint8")), atol=0.1)


def test_load_folder_ignores_hidden_and_other_files(tmp_path):
    save(tmp_path / "a.png", noise(4, 4))
    save(tmp_path / ".b.png", noise(4, 4))
    save(tmp_path / ".cache" / "c.png", noise(4, 4))
    (tmp_path / "notes.txt").write_text("hello")
    (tmp_path / "folder.png").mkdir()
    assert load(tmp_path).shape == (1, 4, 4, 1)


def test_load_folder_has_no_labels(tmp_path):
    save(tmp_path / "a.png", noise(4, 4))
    with pytest.raises(ValueError, match=r"Expected a source with labels.* Received: .*, which has none"):
        load(tmp_path, labels=True)


def test_load_class_folders(tmp_path):
    for name, level in (("dog/b.png", 3), ("cat/z.png", 1), ("dog/a.png", 2), ("yak/a.png", 4)):
        save(tmp_path / name, np.full((2, 2), level, "uint8"))
    (tmp_path / "empty").mkdir()  # no class: cat 0, dog 1, yak 2
    images, labels = load(tmp_path, labels=True)
    assert images[:, 0, 0, 0].tolist() == from_uint8(np.array([1, 2, 3, 4], "uint8")).tolist()
    assert labels.dtype == np.int32
    assert labels.tolist() == [0, 1, 1, 2]
    np.testing.assert_array_equal(load(tmp_path), images)


def test_load_class_folders_that_are_numbers_in_their_order(tmp_path):
    for level, name in enumerate(("10", "9", "cat", "0", "unlabelled")):
        save(tmp_path / name / "a.png", np.full((4, 4), level, "uint8"))
    found = read(tmp_path)
    assert found.class_names == ("0", "9", "10", "cat")
    assert dict(zip(found.pictures[:, 0, 0, 0].tolist(), found.labels.tolist())) == {0: 2, 1: 1, 2: 3, 3: 0, 4: -1}


@pytest.mark.parametrize(("names", "taken"), [(("train", "test"), 0), (("Validation", "TRAINING", "test"), 1)])
@pytest.mark.parametrize("inner", ["", "cat/"])
def test_load_takes_the_training_split(tmp_path, names, taken, inner):
    for level, name in enumerate(names):
        save(tmp_path / name / f"{inner}a.png", np.full((4, 4), level, "uint8"))
    found = read(tmp_path)
    assert found.pictures.ravel().tolist() == [taken] * 16
    assert found.class_names == (("cat",) if inner else ())
    assert kinds.named(tmp_path) == str(tmp_path / names[taken])


def test_load_takes_folders_for_classes_of_which_some_are_called_as_splits_are(tmp_path):
    for name in ("train", "bus"):
        save(tmp_path / name / "a.png", noise(4, 4))
    assert read(tmp_path).class_names == ("bus", "train")
    assert kinds.named(tmp_path) == str(tmp_path)


def test_load_splits_without_one_to_train_on(tmp_path):
    save(tmp_path / "Test" / "a.png", noise(4, 4))
    with pytest.raises(ValueError, match=r"Expected the folder of the split, 'train'.* whose splits are: Test\.$"):
        load(tmp_path)


@pytest.mark.parametrize(("names", "found"), [(["a.png", "cat/b.png"], "1 .*: cat"), ([], "0 .*: none")])
def test_load_folder_of_both_kinds_or_none(tmp_path, names, found):
    for name in names:
        save(tmp_path / name, noise(4, 4))
    with pytest.raises(ValueError, match=rf"Expected a folder of pictures.* not both\. Received: .* with {found}\.$"):
        load(tmp_path)


def test_load_folder_grey_only_if_all_are(tmp_path):
    save(tmp_path / "a.png", noise(4, 4))
    assert load(tmp_path).shape == (1, 4, 4, 1)
    save(tmp_path / "b.png", noise(4, 4, 3))
    images = load(tmp_path)
    assert images.shape == (2, 4, 4, 3)
    np.testing.assert_array_equal(images[0], np.repeat(from_uint8(noise(4, 4))[..., None], 3, -1))
    assert load(tmp_path, channels=1).shape == (2, 4, 4, 1)


def test_load_folder_of_two_sizes(tmp_path):
    save(tmp_path / "a.png", noise(10, 20))
    save(tmp_path / "b.png", noise(30, 40, 3))
    with pytest.raises(ValueError, match=r"pass image_size.* Received: 20x10 \(a\.png\) and 40x30 \(b\.png\)"):
        load(tmp_path)
    assert load(tmp_path, image_size=8).shape == (2, 8, 8, 3)


# Picture files of every kind


def test_load_exif_orientation(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6  # The camera was held a quarter turn to the right.
    save(tmp_path / "a.png", noise(2, 3), exif=exif)
    np.testing.assert_array_equal(load(tmp_path)[0, ..., 0], np.rot90(from_uint8(noise(2, 3)), -1))


def test_load_16_bit_grey(tmp_path):
    levels = np.array([[0, 257], [257 * 128, 65535]])
    save(tmp_path / "a.png", levels.astype("uint16"))
    save(tmp_path / "b.tif", levels.astype("uint16"))
    save(tmp_path / "c.tif", levels.astype("int32"))
    expected = from_uint8(np.array([[0, 1], [128, 255]], "uint8"))[..., None]
    np.testing.assert_array_equal(load(tmp_path), np.stack([expected] * 3))


@pytest.mark.parametrize("levels", [np.ones((2, 2), "float32"), np.full((2, 2), 65536), np.full((2, 2), -1)])
def test_load_levels_beyond_16_bits_are_unreadable(tmp_path, levels):
    save(tmp_path / "a.tif", levels.astype("float32" if levels.dtype.kind == "f" else "int32"))
    with pytest.raises(ValueError, match=r"Expected at least one readable.* Received: 1 .*neither 8 nor 16 bits"):
        load(tmp_path)


def test_load_animated_gif_gives_first_frame(tmp_path):
    frames = [Image.new("RGB", (4, 4), colour) for colour in ("red", "lime", "blue")]
    save(tmp_path / "a.gif", frames[0], save_all=True, append_images=frames[1:])
    np.testing.assert_array_equal(load(tmp_path)[0, 0, 0], [1, -1, -1])


def test_load_black_and_white(tmp_path):
    save(tmp_path / "a.png", Image.new("1", (4, 4), 1))
    np.testing.assert_array_equal(load(tmp_path), np.ones((1, 4, 4, 1)))


def test_load_grey_with_alpha(tmp_path):
    save(tmp_path / "a.png", Image.new("LA", (4, 4), (0, 51)))
    np.testing.assert_allclose(load(tmp_path), np.full((1, 4, 4, 1), 0.6), atol=1e-6)
    np.testing.assert_array_equal(load(tmp_path, channels=4)[0, 0, 0], from_uint8(np.array([0, 0, 0, 51], "uint8")))


def test_load_palette_with_transparency(tmp_path):
    image = Image.new("P", (4, 4), 1)
    image.putpalette([0, 0, 0, 255, 0, 0])
    image.putpixel((0, 0), 0)
    save(tmp_path / "a.png", image, transparency=0)
    images = load(tmp_path)
    np.testing.assert_array_equal(images[0, 0, 0], [1, 1, 1])
    np.testing.assert_array_equal(images[0, 1, 1], [1, -1, -1])


def test_load_cmyk(tmp_path):
    save(tmp_path / "a.jpg", Image.new("CMYK", (8, 8), (0, 0, 0, 0)))
    np.testing.assert_allclose(load(tmp_path), np.ones((1, 8, 8, 3)), atol=0.05)


# Unreadable files


def broken_folder(folder):
    """Two readable pictures, and six files that are not, among two classes."""
    save(folder / "cat" / "e.png", noise(16, 16))
    save(folder / "dog" / "e.png", noise(16, 16))
    whole = (folder / "cat" / "e.png").read_bytes()
    for name, content in (("a", b""), ("b", b"hello"), ("c", whole[:100])):
        (folder / "cat" / f"{name}.png").write_bytes(content)
        (folder / "dog" / f"{name}.jpg").write_bytes(content)
    return folder


def test_load_skips_unreadable_with_one_warning(tmp_path):
    with pytest.warns(UserWarning, match=r"Skipped 6 of 8 pictures, unreadable: cat/a\.png \(.*cat/b\.png") as seen:
        images, labels = load(broken_folder(tmp_path), labels=True)
    assert len(seen) == 1
    assert seen[0].filename == __file__
    assert "truncated" in str(seen[0].message)
    assert str(seen[0].message).endswith("; ....")
    assert images.shape == (2, 16, 16, 1)
    assert labels.tolist() == [0, 1]


def test_load_strict_refuses_unreadable(tmp_path):
    with pytest.raises(ValueError, match=r"only readable pictures.* Received: cat/a\.png \(cannot identify"):
        load(broken_folder(tmp_path), strict=True)


def test_load_folder_without_readable_picture(tmp_path):
    (tmp_path / "a.png").write_bytes(b"hello")
    with pytest.raises(ValueError, match=r"at least one readable picture. Received: 1 unreadable: .*/a\.png \(cannot"):
        load(tmp_path)


def test_load_decompression_bomb_is_unreadable(tmp_path, monkeypatch):
    save(tmp_path / "a.png", noise(4, 2))
    save(tmp_path / "b.png", noise(12, 12))
    monkeypatch.setattr(decode, "MOST_PIXELS", 100)
    with pytest.warns(UserWarning, match=r"Skipped 1 of 2.*b\.png .*decompression bomb"):
        assert len(load(tmp_path)) == 1


def test_load_hides_other_warnings_of_pillow(tmp_path):
    save(tmp_path / "a.png", Image.new("P", (4, 4)), transparency=b"\x00\x80")
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        load(tmp_path)
    assert not seen


# Files of strangers


def npy(header, content=b"", version=b"\x01\x00"):
    """A member of an .npz file whose header may promise anything."""
    header = header.encode() + b"\n"
    return b"\x93NUMPY" + version + len(header).to_bytes(2, "little") + header + content


def write_npz(folder, **members):
    with zipfile.ZipFile(folder / "set.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(f"{name}.npy", content)
    return folder / "set.npz"


def refuse(path, words=r"file of plain arrays", **options):
    with pytest.raises(ValueError, match=rf"^Expected .*{words}") as caught:
        load(path, **options)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "shape", ["(10**9, 28, 28)", "(1000000000, 28, 28)", "(-1, 8, 8)", "(4, -8, -8)", "(8,) * 99", "(1, 2", "'a'"]
)
def test_load_npz_headers_that_lie(tmp_path, shape):
    """What they promise is neither reserved nor believed."""
    header = f"{{'descr': '|u1', 'fortran_order': False, 'shape': {shape}, }}"
    refuse(write_npz(tmp_path, x=npy(header, bytes(500))))


@pytest.mark.parametrize(
    "descr", ["'|O'", "'<U4'", "'<c8'", "'<M8[s]'", "[('a', '<f4'), ('b', '|u1')]", "'|V3'", "'zz'"]
)
def test_load_npz_types_that_are_no_pixels(tmp_path, descr):
    header = f"{{'descr': {descr}, 'fortran_order': False, 'shape': (2, 2, 2), }}"
    refuse(write_npz(tmp_path, x=npy(header, bytes(400))), "(plain arrays|of integers or floats)")


def test_load_npz_runs_no_pickle(tmp_path):
    class Evil:
        def __reduce__(self):
            return (tmp_path / "ran").write_text, ("ran",)

    np.savez(tmp_path / "set.npz", x=np.array([Evil()], object))
    refuse(tmp_path / "set.npz")
    (tmp_path / "raw.npz").write_bytes(pickle.dumps(Evil()))
    refuse(tmp_path / "raw.npz")
    with zipfile.ZipFile(tmp_path / "member.npz", "w") as archive:
        archive.writestr("x", pickle.dumps(Evil()))
    refuse(tmp_path / "member.npz", "in an array")
    assert not (tmp_path / "ran").exists()


def test_load_npz_unpacks_no_bomb(tmp_path, monkeypatch):
    """30 MB of black in 30 kB; the bound is 256 MB."""
    path = write_npz(
        tmp_path, x=npy("{'descr': '|u1', 'fortran_order': False, 'shape': (30, 1000, 1000), }", bytes(3 * 10**7))
    )
    assert path.stat().st_size < 100_000
    assert len(load(path, image_size=4)) == 30
    monkeypatch.setattr(sys.modules["keras_gans.files.arrays"], "_SMALL", 10**7)
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *_, **__: pytest.fail("a member was opened"))
    refuse(path, "plain arrays")


def test_load_refuses_what_memory_does_not_hold(tmp_path, monkeypatch):
    save(tmp_path / "folder" / "a.png", noise(4, 2))
    sources = (save_npz(tmp_path, x=noise(1, 8, 8)), tmp_path / "folder")
    for source in sources:
        refuse(source, r"fit into this machine's memory of [0-9.]+ GB", image_size=10**8)
    monkeypatch.setattr(decode, "_memory", lambda: 8 * 64 * 64)
    for source in sources:
        assert load(source, image_size=64).shape == (1, 64, 64, 1)
        refuse(source, r"Received: 1 of 65x65 pixels", image_size=65)


@pytest.mark.parametrize(
    ("keys", "named"),
    [
        ({"a\nb": 1, "x/../../y": 2}, r"'a\nb', x/../../y."),
        ({f"k{i}": i for i in range(10)}, "k0, k1, k2, k3, k4, ...."),
    ],
)
def test_load_npz_names_keys_in_one_line(tmp_path, keys, named):
    np.savez(tmp_path / "set.npz", **keys)
    with pytest.raises(ValueError, match=r"the key x_train or x in the \.npz file") as caught:
        load(tmp_path / "set.npz")
    assert str(caught.value).endswith(f"set.npz' with {named}")
    assert [path.name for path in tmp_path.iterdir()] == ["set.npz"]


@pytest.mark.parametrize("labels", [[0, 2**40], [0, -(2**40)], [0, 2**31]])
def test_load_npz_labels_of_32_bits(tmp_path, labels):
    refuse(save_npz(tmp_path, x=noise(2, 4, 4), y=np.array(labels)), "labels of 32 bits", labels=True)
    labels = load(save_npz(tmp_path, x=noise(2, 4, 4), y=np.array([0, 2**31 - 1])), labels=True)[1]
    assert labels.tolist() == [0, 2**31 - 1]


STRANGE = [
    "two words",
    "-x",
    "--out",
    "caf\u00e9",
    "cafe\u0301",
    "\U0001f43c",
    "\u202egnp.exe",
    "a\nb",
    'it\'s "so"',
    "~nosuchuser",
    "a" * 250,
]


@pytest.mark.parametrize("name", STRANGE)
def test_load_folders_and_files_of_any_name(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    save(tmp_path / name / f"{name}.png", noise(4, 4))
    np.savez(tmp_path / f"{name}.npz", x=noise(3, 4, 4))
    assert len(load(tmp_path / name)) == 1
    assert len(load(f"./{name}.npz")) == 3
    (tmp_path / name / f"{name}.jpg").write_bytes(b"no picture")
    with pytest.warns(UserWarning, match=r"^Skipped 1 of 2 pictures, unreadable: .* \(cannot identify") as seen:
        assert len(load(name)) == 1
    assert "\n" not in str(seen[0].message)
    assert "\u202e" not in str(seen[0].message)
