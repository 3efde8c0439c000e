"""What `fit` costs over bare loops, all in one process and in turns: the same memory, the same neighbours.

python -m benchmarks.throughput.overhead --rounds 5 --seconds 15 --out benchmarks/results/overhead-2-cores.md
"""

import argparse
import datetime
import pathlib
import sys

import numpy as np
import tensorflow as tf

from benchmarks.startup import processor
from benchmarks.throughput import bare, ours
from benchmarks.throughput.rows import ROWS

RESULTS = pathlib.Path(__file__).parents[1] / "results" / "overhead-2-cores.md"
NOTES = """\
All in one process, in {rounds} rounds of turns. Median (quartiles) of the rounds' ratios of a `fit`'s seconds, from
call to return, to those of a bare loop over as many batches that lie in memory: one of a step by hand with Keras'
kernels (`bare.py`), and one of the model's own `train_step`, which has the package's."""


class Loop(ours.Ours):
    """The model's own `train_step`, compiled, in a loop without `fit`."""

    def __init__(self, name):
        super().__init__(name)
        self.step = tf.function(self.train, autograph=False)

    def train(self, *batch):
        """One step; returns the list of the losses' means."""
        return list(self.model.train_step(batch if len(batch) > 1 else batch[0]).values())

    def round(self, steps):
        """Trains so many steps; returns the seconds of it."""
        return bare.loop(self.step, self.row, steps)


def measure(name, rounds, pass_seconds):
    """Trains a row; returns the steps of a pass, the median seconds of one and the rounds' ratios to both loops."""
    systems = (ours.shared(name), bare.Bare(name), Loop(name))
    for system in systems:
        system.round(2)
    steps = max(2, round(pass_seconds / systems[0].round(5) * 5))
    seconds = np.empty((rounds, len(systems)))
    for i in range(rounds):
        for j in np.roll(range(len(systems)), i):
            seconds[i, j] = systems[j].round(steps)
    return steps, np.median(seconds[:, 0]), *(seconds[:, :1] / seconds[:, 1:]).T


def cell(ratios):
    """Median and quartiles in words."""
    low, middle, high = np.percentile(ratios, [25, 50, 75])
    return f"{middle:.3f} ({low:.3f} to {high:.3f})"


def main():
    """Measures every row, prints and writes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=15.0, help="of a pass, about")
    parser.add_argument("--out", type=pathlib.Path, default=RESULTS)
    arguments = parser.parse_args()
    lines = [
        f"# What `fit` costs over bare loops, on {processor()} ({datetime.date.today()})\n",
        f"    python -m benchmarks.throughput.overhead {' '.join(sys.argv[1:])}\n",
        NOTES.format(rounds=arguments.rounds) + "\n",
        "| row | steps of a `fit` | seconds | `fit` / bare step by hand | `fit` / bare `train_step` |",
        "|---|---|---|---|---|",
    ]
    for name in ROWS:
        steps, seconds, *ratios = measure(name, arguments.rounds, arguments.seconds)
        lines.append(f"| {name} | {steps} | {seconds:.1f} | {' | '.join(map(cell, ratios))} |")
        arguments.out.write_text("\n".join(lines) + "\n")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
