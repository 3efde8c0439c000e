"""The console script `keras-gans`. Nothing heavy is imported before a command runs: `--help` answers at once."""

import contextlib
import enum
import importlib.util
import os
import pathlib
import sys
import warnings
from typing import Annotated

import typer

app = typer.Typer(
    help="Learn and train generative adversarial networks on Keras 3.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

Precision = enum.Enum("Precision", {p: p for p in ("float32", "mixed_bfloat16", "mixed_float16")}, type=str)

Side = enum.Enum("Side", {side: side for side in ("left", "right")}, type=str)
Direction = enum.Enum("Direction", {way: way for way in ("AtoB", "BtoA")}, type=str)

DEMO = {"recipe": "dcgan", "data_source": "digits", "image_size": 16, "steps": 1500, "batch_size": 64}
DEFAULT_STEPS = 3000


@app.command()
def demo(out: Annotated[pathlib.Path, typer.Option(help="Run folder to make.")] = pathlib.Path("keras-gans-demo")):
    """Train a DCGAN on handwritten digits for about two minutes and leave a GIF of its training."""
    _train(folder=out, epochs=None, seed=0, precision="float32", gif=True, resume=False, strict=False, **DEMO)


@app.command()
def train(
    recipe: Annotated[str, typer.Argument(help="Name of a recipe; `keras-gans recipes` lists them.")],
    data: Annotated[
        str,
        typer.Option(
            help="digits, mnist, ..., an .npz file, a folder of images, or points: ring, grid or swiss_roll; "
            "for translation shapes, or a folder of pairs or of two domains."
        ),
    ] = "digits",
    image_size: Annotated[int | None, typer.Option(min=1, help="Side of the pictures in pixels.")] = None,
    epochs: Annotated[int | None, typer.Option(min=1, help="Passes over the data.")] = None,
    steps: Annotated[
        int | None, typer.Option(min=1, help=f"Training steps, instead of epochs; {DEFAULT_STEPS} if neither.")
    ] = None,
    batch_size: Annotated[int | None, typer.Option(min=1, help="Examples of an update; else the paper's.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="Seed of weights, latents and the order of the data.")] = 0,
    out: Annotated[pathlib.Path | None, typer.Option(help="Run folder; else runs/RECIPE-DATA.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Continue the run in the folder, exactly.")] = False,
    gif: Annotated[bool, typer.Option(help="Whether to leave a GIF of the training.")] = True,
    precision: Annotated[Precision, typer.Option(help="Keras' dtype policy.")] = Precision.float32,
    strict: Annotated[bool, typer.Option("--strict", help="Refuse data with an unreadable picture.")] = False,
    width: Annotated[
        int | None, typer.Option(min=1, help="Channels of the widest map, of recipes that take it; else the paper's.")
    ] = None,
    input_side: Annotated[Side, typer.Option(help="Which half of side-by-side pairs is the input.")] = Side.right,
    cache: Annotated[
        pathlib.Path | None, typer.Option(help="Folder to keep decoded pictures of pairs or domains in.")
    ] = None,
):
    """Train a recipe on pictures, or on points of a toy in the plane (ring, grid, swiss_roll).

    Leaves config.json, history.csv, model.keras, samples/, training.gif and losses.png.
    """
    if epochs and steps:
        raise typer.BadParameter("Expected --epochs or --steps, not both.")
    _train(
        folder=out or pathlib.Path("runs") / f"{recipe}-{pathlib.Path(data).stem}",
        recipe=recipe,
        data_source=data,
        image_size=image_size,
        epochs=epochs,
        steps=steps or (None if epochs else DEFAULT_STEPS),
        batch_size=batch_size,
        seed=seed,
        precision=precision.value,
        gif=gif,
        resume=resume,
        strict=strict,
        width=width,
        input_side=input_side.value,
        cache=cache,
    )


@app.command()
def generate(
    model: Annotated[pathlib.Path, typer.Argument(help="A model.keras that keras-gans saved.")],
    n: Annotated[int | None, typer.Option(min=1, help="How many; 36 pictures or 1000 points if not given.")] = None,
    out: Annotated[pathlib.Path, typer.Option(help="PNG file to make.")] = pathlib.Path("samples.png"),
    seed: Annotated[int | None, typer.Option(min=0, help="For the same ones each time.")] = None,
    label: Annotated[
        int | None, typer.Option(min=0, help="Of a model with classes: only this one; else a row for each.")
    ] = None,
):
    """Draw pictures, or points in the plane, from a trained model and write them into one picture."""
    with _one_sentence():
        if out.suffix.lower() != ".png" or out.exists():
            raise ValueError(f"Expected the name of a new .png file. Received: {str(out)!r}.")
        with _quiet_start():
            from keras_gans import runs
        drawn = runs.draw(out, runs.load_model(model), n, seed, label)
    typer.echo(f"Wrote {drawn} examples to {out}.")


@app.command()
def translate(
    model: Annotated[pathlib.Path, typer.Argument(help="A model.keras of pix2pix or cyclegan.")],
    images: Annotated[list[pathlib.Path], typer.Argument(help="Pictures of any size, and folders of them.")],
    out: Annotated[pathlib.Path, typer.Option(help="Folder for the translated pictures.")] = pathlib.Path("translated"),
    direction: Annotated[Direction, typer.Option(help="Which way a cyclegan translates.")] = Direction.AtoB,
    seed: Annotated[int | None, typer.Option(min=0, help="For the same noise of a pix2pix each time.")] = None,
):
    """Translate pictures with a trained model; each is written as PNG, in its own size."""
    with _one_sentence():
        with _quiet_start():
            from keras_gans import runs, translate_files
        written = translate_files.translate(runs.load_model(model), images, out, direction.value, seed)
    typer.echo(f"Wrote {written} pictures to {out}{os.sep}")


@app.command()
def recipes():
    """List the recipes."""
    with _one_sentence():
        with _quiet_start():
            from keras_gans.recipes import RECIPES
        for name, recipe in RECIPES.items():
            typer.echo(f"{name:12} {recipe.summary} {recipe.paper}, arXiv:{recipe.arxiv}")


def main():
    """Runs the console script."""
    app()


def _train(folder, **arguments):
    with _one_sentence(), _resumable(folder):
        with _quiet_start():
            from keras_gans import runs

            if importlib.util.find_spec("tensorflow"):  # Keras loads it in `fit`, on JAX too; here it is quiet
                importlib.import_module("tensorflow")
        steps = runs.train(folder, **arguments)
    typer.echo(f"The run has made {steps} steps. See {folder}{os.sep}")


@contextlib.contextmanager
def _one_sentence():
    """Turns what a user can do wrong into one sentence and exit code 2."""
    warnings.formatwarning = lambda message, *_: f"Warning: {message}\n"
    try:
        yield
    except (ValueError, OSError) as error:
        typer.echo(f"Error: {error}", err=True)
        raise typer.Exit(2) from None


@contextlib.contextmanager
def _resumable(folder):
    try:
        yield
    except KeyboardInterrupt:
        again = " Add --resume to the same command to go on." if (folder / "config.json").exists() else ""
        typer.echo(f"\nStopped; what was trained is in {folder}{os.sep}.{again}", err=True)
        raise typer.Exit(130) from None


@contextlib.contextmanager
def _quiet_start():
    """Keeps TensorFlow's start-up chatter, which C++ writes past Python, off the screen."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    sys.stderr.flush()
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


if __name__ == "__main__":
    main()
