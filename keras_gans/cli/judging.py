"""The commands that judge: what a model makes in figures, and a page on a run."""

import enum
import itertools
import os
import pathlib
from typing import Annotated

import typer

from keras_gans.cli.pictures import Crop, Side, White, cropped
from keras_gans.cli.shell import MODEL_HELP, one_sentence, open_page, opened, quiet_start
from keras_gans.files.white import read_white
from keras_gans.runs.settings import MOST_SEED, names_of

Extractor = enum.Enum("Extractor", {name: name for name in ("classifier", "inception")}, type=str)


def evaluate(
    model: Annotated[pathlib.Path, typer.Argument(help=MODEL_HELP)],
    data: Annotated[str, typer.Option(help="What to compare with, as `keras-gans train` takes it.")],
    metrics: Annotated[
        str, typer.Option(help="Names with commas between them, e.g. frechet,kernel; or all that fit.")
    ] = "all",
    n: Annotated[int, typer.Option(min=2, max=10**6, help="Examples to generate.")] = 10_000,
    extractor: Annotated[
        Extractor,
        typer.Option(
            help="A small classifier that is trained on the data, or InceptionV3, whose weights are downloaded: FID."
        ),
    ] = Extractor.classifier,
    out: Annotated[
        pathlib.Path, typer.Option(help="JSON file to make, or with figures of the same model to replace.")
    ] = pathlib.Path("evaluation.json"),
    seed: Annotated[int, typer.Option(min=0, max=MOST_SEED, help="Seed of latents and classifier.")] = 0,
    input_side: Annotated[Side, typer.Option(help="Which half of side-by-side pairs is the input.")] = Side.right,
    white: White = None,
    crop: Crop = None,
):
    """Measure what a trained model makes beside real data, each figure with its protocol."""
    with one_sentence():
        with quiet_start():
            from keras_gans.commands import evaluate as command
        of = str(model.resolve() if model.exists() else model)
        command.check_out(out, of)
        results = command.evaluate(
            opened(model),
            data,
            names_of(metrics),
            n,
            out,
            seed,
            extractor.value,
            input_side.value,
            of=of,
            white=read_white(white),
            crop=cropped(model, crop),
        )
        for protocol, group in itertools.groupby(results, lambda result: result.protocol):
            typer.echo(f"{protocol}:")
            for result in group:
                typer.echo(f"  {result.name:28}{result.figure:22}{result.note}".rstrip())
    typer.echo(f"Wrote {len(results)} figures to {out}.")


def report(
    run: Annotated[pathlib.Path, typer.Argument(help="A run folder.")],
    show: Annotated[bool, typer.Option("--open", help="Open the page in the browser.")] = False,
):
    """Write a page on a run, report.html in its folder: samples, curves, metrics, diagnostics, configuration."""
    with one_sentence():
        from keras_gans import report as reports

        page = reports.write(run)
    typer.echo(f"Wrote {page}.")
    if show:
        open_page(page.resolve().as_uri())


def export(
    run: Annotated[pathlib.Path, typer.Argument(help="A run folder.")],
    to: Annotated[pathlib.Path, typer.Option(help="New folder, to put on Hugging Face or Kaggle.")],
):
    """Write a run's generator so that it needs Keras alone: a model card, the weights, and generate.py."""
    with one_sentence(), quiet_start():
        from keras_gans.commands import export as command

        names = command.export(run, to)
    typer.echo(f"Wrote {', '.join(names)} to {to}{os.sep}")


def doctor():
    """Say in one screen, to paste into an issue, what is installed, which devices are seen, and whether a step runs."""
    with one_sentence():
        with quiet_start():
            from keras_gans.commands import doctor as command
        for name, words in command.examine():
            typer.echo(f"{name:15} {words}")
