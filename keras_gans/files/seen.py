"""What is noticed of picture files while they are decoded."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Seen:
    """What a set's files are like; any number of threads may add to it.

    Attributes:
        sizes: set of tuples (width, height), in pixels, upright.
    """

    sizes: set = dataclasses.field(default_factory=set)

    def fields(self):
        """Says it in what JSON can hold."""
        return {"sizes": sorted(self.sizes)}

    def update(self, fields):
        """Adds what `fields` said of other files."""
        self.sizes.update(map(tuple, fields["sizes"]))
