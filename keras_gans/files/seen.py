"""What is noticed of pictures while they are read."""

import dataclasses

_DARK = 4  # times the largest value is at most white: 14 bits in 16, or the numbers of some classes


@dataclasses.dataclass(frozen=True)
class Seen:
    """What the pictures of a set are like at their source; any number of threads may add to it.

    Attributes:
        sizes: set of tuples (width, height), in pixels, upright.
        levels: set of tuples of the largest value of a picture and the one that is white.
    """

    sizes: set = dataclasses.field(default_factory=set)
    levels: set = dataclasses.field(default_factory=set)

    def add(self, size, values, white):
        """Notes the size of a picture, its values, and which is white, of which a picture of one value says nothing.

        Args:
            size: tuple (width, height).
            values: array.
            white: number.
        """
        self.sizes.add(tuple(size))
        least, most = values.min(), values.max()
        if least < most:
            self.levels.add((float(most), float(white)))

    @property
    def top(self):
        """The largest value and the one that is white, of the picture that comes nearest to white; None if unknown."""
        return max(self.levels, key=lambda level: level[0] / level[1], default=None)

    @property
    def dark(self):
        """Whether all values are far below white."""
        return self.top is not None and self.top[0] * _DARK <= self.top[1]

    def fields(self):
        """Says all of it in what JSON can hold."""
        return {field.name: sorted(getattr(self, field.name)) for field in dataclasses.fields(self)}

    def update(self, fields):
        """Adds what `fields` said of other pictures."""
        for name, values in fields.items():
            getattr(self, name).update(map(tuple, values))


def darkness(*parts):
    """Says in a sentence that values are far below white, and what scales them; None if they are not.

    Args:
        *parts: `Seen`, of each part of examples that `white` can be told of.
    """
    found = [(place, seen.top) for place, seen in enumerate(parts) if seen.dark]
    if not found:
        return None
    of = f"Of part {found[0][0] + 1} of 2 the" if len(parts) > 1 else "The"
    whites = [f"{seen.top[not seen.dark]:g}" if seen.top else "255" for seen in parts]
    argument = whites[0] if len(parts) == 1 else f"({', '.join(whites)})"
    most, white = found[0][1]
    return (
        f"{of} largest of all values is {most:g}, where white is {white:g}: the pictures are nearly black. "
        f"white={argument} (--white {','.join(whites)}) makes it white."
    )
