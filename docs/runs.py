"""Makes the short runs that pages of recipes show, `python docs/runs.py [RECIPE ...]`: those named, or all missing.

A run is the command of its row in docs/runs.csv, in the folder docs/_runs, on one core. Its film and its curves go to
assets/runs/, the processor's seconds into the row; what is to be seen in them, somebody writes there who has looked.
A run that another starts from is made first, where it is not there.
"""

import csv
import os
import pathlib
import shlex
import shutil
import sys
import time

import numpy as np
from PIL import Image

HERE = pathlib.Path(__file__).parent
TABLE = "runs.csv"
RUNS = HERE / "_runs"
PICTURES = HERE.parent / "assets" / "runs"
FRAMES = 12  # of a film; the command draws more
FPS, MOST = 4, 150_000  # of a film, frames in a second and bytes
SMALL, COLOURS = 200, 12  # of a film of pictures, pixels from left to right and colours
WIDTH = 420  # pixels of curves
ONE_CORE = {"TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1", "OMP_NUM_THREADS": "1"}


def rows(name=TABLE):
    """The rows of a table in docs/, dicts, by what stands in their first column."""
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return {next(iter(row.values())): row for row in csv.DictReader(file)}


def option(command, name):
    """What stands behind an option of a command; None without it."""
    words = shlex.split(command)
    return words[words.index(name) + 1] if name in words else None


def folder(row):
    """The folder of a run, which its command leaves by itself."""
    return RUNS / "runs" / f"{row['recipe']}-{option(row['command'], '--data')}"


def train(row):
    """Trains anew; returns the processor's seconds, without those that the imports take."""
    import keras

    from keras_gans import cli

    keras.backend.clear_session()
    shutil.rmtree(folder(row), ignore_errors=True)
    began = time.process_time()
    cli.app(shlex.split(row["command"])[1:], standalone_mode=False)
    return time.process_time() - began


def keep(row):
    """Keeps the curves of a run, and its film, where it makes pictures or points."""
    from keras_gans import data, visualization

    PICTURES.mkdir(exist_ok=True)
    with Image.open(folder(row) / "losses.png") as curves:
        small = curves.convert("RGB").resize((WIDTH, round(WIDTH * curves.height / curves.width)), Image.LANCZOS)
    small.quantize(128).save(PICTURES / f"{row['recipe']}.png", optimize=True)
    if frames := sorted((folder(row) / "samples").glob("step_*.png")):
        shown = frames if option(row["command"], "--data") in data.TOYS else few_colours(frames)
        visualization.animation(PICTURES / f"{row['recipe']}.gif", shown, FPS, MOST)


def few_colours(frames):
    """Small frames of pictures, arrays, in a few colours: as they are, two of them would fill the film."""
    pictures = []
    for frame in frames[:: -(len(frames) // FRAMES)][::-1]:
        with Image.open(frame) as picture:
            size = (SMALL, round(SMALL * picture.height / picture.width))
            pictures.append(picture.convert("RGB").resize(size, Image.Resampling.NEAREST))
    indexed = Image.fromarray(np.concatenate(pictures)).quantize(COLOURS, dither=Image.Dither.NONE)
    return np.split(np.asarray(indexed.convert("RGB")), len(pictures))


def note(name, seconds):
    """Notes in the table how long a run took."""
    table = rows()
    table[name]["seconds"] = f"{seconds:.0f}"
    with (HERE / TABLE).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(table[name]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(table.values())


def main(names):
    """Makes the runs of these recipes, in the table's order."""
    os.environ |= ONE_CORE  # before anything is imported that reads them
    from keras_gans.runs import train as training

    training.FRAMES = FRAMES
    RUNS.mkdir(exist_ok=True)
    os.chdir(RUNS)
    for name, row in rows().items():
        if name not in names:
            continue
        start = option(row["command"], "--start")
        if start and not (RUNS / start).exists():
            train(rows()[pathlib.Path(start).name.split("-")[0]])
        note(name, train(row))
        keep(row)


if __name__ == "__main__":
    wrong = set(sys.argv[1:]) - set(rows())
    if wrong:
        sys.exit(f"Expected names of recipes in {TABLE}. Received: {', '.join(sorted(wrong))}.")
    main(sys.argv[1:] or [name for name, row in rows().items() if not row["seconds"]])
