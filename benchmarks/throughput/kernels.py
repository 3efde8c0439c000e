"""Which kernels a step's time goes to: TensorFlow's profiler over a few steps, read with JAX's reader of its files.

python -m benchmarks.throughput.kernels --system ours --rows dcgan28 pix2pix128
"""

import argparse
import collections
import datetime
import pathlib
import sys
import tempfile

import tensorflow as tf
from jax.profiler import ProfileData

from benchmarks.startup import processor
from benchmarks.throughput.rows import ROWS
from benchmarks.throughput.worker import MAKERS, make

RESULTS = pathlib.Path(__file__).parents[1] / "results" / "kernels-2-cores.md"
NOTES = """\
Time in kernels is that of the threads that compute, of which there are as many as cores: two kernels that run side by
side share the cores, so that the sum is up to twice the time by the clock. Kinds below 1% are left out."""


def profile(system, steps):
    """Trains under the profiler.

    Args:
        system: an object with `round`, which has trained already.
        steps: int, how many steps.

    Returns:
        seconds of a step by the clock; Counter of kind of kernel -> its seconds in a step; Counter of calls likewise.
    """
    with tempfile.TemporaryDirectory() as folder:
        tf.profiler.experimental.start(folder)
        clock = system.round(steps)
        tf.profiler.experimental.stop()
        (file,) = pathlib.Path(folder).rglob("*.xplane.pb")
        planes = {plane.name: list(plane.lines) for plane in ProfileData.from_file(str(file)).planes}
    seconds, calls = collections.Counter(), collections.Counter()
    for line in planes["/host:CPU"]:
        if not line.name.startswith("tf_Compute"):
            continue
        for event in line.events:
            _, found, kind = event.name.rpartition(":")
            if found and not event.name.startswith(("ExecutorState:", "ThreadpoolListener:")):
                kind = kind.replace("_Mkl", "").replace("Native", "")  # oneDNN's
                seconds[kind] += event.duration_ns / 1e9 / steps
                calls[kind] += 1 / steps
    return clock / steps, seconds, calls


def table(system, name, steps):
    """A row's table in Markdown."""
    trained = make(system, name)
    trained.round(3)
    clock, seconds, calls = profile(trained, steps)
    total = sum(seconds.values())
    lines = [
        f"## {name}\n",
        f"A step takes {1e3 * clock:.0f} ms by the clock, {1e3 * total:.0f} ms in kernels.\n",
        "| kernel | calls of a step | ms of a step | share |",
        "|---|---|---|---|",
    ]
    for kind, value in seconds.most_common():
        if value > 0.01 * total:
            lines.append(f"| {kind} | {calls[kind]:.0f} | {1e3 * value:.1f} | {value / total:.0%} |")
    return "\n".join(lines) + "\n"


def main():
    """Profiles every row, prints and writes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", nargs="+", choices=ROWS, default=list(ROWS))
    parser.add_argument("--system", choices=[s for s in MAKERS if s != "pytorch"], default="ours")
    parser.add_argument("--steps", type=int, default=10)
    parser.add_argument("--out", type=pathlib.Path, default=RESULTS)
    arguments = parser.parse_args()
    parts = [
        f"# Where a step's time goes, on {processor()} ({datetime.date.today()})\n\n"
        f"    python -m benchmarks.throughput.kernels {' '.join(sys.argv[1:])}\n\n{NOTES}\n"
    ]
    for name in arguments.rows:
        parts.append(table(arguments.system, name, arguments.steps))
        arguments.out.write_text("\n".join(parts))
    print("\n".join(parts))


if __name__ == "__main__":
    main()
