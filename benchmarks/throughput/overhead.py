"""What `fit` costs over the bare loop, both in one process and in turns: the same memory, the same neighbours.

python -m benchmarks.throughput.overhead --rounds 5 --out benchmarks/results/overhead-2-cores.md
"""

import argparse
import pathlib
import sys

import numpy as np

from benchmarks.throughput import bare, ours
from benchmarks.throughput.rows import ROWS

RESULTS = pathlib.Path(__file__).parents[1] / "results" / "overhead-2-cores.md"
STEPS = {"dcgan28": 12, "dcgan64": 10, "wgan_gp": 15, "pix2pix128": 10, "cyclegan64": 5}  # of a pass, about 5 s


def ratios(name, rounds):
    """Trains a row; returns the rounds' ratios of the seconds of a `fit`, from call to return, to the bare loop's."""
    systems, steps = (ours.shared(name), bare.Bare(name)), STEPS[name]
    for system in systems:
        system.round(2)
    found = []
    for i in range(rounds):
        turn = systems if i % 2 else systems[::-1]
        seconds = {system: system.round(steps) for system in turn}
        found.append(seconds[systems[0]] / seconds[systems[1]])
    return found


def main():
    """Measures every row, prints and writes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--out", type=pathlib.Path, default=RESULTS)
    arguments = parser.parse_args()
    lines = [
        "# What `fit` costs over a bare `tf.function` loop\n",
        f"    python -m benchmarks.throughput.overhead {' '.join(sys.argv[1:])}\n",
        f"Both in one process, in {arguments.rounds} rounds of turns. Median (quartiles) of the rounds' ratios.\n",
        "| row | steps of a `fit` | `fit`, from call to return, / bare loop |",
        "|---|---|---|",
    ]
    for name in ROWS:
        low, middle, high = np.percentile(ratios(name, arguments.rounds), [25, 50, 75])
        lines.append(f"| {name} | {STEPS[name]} | {middle:.2f} ({low:.2f} to {high:.2f}) |")
        arguments.out.write_text("\n".join(lines) + "\n")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
