"""A run folder: what `keras-gans train` writes, and how a stopped run goes on as if it had not been stopped."""

import csv
import datetime
import inspect
import json
import pathlib
import platform
from importlib import metadata

import keras

from keras_gans import callbacks, data, models, recipes, sources, visualization
from keras_gans.callbacks.run import History, OneRun, StopAfter
from keras_gans.files import whole_file
from keras_gans.version import __version__

CONFIG, MODEL, HISTORY = "config.json", "model.keras", "history.csv"
SAMPLES, GIF, LOSSES = "samples", "training.gif", "losses.png"
FRAMES = 60  # frames of a run's GIF
SECONDS_BETWEEN_SAVES = 60.0  # a killed run loses at most what it did since
PACKAGES = ("keras", "tensorflow", "jax", "numpy", "scikit-learn", "pillow")


def train(
    folder,
    recipe,
    data_source,
    image_size,
    epochs,
    steps,
    batch_size,
    seed,
    precision,
    gif,
    resume,
    strict,
    width=None,
    input_side="right",
    cache=None,
):
    """Trains a recipe on data and leaves a run folder; or continues the run that the folder holds.

    Args:
        folder: path of the run folder.
        recipe: name of a recipe.
        data_source: name of a toy in the plane, of which 100,000 points are drawn, or what `data.load` takes; for
            translation what `data.pairs` or `data.domains` takes.
        image_size: None, or int, side of the pictures in pixels.
        epochs: None, or int, passes over the data.
        steps: None, or int, training steps instead of passes.
        batch_size: None for the recipe's, or int, examples of one update.
        seed: int.
        precision: name of a Keras dtype policy.
        gif: whether to watch the training and leave a GIF.
        resume: whether to continue the run in the folder.
        strict: whether one unreadable picture is an error.
        width: None for the paper's, or int, channels of the widest map, of recipes that take it.
        input_side: see `data.pairs`.
        cache: see `data.pairs`.

    Returns:
        int, how many steps the run has made in all.

    Raises:
        ValueError: if an argument does not fit, or the folder holds something that would be overwritten.
    """
    folder = pathlib.Path(folder)
    before = _config_of(folder) if resume else _check_new(folder)
    paper = recipes.RECIPES[recipe]
    keras.config.set_dtype_policy(precision)
    examples = sources.read(paper.data, data_source, image_size, input_side, cache, strict)
    shape = examples.shapes[0]
    resumed = resume and (folder / MODEL).exists()
    model = load_model(folder / MODEL) if resumed else _build(recipe, examples, seed, width)
    batch_size = batch_size or max(1, min(paper.batch_for(shape), len(examples) // model.n_critic))
    steps_per_epoch = _steps_per_epoch(model, examples, batch_size)
    steps = steps or epochs * steps_per_epoch
    config = {
        "recipe": recipe,
        "data": _absolute(data_source),
        "data_shapes": [[len(part), *shape] for part, shape in zip(examples.parts, examples.shapes)],
        "data_crc32": examples.fingerprint(),
        "image_size": shape[0] if len(shape) == 3 else None,
        "input_side": input_side if paper.data == "pairs" else None,
        "width": width,
        "batch_size": batch_size,
        "steps": steps,
        "seed": seed,
        "precision": precision,
        "backend": keras.backend.backend(),
        "gif": gif,
        "frame_every": before["frame_every"] if before else max(1, steps // FRAMES),
    }
    if before:
        _check_same(before, config, fixed=_takes(paper, "steps"))
    if _takes(paper, "steps") and not resumed:
        model = _build(recipe, examples, seed, width, steps=steps)
    with whole_file(folder / CONFIG) as file:
        file.write_text(json.dumps({**config, "started_with": _versions(before)}, indent=2) + "\n")
    watched = sources.shown(paper.data, data_source, examples, input_side)
    _fit(model, examples, watched, folder, config, steps_per_epoch)
    return int(model.optimizer.iterations)


def load_model(path):
    """Loads a model that this package saved.

    Args:
        path: path of a `.keras` file.

    Returns:
        `models.AdversarialModel`, compiled as it was.

    Raises:
        ValueError: if there is no such file or it is not a model of this package.
    """
    expected = "Expected a .keras file that keras_gans saved."
    if not pathlib.Path(path).is_file():
        raise ValueError(f"{expected} Received: {str(path)!r}, which is not a file.")
    try:
        model = keras.saving.load_model(path)
    except Exception as error:
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise ValueError(f"{expected} Received: {str(path)!r}, which Keras cannot load ({reason[:200]}).") from error
    if not isinstance(model, models.AdversarialModel):
        raise ValueError(f"{expected} Received: {str(path)!r}, which holds a {type(model).__name__}.")
    return model


def draw(path, model, n=None, seed=None, label=None):
    """Writes examples of a model as PNG: images as a grid, points as a scatter plot.

    Args:
        path: file to write.
        model: `models.AdversarialModel`, see `load_model`.
        n: int, how many examples; by default 36 images, ten for each class, or 1,000 points.
        seed: None, or int for the same examples each time.
        label: None, or int, the only class to draw, of a model with classes.

    Returns:
        int, how many examples were drawn.

    Raises:
        ValueError: if the model generates neither images nor points in the plane.
    """
    if isinstance(model, (models.Pix2Pix, models.CycleGAN)):
        raise ValueError(
            "Expected a model that generates from latents; `keras-gans translate` is for others. "
            f"Received: a {type(model).__name__}."
        )
    if label is not None and getattr(model, "classes", None) is None:
        raise ValueError(f"Expected a label only for a model with classes. Received: a {type(model).__name__}.")
    samples, columns = model.sheet(n, seed) if label is None else (model.generate(n or 36, seed, label), None)
    if samples.ndim == 2:
        visualization.save_figure(path, visualization.scatter(samples))
    else:
        visualization.save_image(path, visualization.image_grid(samples, columns))
    return len(samples)


def _check_new(folder):
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ValueError(
            "Expected an empty or new folder; use --resume to continue the run that is in it. "
            f"Received: {str(folder)!r}."
        )


def _build(recipe, examples, seed, width, **arguments):
    """Builds a recipe for examples, with what it takes and they tell."""
    paper = recipes.RECIPES[recipe]
    if width is not None and not _takes(paper, "width"):
        takers = ", ".join(name for name, other in recipes.RECIPES.items() if _takes(other, "width"))
        raise ValueError(f"Expected a width only for recipes that take one: {takers}. Received: {recipe!r}.")
    if width is not None:
        arguments["width"] = width
    if paper.data == "labels":
        arguments["classes"] = sources.classes(examples)
    return paper.build(image_shape=examples.shapes[0], seed=seed, **arguments)


def _takes(paper, argument):
    return argument in inspect.signature(paper.build).parameters


def _steps_per_epoch(model, examples, batch_size):
    """How many training steps, of batch_size * n_critic examples each, a pass over the examples has."""
    size = batch_size * model.n_critic
    if len(examples) < size:
        raise ValueError(
            f"Expected at least the {size} examples of one training step, {batch_size} for each of "
            f"{model.n_critic} updates of the discriminator. Received: {len(examples)}."
        )
    return len(examples) // size


def _absolute(source):
    return source if sources.is_name(source) else str(pathlib.Path(source).expanduser().resolve())


def _config_of(folder):
    try:
        return json.loads((folder / CONFIG).read_text())
    except (OSError, ValueError):
        raise ValueError(
            f"Expected a run folder to continue, with a {CONFIG} in it. Received: {str(folder)!r}."
        ) from None


def _check_same(before, now, fixed):
    """A run can be made longer (unless its learning rate follows its length: `fixed`), and nothing else."""
    free = ("gif",) if fixed else ("steps", "gif")
    for key in now:
        if key not in free and before.get(key) != now[key]:
            raise ValueError(
                f"Expected the {key} with which the run was started, {before.get(key)!r}. Received: {now[key]!r}."
            )


def _versions(before):
    if before:
        return before["started_with"]
    installed = {d.metadata["Name"] for d in metadata.distributions()}
    return {
        "keras_gans": __version__,
        "python": platform.python_version(),
        "platform": platform.platform(),
        **{name: metadata.version(name) for name in PACKAGES if name in installed},
        "time": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
    }


def _fit(model, examples, watched, folder, config, steps_per_epoch):
    """Trains from the step at which the model stands; a pass that was begun is finished first."""
    size, steps = config["batch_size"], config["steps"]
    done = int(model.optimizer.iterations)
    epoch, skip = divmod(done, steps_per_epoch)
    if done >= steps:
        return
    history = History(
        folder / HISTORY, folder / LOSSES, _rows_so_far(folder / HISTORY, model, epoch, complete=skip == 0)
    )
    epochs = -(-steps // steps_per_epoch)
    run = OneRun([history, *_callbacks(watched, folder, config, done)])
    if skip:
        rest = data.batches(examples, size, model.n_critic, seed=model.seed, skip=skip)
        model.fit(rest, initial_epoch=epoch, epochs=epoch + 1, callbacks=run)
        epoch += 1
    if int(model.optimizer.iterations) < steps:
        model.fit(examples, batch_size=size, initial_epoch=epoch, epochs=epochs, callbacks=run)
    run.end()


def _callbacks(watched, folder, config, done):
    watching = [StopAfter(config["steps"], done)]
    if config["gif"]:
        film = callbacks.TrainingGIF(
            folder / GIF,
            every=config["frame_every"],
            unit="step",
            seed=config["seed"],
            real=watched,
            folder=folder / SAMPLES,
        )
        watching.append(film)
    return [*watching, callbacks.Checkpoint(folder / MODEL, seconds=SECONDS_BETWEEN_SAVES)]


def _rows_so_far(path, model, epochs, complete):
    """The rows of the epochs that the model has seen whole; the last one may have to be made from its means."""
    rows = []
    if path.exists():
        with open(path, newline="") as file:
            read = [{key: float(value) for key, value in row.items()} for row in csv.DictReader(file)]
        rows = [{**row, "epoch": int(row["epoch"])} for row in read if row["epoch"] < epochs]
    if complete and len(rows) == epochs - 1:
        rows.append({"epoch": epochs - 1, **{metric.name: float(metric.result()) for metric in model.metrics}})
    return rows
