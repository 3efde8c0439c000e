"""A run as a folder that stands alone and can be put on Hugging Face or Kaggle: `keras-gans export`."""

import contextlib
import functools
import importlib.resources
import json
import pathlib
import shutil

import keras

from keras_gans.commands.card import card
from keras_gans.commands.generate import check_empty
from keras_gans.engine.scope import Scope
from keras_gans.runs import settings
from keras_gans.training import load_model
from keras_gans.training.state import drawn_from

NETWORK = "generator"  # folder of what TensorFlow saves of it


def export(run, folder):
    """Writes what makes examples, with a script that needs Keras alone and a card that says what it is.

    What is saved is a TensorFlow SavedModel: weights, averages where the run keeps any, and operations, so that it
    needs no layer of this package. Noise that a generator draws beside its latents is the same at each call.

    Args:
        run: path of the folder that `keras-gans train` made.
        folder: path of a new or an empty folder. It then has `generator/`, `generator.json`, `generate.py`,
            `requirements.txt`, `README.md`, and of the run `training.gif` and `losses.png`, if it has them.

    Returns:
        list of the names of what the folder has, sorted.

    Raises:
        ValueError: if that is no run folder, its model makes no examples, the folder is not empty, or the backend is
            not TensorFlow.
    """
    if keras.backend.backend() != "tensorflow":
        raise ValueError(f"Expected the backend 'tensorflow', by KERAS_BACKEND. Received: {keras.backend.backend()!r}.")
    run, folder = pathlib.Path(run), pathlib.Path(folder)
    config = settings.read(run)
    check_empty(folder)
    model = load_model(run / settings.MODEL)
    facts, endpoints = described(model, settings.class_names(run / settings.MODEL))
    folder.mkdir(parents=True, exist_ok=True)
    save(model, endpoints, folder / NETWORK)
    kind = "latents" if "latent_dim" in facts else "pictures"
    script = importlib.resources.files("keras_gans.commands.exported").joinpath(f"{kind}.py")
    (folder / "generate.py").write_text(script.read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "generator.json").write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")
    (folder / "requirements.txt").write_text(f"keras>={keras.__version__}\ntensorflow\npillow\n", encoding="utf-8")
    for name in (settings.GIF, settings.LOSSES):
        if (run / name).is_file():
            shutil.copyfile(run / name, folder / name)
    (folder / "README.md").write_text(card(run, config, model, facts), encoding="utf-8")
    return sorted(path.name for path in folder.iterdir())


def described(model, class_names=None):
    """What a script has to know of a model, and what is saved of it.

    Args:
        model: `training.TrainedModel`.
        class_names: None, or list of strings, its classes in their order.

    Returns:
        tuple of a dict for JSON and a dict of names -> (function of tensors, list of `keras.InputSpec`).

    Raises:
        ValueError: if it makes no examples, or is told vectors, which nothing says how to come by.
    """
    if model.latent_dim is None:
        return _pictures(model)
    takes = keras.tree.flatten(model.generator.inputs)
    told = model.vocabulary is not None
    if len(takes) > 1 and model.classes is None and not told:
        raise ValueError("Expected a model of latents alone, of classes or of captions. Received: one of vectors.")
    names = [str(name) for name in class_names or range(model.classes)] if model.classes else []
    words = {"words": list(model.vocabulary.words), "length": model.vocabulary.length} if told else {"words": []}
    specs = [_spec(x.shape, x.dtype, x.name) for x in takes]
    if told:
        specs[1] = _spec(model.text.inputs[0].shape, "int32", "tokens")

    def serve(latents, *told_by):
        read = [model.text(words, training=False) for words in told_by] if told else told_by
        made = model.generator([latents, *read] if read else latents, training=False)
        return max(keras.tree.flatten(made), key=lambda picture: picture.shape[1])  # of several sizes the largest

    return {"latent_dim": model.latent_dim, "classes": names, **words}, {"serve": (serve, specs)}


def _pictures(model):
    """The same of a model that translates pictures."""
    networks = model.ways or ({"AtoB": model.generator} if model.domains else {})
    if not networks:
        raise ValueError(f"Expected a run whose model makes examples. Received: {type(model).__name__}.")
    wished = [_spec((None, len(model.domains)), "float32", "wishes")] if model.domains else []
    takes = {way: network.inputs[0].shape for way, network in networks.items()}
    endpoints = {way: (model.way(way), [_spec(shape, "float32", "pictures"), *wished]) for way, shape in takes.items()}
    return {"ways": {way: list(shape[1:]) for way, shape in takes.items()}, "domains": list(model.domains)}, endpoints


def _spec(shape, dtype, name):
    return keras.InputSpec(shape=(None, *shape[1:]), dtype=dtype, name=name)


def save(model, endpoints, path):
    """Saves functions of a model as a SavedModel, which holds the weights of its networks and no more.

    Args:
        model: `training.TrainedModel`.
        endpoints: dict of names -> (function of tensors, list of `keras.InputSpec`).
        path: `pathlib.Path` of a folder to make.
    """
    archive = keras.export.ExportArchive()
    model.begin_averages()
    judges = () if model.domains else model.judging  # which read of a picture in which domains it is
    for name in set(model.network_names) - set(judges):
        archive.track(getattr(model, name))
    with contextlib.ExitStack() as stack:
        if model.averages:
            stack.enter_context(model.averages.worn())
        for name, (function, specs) in endpoints.items():
            signature = [specs if len(specs) > 1 else specs[0]]
            archive.add_endpoint(name, functools.partial(_made, model, function), input_signature=signature)
        archive.write_out(path, verbose=False)


def _made(model, function, inputs):
    """What a function makes while the networks' layers draw the same noise as ever."""
    with Scope(state_mapping=drawn_from([getattr(model, name) for name in model.network_names], 0)):
        return function(*inputs) if isinstance(inputs, (list, tuple)) else function(inputs)
