"""What a page may ask for, checked before anybody acts on it; no message, however odd, does more than get an answer."""

import json

from keras_gans.lab.scenes import LARGEST, check_data, check_game, check_layers, checked

FASTEST = 10_000  # steps a second
GAMES = 2
PLAIN = ("play", "pause", "step", "anew", "seen")  # which need nothing else


def read(text):
    """Reads a message.

    Args:
        text: string, or bytes, as it came.

    Returns:
        dict with "do", and what that needs, checked.

    Raises:
        ValueError: if it is none.
    """
    if len(text) > LARGEST:
        raise ValueError(f"Expected a message of at most {LARGEST} bytes. Received: {len(text)}.")
    try:
        message = json.loads(text)
    except (ValueError, RecursionError):
        raise ValueError(f"Expected a message in JSON. Received: {str(text)[:40]!r}.") from None
    if not isinstance(message, dict) or not isinstance(message.get("do"), str) or message["do"] not in READERS:
        asked = message.get("do") if isinstance(message, dict) else message
        raise ValueError(f"Expected `do` as one of {', '.join(READERS)}. Received: {str(asked)[:40]!r}.")
    return {"do": message["do"], **READERS[message["do"]](message)}


def _nothing(message):
    return {}


def _move(message):
    return {"player": _one_of(message, "player", ("d", "g"))}


def _speed(message):
    return {"speed": _number(message, "speed", FASTEST)}


def _layers(message):
    return {"layers": check_layers(message.get("layers"))}


def _game(message):
    return {"game": _number(message, "game", GAMES - 1), "spec": check_game(message.get("spec"))}


def _data(message):
    return {"data": check_data(message.get("data"))}


def _scene(message):
    return {"scene": checked(message.get("scene"))}


def _named(message):
    return {"name": _word(message)}


def _save(message):
    return {"name": _word(message), "scene": checked(message.get("scene"))}


def _word(message):
    name = message.get("name")
    if not isinstance(name, str) or len(name) > 60:
        raise ValueError(f"Expected `name` as a short word. Received: {str(name)[:40]!r}.")
    return name


def _number(message, key, most):
    value = message.get(key)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
        raise ValueError(f"Expected `{key}` as a whole number from 0 to {most}. Received: {str(value)[:40]!r}.")
    return value


def _one_of(message, key, words):
    value = message.get(key)
    if value not in words:
        raise ValueError(f"Expected `{key}` as one of {', '.join(words)}. Received: {str(value)[:40]!r}.")
    return value


READERS = {
    **dict.fromkeys(PLAIN, _nothing),
    "move": _move,
    "speed": _speed,
    "layers": _layers,
    "game": _game,
    "data": _data,
    "scene": _scene,
    "open": _named,
    "save": _save,
}
