"""Frames in, GIF and MP4 out, within a number of bytes."""

import contextlib
import os
from pathlib import Path

import imageio.v2
import imageio.v3
import numpy as np
from PIL import Image

from keras_gans.files.whole import whole_file
from keras_gans.visualization.pictures import to_picture

LAST_FRAME = 2000  # milliseconds for which a GIF holds its last frame
SAMPLE = 8  # frames that tell how large all will be
FEWEST = 20  # frames that a GIF keeps before it is given fewer colours
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

    All frames get the size of the last one, cut or filled up with white. A GIF that would be too large gets
    evenly fewer frames, the first and the last always among them, then, rather than fewer than 20, fewer colours (64,
    then 32), and only then still fewer frames.

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


def _read_all(frames, size):
    """Yields the frames one at a time, each on a white canvas of the given (width, height)."""
    for frame in frames:
        canvas = Image.new("RGB", size, "white")
        canvas.paste(_read(frame))
        yield canvas


def _thin(frames, count):
    return [frames[round(i)] for i in np.linspace(0, len(frames) - 1, count)]


def _write_gif(path, frames, fps, max_bytes):
    kept, bits = _guess(path, frames, fps, max_bytes)
    while (size := _encode_gif(path, _thin(frames, kept), fps, bits)) > max_bytes:
        if kept > 2:
            kept = max(2, min(kept - 1, int(0.97 * kept * max_bytes / size)))
        elif bits > 5:
            bits = 6 if bits == 8 else 5
        else:
            raise ValueError(f"Expected `max_bytes` to hold two frames, {size} bytes. Received: {max_bytes!r}.")


def _guess(path, frames, fps, max_bytes):
    """How many frames, of how many colours (as bits), are likely to fit, so that few tries are needed."""
    kept = min(len(frames), MAX_FRAMES)
    few = _thin(frames, min(kept, SAMPLE))
    for bits in (8, 6, 5):
        fitting = int(len(few) * max_bytes / _encode_gif(path, few, fps, bits))
        if fitting >= min(kept, FEWEST):
            break
    return max(min(kept, 2), min(kept, fitting)), bits


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
