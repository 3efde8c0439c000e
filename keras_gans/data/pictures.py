"""Pictures on disk as examples: decoded when a batch asks for them, jittered then, and cached if that is wished."""

import contextlib
import copy
import hashlib
import json
import math
import os
import shutil
import warnings
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from keras_gans.data.examples import Examples, spans
from keras_gans.files.beside import beside
from keras_gans.files.decode import decode, leads_nowhere, place_of, quiet, reason, skipped, to_square
from keras_gans.files.pixels import from_uint8
from keras_gans.files.seen import Seen, darkness
from keras_gans.files.white import whites_of
from keras_gans.files.whole import whole_file


class Pictures(Examples):
    """Examples that are read when a batch asks for them, so that the whole set is never in memory.

    Any number of threads may read at once.

    Args:
        *tables: one for each group, a row being pictures that belong together. A table has `parts` (int), how many
            pictures a row holds; `shape`, (rows, size, size, channels); `key()`, a str by which other tables are told
            from it; and `table[index]` reads a row, uint8 arrays (size, size, channels).
        jitter: whether pictures are changed at random where `read` is handed a generator: enlarged to 286/256 of
            their size, cropped back to it anywhere, and mirrored with probability 1/2, the pictures of a row alike.
        skipped, told, sizes: see `Examples`.

    Deviations:
        The papers squeeze a picture that is not square; here it was cropped to its central square, unless `crop` of
        `data.pairs` and `data.domains` says otherwise.

    Reference:
        Isola, Zhu, Zhou, Efros, 2017, Image-to-Image Translation with Conditional Adversarial Networks,
        arXiv:1611.07004, section 6.2 and the data sets' training details, "random jitter and mirroring".
    """

    def __init__(self, *tables, jitter=True, skipped=None, told=(), sizes=frozenset()):
        parts = [table for table in tables for _ in range(table.parts)]
        super().__init__(*parts, aligned=tuple(table.parts for table in tables))
        self.tables, self.jitter, self.skipped, self.told, self.sizes = tables, jitter, skipped, told, sizes

    def read(self, rows, rng=None):
        """Reads examples from disk, float32 in [-1, 1]; see `Examples.read`."""
        rng = rng if self.jitter else None
        of_tables = [rows[start] for start, _ in spans(self.groups)]
        return tuple(part for table, indices in zip(self.tables, of_tables) for part in _read(table, indices, rng))

    def fingerprint(self):
        """Computes a number by which other data are told from these, of names, sizes and options alone (an int)."""
        return zlib.crc32(json.dumps([self.jitter, *(table.key() for table in self.tables)]).encode())


def _read(table, indices, rng):
    pixels = np.empty((table.parts, len(indices), *table.shape[1:]), "uint8")
    for place, index in enumerate(indices):
        pictures = table[index]
        pixels[:, place] = pictures if rng is None else _jittered(pictures, rng)
    return [from_uint8(part) for part in pixels]


def _jittered(pictures, rng):
    size = len(pictures[0])
    large = round(size * 286 / 256)
    top, left = rng.integers(large - size, size=2, endpoint=True)
    step = rng.choice([1, -1])
    return [to_square(picture, large)[top : top + size, left : left + size][:, ::step] for picture in pictures]


def check_options(image_size, channels):
    """Refuses an image size that is no positive int, and channels that are not 1, 3 or 4, with a ValueError."""
    whole = isinstance(image_size, (int, np.integer)) and not isinstance(image_size, bool)
    if not whole or image_size < 1:
        raise ValueError(f"Expected image_size to be a positive integer. Received: {image_size!r}.")
    if channels not in (1, 3, 4):
        raise ValueError(f"Expected channels to be 1, 3 or 4. Received: {channels!r}.")


class Files:
    """A table of picture files, each row decoded, cropped to central squares and resized when it is asked for.

    Attributes:
        indices: list of ints, which rows of the table of all files these are.
        seen: list of `seen.Seen`, what was seen of all that was decoded, for each file of a row.

    Args:
        rows: list of tuples of paths, the files of one row.
        image_size: int, side in pixels.
        channels: 1, 3 or 4.
        input_side: None, or "left" or "right" where a row is one file with two pictures side by side: which half
            comes first.
        white: None, or the value that is white, see `data.load`, or a tuple of these, one for each file of a row.
        crop: see `data.load`.
    """

    def __init__(self, rows, image_size, channels, input_side=None, white=None, crop=True):
        self.rows, self.image_size, self.channels, self.input_side = rows, int(image_size), int(channels), input_side
        self.indices = list(range(len(rows)))
        self.parts, self.whites = 2 if input_side else len(rows[0]), whites_of(white, len(rows[0]))
        self.seen, self.crop = [Seen() for _ in rows[0]], crop

    @property
    def shape(self):
        """Tuple of int, (rows, size, size, channels)."""
        return len(self.rows), self.image_size, self.image_size, self.channels

    def __len__(self):
        return len(self.rows)

    def __getitem__(self, index):
        return self.squares(self.decode(index), index)

    def decode(self, index):
        """Reads the files of a row, a list of uint8 arrays (H, W, C), and fails where one cannot be read."""
        pictures = []
        for path, seen, white in zip(self.rows[index], self.seen, self.whites):
            try:
                pictures.append(decode(path, self.channels, seen, white))
            except Exception as error:  # A damaged file breaks Pillow in many ways.
                raise UnreadableError(f"{place_of(path)} ({reason(error)})") from error
        return pictures

    def squares(self, pictures, index):
        """Makes decoded pictures of a row those of the table."""
        if self.input_side:
            pictures = _halves(pictures[0], self.input_side, self.rows[index][0])
        return [to_square(picture, self.image_size, self.crop) for picture in pictures]

    def only(self, indices):
        """Returns the table of some of the rows."""
        table = copy.copy(self)
        table.rows, table.indices = [self.rows[index] for index in indices], list(indices)
        return table

    def key(self):
        """See `Pictures`."""
        files = [(path.parent.name, path.name, _stat(path).st_size) for row in self.rows for path in row]
        known = [files, self.image_size, self.channels, self.input_side]
        more = [self.whites] * any(self.whites) + ["squeezed"] * (not self.crop)  # no more than before these were there
        return json.dumps(known + more)

    def place(self, folder):
        """Says where a cache of it lies: a path that changes with each file's path, size, time and the options."""
        times = [(str(path.absolute()), _stat(path).st_mtime_ns) for row in self.rows for path in row]
        return folder / hashlib.sha256(json.dumps([self.key(), times]).encode()).hexdigest()[:16]


def _stat(path):
    """Of a link to nowhere what the link itself says."""
    return path.lstat() if leads_nowhere(path) else path.stat()


def _halves(picture, first, path):
    width = picture.shape[1]
    if width % 2:
        raise ValueError(
            "Expected side-by-side pictures of an even width, two equal halves. "
            f"Received: a width of {width} pixels in {str(path)!r}."
        )
    left, right = picture[:, : width // 2], picture[:, width // 2 :]
    return (left, right) if first == "left" else (right, left)


class UnreadableError(ValueError):
    """A picture file that cannot be read; the message is its name and the reason."""


def open_pictures(*tables, jitter, cache, strict, folders=()):
    """Makes tables of files `Pictures`, once each file has been found readable.

    A public function calls it directly, so that a warning points at its caller.

    Args:
        *tables: `Files`; see `Pictures`.
        jitter: see `Pictures`.
        cache: None, or the folder in which the decoded pictures are kept, as one .npy file per part. One process
            at a time may write it; any number may read it.
        strict: whether an unreadable picture is an error; otherwise its row is skipped, and a warning says so.
        folders: list of `pathlib.Path` of which all pictures are in the tables, to tell what lies beside them.

    Returns:
        `Pictures`.

    Raises:
        ValueError: if a picture is unreadable and `strict` forbids it, or no row of a table is readable.
    """
    cache = cache if cache is None else Path(os.path.expanduser(cache))
    if cache is not None and cache.is_file():
        raise ValueError(f"Expected a folder for the cache. Received: the file {str(cache)!r}.")
    faults, readable = zip(*(_check(table) if cache is None else _cached(table, cache) for table in tables))
    unreadable = [fault for found in faults for fault in found.values()]
    left_out = skipped(unreadable, sum(map(len, tables)), min(map(len, readable)), strict)
    if left_out:
        warnings.warn(left_out, stacklevel=3)
    others = beside(folders, [path for table in tables for row in table.rows for path in row])
    seen = [some for table in tables for some in table.seen]
    dark = darkness(*seen)
    if dark:
        warnings.warn(dark, stacklevel=3)
    told, sizes = tuple(filter(None, (others, dark))), set().union(*(some.sizes for some in seen))
    return Pictures(*readable, jitter=jitter, skipped=left_out, told=told, sizes=sizes)


def _check(files):
    """The unreadable rows' faults by their indices, and the table of the others."""
    faults = _decode_all(files)
    return faults, files.only(_others(files, faults))


def _others(files, faults):
    return [index for index in range(len(files)) if index not in faults]


def _decode_all(files, keep=lambda index, pictures: None):
    """Decodes each row once, on some threads, and hands its squares on; returns the unreadable rows' faults."""

    def look(index):
        try:
            pictures = files.decode(index)
        except UnreadableError as error:
            return str(error)
        return keep(index, files.squares(pictures, index))

    with quiet(), ThreadPoolExecutor(min(8, os.cpu_count() or 1)) as pool:
        return {index: fault for index, fault in enumerate(pool.map(look, range(len(files)))) if fault}


# The cache


class Stored:
    """A table of files whose pictures were decoded before and lie on disk, one array of uint8 per part.

    Args:
        files: `Files`, the readable rows.
        arrays: list of arrays (N, size, size, channels), one per part.
        rows: list of int, where in the arrays the readable rows are.
    """

    def __init__(self, files, arrays, rows):
        self.arrays, self.rows, self.indices = arrays, rows, files.indices
        self.parts, self.shape, self.key = files.parts, files.shape, files.key

    def __len__(self):
        return len(self.rows)

    def __getitem__(self, index):
        return [array[self.rows[index]] for array in self.arrays]


def _cached(files, folder):
    """As `_check`, but the table reads from arrays on disk, which are written the first time."""
    place = files.place(folder)
    paths = [place.with_name(f"{place.name}-{part}.npy") for part in range(files.parts)]
    note = place.with_name(f"{place.name}-note.json")  # Written last, so that it vouches for the arrays.
    if not all(path.exists() for path in [*paths, note]):
        faults = _store(files, paths)
        with whole_file(note) as temporary:
            temporary.write_text(json.dumps({"faults": faults, "seen": [seen.fields() for seen in files.seen]}))
    known = json.loads(note.read_text())
    faults = {int(index): fault for index, fault in known["faults"].items()}
    for seen, fields in zip(files.seen, known["seen"]):
        seen.update(fields)
    rows = _others(files, faults)
    return faults, Stored(files.only(rows), [np.load(path, mmap_mode="r") for path in paths], rows)


def _check_room(folder, needed):
    """Arrays are made with holes: a disk that is full before they are filled would end the process."""
    free = shutil.disk_usage(folder).free
    if needed > free:
        raise ValueError(f"Expected {needed} bytes free for the cache. Received: {str(folder)!r} with {free}.")


def _store(files, paths):
    """Writes each row to its place in arrays on disk, those of unreadable rows staying black; returns their faults."""
    with contextlib.ExitStack() as stack:
        names = [stack.enter_context(whole_file(path)) for path in paths]
        _check_room(paths[0].parent, len(paths) * math.prod(files.shape))
        arrays = [np.lib.format.open_memmap(name, "w+", "uint8", files.shape) for name in names]

        def keep(index, pictures):
            for array, picture in zip(arrays, pictures):
                array[index] = picture

        faults = _decode_all(files, keep)
        arrays.clear()  # Closed before the files are renamed.
    return faults
