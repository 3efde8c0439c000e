"""Arrays of strangers in: .npz files, and arrays of numbers that become pictures and labels, or one sentence."""

import numpy as np

from keras_gans.files.decode import check_fits, reason, recolour, to_square

_MOST_EXPANSION, _SMALL = 100, 1 << 28  # An array in a file of more bytes is not packed more tightly than so.
_NAMED = 5  # So many keys are named.
_MOST = 2**31 - 1  # in a label


def read_npz(path):
    """Reads pictures, and labels if there are any, from an .npz file.

    Args:
        path: `pathlib.Path` of the file, with the keys x_train and y_train, or x and y.

    Returns:
        A tuple of an array, an array or None, and a tuple of strings, the names of classes or attributes, which stand
        in the key `names`, (n,), if they are known.

    Raises:
        ValueError: if it is no such file, or may be a bomb.
    """
    pairs = (("x_train", "y_train"), ("x", "y"))
    try:
        with open(path, "rb") as file, np.load(file, allow_pickle=False) as archive:
            keys = archive.files
            _check_members(archive.zip.infolist())
            arrays = {key: np.asanyarray(archive[key]) for pair in pairs for key in pair if key in keys}
            names = _names(archive)
    except Exception as error:  # A damaged file breaks NumPy, zipfile or zlib, each in its own way.
        raise ValueError(
            f"Expected an .npz file of plain arrays, as np.savez writes it. Received: {str(path)!r} ({reason(error)})."
        ) from error
    for images, labels in pairs:
        if images in arrays:
            return arrays[images], arrays.get(labels), names
    named = ", ".join(key if key.isprintable() else repr(key) for key in keys[:_NAMED]) or "no key"
    more = ", ..." if len(keys) > _NAMED else ""
    raise ValueError(f"Expected the key x_train or x in the .npz file. Received: {str(path)!r} with {named}{more}.")


def _names(archive):
    try:
        names = archive["names"]
    except (KeyError, ValueError):  # none, or objects, which would have to be run
        return ()
    return tuple(map(str, names.tolist())) if names.ndim == 1 and names.dtype.kind in "Uiu" else ()


def _check_members(members):
    for member in members:
        if member.file_size > max(_SMALL, _MOST_EXPANSION * member.compress_size):
            raise ValueError(f"{member.file_size} bytes in one array, which may be a decompression bomb")


def from_array(raw, image_size, channels, white=None, seen=None, crop=True):
    """Makes an array pictures, uint8 or float32 in [-1, 1], (N, H, W, C).

    Args:
        raw: array (N, H, W) or (N, H, W, C).
        image_size, channels, white: as in `data.load`.
        seen: None, or `seen.Seen`, which is told what the pictures are like.
        crop: as in `data.load`.

    Returns:
        array.

    Raises:
        ValueError: if they are no pictures.
    """
    if raw.ndim not in (3, 4) or (raw.ndim == 4 and raw.shape[3] not in (1, 3, 4)) or raw.size == 0:
        raise ValueError(
            "Expected at least one picture in an array (N, H, W) or (N, H, W, C) with C = 1, 3 or 4. "
            f"Received: shape {raw.shape}."
        )
    pictures, values, white = _to_known_values(raw if raw.ndim == 4 else raw[..., None], white)
    if seen is not None:
        seen.add(pictures.shape[2:0:-1], values, white)
    channels = channels or (1 if pictures.shape[-1] == 1 else 3)
    height, width = (image_size, image_size) if image_size else pictures.shape[1:3]
    check_fits(len(pictures), height, width, channels)
    return np.stack([to_square(recolour(picture, channels), image_size, crop) for picture in pictures])


def _to_known_values(raw, white):
    """Integers and booleans as uint8, floats as float32 in [-1, 1]; the colours before, and the one that is white."""
    if raw.dtype.kind == "b":
        return raw * np.uint8(255), raw, 1
    if raw.dtype.kind not in "iuf":
        raise ValueError(f"Expected images of integers or floats. Received: dtype {raw.dtype}.")
    unknown = raw.size - np.isfinite(raw).sum()
    if unknown:
        raise ValueError(f"Expected finite values in the images. Received: {unknown} non-finite values.")
    low, high = raw.min(), raw.max()
    whole = raw.dtype.kind in "iu"
    top = white or (255 if whole else 1)
    if low < (0 if whole or white else -1) or high > top:
        usual = "of integers in 0 to 255, or of floats in [-1, 1] or [0, 1], unless white=... says which value is white"
        raise ValueError(
            f"Expected images {f'in 0 to white={white:g}' if white else usual}. "
            f"Received: {raw.dtype} values from {low} to {high}."
        )
    if low < 0:
        return raw.astype("float32", copy=False), np.ones(1), 1
    colours = raw[..., :3]
    if not whole:
        return (raw / raw.dtype.type(top)).astype("float32") * 2 - 1, colours, top
    return (raw if top == 255 else np.rint(raw / (top / 255))).astype("uint8", copy=False), colours, top


def to_labels(classes, count):
    """Makes labels as they come int32 (count,); raises a ValueError, as `load` does, where they are none."""
    if classes.dtype.kind not in "iu":
        raise ValueError(f"Expected integer labels. Received: dtype {classes.dtype}.")
    if classes.size != count:
        raise ValueError(f"Expected one label for each of {count} pictures. Received: labels of shape {classes.shape}.")
    if abs(int(classes.min())) > _MOST or int(classes.max()) > _MOST:
        raise ValueError(f"Expected labels of 32 bits. Received: labels from {classes.min()} to {classes.max()}.")
    return classes.reshape(-1).astype("int32")
