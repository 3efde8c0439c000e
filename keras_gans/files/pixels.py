"""The file border: uint8 pixels outside, float32 in [-1, 1] inside. Nothing else converts between the two."""

import numpy as np


def from_uint8(pixels):
    """Turns pixels of a file into the package's images.

    Args:
        pixels: uint8 array of any shape, 0 (black) to 255 (white).

    Returns:
        float32 array of the same shape in [-1, 1].

    Raises:
        ValueError: if the array is not uint8.
    """
    pixels = np.asarray(pixels)
    if pixels.dtype != np.uint8:
        raise ValueError(f"Expected pixels of dtype uint8. Received: dtype {pixels.dtype}.")
    return pixels.astype("float32") / np.float32(127.5) - np.float32(1.0)


def to_uint8(images):
    """Turns the package's images into pixels of a file.

    Args:
        images: float array of any shape in [-1, 1]; values outside are clipped.

    Returns:
        uint8 array of the same shape, rounded to the nearest level.
    """
    images = np.clip(np.asarray(images, dtype="float32"), -1.0, 1.0)
    return np.rint((images + 1.0) * 127.5).astype("uint8")
