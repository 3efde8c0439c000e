"""A run folder: what `keras-gans train` writes, and how a stopped run goes on as if it had not been stopped."""

import csv
import datetime
import json
import pathlib
import platform
import warnings
import zlib
from importlib import metadata

import keras

from keras_gans import callbacks, data, models, recipes, visualization
from keras_gans.callbacks.run import History, OneRun, StopAfter
from keras_gans.files import whole_file
from keras_gans.registry import Registry
from keras_gans.version import __version__

CONFIG, MODEL, HISTORY = "config.json", "model.keras", "history.csv"
SAMPLES, GIF, LOSSES = "samples", "training.gif", "losses.png"
POINTS = 100_000  # drawn of a toy, as in PacGAN's experiments
FRAMES = 60  # frames of a run's GIF
SECONDS_BETWEEN_SAVES = 60.0  # a killed run loses at most what it did since
SMALLEST_SIDE = 16  # pixels to which smaller pictures are enlarged unless a size is asked for
PACKAGES = ("keras", "tensorflow", "jax", "numpy", "scikit-learn", "pillow")


def train(folder, recipe, data_source, image_size, epochs, steps, batch_size, seed, precision, gif, resume, strict):
    """Trains a recipe on data and leaves a run folder; or continues the run that the folder holds.

    Args:
        folder: path of the run folder.
        recipe: name of a recipe.
        data_source: name of a toy in the plane, of which 100,000 points are drawn, or what `data.load` takes.
        image_size: None, or int, side of the pictures in pixels.
        epochs: None, or int, passes over the data.
        steps: None, or int, training steps instead of passes.
        batch_size: None for the recipe's, or int, examples of one update.
        seed: int.
        precision: name of a Keras dtype policy.
        gif: whether to watch the training and leave a GIF.
        resume: whether to continue the run in the folder.
        strict: whether one unreadable picture is an error.

    Returns:
        int, how many steps the run has made in all.

    Raises:
        ValueError: if an argument does not fit, or the folder holds something that would be overwritten.
    """
    folder = pathlib.Path(folder)
    before = _config_of(folder) if resume else _check_new(folder)
    paper = recipes.RECIPES[recipe]
    keras.config.set_dtype_policy(precision)
    examples = _examples(data_source, image_size, strict)
    resumed = resume and (folder / MODEL).exists()
    model = load_model(folder / MODEL) if resumed else paper.build(image_shape=examples.shape[1:], seed=seed)
    batch_size = batch_size or max(1, min(paper.batch_for(examples.shape[1:]), len(examples) // model.n_critic))
    steps_per_epoch = _steps_per_epoch(model, examples, batch_size)
    steps = steps or epochs * steps_per_epoch
    config = {
        "recipe": recipe,
        "data": _absolute(data_source),
        "data_shape": list(examples.shape),
        "data_crc32": zlib.crc32(examples.tobytes()),
        "image_size": None if data_source in data.TOYS else examples.shape[1],
        "batch_size": batch_size,
        "steps": steps,
        "seed": seed,
        "precision": precision,
        "backend": keras.backend.backend(),
        "gif": gif,
        "frame_every": before["frame_every"] if before else max(1, steps // FRAMES),
    }
    if before:
        _check_same(before, config)
    with whole_file(folder / CONFIG) as file:
        file.write_text(json.dumps({**config, "started_with": _versions(before)}, indent=2) + "\n")
    _fit(model, examples, folder, config, steps_per_epoch)
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


def draw(path, model, n=None, seed=None):
    """Writes examples of a model as PNG: images as a grid, points as a scatter plot.

    Args:
        path: file to write.
        model: `models.AdversarialModel`, see `load_model`.
        n: int, how many examples; by default 36 images or 1,000 points.
        seed: None, or int for the same examples each time.

    Returns:
        int, how many examples were drawn.

    Raises:
        ValueError: if the model generates neither images nor points in the plane.
    """
    samples = model.generate(n or callbacks.default_examples(model), seed=seed)
    if samples.ndim == 2:
        visualization.save_figure(path, visualization.scatter(samples))
    else:
        visualization.save_image(path, visualization.image_grid(samples))
    return len(samples)


def _check_new(folder):
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ValueError(
            "Expected an empty or new folder; use --resume to continue the run that is in it. "
            f"Received: {str(folder)!r}."
        )


def _examples(source, image_size, strict):
    """Draws points of a toy, or loads pictures, which keep their size unless one is asked for or networks need one."""
    _check_name(source)
    if source in data.TOYS:
        if image_size is not None:
            raise ValueError(f"Expected no image size for {source!r}, points in the plane. Received: {image_size}.")
        return data.TOYS[source]().sample(POINTS, seed=0)
    images = data.load(source, image_size=image_size, strict=strict)
    height, width = images.shape[1:3]
    if image_size is None and (height != width or height < SMALLEST_SIDE):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what there was to warn of has been said
            images = data.load(source, image_size=max(SMALLEST_SIDE, min(height, width)), strict=strict)
    return images


def _check_name(source):
    """Answers a word that is neither a file nor a name with the nearest name, be it of a data set or of a toy."""
    path = pathlib.Path(source).expanduser()
    if path.name == str(source) and not path.suffix and not path.exists():
        known = Registry("data set")
        known.update(data.DATA_SETS | data.TOYS)
        known[source]


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
    named = source in data.DATA_SETS or source in data.TOYS
    return source if named else str(pathlib.Path(source).expanduser().resolve())


def _config_of(folder):
    try:
        return json.loads((folder / CONFIG).read_text())
    except (OSError, ValueError):
        raise ValueError(
            f"Expected a run folder to continue, with a {CONFIG} in it. Received: {str(folder)!r}."
        ) from None


def _check_same(before, now):
    """A run can be made longer, and nothing else."""
    for key in now:
        if key not in ("steps", "gif") and before.get(key) != now[key]:
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


def _fit(model, examples, folder, config, steps_per_epoch):
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
    run = OneRun([history, *_callbacks(examples, folder, config, done)])
    if skip:
        rest = data.batches(examples, size, model.n_critic, seed=model.seed, skip=skip)
        model.fit(rest, initial_epoch=epoch, epochs=epoch + 1, callbacks=run)
        epoch += 1
    if int(model.optimizer.iterations) < steps:
        model.fit(examples, batch_size=size, initial_epoch=epoch, epochs=epochs, callbacks=run)
    run.end()


def _callbacks(examples, folder, config, done):
    watching = [StopAfter(config["steps"], done)]
    if config["gif"]:
        film = callbacks.TrainingGIF(
            folder / GIF,
            every=config["frame_every"],
            unit="step",
            seed=config["seed"],
            real=examples if examples.ndim == 2 else None,
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
