"""The command that opens the laboratory."""

import pathlib
from typing import Annotated

import typer

from keras_gans.cli.shell import one_sentence, open_page, quiet_start


def lab(
    scene: Annotated[str, typer.Option(help="Scene to begin with; the page lists all.")] = "collapse",
    scenes: Annotated[
        pathlib.Path, typer.Option(help="Folder of your own scenes, where the page saves them.")
    ] = pathlib.Path("lab-scenes"),
    export: Annotated[
        pathlib.Path | None,
        typer.Option(help="File to write a film of the scene to, .html, .gif or .mp4, instead of opening it."),
    ] = None,
    show: Annotated[bool, typer.Option("--open/--no-open", help="Whether to open the page in the browser.")] = True,
):
    """Open the laboratory: two games side by side in the browser, which train live and which one can touch."""
    with one_sentence():
        if export is not None:
            with quiet_start():
                from keras_gans.lab.export import export as command
            typer.echo(f"Records the scene {scene}, which takes a minute or two.")
            command(scene, export, scenes)
            typer.echo(f"Wrote {export}.")
            return
        from keras_gans.lab.serving import open_lab

        opened = open_lab(scene, scenes)
        typer.echo(f"The laboratory is at {opened.address}\nIt ends with Ctrl-C, or when its last page is closed.")
        if show:
            open_page(opened.address)
        opened.run()
