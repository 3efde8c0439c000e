"""The commands that make pictures with a trained model."""

import enum
import os
import pathlib
from typing import Annotated

import typer

from keras_gans.cli.shell import MODEL_HELP, one_sentence, opened, quiet_start
from keras_gans.files.white import read_white
from keras_gans.runs.settings import MOST_SEED, class_names, read

Side = enum.Enum("Side", {side: side for side in ("left", "right")}, type=str)
Space = enum.Enum("Space", {space: space for space in ("z", "w")}, type=str)
White = Annotated[str | None, typer.Option(help="The value that is white in the pictures, as in `keras-gans train`.")]
Crop = Annotated[
    bool | None,
    typer.Option(
        help="Whether pictures that are not square are cropped, or else squeezed; as in the run that the model is of."
    ),
]
Direction = enum.Enum("Direction", {way: way for way in ("AtoB", "BtoA")}, type=str)


def generate(
    model: Annotated[pathlib.Path, typer.Argument(help=MODEL_HELP)],
    n: Annotated[
        int | None, typer.Option(min=1, max=10**7, help="How many; 36 pictures or 1000 points if not given.")
    ] = None,
    out: Annotated[
        pathlib.Path,
        typer.Option(
            help="PNG file to make, of all together; or .npz file of arrays; or folder for a PNG file of each, in "
            "class folders if there are classes."
        ),
    ] = pathlib.Path("samples.png"),
    seed: Annotated[int | None, typer.Option(min=0, max=MOST_SEED, help="For the same ones each time.")] = None,
    label: Annotated[
        int | None, typer.Option(min=0, help="Of a model with classes: only this one; else a row for each.")
    ] = None,
    caption: Annotated[
        str | None,
        typer.Option(help='Of a model that reads captions: what to draw, e.g. "a small red circle on the left".'),
    ] = None,
    truncation: Annotated[
        float | None,
        typer.Option(
            help="For better pictures and less variety: psi of a model with styles, e.g. 0.7, which brings w nearer to "
            "its mean; else the most that a latent's components may have, e.g. 1."
        ),
    ] = None,
):
    """Draw pictures, or points in the plane, from a trained model, into one picture, a folder or an .npz file."""
    with one_sentence():
        if out.suffix and not out.is_dir():
            check_new(out, ".png", ".npz")
        with quiet_start():
            from keras_gans.commands import generate as command
        loaded = opened(model)
        names = None if loaded.classes is None else class_names(model)
        drawn = command.generate(out, loaded, n, seed, label, truncation, caption, names)
        say_unknown(loaded, [caption] if caption else [])
    space = "" if truncation is None else f", truncated in {'Z' if loaded.styles is None else 'W'}"
    typer.echo(f"Wrote {drawn} examples to {out}{space}.")


def translate(
    model: Annotated[
        pathlib.Path,
        typer.Argument(
            help="A model.keras of pix2pix, cyclegan, unit or stargan, or of an autoencoder or vae, which rebuild."
        ),
    ],
    images: Annotated[list[pathlib.Path], typer.Argument(help="Pictures of any size, and folders of them.")],
    out: Annotated[pathlib.Path, typer.Option(help="Folder for the translated pictures.")] = pathlib.Path("translated"),
    direction: Annotated[
        Direction | None, typer.Option(help="Which way a cyclegan or unit translates; AtoB if not given.")
    ] = None,
    domain: Annotated[
        str | None,
        typer.Option(
            help="Where a stargan translates to, e.g. red, or red,square; -young takes away. Else to every domain, "
            "each in a folder."
        ),
    ] = None,
    seed: Annotated[
        int | None, typer.Option(min=0, max=MOST_SEED, help="For the same noise of a pix2pix each time.")
    ] = None,
    white: White = None,
    crop: Crop = None,
):
    """Translate pictures with a trained model; each is written as PNG, in its own size, or as training cropped it."""
    with one_sentence():
        with quiet_start():
            from keras_gans.commands import translate as command
        written = command.translate(
            opened(model),
            images,
            out,
            direction and direction.value,
            seed,
            domain,
            read_white(white),
            cropped(model, crop),
        )
    typer.echo(f"Wrote {written} pictures to {out}{os.sep}")


def interpolate(
    model: Annotated[pathlib.Path, typer.Argument(help=MODEL_HELP)],
    n: Annotated[
        int | None, typer.Option(min=1, max=100, help="Rows, 8 if not given; of a film examples, 9 if not given.")
    ] = None,
    steps: Annotated[
        int | None, typer.Option(min=2, max=100, help="From a sample to the next; 8, of a film 16, if not given.")
    ] = None,
    linear: Annotated[bool, typer.Option("--linear", help="On straight lines instead of great circles.")] = False,
    labels: Annotated[
        str | None, typer.Option(help="Of a model with classes: two or more, e.g. 3,8, to go from one to the other.")
    ] = None,
    caption: Annotated[
        list[str] | None,
        typer.Option(help="Of a model that reads captions: what to draw; given twice or more, what to go through."),
    ] = None,
    space: Annotated[Space, typer.Option(help="Of a model with styles: w, to go on straight lines there.")] = Space.z,
    out: Annotated[
        pathlib.Path, typer.Option(help="PNG file to make, or GIF or MP4, in which examples change.")
    ] = pathlib.Path("interpolation.png"),
    seed: Annotated[int | None, typer.Option(min=0, max=MOST_SEED, help="For the same ones each time.")] = None,
):
    """Go from sample to sample, class to class or caption to caption through the latents of a trained model."""
    with one_sentence():
        check_new(out)
        with quiet_start():
            from keras_gans.commands import explore as command
        loaded = opened(model)
        wanted = labels and numbers(labels)
        told = caption or None
        count = command.interpolate(out, loaded, n, steps, seed, False if linear else None, wanted, space.value, told)
        say_unknown(loaded, told or [])
    typer.echo(f"Wrote {count} {'pictures' if out.suffix.lower() == '.png' else 'frames'} to {out}.")


def mix(
    model: Annotated[pathlib.Path, typer.Argument(help=MODEL_HELP)],
    out: Annotated[pathlib.Path, typer.Option(help="PNG file to make.")] = pathlib.Path("mixing.png"),
    seed: Annotated[int | None, typer.Option(min=0, max=MOST_SEED, help="For the same ones each time.")] = None,
):
    """Mix the styles of pictures that a trained model makes, coarse, middle and fine ones, if it has styles."""
    with one_sentence():
        check_new(out, ".png")
        with quiet_start():
            from keras_gans.commands import explore as command
        sides = command.mix(out, opened(model), seed)
    typer.echo(f"Wrote mixed styles to {out}; rows have from above those of {sides} pixels, the others from the left.")


def project(
    model: Annotated[pathlib.Path, typer.Argument(help=MODEL_HELP)],
    images: Annotated[list[pathlib.Path], typer.Argument(help="Pictures.")],
    steps: Annotated[int, typer.Option(min=1, max=10**5, help="Steps of the search.")] = 200,
    labels: Annotated[
        str | None, typer.Option(help="Of a model with classes: that of each picture, e.g. 3,8; else all are tried.")
    ] = None,
    out: Annotated[pathlib.Path, typer.Option(help="PNG file to make, or GIF or MP4 of the search.")] = pathlib.Path(
        "projection.png"
    ),
    seed: Annotated[int, typer.Option(min=0, max=MOST_SEED, help="Of where the search begins.")] = 0,
    space: Annotated[Space, typer.Option(help="Of a model with styles: w, to search there, from the mean.")] = Space.z,
    white: White = None,
):
    """Search the latents of a trained model for those that come nearest to given pictures."""
    with one_sentence():
        check_new(out)
        with quiet_start():
            from keras_gans.commands import explore as command
        wanted = labels and numbers(labels)
        found = command.project(
            out, opened(model), images, steps, labels=wanted, seed=seed, space=space.value, white=read_white(white)
        )
    typer.echo(f"Wrote {len(found.psnr)} pictures and projections to {out}, PSNR {found.psnr.mean():.1f} dB.")


def say_unknown(model, captions):
    """Prints the words of captions that a model does not know."""
    unknown = list(dict.fromkeys(word for caption in captions for word in model.vocabulary.unknown(caption)))
    if unknown:
        typer.echo(f"Words that the model does not know, and that say nothing to it: {', '.join(unknown)}.")


def cropped(model, crop):
    """Whether pictures are cropped: as asked, or else as in the run in whose folder a model lies."""
    if crop is not None:
        return crop
    try:
        return read(model.parent).get("crop", True)
    except ValueError:  # There is no run.
        return True


def check_new(path, *suffixes):
    """Refuses a file that exists, or whose name has another suffix than those that are given, if any are.

    Raises:
        ValueError: then.
    """
    if path.exists() or (suffixes and path.suffix.lower() not in suffixes):
        wanted = f" {' or '.join(suffixes)}" if suffixes else ""
        raise ValueError(f"Expected the name of a new{wanted} file. Received: {str(path)!r}.")


def numbers(text):
    """Reads whole numbers with commas between them."""
    try:
        return [int(word) for word in text.split(",")]
    except ValueError:
        raise ValueError(f"Expected whole numbers with commas between them. Received: {text!r}.") from None
