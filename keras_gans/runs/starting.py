"""How a run begins with the trained networks of another: `--start`."""

import contextlib
import itertools
import os
import pathlib
import zlib

from keras_gans.runs.settings import MODEL
from keras_gans.training.loading import load_model


def file_of(start):
    """Says which file `--start` means, without looking whether it is there.

    Args:
        start: None, or string: path of a run folder, or of a file whose name ends in `.keras`.

    Returns:
        None, or string, the absolute path of the `.keras` file.
    """
    if start is None:
        return None
    path = pathlib.Path(os.path.expanduser(start))
    path = path if path.suffix == ".keras" else path / MODEL
    return os.path.join(os.path.realpath(path.parent), path.name)  # a link may lead to a file of another suffix


def begin(model, path):
    """Lets a new model take the weights of another for the networks whose names both have.

    All of its networks, if the other's have the same shapes; else those of `TrainedModel.starting`.

    What it takes are the weights that the other makes examples with: their averages, if it keeps any (`ema`).
    Optimizers, seeds and counts stay those of a new model; its own averages begin from the weights that it took.

    Args:
        model: `training.TrainedModel` that has made no step; of any game, as the other is.
        path: string, path of the other's `.keras` file.

    Returns:
        A tuple of a line that says what was taken and what was not, and the CRC-32 of the weights taken, an int.

    Raises:
        ValueError: if the file is no model of this package, none of its networks has a name of the model's, one that
            has does not have weights of the same shapes in the same order, or both read captions of other words.
    """
    other = load_model(path)
    ours, theirs = _networks(model), other.network_names
    ours = ours if _shapes(ours) == _shapes(_networks(other)) else model.starting
    names = [name for name in ours if name in theirs]
    if not names:
        raise ValueError(
            f"Expected a start with a network of {model.name}: {', '.join(ours)}. "
            f"Received: {path!r}, of {other.name}, with {', '.join(theirs)}."
        )
    taken = _as_made(other, names)
    for name in names:
        _check_shapes(name, ours[name], taken[name], path)
    _check_words(model, other, path)
    crc = 0
    for name in names:
        ours[name].set_weights(taken[name])
        for weight in taken[name]:
            crc = zlib.crc32(weight.tobytes(), crc)
    began = [id(ours[name]) for name in names]
    new = ", ".join(name for name in model.network_names if id(getattr(model, name)) not in began) or "none"
    return f"Starts with {', '.join(names)} of {other.name} in {path!r}; networks that are new: {new}.", crc


def _as_made(model, names):
    """The weights of networks as examples are made with them, dict of names -> lists of arrays."""
    model.begin_averages()
    with model.averages.worn() if model.averages else contextlib.nullcontext():
        return {name: getattr(model, name).get_weights() for name in names}


def _networks(model):
    return {name: getattr(model, name) for name in model.network_names}


def _shapes(networks):
    return {name: [tuple(weight.shape) for weight in network.weights] for name, network in networks.items()}


def _check_words(model, other, path):
    """Refuses a start whose ids stand for other words."""
    ours, theirs = (some.vocabulary and some.vocabulary.words for some in (model, other))
    if ours and theirs and ours != theirs:
        raise ValueError(
            f"Expected a start that knows the same words in the same order, {', '.join(ours)}. "
            f"Received: {', '.join(theirs)} in {path!r}."
        )


def _check_shapes(name, network, values, path):
    pairs = itertools.zip_longest(network.weights, values)
    for number, (weight, value) in enumerate(pairs, start=1):
        wanted = "none" if weight is None else tuple(weight.shape)
        received = "none" if value is None else value.shape
        if wanted != received:
            raise ValueError(
                f"Expected a start whose {name} has weights of the same shapes, {wanted} of weight {number}. "
                f"Received: {received} in {path!r}."
            )
