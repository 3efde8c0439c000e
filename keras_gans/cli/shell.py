"""What all commands share: mistakes answered in one sentence, and a quiet start."""

import contextlib
import os
import sys
import warnings

import typer

MODEL_HELP = "A model.keras that keras-gans saved, or the name of one that comes with it, e.g. scenes64."


@contextlib.contextmanager
def one_sentence():
    """Turns what a user can do wrong into one sentence and exit code 2."""
    warnings.formatwarning = lambda message, *_: f"Warning: {message}\n"
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="backslashreplace")  # a file's name may be no text
    try:
        yield
    except (ValueError, OSError, MemoryError, ImportError) as error:
        words = " ".join(str(error).splitlines()) or "no memory"
        if "Received: " not in words:  # Ours say what was expected; the system's do not.
            words = f"Expected {_wanted(error)}. Received: {words}"
        typer.echo(f"Error: {words}", err=True)
        raise typer.Exit(2) from None


def _wanted(error):
    """What somebody else's error misses."""
    if isinstance(error, ImportError) or "import backend" in str(error):  # Keras' words
        return (
            "Keras' backend 'tensorflow' or 'jax', by KERAS_BACKEND or in keras.json, and what is asked for, to be "
            "installed"
        )
    return "sizes that fit into memory" if isinstance(error, MemoryError) else "what can be read and written"


def open_page(address):
    """Opens an address in the browser, or says that there is none."""
    import webbrowser  # which nothing else waits for

    if not webbrowser.open(address):
        typer.echo("Found no browser to open it in.", err=True)


@contextlib.contextmanager
def quiet_start():
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


def opened(model):
    """Loads the model that an argument (a `pathlib.Path`) means: a file, or the bare name of one that comes with us."""
    with quiet_start():
        from keras_gans.training import load_model, pretrained
    is_name = model.name == str(model) and not model.suffix and not model.exists()
    return pretrained(str(model)) if is_name else load_model(model)
