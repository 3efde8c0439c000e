"""A scene, and messages to the laboratory that are none."""

import json
import random

from keras_gans.lab import messages

GAME = {"recipe": "nsgan", "knobs": {"n_critic": 5}}
SCENE = {
    "title": "Two",
    "watch": "Look.",
    "data": {"kind": "ring", "points": 100, "seed": 0, "radius": 2.0},
    "layers": ["judge"],
    "steps": 100,
    "games": [GAME, {"recipe": "wgan", "knobs": {}}],
}


def malformed(count, seed=0):
    """Messages that are none: no JSON, other types, other names, too long, and messages that were damaged."""
    draw = random.Random(seed)
    whole = json.dumps({"do": "scene", "scene": SCENE})
    plain = [
        *("", "[]", "null", "0", '"play"', "{", '{"do": "fly"}', '{"do": ["play"]}', '{"do": null}', "[" * 10_000),
        *('{"do": "move"}', '{"do": "move", "player": "x"}', '{"do": "speed", "speed": -1}', "\0", "é" * 100),
        *('{"do": "open", "name": "../../etc/passwd"}', '{"do": "game", "game": 7, "spec": {}}', '{"do": 1e999}'),
        '{"do": "save", "name": "../x", "scene": {}}',
        '{"do": "layers", "layers": [[]]}',
        '{"do": "data", "data": {"kind": "drawn", "places": [[1]]}}',
        "x" * 60_000,
    ]
    while len(plain) < count:
        at = draw.randrange(len(whole))
        kinds = (whole[:at], whole[:at] + draw.choice('{}[]",:0x\\') + whole[at + 1 :], whole[at:])
        damaged = draw.choice(kinds)
        try:
            messages.read(damaged)
        except ValueError:
            plain.append(damaged)
    return plain
