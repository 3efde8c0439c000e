"""What do finished models cost? Making 50,000 pictures, translating a folder, an evaluation, the wait before a run.

    python -m benchmarks.inference --out benchmarks/results/inference-2-cores.md

Ours and the loop that one would write with Keras alone take turns on the same networks: it calls the network on batches
and writes with NumPy or Pillow. The evaluation and the beginning of `keras-gans train` are taken apart.
"""

import argparse
import pathlib
import re
import subprocess
import sys
import tempfile
import time

import numpy as np
from PIL import Image

from benchmarks.startup import leave, spread, table

ROUNDS, MADE, FILES, SEEN = 3, 50_000, 48, 10_000  # rounds; examples made, files translated, examples evaluated
BATCH = 512  # of the plain loop too
MARKS = ("imports", "data read", "model built", "first step", "second step")
WATCHED = """
import sys, time
begin = time.perf_counter()
def mark(name):
    print(f"MARK {name} {time.perf_counter() - begin:.3f}", flush=True)
from keras_gans import cli
import keras, keras_gans.runs.train
mark("imports")
from keras_gans.runs import building
before = building.length_of
def length_of(*arguments):
    mark("model built")
    return before(*arguments)
building.length_of = length_of
steps = building.in_steps
def in_steps(*arguments):
    mark("data read")
    return steps(*arguments)
building.in_steps = in_steps
ends = keras.callbacks.CallbackList.on_train_batch_end
def on_train_batch_end(self, batch, logs=None):
    if batch < 2:
        mark(("first step", "second step")[batch])
    return ends(self, batch, logs)
keras.callbacks.CallbackList.on_train_batch_end = on_train_batch_end
cli.app(sys.argv[1:], standalone_mode=False)
mark("the end")
"""
COMMANDS = (  # whose beginnings are taken apart
    "train dcgan --data digits --image-size 28 --steps 2",
    "train quick_gan --data digits --image-size 16 --steps 2",
    "train cyclegan --data shapes --image-size 64 --steps 2",
)


def seconds(call):
    """How long a call takes."""
    begin = time.perf_counter()
    call()
    return time.perf_counter() - begin


def in_turns(members, rounds):
    """Calls the members in turns, each with a number of its own; returns name -> seconds of each round."""
    found = {name: [] for name in members}
    for number in range(rounds):
        for name, call in members.items():
            found[name].append(seconds(lambda call=call, number=number: call(number)))
    return found


def rows_of(found, count):
    """A row for each member, with its time over that of the first."""
    ours = next(iter(found.values()))
    return [
        (name, f"{count:,}", spread(took, ".1f"), spread(np.divide(count, took), ",.0f"), spread(np.divide(took, ours)))
        for name, took in found.items()
    ]


HEAD = ["", "examples", "seconds", "examples a second", "time over ours"]


def plain_pictures(generator, count):
    """Batches of what a generator makes, uint8, as one would write it with Keras."""
    for first in range(0, count, BATCH):
        noise = np.random.normal(size=(min(BATCH, count - first), 100)).astype("float32")
        yield ((np.asarray(generator(noise, training=False)) + 1) * 127.5).round().astype("uint8")


def generating(folder, rounds, count):
    """`keras-gans generate`, into arrays and into a folder, beside plain loops; DCGAN at 28 pixels."""
    from keras_gans import recipes
    from keras_gans.commands.generate import generate

    model = recipes.dcgan((28, 28, 1))
    generator = model.generator

    def arrays(number):
        np.savez_compressed(folder / f"plain{number}.npz", x=np.concatenate([*plain_pictures(generator, count)]))

    def files(number):
        out = folder / f"plain{number}"
        out.mkdir()
        for first, pictures in enumerate(plain_pictures(generator, count)):
            for row, pixels in enumerate(pictures):
                Image.fromarray(pixels[..., 0]).save(out / f"{first * BATCH + row:06d}.png")

    def ours(suffix):
        return lambda number: generate(folder / f"ours{number}{suffix}", model, count, seed=number)

    generate(folder / "warm.npz", model, BATCH, seed=0)
    found = in_turns({"`generate`, .npz": ours(".npz"), "a loop, `np.savez_compressed`": arrays}, rounds)
    singles = in_turns({"`generate`, PNG files": ours(""), "a loop, Pillow's PNG files": files}, rounds)
    return rows_of(found, count) + rows_of(singles, count)


def translating(folder, rounds):
    """`keras-gans translate` of a folder, beside a plain loop; CycleGAN's networks at 128 pixels, 6 blocks."""
    from keras_gans import data, recipes
    from keras_gans.commands.translate import translate

    model = recipes.cyclegan((128, 128, 3))
    photos = folder / "photos"
    photos.mkdir()
    drawn = data.domains("shapes", 128).tables[0]
    for index in range(FILES):
        (picture,) = drawn[index]
        Image.fromarray(picture).save(photos / f"{index}.jpg", quality=92)
    network = model.ways["AtoB"]

    def loop(number):
        out = folder / f"plain_translated{number}"
        out.mkdir()
        for path in sorted(photos.iterdir()):
            with Image.open(path) as picture:
                x = np.asarray(picture.convert("RGB"), "float32") / 127.5 - 1
            made = np.asarray(network(x[None], training=False))[0]
            Image.fromarray(((made + 1) * 127.5).round().astype("uint8")).save(out / f"{path.stem}.png")

    def ours(number):
        translate(model, [photos], folder / f"translated{number}", "AtoB", seed=0)

    ours("_warm")
    return rows_of(in_turns({"`translate`, a folder of JPEG": ours, "a loop, one by one": loop}, rounds), FILES)


def evaluating(count):
    """The parts of an evaluation of DCGAN at 28 pixels beside the digits: a row of each."""
    from keras_gans import data, metrics, recipes
    from keras_gans.metrics.evaluator import Evaluator

    images, labels = data.load("digits", image_size=28, labels=True)
    model, judge, took = recipes.dcgan((28, 28, 1)), [], []
    took.append(("classifier, trained", seconds(lambda: judge.append(metrics.classifier(images, labels, 0)))))
    took.append(("examples, made", seconds(lambda: model.generate(count, seed=0))))
    for names in (["frechet"], ["kernel"], ["precision_recall"], ["inception_score"], ["diversity"], ["duplicates"]):
        one = Evaluator(model, images, names, judge[0], count)
        took.append((f"`{names[0]}` alone, with examples and features", seconds(one.results)))
    whole = Evaluator(model, images, None, judge[0], count)
    took.append(("all that fit, at once", seconds(whole.results)))
    return [(name, f"{count:,}", f"{value:.1f}") for name, value in took]


def beginnings(folder, rounds):
    """What `keras-gans train` does until its first step: a row for each command."""
    rows = []
    for place, command in enumerate(COMMANDS):
        found = []
        for number in range(rounds):
            arguments = [*command.split(), "--no-gif", "--out", str(folder / f"run{place}_{number}")]
            process = [sys.executable, "-c", WATCHED, *arguments]
            result = subprocess.run(process, capture_output=True, text=True, check=False)
            if result.returncode:
                sys.exit(result.stderr)
            marks = dict(re.findall(r"MARK (.+) ([\d.]+)$", result.stdout, re.MULTILINE))
            found.append(np.diff([0, *(float(marks[name]) for name in MARKS)]))
        rows.append((f"`keras-gans {command}`", *(spread(values) for values in zip(*found))))
    return rows


def main():
    """Measures and writes the result."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=pathlib.Path, help="Markdown file to write; else it is only printed")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--examples", type=int, default=MADE, help="that are generated")
    parser.add_argument("--evaluated", type=int, default=SEEN, help="examples that are evaluated")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        made = generating(folder, wanted.rounds, wanted.examples) + translating(folder, wanted.rounds)
        begun = beginnings(folder, wanted.rounds)
    parts = [
        f"{wanted.rounds} rounds, median (quartiles).",
        "## Making and translating\n\nDCGAN at 28x28, 512 pictures at a time; CycleGAN with 6 blocks at 128x128, from"
        " JPEG files to PNG files, each after a first call.",
        table(HEAD, made),
        "## Evaluating\n\nDCGAN at 28x28 beside the 1,797 digits, once.",
        table(["part", "examples", "seconds"], evaluating(wanted.evaluated)),
        "## From the command to the first step\n\nSeconds of each part, in fresh interpreters.",
        table(["command", *MARKS], begun),
    ]
    leave("inference", "Finished models, and the wait before a run", parts, wanted.out)


if __name__ == "__main__":
    main()
