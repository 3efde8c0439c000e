"""What all the tricks bought: every recipe, from the first GAN to the last, for the same time on the same four data.

    python -m benchmarks.tricks                                   # an hour and a half of one core
    python -m benchmarks.tricks --recipes nsgan r3gan --data ring --seeds 1

All that differs between two rows is the game: losses, penalties, optimizers, updates of D, averages, as the recipe has
them. Whatever the data are, they are points, for which recipes have dense pairs (those of `networks.mlp`, 128 wide for
the plane and for pictures): ring and grid in the plane, scikit-learn's digits (8x8: 64 numbers), and three of these,
one a channel (192 numbers, a thousand modes). `r3gan`, which has none, is its game on that pair, with the rate and the
gamma of short trainings (3e-3 and 1.0); r1gan beside it has R1 alone. Each row trains for `--seconds` of the
processors, with batches of 64 and, in the plane, 256; latents are 64 numbers for pictures.

The columns: of ring (8) and grid (25) the modes covered, of which each needs a tenth of its fair share of 2,500
samples, and the share of the samples within three deviations of a mode; of digits the share of 1,000 samples of which
a judge that learned one half of the digits is more than 90 % sure, and coverage of the other half in its hidden layer;
of stacked digits the modes among 26,000 samples. Means and deviations over the seeds.
"""

import argparse
import functools
import re

import keras
import numpy as np

from benchmarks.clock import Clock
from benchmarks.first_contact import Judge
from benchmarks.tables import row
from keras_gans import data, metrics, networks, recipes
from keras_gans.data.toy import stacked_digits

COLUMNS = {"ring": 1, "on it": 2, "grid": 1, "on them": 2, "sure": 2, "coverage": 2, "stacked": 0}
POINTS, SAMPLES, FAIR = 100_000, 2500, 0.1
DIGITS, STACKED, LATENTS = 1000, 26_000, 64
TWINS = ("gan", "dcgan")  # which on points are nsgan


def year(name):
    """The year of a recipe's paper, string."""
    return re.search(r"\d{4}", recipes.RECIPES[name].paper)[0]


def rows():
    """The recipes that make points, in the order of their papers' years."""
    known = [name for name, recipe in recipes.RECIPES.items() if len(recipe.smallest["image_shape"]) == 1]
    makes = [name for name in known if name not in TWINS and hasattr(recipes.RECIPES[name].game, "generate")]
    return sorted([*makes, "r3gan"], key=year)


def model_of(name, dimension, seed):
    """A recipe's game for points of so many numbers."""
    given = {"seed": seed} | ({"latent_dim": LATENTS} if dimension > 2 else {})
    if name == "r3gan":
        latent_dim = given.setdefault("latent_dim", 2)
        given |= {"gamma": 1.0, "learning_rate": 3e-3}
        given["generator"] = networks.mlp.generator((dimension,), latent_dim)
        given["discriminator"] = networks.mlp.discriminator((dimension,))
    return recipes.RECIPES[name].build((dimension,), **given)


class Plane:
    """Ring or grid."""

    def __init__(self, toy, names):
        self.mixture, self.names = data.TOYS[toy](), names
        self.points, self.batch, self.count = self.mixture.sample(POINTS, seed=0), 256, SAMPLES

    def judge(self, samples):
        found = metrics.mode_coverage(samples, self.mixture.modes, self.mixture.std, fair_share=FAIR)
        return dict(zip(self.names, (found.covered, found.quality)))


class Digits:
    """scikit-learn's handwritten digits, of which the judge keeps one half to compare with."""

    def __init__(self):
        self.look = Judge(8)
        self.points, self.batch, self.count = self.look.trained.astype("float32"), 64, DIGITS

    def judge(self, samples):
        found = self.look(samples)
        return {name: found[name] for name in ("sure", "coverage")}


class Stacked:
    """Three digits, each in a channel: a thousand modes."""

    def __init__(self):
        images, _ = stacked_digits(20_000)
        small = images.reshape(len(images), 8, 2, 8, 2, 3).mean(axis=(2, 4))
        self.points, self.batch, self.count = small.reshape(len(images), 192), 64, STACKED

    def judge(self, samples):
        return {"stacked": metrics.stacked_digits_coverage(samples.reshape(-1, 8, 8, 3)).covered}


DATA = {
    "ring": functools.partial(Plane, "ring", ("ring", "on it")),
    "grid": functools.partial(Plane, "grid", ("grid", "on them")),
    "digits": Digits,
    "stacked": Stacked,
}


def play(name, task, seed, seconds):
    """Trains a row on data; returns a dict of floats."""
    keras.utils.set_random_seed(seed)
    model, clock = model_of(name, task.points.shape[1], seed), Clock(seconds)
    often = np.concatenate([task.points] * (1 + 5000 // len(task.points)))  # so that passes are not short
    model.fit(often, batch_size=task.batch, epochs=10**6, verbose=0, callbacks=[clock])
    return task.judge(model.generate(task.count, seed=0))


def main():
    """Parses the command line, trains, prints the table, each row when it is ready."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--recipes", nargs="+", default=rows())
    parser.add_argument("--data", nargs="+", default=list(DATA), choices=DATA)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=20.0)
    arguments = parser.parse_args()
    tasks = [DATA[name]() for name in arguments.data]
    print(f"| | {' | '.join(COLUMNS)} |\n{'|---' * (len(COLUMNS) + 1)}|")
    real = {name: value for task in tasks for name, value in task.judge(task.points[: task.count]).items()}
    print(row("real", [real], COLUMNS), flush=True)
    for name in arguments.recipes:
        found = [{} for _ in range(arguments.seeds)]
        for task in tasks:
            for seed, results in enumerate(found):
                results |= play(name, task, seed, arguments.seconds)
        print(row(f"{name}, {year(name)}", found, COLUMNS), flush=True)


if __name__ == "__main__":
    main()
