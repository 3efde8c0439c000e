"""A film of a scene as one HTML file: frames that were recorded while both games trained, and a player."""

import base64
import contextlib
import io
import json
import pathlib
import queue
import re

import numpy as np

from keras_gans.files.whole import whole_file
from keras_gans.lab import scenes, wire
from keras_gans.lab.game import LOOK, Game

FRAMES = 100
PAGE = pathlib.Path(__file__).parent / "page"
SCRIPTS = ("view.js", "chart.js", "film.js")  # each after those that it imports
POINTS, REAL, STRIDE = 400, 600, 2  # that are kept: generated and real points; every second node of D's map
LEVELS = 255  # of a number that is kept in one byte
COARSE, FINE = ("<u1", LEVELS), ("<u2", 65535)


class Script:
    """The commands of a recording in place of a queue: so many steps, looked at so often.

    Args:
        commands: list of dicts, the game's first commands.
        steps: int.
    """

    def __init__(self, commands, steps):
        self._commands, self._steps = [*commands, *[{"do": "step"}] * steps], steps

    def get(self, block=True):
        """The next command; the game ends after the last one."""
        if not block:
            raise queue.Empty
        return self._commands.pop(0) if self._commands else {"do": "quit"}


class Recorded(Game):
    """A game of which the frames are kept at steps that were chosen, whatever the time is.

    Args:
        commands: `Script`.
        say: as of `Game`.
        steps: set of ints, at which a frame and figures are kept.
    """

    def __init__(self, commands, say, steps):
        super().__init__(commands, say)
        self._steps = steps

    def show(self):
        """Keeps a frame if it is of a step that was chosen."""
        if self.step in self._steps:
            super().show()
        if self.step and self.step % LOOK == 0:
            self._diagnose()


def export(scene, path, own=None):
    """Records a scene and writes its film.

    Args:
        scene: string, the name of a scene.
        path: where the HTML file is written.
        own: None, or `pathlib.Path` of a folder of own scenes.

    Raises:
        ValueError: if there is no such scene, its games cannot be built, or the path is a folder's.
    """
    if pathlib.Path(path).is_dir():
        raise ValueError(f"Expected an HTML file to write. Received: the folder {path}.")
    scene = scenes.read(scene, own)
    with whole_file(path) as file:
        file.touch()  # where it cannot be written, that is said before the minutes of the recording
        file.write_text(film(scene), encoding="utf-8")


def film(scene, frames=FRAMES):
    """Records a scene and makes the page of its film.

    Args:
        scene: dict, see `scenes.checked`.
        frames: int, how many at most.

    Returns:
        string, HTML that asks nobody for anything.
    """
    steps = sorted({round(scene["steps"] * i / frames) for i in range(frames + 1)})
    games = [_recorded(scene, number, steps) for number in range(len(scene["games"]))]
    facts = {key: scene[key] for key in ("title", "watch", "layers")}
    content = json.dumps({**facts, "steps": steps, "games": games}).replace("<", "\\u003c")
    template = (PAGE / "film.html").read_text(encoding="utf-8")
    parts = {"title": _text(scene["title"]), "style": (PAGE / "style.css").read_text(encoding="utf-8")}
    parts |= {"film": content, "script": "\n".join(map(_script, SCRIPTS))}
    return re.sub(r"\{\{(\w+)\}\}", lambda found: parts[found[1]], template)


def _recorded(scene, number, steps):
    """One game's frames: dict of what a film shows of it."""
    said, kept = [], []

    def hear(kind, content):
        if kind == wire.FRAME:
            kept.append(wire.unpacked(content))
        else:
            said.append(json.loads(content))

    spec = {"do": "set", "data": scene["data"], "spec": scene["games"][number], "layers": scene["layers"]}
    with contextlib.redirect_stdout(io.StringIO()):  # the film has the diagnosis
        Recorded(Script([spec], steps[-1]), hear, set(steps)).run()
    refused = [one["words"] for one in said if one["kind"] == "refused"]
    if refused:
        raise ValueError(refused[0])
    (game,) = (one for one in said if one["kind"] == "game")
    figures = {one["step"]: one for one in said if one["kind"] == "figures"}
    for one in figures.values():
        del one["speed"]
        one.pop("remedy", None)
    low, high = game["limits"]
    return {
        **{key: game[key] for key in ("recipe", "limits", "boundary", "logits")},
        "changed": {knob["words"]: knob["value"] for knob in game["knobs"] if knob["value"] != knob["usual"]},
        "real": _packed(np.array(game["real"][:REAL]), (low, high), FINE),
        "losses": [head["losses"] for head, _ in kept],
        "figures": [figures.get(head["step"], {}) for head, _ in kept],
        "frames": [_frame(arrays, (low, high)) for _, arrays in kept],
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
