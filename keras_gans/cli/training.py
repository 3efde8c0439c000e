"""The commands that train."""

import contextlib
import enum
import importlib.util
import os
import pathlib
import shlex
from typing import Annotated

import typer

from keras_gans.cli.pictures import Side
from keras_gans.cli.shell import one_sentence, quiet_start
from keras_gans.runs.settings import MOST, Settings, read

Precision = enum.Enum("Precision", {p: p for p in ("float32", "mixed_bfloat16", "mixed_float16")}, type=str)

Strategy = enum.Enum("Strategy", {"mirrored": "mirrored"}, type=str)
DEMO = {"recipe": "dcgan", "data": "digits", "image_size": 16, "steps": 1500, "batch_size": 64}
DEFAULT_STEPS = 3000


def demo(out: Annotated[pathlib.Path, typer.Option(help="Run folder to make.")] = pathlib.Path("keras-gans-demo")):
    """Train a DCGAN on handwritten digits for about two minutes and leave a GIF of its training."""
    _train(out, DEMO)


def train(
    context: typer.Context,
    recipe: Annotated[
        str | None, typer.Argument(help="Name of a recipe; `keras-gans recipes` lists them.", show_default=False)
    ] = None,
    data: Annotated[
        str,
        typer.Option(
            help="digits, mnist, ..., an .npz file, a folder of images, or points: ring, grid or swiss_roll; "
            "for translation shapes, or a folder of pairs or of two domains."
        ),
    ] = "digits",
    image_size: Annotated[
        int | None, typer.Option(min=1, max=MOST["image_size"], help="Side of the pictures in pixels.")
    ] = None,
    epochs: Annotated[int | None, typer.Option(min=1, max=MOST["epochs"], help="Passes over the data.")] = None,
    steps: Annotated[
        int | None,
        typer.Option(min=1, max=MOST["steps"], help=f"Training steps, instead of epochs; {DEFAULT_STEPS} if neither."),
    ] = None,
    batch_size: Annotated[
        int | None, typer.Option(min=1, max=MOST["batch_size"], help="Examples of an update; else the paper's.")
    ] = None,
    seed: Annotated[
        int, typer.Option(min=0, max=MOST["seed"], help="Seed of weights, latents and the order of the data.")
    ] = 0,
    out: Annotated[pathlib.Path | None, typer.Option(help="Run folder; else runs/RECIPE-DATA.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Continue the run in the folder, exactly.")] = False,
    gif: Annotated[bool, typer.Option(help="Whether to leave a GIF of the training.")] = True,
    precision: Annotated[Precision, typer.Option(help="Keras' dtype policy.")] = Precision.float32,
    strict: Annotated[bool, typer.Option("--strict", help="Refuse data with an unreadable picture.")] = False,
    width: Annotated[
        int | None,
        typer.Option(
            min=1, max=MOST["width"], help="Channels of the widest map, of recipes that take it; else the paper's."
        ),
    ] = None,
    input_side: Annotated[Side, typer.Option(help="Which half of side-by-side pairs is the input.")] = Side.right,
    cache: Annotated[
        pathlib.Path | None, typer.Option(help="Folder to keep decoded pictures of pairs or domains in.")
    ] = None,
    strategy: Annotated[
        Strategy | None, typer.Option(help="On TensorFlow, to spread each batch over all GPUs of this host.")
    ] = None,
    data_parallel: Annotated[
        bool, typer.Option("--data-parallel", help="On JAX, to spread each batch over all devices of all hosts.")
    ] = False,
    ema: Annotated[
        float | None,
        typer.Option(
            min=0,
            max=1,
            help="Decay of an average of the generator's weights, which pictures are made with; e.g. 0.999.",
        ),
    ] = None,
    metrics: Annotated[
        str | None, typer.Option(help="Metrics to follow ten times in the run, e.g. frechet,precision_recall.")
    ] = None,
    diagnose: Annotated[bool, typer.Option(help="Whether to look for failures of the training.")] = True,
    tensorboard: Annotated[bool, typer.Option("--tensorboard", help="Write files for TensorBoard, too.")] = False,
    config: Annotated[
        pathlib.Path | None, typer.Option(help="config.json of a run to repeat, in place of recipe and settings.")
    ] = None,
):
    """Train a recipe on pictures, or on points of a toy in the plane (ring, grid, swiss_roll).

    Leaves config.json, history.csv, model.keras, samples/, training.gif, losses.png and diagnostics.png.
    """
    settings = {
        "recipe": recipe,
        "data": data,
        "image_size": image_size,
        "input_side": input_side.value,
        "width": width,
        "batch_size": batch_size,
        "epochs": epochs,
        "steps": steps,
        "seed": seed,
        "precision": precision.value,
        "devices": "data_parallel" if data_parallel else strategy and strategy.value,
        "gif": gif,
        "ema": ema,
        "metrics": metrics,
        "diagnose": diagnose,
        "tensorboard": tensorboard,
    }
    given = {p for p in context.params if context.get_parameter_source(p).name == "COMMANDLINE"}
    if config is not None:
        other = sorted(given & {*settings, "strategy", "data_parallel"})
        if other:
            raise typer.BadParameter(f"Expected --config, or a recipe and its settings. Received: {', '.join(other)}.")
    elif recipe is None:
        raise typer.BadParameter("Expected the name of a recipe, or --config. Received: neither.")
    elif strategy and data_parallel:
        raise typer.BadParameter("Expected --strategy or --data-parallel, not both.")
    elif not epochs:
        settings["steps"] = steps or DEFAULT_STEPS
    _train(out, settings, config, resume=resume, strict=strict, cache=cache)


def _train(folder, settings, repeated=None, **arguments):
    with one_sentence():
        repeat = read(repeated) if repeated else None
        wanted = Settings.of(repeat or settings)
        with quiet_start():
            from keras_gans.runs import train as command

            if importlib.util.find_spec("tensorflow"):  # Keras loads it in `fit`, on JAX too; here it is quiet
                importlib.import_module("tensorflow")
        folder = folder or pathlib.Path("runs") / f"{wanted.recipe}-{pathlib.Path(wanted.data).stem}"
        with _resumable(folder):
            steps = command.train(folder, wanted, repeat=repeat, **arguments)
    typer.echo(f"The run has made {steps} steps. See {folder}{os.sep}")


@contextlib.contextmanager
def _resumable(folder):
    try:
        yield
    except KeyboardInterrupt:
        config = folder / "config.json"
        words = ["keras-gans", "train", "--config", str(config), "--out", str(folder), "--resume"]
        again = f" To go on: {shlex.join(words)}" if config.exists() else ""
        typer.echo(f"\nStopped; what was trained is in {folder}{os.sep}.{again}", err=True)
        raise typer.Exit(130) from None
