"""The command `python -m keras_gans.experiments NAME`: runs an experiment and writes its picture."""

import argparse
import pathlib
import time

from keras_gans import visualization
from keras_gans.experiments import EXPERIMENTS


def main(arguments=None):
    """Runs experiments and writes the picture of each as NAME.png.

    Args:
        arguments: list of strings, or None for those of the command line.
    """
    parser = argparse.ArgumentParser(prog="python -m keras_gans.experiments", description=main.__doc__.splitlines()[0])
    parser.add_argument("name", choices=[*EXPERIMENTS, "all"])
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("experiments"), help="folder of the pictures")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    for name in EXPERIMENTS if options.name == "all" else [options.name]:
        begin = time.perf_counter()
        result = EXPERIMENTS[name](seed=options.seed)
        path = options.out / f"{name}.png"
        visualization.save_figure(path, result.figure)
        print(f"{path}: {time.perf_counter() - begin:.0f} s", flush=True)


if __name__ == "__main__":
    main()
