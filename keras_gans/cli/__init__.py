"""The console script `keras-gans`. Nothing heavy is imported before a command runs: `--help` answers at once."""

import typer

from keras_gans.cli import contents, judging, laboratory, pictures, training

app = typer.Typer(
    help="Learn and train generative adversarial networks on Keras 3.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def recipes():
    """List the recipes."""
    for name, summary, paper, arxiv in contents.recipes():
        typer.echo(f"{name:21} {summary} {paper}, {'' if arxiv.startswith('https:') else 'arXiv:'}{arxiv}")


COMMANDS = (
    training.demo,
    training.train,
    pictures.generate,
    pictures.translate,
    pictures.interpolate,
    pictures.mix,
    pictures.project,
    judging.evaluate,
    judging.report,
    judging.export,
    judging.doctor,
    laboratory.lab,
    recipes,
)
for command in COMMANDS:
    app.command()(command)


def main():
    """Runs the console script."""
    app()
