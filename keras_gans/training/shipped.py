"""The small trained models that come with the package, by their names."""

import importlib.metadata
import pathlib

from keras_gans.registry import Registry
from keras_gans.training.loading import load_model

FOLDER = pathlib.Path("assets", "models")  # of the repository
INSTALLED = pathlib.Path("share", "keras_gans", "models")  # of what pip installs, see setup.cfg


def pretrained(name):
    """Loads one of the small trained models that come with the package: good pictures at once, without a training.

    Each was trained by the command beside its name in `assets/models/README.md`, which also says on which data, and
    under which terms it may be used. Its weights are those that examples were made with (their averages, if the run
    kept any), rounded to float16; optimizers begin anew.

    Args:
        name: string, e.g. "scenes64".

    Returns:
        `training.TrainedModel`, compiled as in its training, with no step made.

    Raises:
        ValueError: if there is no such model; the message names those that there are.
    """
    return load_model(shipped()[name])


def shipped():
    """Finds the trained models that come with the package.

    Returns:
        `registry.Registry`, dict of name -> `pathlib.Path` of a `.keras` file; empty if they were left out.
    """
    found = Registry("pretrained model")
    folder = pathlib.Path(__file__).resolve().parents[2] / FOLDER
    for path in folder.glob("*.keras") if folder.is_dir() else _installed():
        found.register(path, path.stem)
    return found


def _installed():
    """The files among those that pip noted when it installed the package."""
    try:
        files = importlib.metadata.files("keras_gans") or ()
    except importlib.metadata.PackageNotFoundError:
        return []
    inside = (file for file in files if file.suffix == ".keras" and INSTALLED.as_posix() in file.as_posix())
    return [pathlib.Path(file.locate()).resolve() for file in inside]
