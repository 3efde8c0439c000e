"""The parts of the page: each reads what a run left of it and makes HTML, or says how to get it where there is none."""

import csv
import dataclasses
import html
import json
import math
import pathlib
import shlex

from keras_gans.report.chart import line_chart
from keras_gans.report.frames import frames, picture
from keras_gans.runs.settings import CONFIG, DIAGNOSTICS, EVALUATION, HISTORY, SAMPLES, SPECTRA, Settings

MOST_BYTES = 20_000_000  # of a file that is read
MOST_ROWS, MOST_CURVES = 200, 40
MOST_LETTERS, MOST_OF_COMMAND = 1000, 10_000  # of a cell, and of the command
PROTOCOL = ("extractor", "resize", "real", "generated", "note")
LOWER, HIGHER = ("distance", "fid", "kid"), ("score", "precision", "recall", "density", "coverage", "ssim", "psnr")
FACES = {"data_parallel": "--data-parallel", "mirrored": "--strategy mirrored"}  # how a run is spread, by setting


class Missing(Exception):
    """Raised where a run has nothing of a part; its words say how to get it, as HTML."""


def samples(folder, config):
    """The frames, the last one shown, with what moves through them."""
    shown, count = frames(folder / SAMPLES)
    if not shown:
        raise Missing(
            "No frames were kept. <code>keras-gans train</code> keeps them unless told <code>--no-gif</code>."
        )
    steps, pictures = zip(*shown)
    hidden = [image.replace("<img ", "<img hidden ", 1) for image in pictures[:-1]]
    number = f"{len(shown)} of {count} frames" if len(shown) < count else f"{count} frames"
    return f"""<div class="film" data-steps="{" ".join(map(str, steps))}">
<div class="screen">{"".join([*hidden, pictures[-1]])}</div>
<div class="controls">
<p class="step">step <output>{steps[-1]}</output></p>
<p class="quiet">What the model makes of the same inputs while it learns: {number}, to step {steps[-1]}.</p>
<div class="slide"><button type="button" hidden>Play</button>
<input type="range" min="0" max="{len(steps) - 1}" value="{len(steps) - 1}" aria-label="Frame" hidden></div>
<p class="quiet keys" hidden>The keys &larr; and &rarr; go one frame back and on.</p>
</div></div>"""


def curves(folder, config):
    """Losses together, everything else by itself, since each has a scale of its own."""
    rows = _rows(folder / HISTORY)
    if not rows:
        raise Missing("No pass over the data has ended yet.")
    names = [name for name in dict.fromkeys(name for row in rows for name in row) if name != "epoch"][:MOST_CURVES]
    points = {name: [(row["epoch"] + 1, row[name]) for row in rows if name in row] for name in names}
    losses = {name: points[name] for name in names if name == "loss" or name.endswith("_loss")}
    charts = [_figure("Losses, means of each epoch", line_chart(losses, 952, 300), "wide")]
    charts += [_figure(name, line_chart({name: points[name]}, 464, 210)) for name in names if name not in losses]
    return f'<div class="charts">{"".join(charts)}</div>'


def metrics(folder, config):
    """The last evaluation with its protocol, and of each metric the best one."""
    evaluations = _json(folder / EVALUATION)
    if not evaluations:
        raise Missing("Nothing was measured. <code>keras-gans train --metrics ...</code> follows metrics in a run.")
    step, results = evaluations[-1]["step"], evaluations[-1]["results"][:MOST_ROWS]
    protocol = [name for name in PROTOCOL if any(result.get(name) not in (None, "") for result in results)]
    rows = [
        [f"<b>{_text(r['name'])}</b>", _value(r), _best(r["name"], evaluations), *(_text(r.get(k)) for k in protocol)]
        for r in results
    ]
    return _table(["metric", f"at step {_text(step)}", "best", *protocol], rows, "metrics")


def diagnostics(folder, config):
    """What the callback found, in its own sentences, and its figure."""
    found = _json((folder / DIAGNOSTICS).with_suffix(".json"))
    if found is None:
        raise Missing("The run was not watched for failures. <code>keras-gans train</code> does so by default.")
    items = [f"<li><b>Step {_text(f['step'])}</b> {_text(f['sentence'])}</li>" for f in found["findings"][:MOST_ROWS]]
    words = f'<ul class="findings">{"".join(items)}</ul>' if items else '<p class="good">Nothing wrong was seen.</p>'
    return words + picture(folder / DIAGNOSTICS, "What was watched, by step")


def spectra(folder, config):
    """The figure of singular values."""
    shown = picture(folder / SPECTRA, "The largest singular values of all kernels, by step")
    if not shown:
        raise Missing("No singular values were followed. <code>keras-gans train --spectra</code> does so.")
    return shown


def configuration(folder, config):
    """All that decides the run."""
    return _table(None, [[_text(key), _text(value)] for key, value in config.items() if key != "started_with"])


def environment(folder, config):
    """What the run was started with."""
    versions = config["started_with"]
    return _table(None, [[_text(key), _text(value)] for key, value in versions.items()])


def repeat(folder, config):
    """The command line that repeats the run."""
    return (
        f"<pre>{html.escape(_command(config))}</pre>"
        f'<p class="quiet">With the same data and versions this repeats the run. Where {CONFIG} lies, '
        f"<code>keras-gans train --config {CONFIG} --out again</code> does, too, and refuses other data.</p>"
    )


def _command(config):
    words = ["keras-gans", "train", str(config["recipe"])]
    for field in dataclasses.fields(Settings):
        name, value = field.name, config.get(field.name, field.default)
        if name == "devices" and value in FACES:
            words += FACES[value].split()
        elif name == "set":
            words += [word for key, given in config.get(name, {}).items() for word in ("--set", f"{key}={given}")]
        elif isinstance(field.default, bool) and value != field.default:
            words.append(f"--{'' if value else 'no-'}{name}")
        elif name == "data" or (name not in ("recipe", "devices") and value != field.default):
            words += [f"--{name.replace('_', '-')}", str(value)]
    backend = config.get("backend", "tensorflow")
    command = ("" if backend == "tensorflow" else f"KERAS_BACKEND={shlex.quote(str(backend))} ") + shlex.join(words)
    if len(command) > MOST_OF_COMMAND:
        raise ValueError(f"Expected a command of at most {MOST_OF_COMMAND} letters. Received: {len(command)}.")
    return command


def _best(name, evaluations):
    """The best value of a metric and its step; empty where more or less is not simply better, as for diversity."""
    better = max if name.endswith(HIGHER) else min if name.endswith(LOWER) else None
    found = [(r["value"], e["step"]) for e in evaluations for r in e["results"] if r["name"] == name]
    found = [(value, step) for value, step in found if isinstance(value, (int, float)) and math.isfinite(value)]
    if not (better and found):
        return ""
    value, step = better(found)
    return f'{_text(value)}<br><span class="quiet">at step {_text(step)}</span>'


def _value(result):
    error = result.get("error")
    return _text(result["value"]) + ("" if error is None else f'<br><span class="quiet">&plusmn; {_text(error)}</span>')


def _figure(title, chart, name=""):
    return f'<figure class="{name}"><figcaption>{html.escape(title)}</figcaption>{chart}</figure>' if chart else ""


def _table(head, rows, name=""):
    lines = ["".join(f"<td>{cell}</td>" for cell in row) for row in rows[:MOST_ROWS]]
    if len(rows) > MOST_ROWS:
        lines.append(f'<td class="quiet">and {len(rows) - MOST_ROWS} more</td>')
    body = "".join(f"<tr>{line}</tr>" for line in lines)
    top = "" if head is None else "<thead><tr>" + "".join(f"<th>{word}</th>" for word in head) + "</tr></thead>"
    return f'<div class="scroll"><table class="{name}">{top}<tbody>{body}</tbody></table></div>'


def _text(value):
    """Any value of a JSON file as escaped text."""
    if isinstance(value, bool) or value is None:
        words = {True: "yes", False: "no", None: "\N{EN DASH}"}[value]
    elif isinstance(value, float):
        words = f"{value:.4g}"
    else:
        words = value if isinstance(value, str) else json.dumps(value)
    return html.escape(words if len(words) <= MOST_LETTERS else words[:MOST_LETTERS] + "\N{HORIZONTAL ELLIPSIS}")


def _rows(path):
    """The history's rows: a number for each name that the epoch has."""
    if not path.exists():
        return []
    _check_size(path)
    with open(path, encoding="utf-8", newline="") as file:
        return [{name[:100]: float(cell) for name, cell in row.items() if cell} for row in csv.DictReader(file)]


def _json(path):
    if not path.exists():
        return None
    _check_size(path)
    return json.loads(path.read_text(encoding="utf-8"))


def _check_size(path):
    if path.stat().st_size > MOST_BYTES:
        raise ValueError(f"Expected a file of at most {MOST_BYTES} bytes. Received: {str(pathlib.Path(path))!r}.")
