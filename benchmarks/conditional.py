"""Do the recipes with labels draw the digit that they are asked for? Trains each over several seeds and judges it.

    python -m benchmarks.conditional
    python -m benchmarks.conditional acgan --seeds 1 --set steps=500

Each run is a whole `keras-gans train RECIPE --data digits`, at the recipe's own settings; `--set` changes one. The
judge is that of `benchmarks/first_contact.py`, trained on one half of the real digits. The columns, of 1,000 samples:
obeys, the share in which the judge names the digit that was asked for; sure, the share of which it is more than 90 %
sure; variety, the mean distance of two samples of a class divided by that of two real digits of it, averaged over the
classes; covered, the share of the real digits that have a sample of their own class nearby, of those that the judge
has not seen, in its hidden layer; steps of the generator, and seconds of training, import and compilation included.
"""

import argparse
import pathlib
import tempfile
import time

import numpy as np

from benchmarks.first_contact import Judge, N, shrunk
from keras_gans import metrics
from keras_gans.recipes import RECIPES
from keras_gans.runs.settings import DEFAULT_STEPS, MODEL, Settings
from keras_gans.runs.train import train
from keras_gans.training import load_model

SIDE, CLASSES = 16, 10
RECIPES_WITH_LABELS = [name for name, recipe in RECIPES.items() if recipe.data == "labels"]


class ConditionalJudge(Judge):
    """`first_contact.Judge` that also knows which digit was asked for."""

    def of_asked(self, pictures, asked):
        """Judges flat pictures (N, 64) of the digits (N,) that were asked for; returns a dict of floats."""
        probabilities = self.network.predict_proba(pictures)
        varied = [
            metrics.pairwise_diversity(pictures[asked == k]) / metrics.pairwise_diversity(self.all[self.labels == k])
            for k in range(CLASSES)
        ]
        covered = [self._coverage(pictures[asked == k], k) for k in range(CLASSES)]
        return {
            "obeys": metrics.as_asked(probabilities, asked),
            "sure": np.mean(probabilities.max(axis=1) > 0.9),
            "variety": np.mean(varied),
            "covered": np.mean(covered),
        }

    def _coverage(self, pictures, digit):
        real = self.features(self.held_out[self.labels[len(self.trained) :] == digit])
        return metrics.density_coverage(real, self.features(pictures))[1]


def judged(model, judge):
    """What the judge says of samples of a model, each digit asked for equally often."""
    return judge.of_asked(shrunk(model.generate(N, seed=0)), np.arange(N) % CLASSES)


def run(recipe, seed, judge, changes):
    """Trains a recipe as the command line does; returns what the judge says, steps and seconds."""
    settings = {"image_size": SIDE, "steps": DEFAULT_STEPS, "gif": False, "diagnose": False, **changes}
    with tempfile.TemporaryDirectory() as folder:
        begin = time.perf_counter()
        train(pathlib.Path(folder) / "run", Settings(recipe=recipe, seed=seed, **settings))
        seconds = time.perf_counter() - begin
        model = load_model(pathlib.Path(folder) / "run" / MODEL)
        return {**judged(model, judge), "steps": int(model.optimizer.iterations), "seconds": seconds}


def row(name, result):
    """A row of the table."""
    cells = [f"{value:.0f}" if value > 2 else f"{value:.3f}" for value in result.values()]
    return f"| {name} | {' | '.join(cells)} |"


def main():
    """Parses the command line, trains, prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("recipes", nargs="*", default=RECIPES_WITH_LABELS)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="another setting of the run")
    arguments = parser.parse_args()
    changes = {name: float(v) if "." in v else int(v) for name, v in (word.split("=", 1) for word in arguments.set)}
    judge = ConditionalJudge(SIDE)
    print(f"Judge: {judge.right:.1%} right on real digits that it has not seen.\n")
    real = judge.of_asked(judge.trained, judge.labels[: len(judge.trained)])
    print(f"| {' | '.join(['', *real, 'steps', 'seconds'])} |\n{'|---' * (len(real) + 3)}|")
    print(row("real digits that it has seen", real), flush=True)
    for recipe in arguments.recipes:
        for seed in range(arguments.seeds):
            print(row(f"{recipe}, seed {seed}", run(recipe, seed, judge, changes)), flush=True)


if __name__ == "__main__":
    main()
