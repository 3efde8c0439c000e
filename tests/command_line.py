"""The command line as tests call it."""

from typer.testing import CliRunner

from keras_gans import cli


def run(*words):
    """What the command line answers: its exit code and all that it printed."""
    result = CliRunner().invoke(cli.app, [str(word) for word in words])
    return result.exit_code, result.output
