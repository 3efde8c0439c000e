"""Writes assets/bugs/NAME.png for the mistakes that are named, or for all."""

import argparse
import pathlib
import time

from benchmarks.known_bugs import (  # noqa: F401
    attention,
    augmenting,
    domains,
    energies,
    growing,
    latent,
    layers,
    losses,
    optimizers,
    penalties,
    pyramids,
    residual,
    scale,
    training,
    turning,
)
from benchmarks.known_bugs.common import BUGS, devices, write

ASSETS = pathlib.Path(__file__).parents[2] / "assets" / "bugs"


def main():
    """Parses the command line; draws, writes and says what each figure says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(BUGS)}")
    parser.add_argument("--out", type=pathlib.Path, default=ASSETS)
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    devices()
    for name in arguments.names or BUGS:
        begin = time.perf_counter()
        figure = BUGS[name]()
        write(arguments.out / f"{name}.png", figure)
        print(f"{name} ({time.perf_counter() - begin:.0f} s): {figure.get_suptitle()}", flush=True)


if __name__ == "__main__":
    main()
