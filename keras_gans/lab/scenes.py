"""Scenes: two games on the same data and what to watch in them, as JSON files; reading one needs no Keras."""

import json
import math
import pathlib
import re

from keras_gans.files.whole import whole_file

FOLDER = pathlib.Path(__file__).parent / "scenes"
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
LARGEST = 2**16  # bytes of a file, and of a message
MOST_KNOBS, MOST_POINTS, MOST_DRAWN, MOST_WORDS = 40, 20_000, 1000, 400
LAYERS = ("tails", "manifold", "judge", "gradient", "best", "plan")


def names(own=None):
    """Lists the scenes that there are, those of the package in the order in which lectures show them, then own ones.

    Args:
        own: None, or `pathlib.Path`, a folder of own scenes, which may not exist.

    Returns:
        dict of names -> `pathlib.Path`.
    """
    found = {re.sub(r"^\d+-", "", path.stem): path for path in sorted(FOLDER.glob("*.json"))}
    mine = {path.stem: path for path in sorted(own.glob("*.json"))} if own is not None and own.is_dir() else {}
    return found | {name: path for name, path in mine.items() if NAME.fullmatch(name) and name not in found}


def read(name, own=None):
    """Reads a scene.

    Args:
        name: string.
        own: as in `names`.

    Returns:
        dict, see `checked`.

    Raises:
        ValueError: if there is none of that name, or the file holds none.
    """
    known = names(own)
    if name not in known:
        raise ValueError(f"Expected the name of a scene: {', '.join(known)}. Received: {name!r}.")
    if known[name].stat().st_size > LARGEST:
        raise ValueError(f"Expected a scene of at most {LARGEST} bytes. Received: {known[name]}.")
    try:
        return checked(json.loads(known[name].read_text(encoding="utf-8")))
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{known[name].name}: {error}") from None


def write(name, scene, own):
    """Writes a scene into a folder of own ones; one that was there under this name is replaced.

    Args:
        name: string of small letters, digits and hyphens.
        scene: dict, see `checked`.
        own: `pathlib.Path`, the folder, which is made if it is missing.

    Returns:
        `pathlib.Path` of the file.

    Raises:
        ValueError: if the name is no such word or that of a scene of the package, or the scene is none.
    """
    if not isinstance(name, str) or not NAME.fullmatch(name) or name in names():
        raise ValueError(
            "Expected a name of up to 40 small letters, digits and hyphens that no scene of the package has. "
            f"Received: {_short(name)}."
        )
    path = own / f"{name}.json"
    with whole_file(path) as file:
        file.write_text(json.dumps(checked(scene), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


def checked(scene):
    """Checks the form of a scene; whether a recipe takes its knobs, the game itself says.

    Args:
        scene: what JSON held: "title" and "watch", strings; "data", see `check_data`; "games", a list of two, see
            `check_game`; "layers", a list of those of `LAYERS` that are shown; "steps", a whole number, of its film.

    Returns:
        dict of these, and nothing else.

    Raises:
        ValueError: if it has another form.
    """
    scene = _object(scene, "a scene")
    games = scene.get("games")
    if not isinstance(games, list) or len(games) != 2:
        raise ValueError(f"Expected `games` as a list of two. Received: {_short(games)}.")
    return {
        "title": _string(scene.get("title", ""), "title"),
        "watch": _string(scene.get("watch", ""), "watch"),
        "data": check_data(scene.get("data")),
        "layers": check_layers(scene.get("layers", [])),
        "steps": _whole(scene.get("steps", 2000), "steps", 10, 20_000),
        "games": [check_game(game) for game in games],
    }


def check_game(game):
    """Checks the form of a game: {"recipe": name, "knobs": {name: number, word or switch}}; see `checked`."""
    game = _object(game, "a game")
    knobs = _object(game.get("knobs", {}), "`knobs`")
    if len(knobs) > MOST_KNOBS:
        raise ValueError(f"Expected at most {MOST_KNOBS} knobs. Received: {len(knobs)}.")
    for name, value in knobs.items():
        if not _is_word(name) or not (isinstance(value, bool) or _is_number(value) or _is_word(value)):
            raise ValueError(f"Expected of a knob a number, a word or a switch. Received: {_short({name: value})}.")
    if not _is_word(game.get("recipe")):
        raise ValueError(f"Expected `recipe` as the name of one. Received: {_short(game.get('recipe'))}.")
    return {"recipe": game["recipe"], "knobs": dict(knobs)}


def check_data(data):
    """Checks the form of data: {"kind": a toy's name, its arguments, "points": how many, "seed"}; see `checked`.

    Of the kind "drawn" is "places", a list of [x, y], around which the points lie.
    """
    data = dict(_object(data, "`data`"))
    kind = data.pop("kind", None)
    if not _is_word(kind):
        raise ValueError(f"Expected `kind` of the data as a word. Received: {_short(kind)}.")
    found = {
        "kind": kind,
        "points": _whole(data.pop("points", 4000), "points", 1, MOST_POINTS),
        "seed": _whole(data.pop("seed", 0), "seed", 0, 10**6),
    }
    if kind == "drawn":
        places = data.pop("places", None)
        if not isinstance(places, list) or not 1 <= len(places) <= MOST_DRAWN or not all(map(_is_place, places)):
            raise ValueError(
                f"Expected `places` as a list of 1 to {MOST_DRAWN} pairs of numbers from -10 to 10. "
                f"Received: {_short(places)}."
            )
        found["places"] = [[round(float(x), 3), round(float(y), 3)] for x, y in places]
    if len(data) > MOST_KNOBS or not all(_is_word(name) and _is_number(value) for name, value in data.items()):
        raise ValueError(f"Expected further arguments of the data as numbers. Received: {_short(data)}.")
    return found | data


def check_layers(layers):
    """Checks a list of layers; see `checked`."""
    if not isinstance(layers, list) or not all(layer in LAYERS for layer in layers if isinstance(layer, str)):
        raise ValueError(f"Expected `layers` as a list of {', '.join(LAYERS)}. Received: {_short(layers)}.")
    if not all(isinstance(layer, str) for layer in layers):
        raise ValueError(f"Expected `layers` as a list of words. Received: {_short(layers)}.")
    return [layer for layer in LAYERS if layer in layers]


def _object(thing, what):
    if not isinstance(thing, dict):
        raise ValueError(f"Expected {what} as an object. Received: {_short(thing)}.")
    return thing


def _string(thing, what):
    if not isinstance(thing, str) or len(thing) > MOST_WORDS:
        raise ValueError(f"Expected `{what}` as at most {MOST_WORDS} characters. Received: {_short(thing)}.")
    return thing


def _whole(thing, what, least, most):
    if isinstance(thing, bool) or not isinstance(thing, int) or not least <= thing <= most:
        raise ValueError(f"Expected `{what}` as a whole number from {least} to {most}. Received: {_short(thing)}.")
    return thing


def _is_word(thing):
    return isinstance(thing, str) and 0 < len(thing) <= 60


def _is_number(thing):
    return isinstance(thing, (int, float)) and not isinstance(thing, bool) and abs(thing) < 1e9 and math.isfinite(thing)


def _is_place(thing):
    return (
        isinstance(thing, list)
        and len(thing) == 2
        and all(_is_number(number) and abs(number) <= 10 for number in thing)
    )


def _short(thing):
    words = repr(thing)
    return words if len(words) <= 60 else words[:57] + "..."
