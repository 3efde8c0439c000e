"""A game of the laboratory on JAX, where `fit` keeps weights apart from the model: it is seen, stepped and turned."""

import itertools
import json

import numpy as np
import pytest

from keras_gans.lab import wire
from keras_gans.lab.recording import Recorded, Script

pytestmark = pytest.mark.jax

SMALL = {"width": 8, "depth": 1, "batch_size": 32}
MOVES = [{"do": "move", "player": "d"}, {"do": "move", "player": "g"}]


def spec(**knobs):
    return {"do": "set", "spec": {"recipe": "nsgan", "knobs": {**SMALL, **knobs}}}


def test_a_game_is_seen_stepped_and_turned_in_the_midst_of_training():
    frames, said = [], []

    def hear(kind, content):
        if kind == wire.FRAME:
            frames.append(wire.unpacked(content))
        else:
            said.append(json.loads(content))

    begin = {**spec(), "data": {"kind": "ring", "points": 100, "seed": 0}, "layers": ["judge", "gradient"]}
    script = Script([begin, *MOVES, spec(g_learning_rate=0.1)], steps=2)
    Recorded(script, hear, set(range(5))).run()
    assert not [one for one in said if one["kind"] == "refused"]
    assert [one["effect"] for one in said if one["kind"] == "game"] == ["anew", "at once"]
    assert sorted({head["step"] for head, _ in frames}) == [0, 1, 2, 3, 4]
    seen = [next(arrays for head, arrays in frames if head["step"] == step) for step in range(5)]
    pairs = list(itertools.pairwise(seen))
    moved = [[not np.array_equal(before[name], after[name]) for before, after in pairs] for name in ("judge", "points")]
    assert moved == [[True, False, True, True], [False, True, True, True]]
    far = [np.abs(after["points"] - before["points"]).mean() for before, after in pairs]
    assert far[2] > 10 * far[1]  # at a rate of 0.1 after one of 0.002
