"""Lets the systems train in turns, and writes a table of how long a step takes each.

    python -m benchmarks.throughput --rows dcgan28 wgan_gp --rounds 9 --seconds 4

Run it where nothing else runs. In company PyTorch's threads wait for each other, up to seven times as long; there
OMP_WAIT_POLICY=passive helps, which all processes inherit and the table's head mentions.
"""

import argparse
import datetime
import importlib.metadata
import importlib.util
import json
import os
import pathlib
import platform
import subprocess
import sys

import numpy as np

from benchmarks.startup import processor
from benchmarks.throughput.rows import EARLIER, ROWS

RESULTS = pathlib.Path(__file__).parents[1] / "results" / "throughput-2-cores.md"
SYSTEMS = {  # name -> words in the table
    "ours": "`fit`",
    "fresh": "`fit`, `fresh_fakes=True`",
    "half": "`fit`, mixed_bfloat16",
    "xla": "`fit`, `jit_compile=True`",
    "plain": "Keras `train_step`",
    "steady": "Keras `train_step`, no autotuner",
    "bare": "bare `tf.function`",
    "pytorch": "PyTorch",
}
ONLY_EARLIER = ("bare", "pytorch")  # systems that have the rows of `EARLIER` alone
USUAL = ["ours", "fresh", "half", "plain", "bare", "pytorch"]
COLUMNS = (
    "system",
    "parameters",
    "GFLOP / step",
    "ms / step",
    "images / s",
    "time / ours (quartiles)",
    "of the matrix rate",
    "first call",
)
NOTES = """\
Each system lives in a process of its own. In each of {rounds} rounds each makes one pass over the same random pictures,
in an order that rotates, while the others wait. A `fit` is timed from its call to its return, after a first one, which
compiles and whose seconds are in the last column. Time / ours: the median and the quartiles of the rounds' ratios.
The matrix rate is that of float32 products of 2048x2048 matrices in TensorFlow, measured in each round too. Counted are
multiplications and additions in convolutions and matrix products, those with zeros of a padding too (`flops.py`), so
that the share of the matrix rate may exceed 100%. Images are real ones: n_critic m of them for a step of WGAN-GP, and
pairs for a translation. PyTorch has the faster of its two memory layouts. ProGAN and StyleGAN have all their layers
from the first step on. Their recipes have `fresh_fakes=True`, here a line of its own. The colours of smaller sides,
which then have no part in a picture, are computed on TensorFlow and not in PyTorch. BigGAN has neither averages of
weights nor the orthogonal term here."""


class Worker:
    """A process that trains when it is told to.

    Attributes:
        about: dict, what the process says of itself.

    Args:
        system: string, of `SYSTEMS` or "matrix".
        row: string, of `ROWS`.
    """

    def __init__(self, system, row):
        self.command = [sys.executable, "-m", "benchmarks.throughput.worker", system, row]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
        self.process = subprocess.Popen(self.command, text=True, bufsize=1, **pipes)
        self.about = self.answer()

    def answer(self):
        """Reads a line of the process."""
        line = self.process.stdout.readline()
        return json.loads(line) if line else sys.exit(f"A worker ended. To see why: {' '.join(self.command)}")

    def ask(self, steps):
        """Lets the process train so many steps; returns what it says."""
        self.process.stdin.write(f"{steps}\n")
        return self.answer()

    def stop(self):
        """Ends the process."""
        self.process.stdin.close()
        self.process.wait()


def measure(name, systems, rounds, seconds):
    """Trains a row.

    Args:
        name: string, the row's.
        systems: list of names of `SYSTEMS`.
        rounds: int, how many passes each makes.
        seconds: float, how long a pass should take, about.

    Returns:
        dict of system -> what its process says of itself; steps of a pass; dict of system -> list of the seconds of
        its passes; list of the matrix rates.
    """
    workers = {system: Worker(system, name) for system in (*systems, "matrix")}
    about = {system: workers[system].about for system in systems}
    steps = max(1, round(seconds / np.median([entry["step"] for entry in about.values()])))
    order, times = list(workers), {system: [] for system in workers}
    for i in range(rounds):
        turn = i % len(order)
        for system in order[turn:] + order[:turn]:
            times[system].append(workers[system].ask(steps))
    for worker in workers.values():
        worker.stop()
    return about, steps, times, times.pop("matrix")


def table(name, about, steps, times, rates):
    """A row's table in Markdown."""
    row, rate = ROWS[name], np.median(rates)
    images, sides = row.batch * row.n_critic, "x".join(map(str, row.shape))
    lines = [
        f"## {name}\n",
        f"Pictures of {sides}, m = {row.batch}, {steps} steps a pass. Matrix rate: {rate / 1e9:.0f} GFLOP/s "
        f"({min(rates) / 1e9:.0f} to {max(rates) / 1e9:.0f}).\n",
        f"| {' | '.join(COLUMNS)} |",
        "|---" * len(COLUMNS) + "|",
    ]
    for system, entry in about.items():
        step = np.median(times[system]) / steps
        first, ratio, third = np.percentile(np.divide(times[system], times["ours"]), [25, 50, 75])
        cells = [
            SYSTEMS[system],
            " + ".join(f"{count:,}" for count in entry["parameters"]),
            f"{entry['flops'] / 1e9:.2f}",
            f"{1e3 * step:.1f}",
            f"{images / step:.0f}" if images / step > 20 else f"{images / step:.1f}",
            "1" if system == "ours" else f"{ratio:.2f} ({first:.2f} to {third:.2f})",
            f"{entry['flops'] / step / rate:.0%}",
            f"{entry['first_call']:.1f} s",
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def head(rounds):
    """What was run, and where."""
    cores = len(os.sched_getaffinity(0))
    found = [n for n in ("tensorflow", "keras", "torch") if importlib.util.find_spec(n)]
    policy = f"OMP_WAIT_POLICY={os.environ['OMP_WAIT_POLICY']} " if "OMP_WAIT_POLICY" in os.environ else ""
    versions = ", ".join(f"{n} {importlib.metadata.version(n)}" for n in found)
    return "\n".join(
        [
            f"# Throughput of training, {cores} CPU cores ({datetime.date.today()})\n",
            f"    {policy}python -m benchmarks.throughput {' '.join(sys.argv[1:])}\n",
            f"{processor()}, {cores} threads, Python {platform.python_version()}, {versions}. All in float32 where\n"
            "no other precision is named.\n",
            NOTES.format(rounds=rounds),
        ]
    )


def main():
    """Parses the command line, measures, prints and writes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", nargs="+", choices=ROWS, default=list(ROWS))
    parser.add_argument("--systems", nargs="+", choices=SYSTEMS, default=USUAL)
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--seconds", type=float, default=5.0, help="of a pass, about")
    parser.add_argument("--out", type=pathlib.Path, default=RESULTS)
    parser.add_argument(
        "--prove", action="store_true", help="one step of `fit` and of the Keras `train_step`, compared"
    )
    arguments = parser.parse_args()
    if arguments.prove:
        from benchmarks.throughput import prove

        sys.exit(None if prove.prove(arguments.rows) else "Some rows do not make the same step.")
    systems, parts = [s for s in SYSTEMS if s == "ours" or s in arguments.systems], [head(arguments.rounds)]
    if "pytorch" in systems and not importlib.util.find_spec("torch"):
        systems.remove("pytorch")
        parts.append("PyTorch is left out: it is not installed here.")
    print("\n\n".join(parts), flush=True)
    for name in arguments.rows:
        taking_part = [system for system in systems if system not in ONLY_EARLIER or name in EARLIER]
        parts.append(table(name, *measure(name, taking_part, arguments.rounds, arguments.seconds)))
        print(f"\n{parts[-1]}", flush=True)
        arguments.out.write_text("\n\n".join(parts).rstrip() + "\n")


if __name__ == "__main__":
    main()
