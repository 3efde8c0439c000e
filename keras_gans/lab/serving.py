"""Opening a laboratory, where what it needs is installed."""

import importlib.util

NEEDED = ("starlette", "uvicorn", "websockets")


def missing():
    """Names the packages of the extra `lab` that are not installed."""
    return [name for name in NEEDED if importlib.util.find_spec(name) is None]


def open_lab(scene, own=None, stays=False):
    """Makes a laboratory, whose games begin to load; its `run` serves.

    Args:
        scene, own, stays: as of `server.Lab`.

    Returns:
        `server.Lab`.

    Raises:
        ValueError: if there is no such scene, or packages are missing.
    """
    if missing():
        raise ValueError(
            'Expected the packages of the laboratory, which `pip install "keras_gans[lab]"` installs. '
            f"Received: an environment without {', '.join(missing())}."
        )
    from keras_gans.lab.server import Lab  # needs them

    return Lab(scene, own, stays)
