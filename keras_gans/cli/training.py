"""The commands that train."""

import contextlib
import dataclasses
import enum
import importlib.util
import inspect
import os
import pathlib
import shlex
from typing import Annotated

import typer

from keras_gans.cli.shell import one_sentence, quiet_start
from keras_gans.runs.settings import DEFAULT_MINUTES, DEFAULT_STEPS, LENGTHS, Settings, read

Strategy = enum.Enum("Strategy", {"mirrored": "mirrored"}, type=str)
DEMO = {"recipe": "quick_gan", "data": "digits", "image_size": 16, "steps": 5000, "batch_size": 64}


def demo(out: Annotated[pathlib.Path, typer.Option(help="Run folder to make.")] = pathlib.Path("keras-gans-demo")):
    """Train a GAN on handwritten digits, within two minutes, and leave a GIF of its training."""
    _train(out, DEMO)


def _with_settings(command):
    """Gives a command an option for each setting that has words for one, in place of its `**settings`."""
    own = inspect.signature(command).parameters.values()
    named = [parameter for parameter in own if parameter.kind is not parameter.VAR_KEYWORD]
    options = [_option(field) for field in dataclasses.fields(Settings) if field.metadata]
    command.__signature__ = inspect.Signature([*named[:2], *options, *named[2:]])
    return command


def _option(field):
    """A setting as a parameter from which Typer makes an option."""
    facts, kind, usual = field.metadata, field.type, field.default
    words = {"help": facts["help"]}
    if kind is dict:
        option, kind, usual = typer.Option(f"--{field.name}", metavar="NAME=VALUE", **words), list[str], []
    elif usual is False:  # without a --no-...
        option = typer.Option(f"--{field.name}", **words)
    else:
        least, most = facts["between"]
        option = typer.Option(min=least, max=most, **words)
    if facts.get("offered"):
        word = enum.Enum(field.name, {word: word for word in facts["offered"]}, type=str)
        kind, usual = (word | None, None) if usual is None else (word, word(usual))
    return inspect.Parameter(
        field.name, inspect.Parameter.KEYWORD_ONLY, default=usual, annotation=Annotated[kind, option]
    )


@_with_settings
def train(
    context: typer.Context,
    recipe: Annotated[
        str | None,
        typer.Argument(
            help="Name of a recipe; `keras-gans recipes` lists them. Without, one that suits the data.",
            show_default=False,
        ),
    ] = None,
    *,
    out: Annotated[pathlib.Path | None, typer.Option(help="Run folder; else runs/RECIPE-DATA, or runs/DATA.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Continue the run in the folder, exactly.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Refuse data with an unreadable picture.")] = False,
    cache: Annotated[
        pathlib.Path | None, typer.Option(help="Folder to keep decoded pictures of pairs or domains in.")
    ] = None,
    strategy: Annotated[
        Strategy | None, typer.Option(help="On TensorFlow, to spread each batch over all GPUs of this host.")
    ] = None,
    data_parallel: Annotated[
        bool, typer.Option("--data-parallel", help="On JAX, to spread each batch over all devices of all hosts.")
    ] = False,
    config: Annotated[
        pathlib.Path | None, typer.Option(help="config.json of a run to repeat, in place of recipe and settings.")
    ] = None,
    **settings,
):
    """Train a recipe on pictures, or on points of a toy in the plane (ring, grid, swiss_roll, moons, segments).

    Leaves config.json, history.csv, model.keras, samples/, training.gif, losses.png and diagnostics.png.
    """
    settings = {name: getattr(value, "value", value) for name, value in settings.items()}
    settings |= {"recipe": recipe, "devices": "data_parallel" if data_parallel else strategy and strategy.value}
    settings["set"] = _pairs(settings["set"])
    given = {p for p in context.params if context.get_parameter_source(p).name == "COMMANDLINE"}
    if config is not None:
        other = sorted(given & {*settings, "strategy", "data_parallel"})
        if other:
            raise typer.BadParameter(f"Expected --config, or a recipe and its settings. Received: {', '.join(other)}.")
    elif recipe is None and not {"data", "resume"} & given:
        raise typer.BadParameter("Expected the name of a recipe, or --data, or --config. Received: none of them.")
    elif strategy and data_parallel:
        raise typer.BadParameter("Expected --strategy or --data-parallel, not both.")
    elif not any(settings[name] for name in LENGTHS):
        settings |= {"steps": DEFAULT_STEPS} if recipe else {"minutes": DEFAULT_MINUTES}
    _train(out, settings, config, resume=resume, strict=strict, cache=cache)


def _train(folder, settings, repeated=None, **arguments):
    with one_sentence():
        repeat = read(repeated) if repeated else None
        wanted = Settings.of(repeat or settings)
        with quiet_start():
            from keras_gans.runs import train as command

            if importlib.util.find_spec("tensorflow"):  # Keras loads it in `fit`, on JAX too; here it is quiet
                importlib.import_module("tensorflow")
        folder = folder or pathlib.Path("runs") / "-".join(
            filter(None, [wanted.recipe, pathlib.Path(wanted.data).stem])
        )
        with _resumable(folder):
            steps = command.train(folder, wanted, repeat=repeat, **arguments)
    typer.echo(f"The run has made {steps} steps. See {folder}{os.sep}")


def _pairs(words):
    """Reads name=value, several times."""
    found = dict(word.partition("=")[::2] for word in words if "=" in word)
    if len(found) < len(words):
        raise typer.BadParameter(
            f"Expected --set name=value, once for each name. Received: {', '.join(map(repr, words))}."
        )
    return found


@contextlib.contextmanager
def _resumable(folder):
    try:
        yield
    except KeyboardInterrupt:
        config = folder / "config.json"
        words = ["keras-gans", "train", "--config", str(config), "--out", str(folder), "--resume"]
        left = f"what was trained is in {folder}{os.sep}. To go on: {shlex.join(words)}"
        typer.echo(f"\nStopped; {left if config.exists() else 'nothing was trained yet.'}", err=True)
        raise typer.Exit(130) from None
