"""Pictures beside vectors that say which domains they are in, of one data set or of several that know other domains."""

import zlib

import numpy as np

from keras_gans.data.examples import Examples
from keras_gans.data.kinds import (
    COLOURS,
    DRAWN_SIDE,
    KINDS,
    Found,
    Kind,
    amount,
    named,
    of_sizes,
    sentences,
    sources_of,
)
from keras_gans.data.labelled import ATTRIBUTES, labelled
from keras_gans.data.load import DATA_SETS
from keras_gans.data.pictures import check_options
from keras_gans.files.decode import quiet
from keras_gans.files.pixels import from_uint8
from keras_gans.registry import Registry

__all__ = ["attributes"]

SIDE = 128  # pixels of pictures from files unless a size is asked for, as in StarGAN's paper
LISTED = 20  # so many domains are listed


def attributes(
    source, image_size=SIDE, channels=3, names=None, mirror=True, cache=None, strict=False, white=None, crop=True
):
    """Opens pictures with attributes, or of classes, as StarGAN takes them; files are read when a batch asks.

    Every picture is cropped to its central square and resized: of CelebA's aligned faces, 178x218, the square of 178 of
    StarGAN's paper.

    Args:
        source: name in `ATTRIBUTES` or, of a data set with labels, in `DATA_SETS`; a folder of class folders; a folder
            with pictures and `attributes.csv`, whose first row is "file" and names, and whose others are a picture's
            file and a 0 or 1 for each; a folder with CelebA's `list_attr_celeba.txt` and its pictures beside it or in
            `img_align_celeba` or `images`; or an .npz file, with x, y (N, d) of 0 and 1, or (N,) of classes, and,
            if they are known, `names`. Or a tuple of such sources: data sets each of which knows its own domains.
        image_size: int, side in pixels.
        channels: 1 (grey, by luma), 3 (RGB) or 4 (RGBA); with 1 and 3, transparent pictures are laid over white.
        names: None for all domains, or a sequence of those that are wanted, in this order. Of classes, and of drawn
            groups, pictures of none of them are left out.
        mirror: whether training sees every second picture of a folder mirrored, as in the paper, another one in each
            pass.
        cache: None, or a folder for the decoded pictures of folders; see `data.pairs`.
        strict: whether an unreadable picture is an error; otherwise it is skipped, and a warning says so.
        white: of files, the value that is white, see `data.load`.
        crop: whether pictures that are not square are cropped to their central squares; else they are squeezed.

    Returns:
        `Attributed` examples: float32 pictures (n, size, size, channels) in [-1, 1] and float32 labels (n, length).

    Raises:
        ValueError: if there is nothing of the kind, a row is no such row, a name is unknown, or an option is out of
            range.

    Reference:
        Choi et al., 2018, StarGAN, arXiv:1711.09020, Section 5 (crop, size and mirroring); the lists of CelebA: Liu et
        al., 2015, Deep Learning Face Attributes in the Wild, arXiv:1411.7766.
    """
    check_options(image_size, channels)
    several = source if isinstance(source, (tuple, list)) else (source,)
    found = [labelled(some, image_size, channels, cache, strict, white, crop) for some in several]
    return _joined(_chosen(found, names), mirror)


class Attributed(Examples):
    """Pictures and label vectors, with what the numbers of a vector mean.

    Args:
        pictures: array (N, ...), or what reads them by their indices.
        labels: float array (N, length).
        domains: tuple of strings.
        sets: tuple of tuples, for each data set how many domains, and "binary" or "classes".
        exclusive: tuple of tuples of domains of which exactly one holds.
        mirrored: bool array (N,), which pictures are mirrored, every second time, where `read` is handed a generator.
        skipped, told, sizes: see `Examples`.
    """

    def __init__(self, pictures, labels, domains, sets, exclusive, mirrored, skipped=None, told=(), sizes=()):
        super().__init__(pictures, labels)
        self.domains, self.sets, self.exclusive = domains, sets, exclusive
        self.mirrored, self.skipped, self.told, self.sizes = mirrored, skipped, told, sizes

    def read(self, rows, rng=None):
        """Reads examples, float32; see `Examples.read`."""
        pictures, labels = super().read(rows, rng)
        if rng is not None:
            turned = self.mirrored[rows[0]] & (rng.random(len(rows[0])) < 0.5)
            pictures[turned] = pictures[turned][:, :, ::-1]
        return pictures, labels

    def fingerprint(self):
        """Computes a number by which other data are told from these (an int); of files by their names and sizes."""
        pictures = self.parts[0]
        known = np.ascontiguousarray(pictures) if isinstance(pictures, np.ndarray) else pictures.key().encode()
        crc = zlib.crc32(str((self.domains, self.sets, self.exclusive)).encode(), zlib.crc32(known))
        return zlib.crc32(np.ascontiguousarray(self.mirrored), zlib.crc32(np.ascontiguousarray(self.parts[1]), crc))


class Squares:
    """Pictures of a table, see `Pictures`, as an array that is read where it is indexed.

    Args:
        table: `pictures.Files` or `pictures.Stored`, of one picture a row.
    """

    def __init__(self, table):
        self.table, self.shape = table, table.shape

    def __len__(self):
        return len(self.table)

    def __getitem__(self, indices):
        pixels = np.empty((len(indices), *self.shape[1:]), "uint8")
        for place, index in enumerate(indices):
            (pixels[place],) = self.table[index]
        return from_uint8(pixels)

    def key(self):
        """See `Pictures`."""
        return self.table.key()


class Rows:
    """Some rows of several arrays or `Squares`, one after the other, as one array that is read where it is indexed.

    Args:
        members: list of arrays (n, height, width, channels), or of `Squares`, of pictures of one shape.
        rows: list of int arrays, which of each.
    """

    def __init__(self, members, rows):
        self.members, self.rows = members, rows
        self._of = np.concatenate([np.full(len(some), k) for k, some in enumerate(rows)])
        self._all = np.concatenate(rows)
        self.shape = (len(self._all), *members[0].shape[1:])

    def __len__(self):
        return len(self._all)

    def __getitem__(self, indices):
        found, which = np.empty((len(indices), *self.shape[1:]), "float32"), self._of[indices]
        for k in np.unique(which):
            found[which == k] = self.members[k][self._all[indices[which == k]]]
        return found

    def key(self):
        """See `Pictures`."""
        whole = [m.key() if isinstance(m, Squares) else zlib.crc32(np.ascontiguousarray(m)) for m in self.members]
        return str((whole, zlib.crc32(self._all)))


def _chosen(found, names):
    """The sets with the domains that are wanted, in the order in which they are asked for."""
    if names is None:
        return found
    known = Registry("attribute")
    known.update({name: k for k, some in enumerate(found) for name in some.names})
    sets = [known[name] for name in names]
    if len(set(names)) < len(names) or set(sets) != set(range(len(found))):
        raise ValueError(
            f"Expected attributes, each once, of each of the {amount(len(found), 'data set')}. "
            f"Received: {', '.join(names)}."
        )
    return [some.only([name for name, j in zip(names, sets) if j == k]) for k, some in enumerate(found)]


def _joined(found, mirror):
    """One set of examples whose vectors hold a part for each of the sets, and a mask if there are several."""
    count = len(found)
    sizes = [len(some.names) for some in found]
    labels = np.zeros((sum(len(some.labels) for some in found), sum(sizes) + (count if count > 1 else 0)), "float32")
    top = left = 0
    for k, some in enumerate(found):
        rows = slice(top, top + len(some.labels))
        labels[rows, left : left + sizes[k]] = some.labels
        labels[rows, sum(sizes) :] = np.eye(count)[k][: labels.shape[1] - sum(sizes)]
        top, left = rows.stop, left + sizes[k]
    members = [m if isinstance(m, np.ndarray) else Squares(m) for m in (some.pictures for some in found)]
    whole = Rows(members, [some.rows for some in found])
    on_disk = [np.full(len(some.rows), not isinstance(some.pictures, np.ndarray)) for some in found]
    return Attributed(
        whole[np.arange(len(whole))] if not np.concatenate(on_disk).any() else whole,
        labels,
        tuple(name for some in found for name in some.names),
        tuple((len(some.names), some.kind) for some in found),
        tuple(group for some in found for group in some.exclusive),
        np.concatenate(on_disk) & mirror,
        " ".join(sentences(*(some.skipped for some in found))) or None,
        tuple(sentence for some in found for sentence in some.told),
        set().union(*(some.sizes for some in found)),
    )


class Attributes(Kind):
    """Pictures with attributes, or of classes; of several sources, with commas between them, each knows its own."""

    wanted, names, chooses = "pictures with attributes", (ATTRIBUTES, DATA_SETS), True

    def takes(self, source):
        """Says whether a source, or each of several, is a name of this kind."""
        return all(super(Attributes, self).takes(some) for some in sources_of(source))

    def _read(self, source, options):
        size = options.image_size or (DRAWN_SIDE if self.takes(source) else SIDE)
        with quiet():  # what is skipped is told by what is returned
            found = attributes(
                tuple(sources_of(source)),
                size,
                names=options.attributes,
                cache=options.cache,
                strict=options.strict,
                white=options.white,
                crop=options.crop,
            )
        counts = found.parts[1].sum(axis=0)
        listed = [f"{name} ({int(n):,})" for name, n in zip(found.domains, counts)][:LISTED]
        more = ", ..." * (len(found.domains) > LISTED)
        places = ",".join(map(named, sources_of(source)))
        taken = (
            f"{amount(len(found), 'picture')}{of_sizes(found.sizes, size)}, {COLOURS[found.shapes[0][2]]}, from "
            f"{places}; {amount(len(found.domains), 'domain')}: {', '.join(listed)}{more}"
        )
        told = {"domains": found.domains, "sets": found.sets, "exclusive": found.exclusive}
        return Found(found, found, taken, sentences(found.skipped, *found.told), told=told)


KINDS.register(Attributes(), "attributes")
