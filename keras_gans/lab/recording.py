"""Recording a scene: both games train, one after the other, and their frames are kept at steps that were chosen."""

import contextlib
import dataclasses
import io
import json
import queue

from keras_gans.lab import wire
from keras_gans.lab.game import LOOK, Game


@dataclasses.dataclass(frozen=True)
class Take:
    """What was kept of one game.

    Attributes:
        game: dict, what the game says of itself once.
        heads: list of dicts, of each frame.
        arrays: list of dicts of float arrays, of each frame, see `look.Look.arrays`.
        figures: list of dicts, the read-outs at each frame.
    """

    game: dict
    heads: list
    arrays: list
    figures: list

    @property
    def changed(self):
        """The knobs that differ from the recipe's own: dict of their words -> values, strings."""
        return {knob["words"]: _rounded(knob["value"]) for knob in self.game["knobs"] if knob["value"] != knob["usual"]}


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


def recorded(scene, frames):
    """Trains both games of a scene.

    Args:
        scene: dict, see `scenes.checked`.
        frames: int, how many of them, at most, after the first one.

    Returns:
        A tuple: list of ints, the steps of the frames; and list of `Take`.

    Raises:
        ValueError: if a game cannot be built.
    """
    steps = sorted({round(scene["steps"] * i / frames) for i in range(frames + 1)})
    return steps, [_taken(scene, number, steps) for number in range(len(scene["games"]))]


def named(takes):
    """Names both games: the recipe, and the knobs that the other one has otherwise; a list of two strings."""
    return [_name(take, other) for take, other in zip(takes, takes[::-1])]


def _name(take, other):
    shown = [f"{words} {value}" for words, value in take.changed.items() if other.changed.get(words) != value]
    return take.game["recipe"] + (f": {', '.join(shown)}" if shown else "")


def _rounded(value):
    return f"{value:.3g}" if isinstance(value, float) else str(value).replace("_", " ")


def _taken(scene, number, steps):
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
    heads, arrays = map(list, zip(*kept))
    return Take(game, heads, arrays, [figures.get(head["step"], {}) for head in heads])
