"""The console script `keras-gans`. Nothing heavy is imported before a command runs: `--help` answers at once."""

import typer

from keras_gans.cli import judging, pictures, training
from keras_gans.cli.shell import one_sentence, quiet_start

app = typer.Typer(
    help="Learn and train generative adversarial networks on Keras 3.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def recipes():
    """List the recipes."""
    with one_sentence():
        with quiet_start():
            from keras_gans.recipes import RECIPES
        for name, recipe in RECIPES.items():
            typer.echo(f"{name:12} {recipe.summary} {recipe.paper}, arXiv:{recipe.arxiv}")


COMMANDS = (
    training.demo,
    training.train,
    pictures.generate,
    pictures.translate,
    pictures.interpolate,
    pictures.project,
    judging.evaluate,
    judging.report,
    recipes,
)
for command in COMMANDS:
    app.command()(command)


def main():
    """Runs the console script."""
    app()
