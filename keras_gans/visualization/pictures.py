"""Image grids as uint8 pixels, and PNG files."""

import math
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from keras_gans.files.pixels import to_uint8
from keras_gans.files.whole import whole_file

GAP = 2  # pixels of white between the pictures of a grid, and around them
CELL = 48  # pixels, the least width of a picture in a grid
FILM_WIDTH = 480  # pixels, the least width of a film of small pictures
FONT_SIZE = 14
TITLE_HEIGHT = 22
WHITE = 255
INK = (51, 51, 51)
FORMATS = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG"}


def image_grid(images, columns=None, cell=CELL, title=None):
    """Lays images out on one white picture.

    Args:
        images: float array (n, height, width, channels) in [-1, 1]; 1 channel is grey, 3 are RGB, and a fourth is
            alpha, drawn over white. NaN is drawn as mid-grey.
        columns: pictures per row; by default the grid is near-square.
        cell: pixels; each picture is enlarged by the smallest whole factor that makes it at least this wide.
        title: a line of text above the grid, or None.

    Returns:
        uint8 array (grid height, grid width, 3).

    Raises:
        ValueError: if the images are not such an array, or `columns` or `cell` is below 1.
    """
    images = np.asarray(images)
    _check_images(images)
    columns = math.ceil(math.sqrt(len(images))) if columns is None else columns
    for name, value in (("columns", columns), ("cell", cell)):
        if value < 1:
            raise ValueError(f"Expected `{name}` of at least 1. Received: {value!r}.")
    factor = math.ceil(cell / images.shape[2])
    grid = _arrange(_rgb(images).repeat(factor, axis=1).repeat(factor, axis=2), min(columns, len(images)))
    return grid if title is None else _titled(grid, title)


def film_cell(width, columns):
    """The least width of each picture with which a grid of small ones is wide enough to be watched as a film.

    Args:
        width: int, pixels of each picture as it is.
        columns: int, pictures per row.

    Returns:
        int, for `image_grid(cell=...)`: where pictures are narrower than 48 pixels, what makes the grid at least 480
        wide; else 48, as the others are large without it.
    """
    return max(CELL, math.ceil((FILM_WIDTH - GAP) / columns) - GAP) if width < CELL else CELL


def film_grid(images, columns=None, cell=None, title=None):
    """Lays images out as `image_grid` does, small ones as large as a film wants them.

    Args:
        images, columns, title: as in `image_grid`.
        cell: pixels, the least width of each image, or None for `film_cell`.

    Returns:
        uint8 array (height, width, 3).

    Raises:
        ValueError: as `image_grid` does.
    """
    columns = min(columns or math.ceil(math.sqrt(len(images))), len(images))
    return image_grid(images, columns, cell or film_cell(images.shape[2], columns), title)


def save_image(path, pixels):
    """Writes a picture as PNG, which keeps its pixels, or as JPEG; folders are made as needed.

    Args:
        path: file to write; its suffix, .png, .jpg or .jpeg, decides the format.
        pixels: uint8 array (height, width, 3), e.g. of `image_grid`, or grey (height, width, 1).

    Raises:
        ValueError: if the pixels are not uint8, or the suffix is another.
    """
    suffix = Path(path).suffix.lower()
    if suffix not in FORMATS:
        raise ValueError(f"Expected a path that ends in {', '.join(FORMATS)}. Received: {str(path)!r}.")
    with whole_file(path) as temporary:
        to_picture(pixels).save(temporary, format=FORMATS[suffix], quality=95)  # of JPEG


def to_picture(pixels):
    """Makes uint8 pixels (height, width, 3), or grey (height, width, 1), a `PIL.Image.Image`; refuses other dtypes."""
    pixels = np.asarray(pixels)
    if pixels.dtype != np.uint8:
        raise ValueError(f"Expected pixels of dtype uint8. Received: dtype {pixels.dtype}.")
    if pixels.ndim == 3 and pixels.shape[-1] == 1:
        pixels = pixels[..., 0]
    return Image.fromarray(pixels).convert("RGB")


def _check_images(images):
    if images.ndim != 4 or len(images) == 0:
        raise ValueError(
            f"Expected at least one image in an array (n, height, width, channels). Received: shape {images.shape}."
        )
    if images.shape[-1] not in (1, 3, 4):
        raise ValueError(f"Expected images of 1, 3 or 4 channels. Received: shape {images.shape}.")
    if images.dtype.kind in "bui":
        raise ValueError(f"Expected float images in [-1, 1]. Received: dtype {images.dtype}.")


def _rgb(images):
    images = np.nan_to_num(images.astype("float32"))
    if images.shape[-1] == 4:
        alpha = np.clip((images[..., 3:] + 1) / 2, 0, 1)
        images = alpha * np.clip(images[..., :3], -1, 1) + (1 - alpha)
    return np.broadcast_to(to_uint8(images), (*images.shape[:3], 3))


def _arrange(pictures, columns):
    count, height, width, _ = pictures.shape
    rows = math.ceil(count / columns)
    grid = np.full((GAP + rows * (height + GAP), GAP + columns * (width + GAP), 3), WHITE, "uint8")
    for index, picture in enumerate(pictures):
        row, column = divmod(index, columns)
        top, left = GAP + row * (height + GAP), GAP + column * (width + GAP)
        grid[top : top + height, left : left + width] = picture
    return grid


def _titled(grid, title):
    font = ImageFont.load_default(size=FONT_SIZE)
    width = max(grid.shape[1], math.ceil(font.getlength(title)) + 4 * GAP)
    canvas = Image.new("RGB", (width, TITLE_HEIGHT + grid.shape[0]), "white")
    ImageDraw.Draw(canvas).text((2 * GAP, TITLE_HEIGHT / 2 + 1), title, fill=INK, font=font, anchor="lm")
    canvas.paste(Image.fromarray(grid), (0, TITLE_HEIGHT))
    return np.asarray(canvas)
