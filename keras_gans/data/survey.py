"""What a source of pictures holds, found before any is decoded: how many, how large, with which labels."""

import dataclasses

import numpy as np

from keras_gans.data.load import opened
from keras_gans.files.decode import size_of

LOOKED_AT = 500  # files, evenly spread over a folder, whose sizes are read


@dataclasses.dataclass(frozen=True)
class Survey:
    """What a source holds.

    Attributes:
        count: int, pictures.
        side: int, the median of their smaller sides, in pixels.
        classes: int, how many classes they have; 0 unless each picture has one.
    """

    count: int
    side: int
    classes: int


def survey(source):
    """Looks at a source of pictures.

    Args:
        source: as in `data.load`.

    Returns:
        `Survey`.

    Raises:
        ValueError: if there is no such source, or no file of a folder is a picture.
    """
    found, labels, _, _ = opened(source)
    if isinstance(found, list):
        sides = list(filter(None, map(_side, found[:: -(-len(found) // LOOKED_AT)])))
        if not sides:
            raise ValueError(f"Expected pictures. Received: {str(source)!r}, of which none can be read.")
    else:
        sides = [min(np.shape(found)[1:3], default=1)]
    known = labels is not None and np.ndim(labels) == 1 and np.min(labels, initial=0) >= 0
    return Survey(len(found), int(np.median(sides)), len(np.unique(labels)) if known else 0)


def _side(path):
    try:
        return min(size_of(path))
    except (OSError, ValueError, SyntaxError):  # what Pillow makes of files that are none; reading them says so
        return None
