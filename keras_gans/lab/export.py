"""A film of a scene: frames that were recorded while both games trained, and a player, in one HTML file; or a GIF."""

import base64
import json
import pathlib
import re

import numpy as np

from keras_gans.files.whole import whole_file
from keras_gans.lab import scenes
from keras_gans.lab.pictures import pictures
from keras_gans.lab.recording import named, recorded
from keras_gans.visualization import animation

SUFFIXES = (".html", ".gif", ".mp4")
FRAMES = 100  # of a page; of a moving picture half as many
FPS, MOST_BYTES = 8, 1_000_000
PAGE = pathlib.Path(__file__).parent / "page"
SCRIPTS = ("view.js", "chart.js", "film.js")  # each after those that it imports
POINTS, REAL, STRIDE = 400, 600, 2  # that are kept: generated and real points; every second node of D's map
LEVELS = 255  # of a number that is kept in one byte
COARSE, FINE = ("<u1", LEVELS), ("<u2", 65535)


def export(scene, path, own=None):
    """Records a scene and writes its film.

    Args:
        scene: string, the name of a scene.
        path: file to write; its suffix decides the format: .html is a page with a player, .gif and .mp4 are moving
            pictures of at most `MOST_BYTES` bytes, as slides and lectures want them.
        own: None, or `pathlib.Path` of a folder of own scenes.

    Raises:
        ValueError: if there is no such scene, its games cannot be built, or the path is no such file's.
    """
    path = pathlib.Path(path)
    if path.is_dir() or path.suffix.lower() not in SUFFIXES:
        what = f"the folder {path}" if path.is_dir() else str(path)
        raise ValueError(f"Expected a file to write that ends in .html, .gif or .mp4. Received: {what}.")
    scene = scenes.read(scene, own)
    with whole_file(path) as file:
        file.touch()  # where it cannot be written, that is said before the minutes of the recording
        if path.suffix.lower() == ".html":
            file.write_text(film(scene), encoding="utf-8")
        else:
            animation(file, pictures(*recorded(scene, FRAMES // 2)), FPS, MOST_BYTES)


def film(scene, frames=FRAMES):
    """Records a scene and makes the page of its film.

    Args:
        scene: dict, see `scenes.checked`.
        frames: int, how many at most, after the first one.

    Returns:
        string, HTML that asks nobody for anything.
    """
    return page(content(scene, *recorded(scene, frames)))


def content(scene, steps, takes):
    """Puts what was recorded of a scene into JSON.

    Args:
        scene: dict, see `scenes.checked`.
        steps, takes: see `recording.recorded`.

    Returns:
        string.
    """
    facts = {key: scene[key] for key in ("title", "watch", "layers")}
    return json.dumps(
        {**facts, "steps": steps, "games": [_game(take, name) for take, name in zip(takes, named(takes))]}
    )


def page(film):
    """Makes the page of a film.

    Args:
        film: string, see `content`.

    Returns:
        string, HTML.
    """
    template = (PAGE / "film.html").read_text(encoding="utf-8")
    parts = {"title": _text(json.loads(film)["title"]), "style": (PAGE / "style.css").read_text(encoding="utf-8")}
    parts |= {"film": film.replace("<", "\\u003c"), "script": "\n".join(map(_script, SCRIPTS))}
    return re.sub(r"\{\{(\w+)\}\}", lambda found: parts[found[1]], template)


def _game(take, name):
    """What a film shows of one game: dict."""
    low, high = take.game["limits"]
    return {
        **{key: take.game[key] for key in ("limits", "boundary", "logits")},
        "name": name,
        "changed": take.changed,
        "real": _packed(np.array(take.game["real"][:REAL]), (low, high), FINE),
        "losses": [head["losses"] for head in take.heads],
        "figures": take.figures,
        "frames": [_frame(arrays, (low, high)) for arrays in take.arrays],
    }


def _frame(arrays, limits):
    """The arrays of a frame, small: places in the window in two bytes a number, maps in one."""
    found = {}
    for name, array in arrays.items():
        if name in ("judge", "best"):
            array = array[::STRIDE, ::STRIDE]
            finite = array[np.isfinite(array)]
            between = (float(finite.min()), float(finite.max())) if len(finite) else (0.0, 1.0)
            found[name] = {**_packed(array, between, COARSE), "between": between}
        elif name == "gradient":
            reach = float(np.nanmax(np.abs(array))) or 1.0
            found[name] = {**_packed(array, (-reach, reach), FINE), "between": (-reach, reach)}
        else:
            array = array[:POINTS] if name == "points" else array
            wide = (2 * limits[0] - limits[1], 2 * limits[1] - limits[0])  # what leaves the window is seen to leave it
            found[name] = {**_packed(array, wide, FINE), "between": wide}
    return found


def _packed(array, between, kind):
    """Numbers between two others as bytes: dict of shape and text; those beyond are brought to the nearer end."""
    (low, high), (dtype, most) = between, kind
    share = (np.nan_to_num(array, nan=high, posinf=high, neginf=low) - low) / ((high - low) or 1.0)
    packed = np.round(np.clip(share, 0, 1) * most).astype(dtype)
    return {"shape": array.shape, "bytes": dtype[-1], "values": base64.b64encode(packed.tobytes()).decode()}


def _script(name):
    """A module of the page as a part of one script: without what it imports and exports."""
    text = (PAGE / name).read_text(encoding="utf-8")
    return re.sub(r"^import .*?;\n", "", re.sub(r"^export ", "", text, flags=re.MULTILINE), flags=re.MULTILINE)


def _text(words):
    return words.replace("&", "&amp;").replace("<", "&lt;")
