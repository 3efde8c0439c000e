"""Where pictures come in: from a data set's name, an .npz file or a folder to float32 images in [-1, 1]."""

import os
from pathlib import Path

import numpy as np

from keras_gans import engine
from keras_gans.files.decode import (
    SUFFIXES,
    check_fits,
    decode,
    name_of,
    picture_files,
    place_of,
    quiet,
    reason,
    recolour,
    report_unreadable,
    shown,
    to_square,
)
from keras_gans.files.pixels import from_uint8
from keras_gans.registry import Registry

DATA_SETS = Registry("data set")  # Name -> function that returns (images, labels) as they come.

_MOST_EXPANSION, _SMALL = 100, 1 << 28  # An array in a file of more bytes is not packed more tightly than so.
_NAMED = 5  # So many keys are named.
_MOST = 2**31 - 1  # in a label


def load(source, image_size=None, channels=None, labels=False, strict=False):
    """Loads a data set as float32 images in [-1, 1].

    A registered name comes before a path: a folder that is itself called `mnist` is reached as `./mnist`.
    Arrays of integers hold 0 to 255. Arrays of floats hold [-1, 1], or [0, 1], which is stretched to [-1, 1].

    Args:
        source: name in `DATA_SETS` (`digits` needs no internet; Keras' sets give their training split), or path to an
            .npz file (keys `x_train` and `y_train`, or `x` and `y`; the labels may be left out), to a folder of
            pictures, or to a folder of class folders, whose sorted names are the classes 0, 1, ...
        image_size: side in pixels; every picture is cropped to its central square and resized to it (bicubic with
            antialiasing). `None` keeps the size.
        channels: 1 (grey, by luma), 3 (RGB) or 4 (RGBA); with 1 and 3, transparent pictures are laid over white.
            `None` gives 1 if every picture is stored as grey, else 3.
        labels: whether to return the labels too.
        strict: whether an unreadable picture of a folder is an error; otherwise it is skipped, and a warning says so.

    Returns:
        float32 images (N, H, W, C) in [-1, 1]; with `labels`, a tuple of them and int32 labels (N,).

    Raises:
        ValueError: if the source is unknown, cannot be read, has no labels though `labels` asks for them, or holds
            anything but pictures of one size; or if `image_size` or `channels` is out of range.
    """
    _check_options(image_size, channels)
    raw, classes = _read(source)
    if labels and classes is None:
        raise ValueError(
            "Expected a source with labels (class folders, or y_train or y in an .npz file) for labels=True. "
            f"Received: {str(source)!r}, which has none."
        )
    if isinstance(raw, list):
        pictures, kept = read_files(raw, image_size, channels, strict)
        classes = classes[kept] if labels else None
    else:
        pictures = _from_array(raw, image_size, channels)
    images = from_uint8(pictures) if pictures.dtype == np.uint8 else pictures
    return (images, _to_labels(classes, len(images))) if labels else images


def _check_options(image_size, channels):
    whole = isinstance(image_size, (int, np.integer)) and not isinstance(image_size, bool)
    if image_size is not None and not (whole and image_size > 0):
        raise ValueError(f"Expected image_size to be a positive integer or None. Received: {image_size!r}.")
    if channels not in (None, 1, 3, 4):
        raise ValueError(f"Expected channels to be 1, 3, 4 or None. Received: {channels!r}.")


# Sources: each gives (an array or a list of picture files, labels or None).


def _read(source):
    if isinstance(source, str) and source in DATA_SETS:
        return DATA_SETS[source]()
    path = _find(source)
    if path.is_dir():
        return _list_pictures(path)
    if path.suffix.lower() == ".npz" and path.is_file():
        return _read_npz(path)
    raise ValueError(f"Expected a data set's name, an .npz file or a folder. Received: the file {str(path)!r}.")


def _find(source):
    if not isinstance(source, (str, os.PathLike)):
        raise ValueError(f"Expected a data set's name or a path. Received: {type(source).__name__}.")
    path = Path(os.path.expanduser(source))
    if source and path.exists():
        return path
    if isinstance(source, os.PathLike) or path.suffix or "/" in source or os.sep in source:
        raise ValueError(f"No such file or folder to load pictures from. Received: {str(source)!r}.")
    try:
        return DATA_SETS[source]
    except ValueError as error:
        raise ValueError(f"{str(error).removesuffix('.')}, which is no .npz file or folder either.") from None


@DATA_SETS.register
def digits():
    """The 1,797 handwritten digits of scikit-learn, 8x8 grey, which come with the package."""
    from sklearn.datasets import load_digits

    found = load_digits()
    return found.images / 8.0 - 1.0, found.target  # Their levels are 0 to 16.


def _keras_data_set(name):
    def read():
        from keras import datasets

        try:
            with engine.channels_last():
                (images, labels), _ = getattr(datasets, name).load_data()
        except Exception as error:  # Keras raises a bare Exception when a download fails.
            raise ValueError(
                f"The data set {name!r} needs the internet the first time; a path to an .npz file works too. "
                f"Received: {error}"
            ) from error
        return images, labels

    return read


for _name in ("mnist", "fashion_mnist", "cifar10", "cifar100"):
    DATA_SETS.register(_keras_data_set(_name), _name)


def _read_npz(path):
    pairs = (("x_train", "y_train"), ("x", "y"))
    try:
        with open(path, "rb") as file, np.load(file, allow_pickle=False) as archive:
            keys = archive.files
            _check_members(archive.zip.infolist())
            arrays = {key: np.asanyarray(archive[key]) for pair in pairs for key in pair if key in keys}
    except Exception as error:  # A damaged file breaks NumPy, zipfile or zlib, each in its own way.
        raise ValueError(
            f"Expected an .npz file of plain arrays, as np.savez writes it. Received: {str(path)!r} ({reason(error)})."
        ) from error
    for images, labels in pairs:
        if images in arrays:
            return arrays[images], arrays.get(labels)
    named = ", ".join(key if key.isprintable() else repr(key) for key in keys[:_NAMED]) or "no key"
    more = ", ..." if len(keys) > _NAMED else ""
    raise ValueError(f"Expected the key x_train or x in the .npz file. Received: {str(path)!r} with {named}{more}.")


def _check_members(members):
    for member in members:
        if member.file_size > max(_SMALL, _MOST_EXPANSION * member.compress_size):
            raise ValueError(f"{member.file_size} bytes in one array, which may be a decompression bomb")


def _list_pictures(folder):
    classes = [path for path in shown(folder) if path.is_dir()]
    labelled = [(path, index) for index, place in enumerate(classes) for path in picture_files(place)]
    flat = picture_files(folder)
    if bool(flat) == bool(labelled):
        found = f"with {len(flat)} pictures of its own and {len(labelled)} in its {len(classes)} folders"
        raise ValueError(
            f"Expected a folder of pictures ({' '.join(SUFFIXES)}), or of class folders of pictures, not both. "
            f"Received: {str(folder)!r} {found}."
        )
    return flat or [path for path, _ in labelled], None if flat else np.array([index for _, index in labelled])


# Picture files


def read_files(paths, image_size, channels, strict):
    """Reads picture files as `load` does.

    Args:
        paths: list of `pathlib.Path`.
        image_size, channels, strict: as in `load`.

    Returns:
        A tuple of pictures, uint8 (N, H, W, C), and a list of which of the paths they are.

    Raises:
        ValueError: as `load` does.
    """
    pictures, kept, unreadable = [], [], []
    with quiet():
        for index, path in enumerate(paths):
            try:
                picture = decode(path, channels)
            except Exception as error:  # A damaged file breaks Pillow in many ways.
                unreadable.append(f"{place_of(path)} ({reason(error)})")
                continue
            if not pictures:
                height, width = (image_size, image_size) if image_size else picture.shape[:2]
                check_fits(len(paths), height, width, picture.shape[-1])
            pictures.append(to_square(picture, image_size))
            kept.append(index)
            _check_sizes(pictures[0], pictures[-1], paths[kept[0]], path)
    report_unreadable(unreadable, len(paths), len(pictures), strict)
    depth = max(picture.shape[-1] for picture in pictures)  # Grey among colours is repeated.
    return np.stack([np.broadcast_to(picture, (*picture.shape[:2], depth)) for picture in pictures]), kept


def _check_sizes(first, last, first_path, last_path):
    if first.shape[:2] != last.shape[:2]:
        sizes = [f"{p.shape[1]}x{p.shape[0]} ({name_of(path)})" for p, path in ((first, first_path), (last, last_path))]
        raise ValueError(
            "Expected pictures of one size (width x height); pass image_size to crop and resize them. "
            f"Received: {' and '.join(sizes)}."
        )


# Arrays


def _from_array(raw, image_size, channels):
    """Pictures as uint8 or as float32 in [-1, 1], (N, H, W, C)."""
    if raw.ndim not in (3, 4) or (raw.ndim == 4 and raw.shape[3] not in (1, 3, 4)) or raw.size == 0:
        raise ValueError(
            "Expected at least one picture in an array (N, H, W) or (N, H, W, C) with C = 1, 3 or 4. "
            f"Received: shape {raw.shape}."
        )
    pictures = _to_known_values(raw if raw.ndim == 4 else raw[..., None])
    channels = channels or (1 if pictures.shape[-1] == 1 else 3)
    height, width = (image_size, image_size) if image_size else pictures.shape[1:3]
    check_fits(len(pictures), height, width, channels)
    return np.stack([to_square(recolour(picture, channels), image_size) for picture in pictures])


def _to_known_values(raw):
    """Integers and booleans as uint8, floats as float32 in [-1, 1]."""
    if raw.dtype.kind == "b":
        return raw * np.uint8(255)
    if raw.dtype.kind not in "iuf":
        raise ValueError(f"Expected images of integers or floats. Received: dtype {raw.dtype}.")
    unknown = raw.size - np.isfinite(raw).sum()
    if unknown:
        raise ValueError(f"Expected finite values in the images. Received: {unknown} non-finite values.")
    low, high = raw.min(), raw.max()
    whole = raw.dtype.kind in "iu"
    if low < (0 if whole else -1) or high > (255 if whole else 1):
        raise ValueError(
            "Expected images of integers in 0 to 255, or of floats in [-1, 1] or [0, 1]. "
            f"Received: {raw.dtype} values from {low} to {high}."
        )
    if whole:
        return raw.astype("uint8", copy=False)
    return raw.astype("float32", copy=False) if low < 0 else raw.astype("float32") * 2 - 1


def _to_labels(classes, count):
    if classes.dtype.kind not in "iu":
        raise ValueError(f"Expected integer labels. Received: dtype {classes.dtype}.")
    if classes.size != count:
        raise ValueError(f"Expected one label for each of {count} pictures. Received: labels of shape {classes.shape}.")
    if abs(int(classes.min())) > _MOST or int(classes.max()) > _MOST:
        raise ValueError(f"Expected labels of 32 bits. Received: labels from {classes.min()} to {classes.max()}.")
    return classes.reshape(-1).astype("int32")
