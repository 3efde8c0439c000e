"""Pictures: NumPy arrays in, image grids, animations and loss curves out. Every file appears whole or not at all."""

import contextlib
import math
import os
from pathlib import Path

import imageio.v2
import imageio.v3
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from keras_gans.files import whole_file
from keras_gans.pixels import to_uint8

GAP = 2  # pixels of white between the pictures of a grid, and around them
FONT_SIZE = 14
TITLE_HEIGHT = 22
LAST_FRAME = 2000  # milliseconds for which a GIF holds its last frame
MAX_FRAMES = 300  # of a GIF, whose encoder keeps its frames in memory
WHITE = 255
INK = (51, 51, 51)


def image_grid(images, columns=None, cell=48, title=None):
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


def save_image(path, pixels):
    """Writes a picture as PNG; folders are made as needed.

    Args:
        path: file to write.
        pixels: uint8 array (height, width, 3), e.g. of `image_grid`.

    Raises:
        ValueError: if the pixels are not uint8.
    """
    with whole_file(path) as temporary:
        _picture(pixels).save(temporary, format="PNG")


def check_animation(path, fps=8, max_bytes=2_000_000):
    """Refuses what `animation` cannot write, so that a long run can find out before it starts.

    Args:
        path: see `animation`.
        fps: see `animation`.
        max_bytes: see `animation`.

    Raises:
        ValueError: if the suffix is neither .gif nor .mp4, or a number is not above 0.
    """
    if Path(path).suffix.lower() not in (".gif", ".mp4"):
        raise ValueError(f"Expected a path that ends in .gif or .mp4. Received: {str(path)!r}.")
    for name, value in (("fps", fps), ("max_bytes", max_bytes)):
        if not value > 0:
            raise ValueError(f"Expected `{name}` above 0. Received: {value!r}.")


def animation(path, frames, fps=8, max_bytes=2_000_000):
    """Writes frames as GIF (loops forever, holds its last frame for 2 seconds) or as MP4.

    All frames get the size of the last one, cut or filled up with white. A GIF that would be too large gets fewer
    colours (64, then 32) and then evenly fewer frames, the first and the last always among them.

    Args:
        path: file to write; its suffix, .gif or .mp4, decides the format.
        frames: list of paths of PNG files, which are read one at a time, or of uint8 arrays (height, width, 3). Files
            that cannot be read (e.g. half-written) are left out. A GIF takes at most 300 of them, evenly spaced.
        fps: frames per second.
        max_bytes: bytes that a GIF must not exceed. It does not bound an MP4.

    Raises:
        ValueError: if the suffix is another, no frame can be read, or the first and last frame alone are too large.
    """
    path = Path(path)
    check_animation(path, fps, max_bytes)
    readable = [frame for frame in frames if _is_readable(frame)]
    if not readable:
        raise ValueError(f"Expected at least one readable frame. Received: {len(frames)} unreadable.")
    with whole_file(path) as temporary:
        if path.suffix.lower() == ".gif":
            _write_gif(temporary, readable, fps, max_bytes)
        else:
            _write_mp4(temporary, readable, fps)


def loss_curves(history):
    """Draws what a training run recorded: losses in one panel, everything else (if any) in a second one below.

    Args:
        history: dict of name -> list of numbers, one per epoch, as `keras.callbacks.History.history` holds it. Names
            that end in `_loss` (and `loss` itself) are losses. NaN leaves a gap.

    Returns:
        `matplotlib.figure.Figure`, which belongs to no pyplot state; see `save_figure`.

    Raises:
        ValueError: if there is nothing to draw.
    """
    from matplotlib.figure import Figure

    losses = {name: values for name, values in history.items() if name == "loss" or name.endswith("_loss")}
    others = {name: values for name, values in history.items() if name not in losses}
    panels = [(label, curves) for label, curves in (("loss", losses), ("value", others)) if curves]
    if not panels:
        raise ValueError(f"Expected a history with at least one name. Received: {history!r}.")
    figure = Figure(figsize=(7, 1 + 3 * len(panels)), layout="tight")
    all_axes = figure.subplots(len(panels), sharex=True, squeeze=False)[:, 0]
    for axes, (label, curves) in zip(all_axes, panels):
        _draw_curves(axes, label, curves)
    all_axes[-1].set_xlabel("epoch")
    return figure


def save_figure(path, figure):
    """Writes a matplotlib figure; folders are made as needed.

    Args:
        path: file to write; its suffix decides the format, e.g. .png or .svg.
        figure: `matplotlib.figure.Figure`, e.g. of `loss_curves`.
    """
    with whole_file(path) as temporary:
        figure.savefig(temporary, dpi=150)


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


def _picture(pixels):
    pixels = np.asarray(pixels)
    if pixels.dtype != np.uint8:
        raise ValueError(f"Expected pixels of dtype uint8. Received: dtype {pixels.dtype}.")
    return Image.fromarray(pixels).convert("RGB")


def _read(frame):
    if isinstance(frame, (str, os.PathLike)):
        with Image.open(frame) as picture:
            return picture.convert("RGB")
    return _picture(frame)


def _is_readable(frame):
    try:
        _read(frame)
    except (OSError, SyntaxError):
        return False
    return True


def _read_all(frames, size):
    """Yields the frames one at a time, each on a white canvas of the given (width, height)."""
    for frame in frames:
        canvas = Image.new("RGB", size, "white")
        canvas.paste(_read(frame))
        yield canvas


def _thin(frames, count):
    return [frames[round(i)] for i in np.linspace(0, len(frames) - 1, count)]


def _write_gif(path, frames, fps, max_bytes):
    kept, bits = min(len(frames), MAX_FRAMES), 8
    while (size := _encode_gif(path, _thin(frames, kept), fps, bits)) > max_bytes:
        if bits == 5 and kept <= 2:
            raise ValueError(f"Expected `max_bytes` to hold two frames, {size} bytes. Received: {max_bytes!r}.")
        if bits == 5:
            kept = max(2, min(kept - 1, int(0.97 * kept * max_bytes / size)))
        else:  # fewer colours rarely save more than a factor of 4, so the frames beyond that go at once
            kept = max(min(kept, 2), min(kept, int(4 * kept * max_bytes / size)))
        bits = 6 if bits == 8 else 5


def _encode_gif(path, frames, fps, bits):
    """Writes all frames, each with its own best 2^bits colours; returns the file's size in bytes."""
    last = max(LAST_FRAME, 1000 / fps)
    durations = [1000 / fps] * (len(frames) - 1) + [last] if len(frames) > 1 else last
    with imageio.v3.imopen(path, "w", plugin="pillow") as writer:
        for picture in _read_all(frames, _read(frames[-1]).size):
            writer.write(np.asarray(picture), bits=bits, loop=0, duration=durations)
    return path.stat().st_size


def _write_mp4(path, frames, fps):
    width, height = _read(frames[-1]).size
    size = width + width % 2, height + height % 2  # the codec takes even sizes only
    # Without this, imageio starts ffmpeg by fork(), which can hang in a process with threads (JAX warns of it).
    os.environ.setdefault("IMAGEIO_FFMPEG_NO_PREVENT_SIGINT", "1")
    writer = imageio.v2.get_writer(path, format="FFMPEG", mode="I", fps=fps, quality=7, macro_block_size=1)
    with contextlib.closing(writer):  # the writer's own `with` would leave ffmpeg running after an exception
        for picture in _read_all(frames, size):
            writer.append_data(np.asarray(picture))


def _draw_curves(axes, label, curves):
    for name, values in curves.items():
        marker = "o" if len(values) < 50 else None
        axes.plot(range(1, len(values) + 1), values, label=name, linewidth=1.5, marker=marker, markersize=3)
    axes.set_ylabel(label)
    axes.xaxis.get_major_locator().set_params(integer=True, min_n_ticks=1)
    axes.grid(alpha=0.3)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, loc="lower left", bbox_to_anchor=(0, 1), borderaxespad=0, ncols=4)
