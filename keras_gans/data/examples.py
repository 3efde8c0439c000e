"""What a pass over the data goes over: aligned or unaligned parts, and which of their examples a batch reads."""

import zlib

import numpy as np


class Examples:
    """Arrays in memory that a model is trained on together: images; images and labels; inputs and targets; two domains.

    Args:
        *parts: arrays (N, ...).
        aligned: whether example i of one part belongs to example i of every other, as a label belongs to its image.
            Where not, each part is shuffled for itself, parts may differ in length, and a pass is over the longest:
            the others begin anew, in another order, where they end.

    Raises:
        ValueError: if aligned parts differ in length.
    """

    def __init__(self, *parts, aligned=True):
        self.parts, self.aligned = parts, aligned
        self.shapes = tuple(tuple(part.shape[1:]) for part in parts)
        lengths = [len(part) for part in parts]
        if aligned and len(set(lengths)) > 1:
            raise ValueError(f"Expected as many examples in each part. Received: {' and '.join(map(str, lengths))}.")

    def __len__(self):
        return max(len(part) for part in self.parts)

    def order(self, rng=None):
        """Decides which examples a pass reads, one after the other.

        Args:
            rng: `numpy.random.Generator`, or None for the order in which they lie.

        Returns:
            tuple of int arrays (len(self),), the indices in each part.
        """
        if self.aligned:
            return (_shuffled(len(self), len(self), rng),) * len(self.parts)
        return tuple(_shuffled(len(part), len(self), rng) for part in self.parts)

    def read(self, rows, rng=None):
        """Reads examples.

        Args:
            rows: tuple of int arrays (n,), the indices in each part.
            rng: `numpy.random.Generator` that random changes are drawn from, or None for the examples as they are.

        Returns:
            tuple of arrays (n, ...), floats as float32.
        """
        return tuple(_as_float32(part[indices]) for part, indices in zip(self.parts, rows))

    def head(self, n):
        """Reads the first n examples of each part, or all there are, as they are; a tuple of arrays."""
        return self.read(tuple(np.arange(min(n, len(part))) for part in self.parts))

    def spread(self, n):
        """Reads n examples of each part, or all there are, evenly spaced, as they are; a tuple of arrays."""
        counts = [min(n, len(part)) for part in self.parts]
        return self.read(tuple(np.arange(m) * len(part) // max(m, 1) for m, part in zip(counts, self.parts)))

    def fingerprint(self):
        """Computes a number by which other data are told from these (CRC-32 of the parts, an int)."""
        crc = 0
        for part in self.parts:
            crc = zlib.crc32(np.ascontiguousarray(part), crc)
        return crc


def _shuffled(available, wanted, rng):
    rounds = [np.arange(available) for _ in range(-(-wanted // available))]
    if rng is not None:
        for order in rounds:
            rng.shuffle(order)
    return np.concatenate(rounds)[:wanted]


def _as_float32(part):
    return part.astype("float32", copy=False) if part.dtype.kind == "f" else part
