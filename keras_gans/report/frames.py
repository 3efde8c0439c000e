"""Pictures for the page: PNG files as data URIs, no more of them than a page should weigh."""

import base64
import math
import warnings

from PIL import Image

FRAMES = "step_" + 8 * "[0-9]" + ".png"
MOST_BYTES = 8_000_000  # of all frames together
MOST_FRAMES = 300
MOST_PIXELS = 4096 * 4096  # of one picture
ROOM = 600, 500  # pixels, width and height, into which a frame is enlarged, by halves


def frames(folder):
    """Picks the frames of a run that a page has room for, evenly spaced, the first and the last among them.

    Args:
        folder: `pathlib.Path` of files `step_00001234.png`; what is no readable PNG is left out.

    Returns:
        tuple of a list of (step, HTML of the picture), and how many frames there are in all.
    """
    weights = {path: path.stat().st_size for path in sorted(folder.glob(FRAMES)) if _size(path)}
    count = min(len(weights), MOST_FRAMES)
    while count and sum(weights[path] for path in _thinned(list(weights), count)) > MOST_BYTES:
        count -= 1
    steps = [(int(path.stem.removeprefix("step_")), path) for path in _thinned(list(weights), count)]
    return [(step, picture(path, f"Examples at step {step}", "frame")) for step, path in steps], len(weights)


def picture(path, words, name="figure"):
    """Makes a picture part of a page.

    Args:
        path: `pathlib.Path` of a PNG file.
        words: string that needs no escaping, what is on it.
        name: string, its class on the page.

    Returns:
        string, HTML; empty where there is no readable PNG file, or it is too large.
    """
    size = _size(path)
    if not size or path.stat().st_size > MOST_BYTES:
        return ""
    factor = max(1, min(2 * room // side / 2 for room, side in zip(ROOM, size))) if name == "frame" else 1
    width, height = (round(side * factor) for side in size)
    code = base64.b64encode(path.read_bytes()).decode("ascii")
    source = f'width="{width}" height="{height}" src="data:image/png;base64,{code}"'
    return f'<img class="{name}{" crisp" if factor > 1 else ""}" alt="{words}" {source}>'


def _thinned(paths, count):
    """So many of them, evenly spaced from the last to the first."""
    if count < 2:
        return paths[-1:] if count else []
    return [paths[round(i * (len(paths) - 1) / (count - 1))] for i in range(count)]


def _size(path):
    """The (width, height) of a PNG file; None where it is none, half-written or larger than anything we draw."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path, formats=["PNG"]) as image:
                image.verify()
                return image.size if math.prod(image.size) <= MOST_PIXELS else None
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        return None
