"""Loads a .keras file that a stranger may have made: what is in it is looked at before Keras builds anything of it."""

import functools
import json
import pathlib
import re
import zipfile

import keras

from keras_gans.training.model import TrainedModel

MEMBERS = {"config.json", "metadata.json", "model.weights.h5"}  # what a model without assets is saved as
MOST_EXPANSION = 100  # times that the members may be larger than the file; Keras stores them as they are

_VALUES = ("__bytes__", "__ellipsis__", "__keras_tensor__", "__numpy__", "__slice__", "__tensor__")
_KINDS = (
    keras.Operation,  # layers and models are operations too
    keras.DTypePolicy,
    keras.Initializer,
    keras.Loss,
    keras.Metric,
    keras.Optimizer,
    keras.Regularizer,
    keras.constraints.Constraint,
    keras.optimizers.schedules.LearningRateSchedule,
)
_REFUSED = (  # layers that run code, or read files, that a saved model names
    "FlaxLayer",
    "IndexLookup",
    "IntegerLookup",
    "JaxLayer",
    "Lambda",
    "StringLookup",
    "TextVectorization",
    "TFSMLayer",
    "TorchModuleWrapper",
)


def load_model(path):
    """Loads a model that this package saved; a file of a stranger can do nothing but become a model.

    Args:
        path: path of a `.keras` file.

    Returns:
        `training.TrainedModel`, compiled as it was.

    Raises:
        ValueError: if there is no such file, it is not a model of this package, or it cannot be loaded; if a newer
            Keras saved it, the message names both.
    """
    path, expected = pathlib.Path(path), "Expected a .keras file that keras_gans saved."
    if not path.is_file():
        raise ValueError(f"{expected} Received: {str(path)!r}, which is not a file.")
    try:
        check_saved(path, TrainedModel)
        return keras.saving.load_model(path, safe_mode=True)
    except Exception as error:  # A damaged file breaks zipfile, h5py and Keras, each in its own way.
        reason = next(iter(str(error).split("\n")), "").strip()[:200] or type(error).__name__
        reason = _newer_keras(path) + reason
        raise ValueError(f"{expected} Received: {str(path)!r}, which Keras cannot load safely ({reason}).") from error


def _newer_keras(path):
    """Says of a file that a newer Keras saved which one that was, in words that end in ": "; else says nothing."""
    try:
        with zipfile.ZipFile(path) as archive:
            metadata = {} if _is_bomb(archive, path) else json.loads(archive.read("metadata.json"))
        saved, here = (re.match(r"\d{1,4}(\.\d{1,4})+", v)[0] for v in (metadata["keras_version"], keras.__version__))
    except Exception:  # A damaged file does not say.
        return ""
    newer = [int(number) for number in saved.split(".")] > [int(number) for number in here.split(".")]
    return f"saved by Keras {saved}, this is {here}: " if newer else ""


def _is_bomb(archive, path):
    return sum(member.file_size for member in archive.infolist()) > MOST_EXPANSION * path.stat().st_size


def check_saved(path, kind):
    """Refuses a file that is no saved model of a kind, or that names anything but parts of networks.

    Keras' safe mode keeps a file from bringing code of its own; this also keeps it from calling Keras' and Python's
    functions, from reading other files, and from growing while it is unpacked. Classes and functions that were
    registered in this process (`keras.saving.register_keras_serializable`) are not the file's, and are let through.

    Args:
        path: `pathlib.Path` of the file.
        kind: class that the model must belong to.

    Raises:
        ValueError: with a reason in few words.
        Exception: of many kinds, if the file is damaged.
    """
    if path.suffix != ".keras":  # Keras would read .h5, which has no safe mode.
        raise ValueError("its name does not end in .keras")
    with zipfile.ZipFile(path) as archive:
        if set(archive.namelist()) - MEMBERS:
            raise ValueError("it holds more than a model's configuration and weights")
        if _is_bomb(archive, path):
            raise ValueError("it may be a decompression bomb")
        config = json.loads(archive.read("config.json"))
    for found in _objects(config):
        if not _is_part(found):
            raise ValueError(f"it names {_named(found)}, which is no part of a network")
    found = _class_of(config) if isinstance(config, dict) else config
    if not (isinstance(found, type) and issubclass(found, kind)):
        raise ValueError(f"it holds a {_named(config) if isinstance(config, dict) else type(config).__name__}")


def _objects(config):
    """Yields each serialized object in a configuration, the outer before the inner."""
    if isinstance(config, dict):
        if "class_name" in config:
            yield config
        config = list(config.values())
    for inner in config if isinstance(config, list) else ():
        yield from _objects(inner)


def _is_part(found):
    if found["class_name"] == "function":  # Keras saves its own, such as "tanh", by their names alone.
        return keras.saving.get_registered_object(found.get("config")) is not None
    return found["class_name"] in _VALUES or _class_of(found) is not None


def _class_of(found):
    """The class that Keras will make the object of, or None if it is none that may be made."""
    name, module = str(found.get("class_name")), str(found.get("module")).split(".")
    registered = keras.saving.get_registered_object(found.get("registered_name") or name)
    if registered is not None or module[0] != "keras":
        return registered
    known = functools.reduce(lambda place, inner: getattr(place, inner, None), [*module[1:], name], keras)
    if not (isinstance(known, type) and issubclass(known, _KINDS)):
        return None
    # On JAX, what all layers stand on is called JaxLayer too.
    own = (parent.__name__ for parent in known.__mro__ if not issubclass(keras.Layer, parent))
    return None if any(name in _REFUSED for name in own) else known


def _named(found):
    words = (found.get(key) for key in ("module", "class_name", "config"))
    return repr(".".join(word for word in words if isinstance(word, str)))[:100]
