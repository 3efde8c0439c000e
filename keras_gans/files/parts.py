"""Parts of a folder of pictures: its splits, of which one is trained on, and its classes."""

from keras_gans.files.decode import picture_files, shown

SPLITS = {"train": ("train", "training"), "test": ("test", "testing"), "val": ("val", "valid", "validation")}
_SPLIT_NAMES = [name for names in SPLITS.values() for name in names]  # of folders, in capitals or not


class NoSplitError(ValueError):
    """There is no such split at the source; the message says which there are."""


def of_split(folder, split):
    """Finds the folder of a split, or for "train" the folder itself where it is not divided.

    Args:
        folder: `pathlib.Path`.
        split: str, a key of `SPLITS` or a folder's name.

    Returns:
        `pathlib.Path`.

    Raises:
        NoSplitError: if there is no such split.
    """
    inner = {path.name.casefold(): path for path in shown(folder) if path.is_dir()}
    for name in SPLITS.get(split, (split.casefold(),)):
        if name in inner:
            return inner[name]
    divided = inner.keys() & {(name + side).casefold() for name in _SPLIT_NAMES for side in ("", "A", "B")}
    if divided or split != "train":
        found = ", ".join(sorted(inner[name].name for name in divided)) or "none"
        raise NoSplitError(
            f"Expected the folder of the split, {split!r}, or {split + 'A'!r} and {split + 'B'!r}. "
            f"Received: {str(folder)!r}, whose splits are: {found}."
        )
    return folder


def training_part(folder):
    """Finds the folder of the split to train on, or the folder itself where it has pictures or folders of another name.

    Args:
        folder: `pathlib.Path`.

    Returns:
        `pathlib.Path`.

    Raises:
        NoSplitError: if all folders with pictures are splits, but none is "train" or "training".
    """
    places = [path for path in shown(folder) if path.is_dir() and _any_pictures(path)]
    divided = all(path.name.casefold() in _SPLIT_NAMES for path in places) and not picture_files(folder)
    return of_split(folder, "train") if places and divided else folder


def _any_pictures(folder):
    """Whether there are any in a folder, or in one of its own."""
    return bool(picture_files(folder)) or any(picture_files(path) for path in shown(folder) if path.is_dir())


def classes_in(folder):
    """Lists a folder's class folders, those with pictures: first numbers, in their order, then other names in theirs.

    Args:
        folder: `pathlib.Path`.

    Returns:
        list of `pathlib.Path`.
    """

    def place(path):
        number = path.name.isascii() and path.name.isdigit()
        return (not number, int(path.name) if number else 0, path.name)

    return sorted((path for path in shown(folder) if path.is_dir() and picture_files(path)), key=place)
