"""A run folder: what `keras-gans train` writes, and how a stopped run goes on as if it had not been stopped."""

import dataclasses
import os
import pathlib
import tempfile

import keras

from keras_gans import callbacks, data, engine, recipes
from keras_gans.callbacks.checkpoint import previous_of
from keras_gans.data import inferred
from keras_gans.data.kinds import KINDS, Options, is_name, settled
from keras_gans.files.white import read_white
from keras_gans.models.translation import SHOWN
from keras_gans.runs import arguments, building, choosing, settings, starting
from keras_gans.runs.history import History, OneRun, StopAfter, read_rows
from keras_gans.runs.progress import Progress
from keras_gans.runs.settings import (
    DIAGNOSTICS,
    EVALUATION,
    EVENTS,
    GIF,
    HISTORY,
    LABELS,
    LOSSES,
    MODEL,
    SAMPLES,
    SPECTRA,
)
from keras_gans.training.loading import load_model

FRAMES = 60  # frames of a run's GIF
EVALUATIONS = 10  # times that metrics are computed in a run, besides its beginning and its end
LOOK_EVERY = 10  # steps, at least, between two looks of the diagnostics
SECONDS_BETWEEN_SAVES = 60.0  # a killed run loses at most what it did since


def train(folder, wanted, resume=False, repeat=None, strict=False, cache=None):
    """Trains a recipe on data and leaves a run folder; or continues the run that the folder holds.

    Args:
        folder: path of the run folder.
        wanted: `settings.Settings`.
        resume: whether to continue the run in the folder.
        repeat: None, or what `settings.read` returned of another run, which this one must equal.
        strict: whether one unreadable picture is an error.
        cache: see `data.pairs`.

    Returns:
        int, how many steps the run has made in all.

    Raises:
        ValueError: if an argument does not fit, the folder holds something that would be overwritten, or a loss or a
            weight is no longer finite, in which case the last finite model is kept.
    """
    folder = pathlib.Path(folder)
    before = settings.read(folder) if resume else _check_new(folder)
    wanted, why = choosing.chosen(wanted, before)
    paper = recipes.RECIPES[wanted.recipe]
    given = arguments.typed(wanted.recipe, wanted.set)
    wanted = dataclasses.replace(wanted, set=given, start=starting.file_of(wanted.start))
    if before:
        early = ("recipe", "seed", "set", "start")
        settings.check_same(before, {name: getattr(wanted, name) for name in early})
    with engine.devices(wanted.devices), engine.dtype_policy(wanted.precision):
        options = _options(wanted, paper, cache, strict, inferred.read(folder / LABELS) if before else None)
        found = KINDS[paper.data].read(wanted.data, options)
        if engine.is_chief():
            print(found.taken, *found.left_out, *why, sep="\n", flush=True)
        examples = found.examples
        wanted = building.in_steps(wanted, paper, found, before)
        model, start_crc32 = _saved_or_new(folder, paper, wanted, found, before)
        batch_size, steps_per_epoch, steps = building.length_of(wanted, paper, examples, model.n_critic)
        config = {**_config(wanted, examples, batch_size, steps, before), "start_crc32": start_crc32}
        if before:  # a run can be made longer, unless its learning rate follows its length
            free = settings.WATCHING if building.takes(paper, "steps") else ("steps", *settings.WATCHING)
            settings.check_same(before, config, free)
        if repeat:
            settings.check_same(repeat, config)
        done = int(model.optimizer.iterations.numpy())
        if done >= steps:
            return done
        if not engine.is_chief():  # all processes do the same, and one writes
            folder = pathlib.Path(tempfile.mkdtemp())
        watched = found.shown(SHOWN) if wanted.gif or wanted.tensorboard else None
        if watched is None and model.latent_dim is None:
            watched = examples.spread(SHOWN)
        measuring = _measuring(model, found.compared, watched, folder, config, steps_per_epoch)
        settings.write(folder, {**config, "class_names": found.class_names}, before)
        if found.inferred is not None:
            found.inferred.write(folder / LABELS)
        try:
            _fit(model, examples, watched, folder, config, steps_per_epoch, measuring)
        except callbacks.NotFinite as fault:
            kept = (
                f"{folder / MODEL} is as it was before." if (folder / MODEL).exists() else "It had not been saved yet."
            )
            raise ValueError(f"{fault} {kept}") from None
        return int(model.optimizer.iterations.numpy())


def _options(wanted, paper, cache, strict, labels):
    """How the run's data are read; labels that were inferred when it began are those of now."""
    per_class, share = wanted.labels_per_class, wanted.label_share
    if (per_class is not None or share is not None) and not KINDS[paper.data].hides:
        takers = ", ".join(name for name, other in recipes.RECIPES.items() if KINDS[other.data].hides)
        asked = "labels per class" if share is None else "a share of labels"
        raise ValueError(
            f"Expected {asked} only for recipes that learn from few: {takers}. Received: {wanted.recipe!r}."
        )
    if wanted.input_channels is not None and paper.data != "pairs":
        raise ValueError(f"Expected channels of inputs only for recipes of pairs. Received: {wanted.recipe!r}.")
    names = wanted.attributes and tuple(name.strip() for name in wanted.attributes.split(","))
    if names and not KINDS[paper.data].chooses:
        takers = ", ".join(name for name, other in recipes.RECIPES.items() if KINDS[other.data].chooses)
        raise ValueError(f"Expected attributes only for recipes that take them: {takers}. Received: {wanted.recipe!r}.")
    return Options(
        image_size=wanted.image_size,
        input_side=wanted.input_side,
        cache=cache,
        strict=strict,
        labels_per_class=per_class,
        label_share=share,
        seed=wanted.seed,
        inferred=labels,
        attributes=names,
        white=read_white(wanted.white),
        input_channels=wanted.input_channels,
        flip=_flips(wanted, paper),
        crop=wanted.crop,
    )


def _flips(wanted, paper):
    """Whether pictures are mirrored: as wished, or as the paper does, which is for photographs in a folder alone."""
    if wanted.flip is not None:
        return wanted.flip
    return paper.flip and not is_name(wanted.data) and os.path.isdir(os.path.expanduser(wanted.data))


def _check_new(folder):
    if folder.exists() and (not folder.is_dir() or any(path.name[0] != "." for path in folder.iterdir())):
        raise ValueError(
            "Expected an empty or new folder; use --resume to continue the run that is in it. "
            f"Received: {str(folder)!r}."
        )


def _saved(folder, wanted):
    """The model as the run in the folder saved it last, or None; a power cut may leave only the save before."""
    last, previous = folder / MODEL, previous_of(folder / MODEL)
    if not (last.exists() or previous.exists()):
        return None
    try:
        model = load_model(last if last.exists() else previous)
        if (model.name, model.seed) != (wanted.recipe, wanted.seed):
            raise ValueError(
                f"Expected a {MODEL} of the recipe {wanted.recipe!r} with seed {wanted.seed}. "
                f"Received: {str(last)!r}, which is of {model.name!r} with seed {model.seed}."
            )
    except ValueError as error:
        if last.exists() and previous.exists():
            error = f"{error} To go on from the save before it, rename {previous.name} to {MODEL}."
        raise ValueError(error) from None
    return model


def _saved_or_new(folder, paper, wanted, found, before):
    """The model of the run, and the checksum of the weights that it took of another run when it began, or None."""
    model = _saved(folder, wanted)
    return _new(paper, wanted, found) if model is None else (model, (before or {}).get("start_crc32"))


def _new(paper, wanted, found):
    """The model of a run that begins, and the checksum of the weights that it took of another run, or None."""
    model = building.build(paper, wanted, found)
    if wanted.start is None:
        return model, None
    words, crc = starting.begin(model, wanted.start)
    if engine.is_chief():
        print(words, flush=True)
    return model, crc


def _config(wanted, examples, batch_size, steps, before):
    """All that decides the run, as `config.json` keeps it."""
    shape = examples.shapes[0]
    found = {
        "data": settled(wanted.data),
        "image_size": shape[0] if len(shape) == 3 else None,
        "batch_size": batch_size,
        "steps": steps,
        "data_shapes": [[len(part), *shape] for part, shape in zip(examples.parts, examples.shapes)],
        "data_crc32": examples.fingerprint(),
        "backend": keras.backend.backend(),
        "frame_every": before["frame_every"] if before else max(1, steps // FRAMES),
    }
    config = {**dataclasses.asdict(wanted), **found}
    del config["epochs"], config["minutes"]  # which the steps tell
    return config


def _measuring(model, compared, watched, folder, config, steps_per_epoch):
    """The callbacks that may refuse what was asked for, which they do before anything is written."""
    found, seed = [], config["seed"]
    if config["metrics"]:
        often = max(1, config["steps"] // steps_per_epoch // EVALUATIONS)
        path = folder / EVALUATION
        found.append(callbacks.Evaluate(compared, settings.names_of(config["metrics"]), often, seed=seed, path=path))
        found[0].prepare(model)
    if config["tensorboard"]:
        every = config["frame_every"]
        found.append(callbacks.TensorBoard(folder / EVENTS, every=every, unit="step", seed=seed, real=watched))
    return found


def _fit(model, examples, watched, folder, config, steps_per_epoch, measuring):
    """Trains from the step at which the model stands; a pass that was begun is finished first."""
    size, steps = config["batch_size"], config["steps"]
    done = int(model.optimizer.iterations.numpy())
    epoch, skip = divmod(done, steps_per_epoch)
    rows = [row for row in read_rows(folder / HISTORY) if row["epoch"] < epoch]
    unheard = None  # the end of a pass after which the run was killed at once
    if not skip and len(rows) == epoch - 1:
        unheard = epoch - 1, {metric.name: float(metric.result()) for metric in model.metrics}
    history = History(folder / HISTORY, folder / LOSSES, rows)
    telling = [Progress(steps, done)] if engine.is_chief() else []
    before = [callbacks.FiniteGuard(), StopAfter(steps, done), *measuring, history, *telling]
    run = OneRun([*before, *_callbacks(model, examples, watched, folder, config, done)], unheard)
    if skip:
        rest = data.batches(examples, size, model.n_critic, seed=model.seed, skip=skip)
        model.optimizer.unfinished = (epoch + 1) * steps_per_epoch < steps
        model.fit(rest, initial_epoch=epoch, epochs=epoch + 1, callbacks=run, verbose=0)
        model.optimizer.unfinished = False
        epoch += 1
    if int(model.optimizer.iterations.numpy()) < steps:
        epochs = -(-steps // steps_per_epoch)
        model.fit(examples, batch_size=size, initial_epoch=epoch, epochs=epochs, callbacks=run, verbose=0)
    run.end()


def _callbacks(model, examples, watched, folder, config, done):
    """In this order: a save at the end says that all else is done."""
    seed, every, watching = config["seed"], config["frame_every"], []
    often = max(LOOK_EVERY, 3 * every // 2)  # 40 looks in 60 frames
    if config["diagnose"] and model.judging:
        watching.append(callbacks.Diagnostics(examples, often, path=folder / DIAGNOSTICS, seed=seed))
    if config["spectra"]:
        watching.append(callbacks.SingularValues(often, path=folder / SPECTRA))
    if config["gif"]:
        watching.append(
            callbacks.TrainingGIF(
                folder / GIF, every=every, unit="step", seed=seed, real=watched, folder=folder / SAMPLES
            )
        )
    for left in (f"{SAMPLES}/step_*.png", f"{EVENTS}/*/events.out.*"):
        for path in folder.glob(left) if not done else ():  # of a run that was killed before it saved
            path.unlink()
    return [*watching, callbacks.Checkpoint(folder / MODEL, seconds=SECONDS_BETWEEN_SAVES)]
