"""Pictures out, as files."""

import pathlib

from PIL import Image

from keras_gans.files.whole import whole_file


def write_png(path, pixels):
    """Writes a picture as PNG as it is: grey, in colour, or with alpha. It is one of many, which can be made again.

    Args:
        path: the file.
        pixels: uint8 array (H, W, C), C = 1, 3 or 4.
    """
    image = Image.fromarray(pixels if pixels.shape[-1] > 1 else pixels[..., 0])
    with whole_file(path, sync=False) as file:
        image.save(file, format="PNG")


def names_a_folder(name):
    """Whether a string, which may be a stranger's, can be the name of a folder in another, and is not hidden."""
    return pathlib.Path(name).name == name and name[:1] not in ("", ".") and name.isprintable()
