"""Picture files in, all of a set at once: pixels, and what could not be read."""

import warnings

import numpy as np

from keras_gans.files.decode import check_fits, decode, name_of, place_of, quiet, reason, skipped, to_square
from keras_gans.files.seen import Seen, darkness
from keras_gans.files.white import check_white


def read_files(paths, image_size, channels, strict, white=None):
    """Reads picture files as `data.load` does, and warns of those that it skips.

    Args:
        paths: list of `pathlib.Path`.
        image_size, channels, strict, white: as in `data.load`.

    Returns:
        A tuple of pictures, uint8 (N, H, W, C), and a list of which of the paths they are.

    Raises:
        ValueError: as `data.load` does.
    """
    check_white(white)
    pictures, kept, seen, left_out = from_files(paths, image_size, channels, strict, white)
    for sentence in filter(None, (left_out, darkness(seen))):
        warnings.warn(sentence, stacklevel=3)
    return pictures, kept


def from_files(paths, image_size, channels, strict, white=None, crop=True):
    """Reads picture files; the arguments are those of `data.load`.

    Returns:
        A tuple of the pictures, uint8 (N, H, W, C), a list of which of the paths they are, `seen.Seen`, and None or a
        sentence on those that were left out.
    """
    pictures, kept, seen, unreadable = [], [], Seen(), []
    with quiet():
        for index, path in enumerate(paths):
            try:
                picture = decode(path, channels, seen, white)
            except Exception as error:  # A damaged file breaks Pillow in many ways.
                unreadable.append(f"{place_of(path)} ({reason(error)})")
                continue
            if not pictures:
                height, width = (image_size, image_size) if image_size else picture.shape[:2]
                check_fits(len(paths), height, width, picture.shape[-1])
            pictures.append(to_square(picture, image_size, crop))
            kept.append(index)
            _check_sizes(pictures[0], pictures[-1], paths[kept[0]], path)
    left_out = skipped(unreadable, len(paths), len(pictures), strict)
    depth = max(picture.shape[-1] for picture in pictures)  # Grey among colours is repeated.
    alike = np.stack([np.broadcast_to(picture, (*picture.shape[:2], depth)) for picture in pictures])
    return alike, kept, seen, left_out


def _check_sizes(first, last, first_path, last_path):
    if first.shape[:2] != last.shape[:2]:
        sizes = [f"{p.shape[1]}x{p.shape[0]} ({name_of(path)})" for p, path in ((first, first_path), (last, last_path))]
        raise ValueError(
            "Expected pictures of one size (width x height); pass image_size to crop and resize them. "
            f"Received: {' and '.join(sizes)}."
        )
