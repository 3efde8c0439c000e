"""Hands in what strangers may hand in, anew at each run, and prints how many cases ended how."""

import argparse
import os
import pathlib
import resource
import sys
import tempfile
import time
from collections import Counter

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "tests"))

import strangers

COUNTS = {"picture": 300, "array": 200, "model": 40, "command": 60}  # cases of a round


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    arguments = parser.parse_args()
    begin, ends, rounds = time.monotonic(), {name: Counter() for name in COUNTS}, 0
    with tempfile.TemporaryDirectory() as folder:
        place = strangers.Place(pathlib.Path(folder) / "a b\u00e9 \U0001f43c")
        place.furnish()
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        strategies = dict(
            picture=strangers.PICTURES,
            array=strangers.ARRAYS,
            model=strangers.models_of(place),
            command=strangers.commands(),
        )
        while time.monotonic() - begin < 60 * arguments.minutes:
            for name, strategy in strategies.items():
                number = arguments.seed + rounds
                ends[name] += strangers.fuzz(getattr(strangers, name), strategy, place, COUNTS[name], number)
            rounds += 1
    report(ends, arguments.seed, time.monotonic() - begin, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)


def report(ends, seed, seconds, kilobytes):
    print(f"\nNothing broke in {sum(map(Counter.total, ends.values()))} cases, {seconds:.0f} s, seed {seed};")
    print(f"the process grew by {kilobytes / 1e6:.2f} GB.\n")
    for name, found in ends.items():
        print(
            f"| {name} | {found.total()} | " + ", ".join(f"{count} {end}" for end, count in found.most_common()) + " |"
        )


if __name__ == "__main__":
    main()
