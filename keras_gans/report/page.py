"""Puts the parts together to one page that asks for nothing from outside, and lets no other script run in it."""

import base64
import contextlib
import csv
import datetime
import hashlib
import html
import importlib.resources
import pathlib
import string

from keras_gans.files.whole import whole_file
from keras_gans.report import parts
from keras_gans.runs import settings

REPORT = "report.html"
PARTS = (parts.samples, parts.curves, parts.metrics, parts.diagnostics, parts.spectra)
TABLES = (parts.configuration, parts.environment)
DAMAGED = (OSError, ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError, csv.Error)


def write(run_folder):
    """Writes the report of a run into its folder: one HTML page that needs nothing but itself.

    It shows what the run left: the history of its samples, with a slider over the frames; losses and metrics by epoch;
    the last metrics with their protocol; what was diagnosed; the configuration, the environment, and the command that
    repeats the run. Of a part that the run has nothing of, a line says how to get it.

    The page asks for nothing from outside, and its policy forbids it to; all that it takes from files is text to it. It
    is at most about 25 MB large, mostly about 2 MB: frames take at most 8 MB before they are encoded, and are evenly
    thinned where they would take more.

    Args:
        run_folder: path of the folder that `keras-gans train` made; a run in progress will do.

    Returns:
        `pathlib.Path` of the page.

    Raises:
        ValueError: if that is no run folder.
    """
    folder = pathlib.Path(run_folder)
    config = settings.read(folder / settings.CONFIG if folder.is_dir() else folder.parent / settings.CONFIG)
    template = importlib.resources.files("keras_gans.report").joinpath("page.html").read_text(encoding="utf-8")
    page = string.Template(template).substitute(
        title=html.escape(f"{str(config['recipe'])[:100]} on {_name_of(config['data'])}"),
        facts="".join(f"<li>{html.escape(fact)}</li>" for fact in _facts(config)),
        nav="".join(f'<a href="#{part.__name__}">{part.__name__.capitalize()}</a>' for part in _all_parts()),
        parts="".join(_section(part, folder, config) for part in PARTS),
        tables="".join(_section(part, folder, config) for part in TABLES),
        repeat=_section(parts.repeat, folder, config),
        script_hash=_hash_of_script(template),
    )
    with whole_file(folder / REPORT) as file:
        file.write_text(page, encoding="utf-8", errors="replace", newline="\n")
    return folder / REPORT


def _all_parts():
    return (*PARTS, *TABLES, parts.repeat)


def _section(part, folder, config):
    """A part, or a line on why it is not there."""
    try:
        body = part(folder, config)
    except parts.Missing as missing:
        body = f'<p class="quiet">{missing}</p>'
    except DAMAGED as error:
        words = html.escape(f"{type(error).__name__}: {str(error)[:200]}")
        body = f'<p class="quiet">This part is left out, since what the run left of it cannot be read ({words}).</p>'
    name = part.__name__
    return f'<section id="{name}"><h2>{name.capitalize()}</h2>{body}</section>'


def _facts(config):
    shape = config.get("image_size") and f"{config['image_size']} \N{MULTIPLICATION SIGN} {config['image_size']} pixels"
    facts = [f"{config['steps']} steps", f"batches of {config.get('batch_size')}", shape, f"seed {config.get('seed')}"]
    return [str(fact)[:100] for fact in (*facts, config.get("backend"), _date(config)) if fact]


def _date(config):
    with contextlib.suppress(*DAMAGED):
        time = datetime.datetime.fromisoformat(config["started_with"]["time"])
        return f"{time.day} {time:%B %Y, %H:%M %Z}"


def _name_of(data):
    """A folder's own name, not where it lies."""
    return pathlib.PurePath(str(data)).name[:100] or str(data)[:100]


def _hash_of_script(template):
    script = template.split("<script>")[1].split("</script>")[0]
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode("ascii")
