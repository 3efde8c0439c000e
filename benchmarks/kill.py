"""Kills runs of `keras-gans train` again and again, resumes them, and compares them with runs that nobody stopped.

    python benchmarks/kill.py --kills 24

Kills (SIGKILL) come at random moments, start-up included, and on purpose while a checkpoint, a frame or the film is
written. At the end every array of the saved model is compared bit for bit (weights, optimizer slots, iterations,
seeds, pools, moving averages of weights, means of the epoch), as are history.csv, the frames and the GIF.
"""

import argparse
import io
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import time
import zipfile

import h5py
import numpy as np

# The real command line, which saves every half second instead of every minute, and a recipe with averaged weights.
COMMAND = """
import sys
import keras
from keras_gans import cli, recipes
from keras_gans.recipes.registry import recipe
from keras_gans.runs import train

@recipe(paper="none", arxiv="none", chapter="The game", batch_size=32)
def averaged(image_shape, seed):
    adam = [keras.optimizers.Adam(2e-4, beta_1=0.5, use_ema=ema, ema_momentum=0.9) for ema in (False, True)]
    return recipes.dcgan(image_shape, seed=seed, d_optimizer=adam[0], g_optimizer=adam[1])

train.SECONDS_BETWEEN_SAVES = 0.5
sys.argv[1:] = {arguments}
cli.main()
"""
GAMES = {
    "averaged": ("averaged", "--data", "digits", "--batch-size", 32, "--steps", 120),
    "cyclegan": ("cyclegan", "--data", "shapes", "--image-size", 32, "--width", 2, "--steps", 120),
}
WRITTEN = {"a checkpoint": ".model.part.keras", "a frame": "samples/.step_*.part.png", "the film": ".training.part.gif"}


def start(game, folder, *more):
    arguments = ["train", *map(str, GAMES[game]), "--out", str(folder), *more]
    code = COMMAND.format(arguments=arguments)
    return subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def finish(process):
    output, _ = process.communicate()
    if process.returncode:
        sys.exit(output)


def resume(folder):
    return ["--resume"] if (folder / "config.json").exists() else []


def kill(process, folder, moment, seconds, times):
    """Kills so many seconds after the start, or when a file is begun for the so many-th time; returns what happened."""
    begin, there, seen = time.monotonic(), False, 0
    while process.poll() is None:
        if moment == "a random moment" and time.monotonic() - begin >= seconds:
            break
        if moment in WRITTEN:
            before, there = there, any(folder.glob(WRITTEN[moment]))
            seen += there and not before
            if seen == times:
                break
        time.sleep(0.0005)
    process.send_signal(signal.SIGKILL)
    output, _ = process.communicate()
    if process.returncode == -signal.SIGKILL:
        return "killed"
    if process.returncode:
        sys.exit(output)
    return "ended before"


def arrays(path):
    """Name -> array, of all that a `.keras` file holds."""
    found = {}
    with zipfile.ZipFile(path) as archive, h5py.File(io.BytesIO(archive.read("model.weights.h5"))) as file:
        file.visititems(lambda name, item: found.update({name: item[()]} if isinstance(item, h5py.Dataset) else {}))
    return found


def compare(one, other):
    """Prints what is equal in two run folders; leaves with an error if anything is not."""
    a, b = arrays(one / "model.keras"), arrays(other / "model.keras")
    different = (
        [name for name in a if not np.array_equal(a[name], b[name], equal_nan=True)]
        if a.keys() == b.keys()
        else ["names"]
    )
    frames = [sorted((folder / "samples").glob("[!.]*")) for folder in (one, other)]
    if [f.name for f in frames[0]] != [f.name for f in frames[1]]:
        different.append("number of frames")
    pairs = [*zip(*frames), *((one / name, other / name) for name in ("history.csv", "training.gif"))]
    different += [a.name for a, b in pairs if a.read_bytes() != b.read_bytes()]
    if different:
        sys.exit(f"LOST: {', '.join(different)}")
    print(f"equal bit for bit: {len(a)} arrays, {len(frames[0])} frames, history.csv, training.gif", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=24, help="in all")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    rng, survived = random.Random(options.seed), 0
    for number, game in enumerate(GAMES):
        folder = pathlib.Path(tempfile.mkdtemp())
        begin = time.monotonic()
        finish(start(game, folder / "whole"))
        whole = time.monotonic() - begin
        print(f"{game}: a run that nobody stops takes {whole:.0f} s", flush=True)
        kills = options.kills * (number + 1) // len(GAMES) - survived
        ends = [*["the film"] * (kills // 6)]
        moments = [rng.choice(["a random moment", "a checkpoint", "a frame"]) for _ in range(kills - len(ends))] + ends
        for moment in moments:
            seconds, times = rng.uniform(0, whole), 1 if moment == "the film" else rng.randint(1, 6)
            run = folder / "killed"
            what = kill(start(game, run, *resume(run)), run, moment, seconds, times)
            when = f"after {seconds:.1f} s" if moment == "a random moment" else f"while {moment} was written"
            survived += what == "killed"
            frames = sorted((run / "samples").glob("step_*.png"))
            print(f"  {survived:3} {what} {when}, at frame {frames[-1].stem if frames else 'none'}", flush=True)
        finish(start(game, run, *resume(run)))
        compare(run, folder / "whole")
    print(f"{survived} kills survived, nothing lost")


if __name__ == "__main__":
    main()
