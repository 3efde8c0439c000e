"""Where pictures with attributes come from: drawn ones, data sets, class folders, tables beside pictures, arrays."""

import csv
import dataclasses
import os
from pathlib import Path
from typing import Any

import numpy as np

from keras_gans.data import load
from keras_gans.data.pictures import Files, open_pictures
from keras_gans.files.arrays import to_labels
from keras_gans.files.decode import is_picture, name_of, reason, recolour, to_square
from keras_gans.files.parts import training_part
from keras_gans.files.pixels import from_uint8
from keras_gans.registry import Registry

# Name -> function that returns uint8 images, labels (N, d) of 0 and 1, the names of the domains, and tuples of those of
# which exactly one holds.
ATTRIBUTES = Registry("set of pictures with attributes")

TABLE, CELEBA = "attributes.csv", "list_attr_celeba.txt"
PLACES = (".", "img_align_celeba", "images")  # of the pictures, seen from their table
HAIR = ("Black_Hair", "Blond_Hair", "Brown_Hair", "Gray_Hair")  # of which StarGAN's code sets one where it translates


@dataclasses.dataclass
class Labelled:
    """Pictures of one source, and the domains that it knows.

    Attributes:
        pictures: float32 array (n, height, width, channels) in [-1, 1], or a table of files, see `pictures.Files`.
        labels: float32 array (N, d) of 0 and 1.
        names: tuple of strings, d domains.
        kind: "binary", or "classes" where exactly one domain holds.
        exclusive: tuple of tuples of names, of each of which exactly one holds.
        rows: int array (N,), to which of the pictures the labels belong.
        skipped, told, sizes: see `Examples`.
    """

    pictures: Any
    labels: np.ndarray
    names: tuple
    kind: str = "binary"
    exclusive: tuple = ()
    rows: np.ndarray | None = None
    skipped: str | None = None
    told: tuple = ()
    sizes: set = frozenset()

    def __post_init__(self):
        self.labels = np.asarray(self.labels, "float32")
        self.rows = np.arange(len(self.labels)) if self.rows is None else self.rows

    def only(self, names):
        """Keeps some of the domains; pictures that are in none of a group, where all were in one, are left out."""
        columns = [self.names.index(name) for name in names]
        if self.kind == "classes" and len(names) < 2:
            raise ValueError(f"Expected at least two of the classes {', '.join(self.names)}. Received: {names[0]!r}.")
        groups = [self.names] if self.kind == "classes" else self.exclusive
        kept, left = np.ones(len(self.labels), bool), []
        for group in groups:
            some = tuple(name for name in group if name in names)
            if len(some) > 1:
                held = [self.labels[:, [self.names.index(n) for n in these]].sum(axis=1) > 0 for these in (group, some)]
                kept &= held[1] if held[0].all() else True
                left.append(some)
        exclusive = () if self.kind == "classes" else tuple(left)
        return dataclasses.replace(
            self, labels=self.labels[kept][:, columns], names=tuple(names), exclusive=exclusive, rows=self.rows[kept]
        )


def labelled(source, image_size, channels, cache, strict, white=None, crop=True):
    """Reads one source of `data.attributes`; see there.

    Returns:
        `Labelled`.
    """
    if isinstance(source, str) and source in ATTRIBUTES:
        images, labels, names, exclusive = ATTRIBUTES[source]()
        pictures = np.stack([recolour(to_square(picture, image_size), channels) for picture in images])
        return Labelled(from_uint8(pictures), labels, names, "binary", exclusive)
    _check_word(source)
    path = Path(os.path.expanduser(source))
    if source not in load.DATA_SETS and path.is_dir():
        return _folder(path, image_size, channels, cache, strict, white, crop)
    return _arrays(source, image_size, channels, white, crop)


def _check_word(source):
    """Answers a word that is neither a name nor a path with the nearest name (raises ValueError)."""
    known = Registry(ATTRIBUTES.kind)
    known.update(load.DATA_SETS | ATTRIBUTES)
    if isinstance(source, str) and source.isidentifier() and not os.path.exists(source):
        known[source]


def _arrays(source, image_size, channels, white, crop):
    """A data set, or an .npz file: classes (N,), or attributes (N, d)."""
    found = load.read(source, image_size, channels, labels=True, white=white, crop=crop)
    labels, count = found.labels, len(found.pictures)
    if labels.ndim < 2 or labels.shape[1:] == (1,):
        return _of_classes(found.images(), to_labels(labels, count), found.class_names, told=found.told)
    names = found.class_names or tuple(map(str, range(labels.shape[1])))
    fine = labels.dtype.kind in "biuf" and labels.shape == (count, len(names)) and np.isin(labels, (0, 1)).all()
    if not fine:
        raise ValueError(
            f"Expected for each of {count} pictures 0 or 1 for each of the domains {', '.join(names)}. "
            f"Received: {labels.dtype} of shape {labels.shape}."
        )
    return Labelled(found.images(), labels, names, told=found.told)


def _of_classes(pictures, labels, names, **told):
    """Pictures of one class each; those without one are left out."""
    rows, classes = np.flatnonzero(labels >= 0), int(labels.max()) + 1
    if labels.min() < -1 or not 2 <= classes <= len(labels):
        raise ValueError(
            f"Expected pictures of two classes or more, 0 to at most {len(labels) - 1}, as each has an example, or -1 "
            f"where it is not known. Received: labels from {labels.min()} to {labels.max()}."
        )
    names = tuple(names)[:classes] if len(names) >= classes else tuple(map(str, range(classes)))
    return Labelled(pictures, np.eye(classes)[labels[rows]], names, "classes", rows=rows, **told)


# Folders


def _folder(folder, image_size, channels, cache, strict, white, crop):
    for name, read in ((TABLE, _csv), (CELEBA, _celeba)):
        if (folder / name).is_file():
            paths, labels, names = _table(folder / name, read)
            searched = ()
            break
    else:
        paths, labels, names = load.list_pictures(folder)
        searched = [training_part(folder)]
        if labels is None:
            raise ValueError(
                f"Expected class folders, or {TABLE} or {CELEBA} beside the pictures. Received: {str(folder)!r}, "
                "which has pictures alone."
            )
    files = Files([(path,) for path in paths], image_size, channels, white=white, crop=crop)
    opened = open_pictures(files, jitter=False, cache=cache, strict=strict, folders=searched)
    (table,), told = opened.tables, {name: getattr(opened, name) for name in ("skipped", "told", "sizes")}
    labels = labels[list(table.indices)]
    if labels.ndim == 1:
        return _of_classes(table, labels, names, **told)
    hair = tuple(name for name in HAIR if name in names)
    return Labelled(table, labels, names, "binary", (hair,) if len(hair) > 1 else (), **told)


def _table(path, read):
    """The pictures that a table names, 0 or 1 for each of its domains, and the names of these."""
    try:
        names, rows = read(path.read_text(encoding="utf-8-sig"))
    except (UnicodeDecodeError, csv.Error, ValueError, IndexError) as error:
        raise ValueError(f"Expected a table of attributes in {name_of(path)!r}. Received: {reason(error)}.") from None
    if not rows or not names or len(set(names)) < len(names):
        raise ValueError(
            f"Expected pictures in {name_of(path)!r}, and names of attributes, each once. "
            f"Received: {len(rows)} pictures, and the names {', '.join(names) or 'none'}."
        )
    values = {"-1": 0, "1": 1} if path.name == CELEBA else {"0": 0, "1": 1}
    paths, labels = [], np.zeros((len(rows), len(names)), "float32")
    for number, (line, row) in enumerate(rows):
        if len(row) != 1 + len(names) or not set(row[1:]) <= set(values):
            raise ValueError(
                f"Expected in line {line} of {name_of(path)!r} a file and {' or '.join(values)} for each of "
                f"{len(names)} attributes. "
                f"Received: {','.join(row)[:80]!r}."
            )
        paths.append(listed_picture(path, line, row[0]))
        labels[number] = [values[value] for value in row[1:]]
    return paths, labels, tuple(names)


def listed_picture(table, line, name):
    """Finds the file that a line of a table names, inside the table's folder.

    Args:
        table: `pathlib.Path` of the table.
        line: int, the line's number.
        name: string, the file's name.

    Returns:
        `pathlib.Path`.

    Raises:
        ValueError: if it is no picture, or does not lie there.
    """
    for place in PLACES:
        path = table.parent / place / name
        inside = ".." not in path.parts and not Path(name).is_absolute()
        if inside and is_picture(path):
            return path
    raise ValueError(
        f"Expected in line {line} of {name_of(table)!r} the file of a picture, in its folder. Received: {name!r}."
    )


def _csv(text):
    lines = [(number, [cell.strip() for cell in row]) for number, row in enumerate(csv.reader(text.splitlines()), 1)]
    (_, header), *rows = [(number, row) for number, row in lines if any(row)]
    return header[1:], rows


def _celeba(text):
    lines = [(number, line.split()) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    (_, (count,)), (_, names), *rows = lines
    if int(count) != len(rows):
        raise ValueError(f"{len(rows)} rows where its first line says {count}")
    return names, rows
