"""What a pass over the data goes over: groups of aligned parts, and which of their examples a batch reads."""

import zlib

import numpy as np


class Examples:
    """Arrays in memory that a model is trained on together: images; images and labels; inputs and targets; two domains.

    Parts whose examples belong together, as a label belongs to its image, form a group. Each group is shuffled for
    itself. Groups may differ in length: a pass is over the longest, and the others begin anew, in another order, where
    they end.

    Args:
        *parts: arrays (N, ...), those of a group side by side.
        aligned: which parts form a group: True for all, False for none (a group for each part), or a tuple of int,
            how many parts each group has. `Examples(images, labels, more_images, aligned=(2, 1))` are labelled images
            and others without labels.
        flip: whether training sees each picture mirrored, left for right, every second time; pictures that belong
            together alike.

    Attributes:
        parts: tuple of the arrays.
        shapes: tuple of tuples, shape of one example of each part.
        groups: tuple of int, how many parts each group has.
        aligned: whether there is one group.
        skipped: None, or string, which examples were left out when these were read, and why.
        told: tuple of strings, what else there is to say of where these come from.
        sizes: of pictures from files the set of tuples (width, height), which they have there; empty of others.

    Raises:
        ValueError: if parts of a group differ in length, only some groups are empty, or the groups do not have as many
            parts as there are.
    """

    skipped, told, sizes = None, (), frozenset()

    def __init__(self, *parts, aligned=True, flip=False):
        self.parts, self.groups, self.flip = parts, groups(aligned, len(parts)), flip
        self.aligned = len(self.groups) <= 1
        self.shapes = tuple(tuple(part.shape[1:]) for part in parts)
        members = [[len(part) for part in parts[start:stop]] for start, stop in spans(self.groups)]
        for lengths in members:
            if len(set(lengths)) > 1:
                raise ValueError(
                    "Expected as many examples in each of the parts that belong together. "
                    f"Received: {' and '.join(map(str, lengths))}."
                )
        if len({lengths[0] > 0 for lengths in members}) > 1:
            found = " and ".join(str(lengths[0]) for lengths in members)
            raise ValueError(f"Expected at least one example in each group. Received: {found}.")

    def __len__(self):
        return max(len(part) for part in self.parts)

    def order(self, rng=None):
        """Decides which examples a pass reads, one after the other.

        Args:
            rng: `numpy.random.Generator`, or None for the order in which they lie.

        Returns:
            tuple of int arrays (len(self),), the indices in each part.
        """
        found = ()
        for start, stop in spans(self.groups):
            found += (_shuffled(len(self.parts[start]), len(self), rng),) * (stop - start)
        return found

    def read(self, rows, rng=None):
        """Reads examples.

        Args:
            rows: tuple of int arrays (n,), the indices in each part.
            rng: `numpy.random.Generator` that random changes are drawn from, or None for the examples as they are.

        Returns:
            tuple of arrays (n, ...), floats as float32.
        """
        found = tuple(_as_float32(part[indices]) for part, indices in zip(self.parts, rows))
        return self._flipped(found, rng) if self.flip and rng is not None else found

    def _flipped(self, found, rng):
        for start, stop in spans(self.groups):
            turned = rng.random(len(found[start])) < 0.5
            for pictures in (part for part in found[start:stop] if part.ndim == 4):
                pictures[turned] = pictures[turned][:, :, ::-1]
        return found

    def read_part(self, part, rows):
        """Reads examples of one part, as they are.

        Args:
            part: int, which part.
            rows: int array (n,), their indices.

        Returns:
            array (n, ...), floats as float32.
        """
        start, stop = next((start, stop) for start, stop in spans(self.groups) if part < stop)
        return self.read(tuple(rows if start <= i < stop else rows[:0] for i in range(len(self.shapes))))[part]

    def head(self, n):
        """Reads the first n examples of each part, or all there are, as they are; a tuple of arrays."""
        return self.read(tuple(np.arange(min(n, len(part))) for part in self.parts))

    def spread(self, n):
        """Reads n examples of each part, or all there are, evenly spaced, as they are; a tuple of arrays."""
        counts = [min(n, len(part)) for part in self.parts]
        return self.read(tuple(np.arange(m) * len(part) // max(m, 1) for m, part in zip(counts, self.parts)))

    def fingerprint(self):
        """Computes a number by which other data are told from these (CRC-32 of the parts, an int)."""
        crc = zlib.crc32(b"flip") if self.flip else 0
        for part in self.parts:
            crc = zlib.crc32(np.ascontiguousarray(part), crc)
        return crc


def groups(aligned, parts):
    """Says how many parts each group has.

    Args:
        aligned: see `Examples`.
        parts: int, how many parts there are.

    Returns:
        tuple of int.

    Raises:
        ValueError: if `aligned` is a tuple that does not divide the parts into groups.
    """
    if isinstance(aligned, bool):
        return (parts,) if aligned else (1,) * parts
    sizes = tuple(aligned)
    if sum(sizes) != parts or any(size < 1 for size in sizes):
        raise ValueError(f"Expected groups that have {parts} parts together. Received: groups of {sizes}.")
    return sizes


def spans(sizes):
    """Says where each group begins and ends among the parts, a list of tuples of two ints."""
    ends = np.cumsum(sizes).tolist()
    return list(zip([0, *ends], ends))


def _shuffled(available, wanted, rng):
    rounds = [np.arange(available) for _ in range(-(-wanted // available))]
    if rng is not None:
        for order in rounds:
            rng.shuffle(order)
    return np.concatenate(rounds)[:wanted]


def _as_float32(part):
    return part.astype("float32", copy=False) if part.dtype.kind == "f" else part
