"""Frames in, GIF and MP4 out, within a number of bytes."""

import contextlib
import os
import warnings
from pathlib import Path

import imageio.v2
import numpy as np
from PIL import Image

from keras_gans.files.whole import whole_file
from keras_gans.visualization.palette import Palette
from keras_gans.visualization.pictures import to_picture

LAST_FRAME = 2000  # milliseconds for which a GIF holds its last frame
DELAYS = 20, 655_350  # milliseconds: browsers slow down what is faster, and GIF has no number for what is slower
FEWEST = 20  # frames that a GIF keeps before it is given smaller ones
SCALES = 1, 0.75, 0.5  # of a GIF's frames
FASTER = 1.05  # times, or slower, that a film runs unheard; 8 frames per second become 8.33
MAX_FRAMES = 300  # of a GIF, whose encoder keeps its frames in memory


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

    All frames get the size of the last one, cut or filled up with white. A GIF has one palette for all frames, up to
    255 colours, chosen from all of them and not dithered (see `palette.Palette`). One that would be too large gets
    evenly fewer frames, the first and the last always among them, then, rather than fewer than 20, smaller ones (three
    quarters as wide, then half), and only then still fewer.

    Args:
        path: file to write; its suffix, .gif or .mp4, decides the format.
        frames: list of paths of PNG files, which are read one at a time, or of uint8 arrays (height, width, 3), or of
            grey ones (height, width, 1). Files that cannot be read (e.g. half-written) are left out. A GIF takes at
            most 300 of them, evenly spaced.
        fps: frames per second. A GIF holds each frame for a whole number of hundredths of a second, at least two: 8
            becomes 8.33, and 50 are the most. A warning says so where it differs by more than a twentieth.
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


def _read(frame):
    if isinstance(frame, (str, os.PathLike)):
        with Image.open(frame) as picture:
            return picture.convert("RGB")
    return to_picture(frame)


def _is_readable(frame):
    try:
        _read(frame)
    except (OSError, SyntaxError):
        return False
    return True


def _read_all(frames, size, scale=1):
    """Yields the frames one at a time, each on a white canvas of the given (width, height), brought to that scale."""
    scaled = tuple(max(1, round(scale * side)) for side in size)
    for frame in frames:
        canvas = Image.new("RGB", size, "white")
        canvas.paste(_read(frame))
        yield canvas if scale == 1 else canvas.resize(scaled, Image.Resampling.LANCZOS)


def _thin(frames, count):
    return [frames[round(i)] for i in np.linspace(0, len(frames) - 1, count)]


def _write_gif(path, frames, fps, max_bytes):
    frames = _thin(frames, min(len(frames), MAX_FRAMES))
    held = 1000 / _delay(fps)
    if not 1 / FASTER < held / fps < FASTER:
        warnings.warn(f"A GIF holds {held:.4g} frames per second in place of {fps:g}.", stacklevel=3)
    for scale in SCALES:
        pictures, colours = _index(frames, scale)
        kept, fewest = len(pictures), 2 if scale == SCALES[-1] else FEWEST
        while (size := _encode_gif(path, _thin(pictures, kept), colours, fps)) > max_bytes and kept > fewest:
            kept = max(fewest, min(kept - 1, int(0.97 * kept * max_bytes / size)))
        if size <= max_bytes:
            return
    raise ValueError(f"Expected `max_bytes` to hold two small frames, {size} bytes. Received: {max_bytes!r}.")


def _index(frames, scale):
    """All frames in the palette that they share, and its colours."""
    size = _read(frames[-1]).size
    palette = Palette(_read_all(frames, size, scale))
    return [palette.apply(picture) for picture in _read_all(frames, size, scale)], palette.colours


def _delay(fps):
    """For how many milliseconds a GIF holds a frame."""
    return int(np.clip(10 * round(100 / fps), *DELAYS))


def _encode_gif(path, pictures, colours, fps):
    """Writes pictures that share a palette; returns the file's size in bytes."""
    delay = _delay(fps)
    pictures[0].save(
        path,
        format="GIF",
        save_all=True,
        append_images=pictures[1:],
        duration=[delay] * (len(pictures) - 1) + [max(LAST_FRAME, delay)],
        loop=0,
        disposal=1,  # each frame is drawn over the one before
        palette=colours.tobytes() + bytes(3),
        transparency=len(colours),  # a pixel that stays as it was
        optimize=True,  # writes only what changed
    )
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
