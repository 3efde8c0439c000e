"""From one kind of flower to another: what a start from one's own run is worth, and freezing D's first layers.

    python -m benchmarks.fine_tuning --data ../shared/data/flowers64 --kind sunflowers

`quick_gan` at 64x64 pixels learns all kinds of a folder but one for `--before` minutes; then a hundred pictures of the
kind that was left out are shown for `--minutes`: to a game that begins anew, to one that begins with the weights of the
first, and to such with the first layers of the discriminator frozen (Mo, Cho & Shin 2020, "Freeze the Discriminator:
a Simple Baseline for Fine-Tuning GANs"). Time, rows and columns are those of `benchmarks.little_data`, and so are the
pictures that are kept and compared with. Means and deviations over the seeds, of which each has a first game too.
"""

import argparse
import pathlib
import tempfile

import keras
import numpy as np

from benchmarks import little_data
from benchmarks.clock import Clock
from benchmarks.tables import row
from keras_gans import data, metrics
from keras_gans.runs import starting

GAME = "quick_gan"
COLUMNS = {name: digits for name, digits in little_data.COLUMNS.items() if name != "as asked"}
FROZEN = (0, 1, 2, 3)  # of the discriminator's layers that have weights


def trained(images, seed, minutes, start=None, frozen=0):
    """A game that saw pictures for so long, and its steps.

    Args:
        images: float array (n, 64, 64, 3).
        seed: int.
        minutes: float, of the processors.
        start: None, or path of the game with whose weights it begins, as `keras-gans train --start` does.
        frozen: int, how many of the discriminator's layers stay as they are.
    """
    keras.utils.set_random_seed(seed)
    model, clock = little_data.GAMES[GAME](seed), Clock(60 * minutes)
    if start is not None:
        starting.begin(model, start)
    for layer in [layer for layer in model.discriminator.layers if layer.weights][:frozen]:
        layer.trainable = False
    model.fit(np.concatenate([images] * 8), batch_size=little_data.BATCH, epochs=10**6, verbose=0, callbacks=[clock])
    return model, clock.steps


def main():
    """Parses the command line, trains, prints the table, each row when it is ready."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True, help="folder of class folders")
    parser.add_argument("--kind", default="sunflowers", help="the class that is left out at first")
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--before", type=float, default=3.0)
    parser.add_argument("--minutes", type=float, default=2.0)
    parser.add_argument("--seeds", type=int, default=3)
    arguments = parser.parse_args()
    images, labels = data.load(arguments.data, little_data.SIDE, labels=True)
    kinds = sorted(path.name for path in pathlib.Path(arguments.data).iterdir() if path.is_dir())
    own = labels == kinds.index(arguments.kind)
    look = metrics.classifier(images[own])
    seeds = range(arguments.seeds)
    tasks = [little_data.Task(images[own], None, arguments.count, seed, look) for seed in seeds]
    print(f"| | {' | '.join(COLUMNS)} |\n{'|---' * (len(COLUMNS) + 1)}|")

    def say(name, played):
        found = [task.judge(m.generate(little_data.N, seed=0)) | {"steps": n} for task, (m, n) in zip(tasks, played)]
        print(row(name, found, COLUMNS), flush=True)

    with tempfile.TemporaryDirectory() as folder:
        firsts = [trained(images[~own], seed, arguments.before) for seed in seeds]
        say("the first game, of other kinds", firsts)
        files = [str(pathlib.Path(folder, f"{seed}.keras")) for seed in seeds]
        for (model, _), file in zip(firsts, files):
            model.save(file)
        say("anew", [trained(task.shown, seed, arguments.minutes) for seed, task in zip(seeds, tasks)])
        for frozen in FROZEN:
            name = f"from the first, {frozen or 'no'} layer{'s' * (frozen != 1)} of D frozen"
            starts = zip(seeds, tasks, files)
            say(name, [trained(task.shown, seed, arguments.minutes, file, frozen) for seed, task, file in starts])


if __name__ == "__main__":
    main()
