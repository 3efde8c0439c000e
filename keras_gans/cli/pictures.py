"""The commands that make pictures with a trained model."""

import enum
import os
import pathlib
from typing import Annotated

import typer

from keras_gans.cli.shell import one_sentence, quiet_start
from keras_gans.settings import MOST

Direction = enum.Enum("Direction", {way: way for way in ("AtoB", "BtoA")}, type=str)


def generate(
    model: Annotated[pathlib.Path, typer.Argument(help="A model.keras that keras-gans saved.")],
    n: Annotated[
        int | None, typer.Option(min=1, max=10**4, help="How many; 36 pictures or 1000 points if not given.")
    ] = None,
    out: Annotated[pathlib.Path, typer.Option(help="PNG file to make.")] = pathlib.Path("samples.png"),
    seed: Annotated[int | None, typer.Option(min=0, max=MOST["seed"], help="For the same ones each time.")] = None,
    label: Annotated[
        int | None, typer.Option(min=0, help="Of a model with classes: only this one; else a row for each.")
    ] = None,
):
    """Draw pictures, or points in the plane, from a trained model and write them into one picture."""
    with one_sentence():
        if out.suffix.lower() != ".png" or out.exists():
            raise ValueError(f"Expected the name of a new .png file. Received: {str(out)!r}.")
        with quiet_start():
            from keras_gans import runs
        drawn = runs.draw(out, runs.load_model(model), n, seed, label)
    typer.echo(f"Wrote {drawn} examples to {out}.")


def translate(
    model: Annotated[pathlib.Path, typer.Argument(help="A model.keras of pix2pix or cyclegan.")],
    images: Annotated[list[pathlib.Path], typer.Argument(help="Pictures of any size, and folders of them.")],
    out: Annotated[pathlib.Path, typer.Option(help="Folder for the translated pictures.")] = pathlib.Path("translated"),
    direction: Annotated[Direction, typer.Option(help="Which way a cyclegan translates.")] = Direction.AtoB,
    seed: Annotated[
        int | None, typer.Option(min=0, max=MOST["seed"], help="For the same noise of a pix2pix each time.")
    ] = None,
):
    """Translate pictures with a trained model; each is written as PNG, in its own size."""
    with one_sentence():
        with quiet_start():
            from keras_gans import runs, translate_files
        written = translate_files.translate(runs.load_model(model), images, out, direction.value, seed)
    typer.echo(f"Wrote {written} pictures to {out}{os.sep}")
