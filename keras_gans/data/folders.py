"""Which folders of pictures a source stands for: two sides, or one with both side by side; and what is wrong there."""

import os
from collections import Counter
from pathlib import Path

from keras_gans.data.fetch import ARCHIVES
from keras_gans.files.decode import SUFFIXES, picture_files, place_of, shown, stem_of
from keras_gans.files.parts import NoSplitError, of_split


def folders_of(source, split, named):
    """Finds the folders of pictures that a source stands for.

    Args:
        source: tuple of two folders; or a folder that holds, itself or in its folder of the split's name, two folders
            or pictures; or one with folders of the split's name and A and B.
        split: str, "train" or another.
        named: `Registry` of the names that a user may have mistyped.

    Returns:
        list of one or two `pathlib.Path`.

    Raises:
        NoSplitError: if the split is missing.
        ValueError: if a folder is missing.
    """
    if isinstance(source, (tuple, list)):
        if len(source) != 2:
            raise ValueError(f"Expected a tuple of two folders. Received: {len(source)} of them.")
        if split != "train":
            raise NoSplitError(f"Expected split='train' for two folders, which have no splits. Received: {split!r}.")
        return [_folder(place, named) for place in source]
    folder = _folder(source, named)
    sides = [folder / f"{split}{side}" for side in "AB"]
    if all(side.is_dir() for side in sides):
        return sides
    folder = of_split(folder, split)
    inner = [path for path in shown(folder) if path.is_dir()]
    return inner if len(inner) == 2 and not picture_files(folder) else [folder]


def _folder(source, named):
    if not isinstance(source, (str, os.PathLike)):
        raise ValueError(f"Expected a name, a folder, or a tuple of two folders. Received: {type(source).__name__}.")
    path = Path(os.path.expanduser(source))
    if source and path.is_dir():
        return path
    if isinstance(source, os.PathLike) or path.suffix or "/" in source or os.sep in source:
        raise ValueError(f"Expected a folder that exists. Received: {str(source)!r}.")
    try:
        return named[source]
    except ValueError as error:
        hint = f" (data.fetch({source!r}) downloads the public one)" if source in ARCHIVES else ""
        raise ValueError(f"{str(error).removesuffix('.')}, which is no folder either{hint}.") from None


def pictures_in(folder):
    """Lists the picture files of a folder, sorted by name, and refuses one that has none with a ValueError."""
    files = picture_files(folder)
    if not files:
        count = sum(path.is_dir() for path in shown(folder))
        raise ValueError(
            f"Expected a folder of pictures ({' '.join(SUFFIXES)}). "
            f"Received: {str(folder)!r} with no picture and {count} folders."
        )
    return files


def paired(inputs, targets):
    """Pairs files of equal names, suffixes aside.

    Args:
        inputs, targets: lists of `pathlib.Path`, two folders' pictures.

    Returns:
        list of tuples (input, target), sorted by name.

    Raises:
        ValueError: if a file has no partner, or more than one.
    """
    alone = []
    for side, others in ((inputs, targets), (targets, inputs)):
        partners = Counter(map(stem_of, others))
        alone += [place_of(path) for path in side if partners[stem_of(path)] != 1]
    if alone:
        listed = ", ".join(alone[:3]) + (", ..." if len(alone) > 3 else "")
        raise ValueError(
            "Expected the same names in both folders, each once, suffixes aside. "
            f"Received: {len(alone)} without one partner: {listed}."
        )
    partners = {stem_of(path): path for path in targets}
    return [(path, partners[stem_of(path)]) for path in inputs]
