"""How long until the first step? Seconds of imports, and from the call of `fit` to the end of its first step.

    python -m benchmarks.startup --out benchmarks/results/startup-2-cores.md

Each figure is of fresh interpreters, which take turns. The other three programs of costs write their reports with what
stands here.
"""

import argparse
import datetime
import os
import pathlib
import platform
import subprocess
import sys
import time
from importlib import metadata

import numpy as np

IMPORTS = {
    "tensorflow": "import tensorflow",
    "keras": "import keras",
    "keras_gans": "import keras_gans",
    "keras_gans, every room": "import keras_gans\nfor name in dir(keras_gans): getattr(keras_gans, name)",
}
CLOCK = "import time; begin = time.perf_counter()\n{}\nprint(time.perf_counter() - begin)"
GAMES = {  # name -> recipe, its arguments, batch, parts of an example
    "GAN, DCGAN 28": ("dcgan", {"image_shape": (28, 28, 1)}, 8, 1),
    "WGANGP, 5 critic steps, DCGAN 28": ("wgan_gp", {"image_shape": (28, 28, 1)}, 8, 1),
    "Pix2Pix 64": ("pix2pix", {"image_shape": (64, 64, 3), "width": 16}, 1, 2),
    "CycleGAN 64, 6 blocks": ("cyclegan", {"image_shape": (64, 64, 3), "width": 16}, 1, 2),
}
PROMISE = 0.3  # seconds that keras_gans may take beside tensorflow


def parsed(doc):
    """Reads the command line of a program of costs; returns where the report goes, or None."""
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=pathlib.Path, help="Markdown file to write; else it is only printed")
    return parser.parse_args().out


def processor():
    """The name of the CPU."""
    lines = pathlib.Path("/proc/cpuinfo").read_text().splitlines()
    return next(" ".join(line.split(":")[1].split()) for line in lines if line.startswith("model name"))


def leave(name, title, parts, out):
    """Prints a report, and writes it: a title, the machine, the command, then the parts."""
    packages = ", ".join(f"{label} {metadata.version(label.lower())}" for label in ("TensorFlow", "Keras"))
    cores = len(os.sched_getaffinity(0))
    lines = [
        f"# {title}, {'two' if cores == 2 else cores} CPU cores ({datetime.date.today()})",
        f"{processor()}, {cores} cores, Python {platform.python_version()}, {packages}, float32.",
        f"    python -m benchmarks.{name}",
        *parts,
    ]
    text = "\n\n".join(lines) + "\n"
    print(text)
    if out:
        out.write_text(text)


def spread(values, form=".2f"):
    """The median of values, and their quartiles in brackets."""
    low, median, high = np.quantile(values, [0.25, 0.5, 0.75])
    return f"{median:{form}} ({low:{form}} to {high:{form}})"


def table(head, rows):
    """A Markdown table."""
    return "\n".join(f"| {' | '.join(map(str, row))} |" for row in [head, ["---"] * len(head), *rows])


def run_python(*arguments):
    """Runs Python on arguments; returns the numbers that it printed last."""
    result = subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=False)
    if result.returncode:
        sys.exit(result.stderr)
    return [float(word) for word in result.stdout.splitlines()[-1].split()]


def first_step(name):
    """Builds a game and fits it; prints the seconds of building, to the end of the first step, and of one more step."""
    import keras

    from keras_gans import data, recipes

    class Ends(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            ends.append(time.perf_counter())

    recipe, arguments, batch, parts = GAMES[name]
    ends, begin = [], time.perf_counter()
    model = recipes.RECIPES[recipe].build(**arguments)
    rng, count = np.random.default_rng(0), 4 * batch * model.n_critic
    shape = (count, *arguments["image_shape"])
    arrays = [rng.uniform(-1, 1, shape).astype("float32") for _ in range(parts)]
    called = time.perf_counter()
    model.fit(data.Examples(*arrays, aligned=model.aligned), batch_size=batch, verbose=0, callbacks=[Ends()])
    print(called - begin, ends[0] - called, float(np.median(np.diff(ends))))


def imports(rounds=7):
    """Measures the imports; returns a part of the report."""
    run_python("-c", IMPORTS["keras_gans, every room"] + "\nprint(0)")  # from here on the files are in memory
    found = {name: [] for name in IMPORTS}
    for _ in range(rounds):
        for name, code in IMPORTS.items():
            found[name] += run_python("-c", CLOCK.format(code))
    over = {name: np.subtract(seconds, found["tensorflow"]) for name, seconds in found.items()}
    rows = [(f"`{name}`", spread(found[name]), spread(over[name])) for name in IMPORTS]
    kept = "kept" if np.median(over["keras_gans, every room"]) <= PROMISE else "NOT KEPT"
    return "\n\n".join(
        [
            f"Imports in {rounds} rounds of fresh interpreters: median (quartiles). `import keras_gans` imports a room "
            "when it is first used; every room is the most that a program can use.",
            table(["import", "seconds", "seconds more than tensorflow, in the same round"], rows),
            f"At most {PROMISE} s more than tensorflow: {kept}.",
        ]
    )


def first_steps(rounds=3):
    """Measures the first steps; returns a part of the report."""
    found = {name: [] for name in GAMES}
    for _ in range(rounds):
        for name in GAMES:
            found[name].append(run_python("-c", f"from benchmarks import startup; startup.first_step({name!r})"))
    rows = [(name, *(spread(seconds) for seconds in zip(*found[name]))) for name in GAMES]
    head = ["game", "to build the networks", "from `fit` to the end of the first step", "a later step"]
    return f"Seconds to the first step, {rounds} rounds of fresh interpreters:\n\n{table(head, rows)}"


def main():
    out = parsed(__doc__)
    leave("startup", "Seconds until the first step", [imports(), first_steps()], out)


if __name__ == "__main__":
    main()
