"""Does growing help? Picture quality against time, of a ProGAN that grows and of one that is whole from the start.

    python -m benchmarks.growing
    python -m benchmarks.growing --recipe stylegan --side 64 --seeds 1

Both are the recipe on the drawn shapes, of one width, with the paper's constants. The grown one makes `--steps` steps;
the whole one trains as many seconds of the processors as that took, evaluation left out, since a step costs more. At
quarters of that time 1,000 pictures of the averaged weights are compared with the 2,025 real ones: the Frechet distance
in the hidden layer of `metrics.classifier`; recall, the share of real pictures whose neighbourhood holds a made one,
and precision, the reverse. Times are seconds of the processors (`time.process_time`), which other work on the machine
disturbs little: on two idle cores twice the seconds that pass. The first table has a row for each seed, the second
says what a step of each phase costs, compilation left out. Real pictures, half against half, bound the distance below.
"""

import argparse
import pathlib
import time

import keras
import numpy as np

from keras_gans import data, metrics, recipes, visualization

BATCH, MADE, LOOKS = 16, 1000, 4


class Clock(keras.callbacks.Callback):
    """Counts seconds of the processors in training steps, and looks at the model at given times.

    Args:
        look: function of the model, whose results are kept in `seen`.
        times: list of seconds at which to look; None to look at given `steps`.
        steps: list of int, counts of training steps.
    """

    def __init__(self, look, times=None, steps=None):
        super().__init__()
        self.look, self.times, self.steps = look, times, steps
        self.spent, self.begin, self.seen, self.costs = 0.0, 0.0, [], {}

    def on_train_batch_begin(self, batch, logs=None):
        self.begin = time.process_time()

    def on_train_batch_end(self, batch, logs=None):
        seconds = time.process_time() - self.begin
        self.spent += seconds
        self.costs.setdefault(self.model.phase, []).append(seconds)
        step = sum(map(len, self.costs.values()))
        due = self.spent >= self.times[len(self.seen)] if self.times else step == self.steps[len(self.seen)]
        if due:
            self.seen.append((step, self.spent, *self.look(self.model)))
            self.model.stop_training = len(self.seen) == LOOKS

    def reached(self):
        """Whether all looks were taken."""
        return len(self.seen) == LOOKS


class Look:
    """Judges pictures of a model by distance, precision and recall, and keeps the last of them."""

    def __init__(self, real, labels):
        self.judge = metrics.classifier(real, labels)
        self.real, self.pictures = self.judge(real).values, None

    def __call__(self, model):
        self.pictures = model.generate(MADE, seed=0)
        made = self.judge(self.pictures).values
        precision, recall = metrics.precision_recall(self.real[:MADE], made)
        return metrics.frechet_distance(self.real, made), precision, recall


def trained(model, pictures, clock):
    """Trains in passes until the clock has taken all its looks."""
    while not clock.reached():
        model.fit(pictures, batch_size=BATCH, verbose=0, callbacks=[clock])
    return clock


def rows(name, seed, clock):
    """A row of the first table."""
    cells = " | ".join(f"{step:,}: {d:.1f} ({p:.2f}, {r:.2f})" for step, _, d, p, r in clock.seen)
    return f"| {name} | {seed} | {clock.spent:.0f} | {cells} |"


def compare(arguments, seed, pictures, look):
    """Trains both with one seed; prints their rows and returns their clocks."""
    recipe = recipes.RECIPES[arguments.recipe].build
    shape, options = pictures.shape[1:], {"width": arguments.width, "seed": seed}
    steps = [arguments.steps * (i + 1) // LOOKS for i in range(LOOKS)]
    grown = trained(recipe(shape, steps=arguments.steps, **options), pictures, Clock(look, steps=steps))
    keep(arguments, look.pictures, f"grown-{seed}")
    print(rows("grown", seed, grown), flush=True)
    times = [seconds for _, seconds, *_ in grown.seen]
    whole = trained(recipe(shape, steps=1, grow=False, **options), pictures, Clock(look, times=times))
    keep(arguments, look.pictures, f"whole-{seed}")
    print(rows("whole", seed, whole), flush=True)
    return grown, whole


def keep(arguments, pictures, name):
    """Writes a sheet of what a model made last, if asked to."""
    if arguments.sheets:
        arguments.sheets.mkdir(parents=True, exist_ok=True)
        visualization.save_image(arguments.sheets / f"{name}.png", visualization.image_grid(pictures[:36]))


def spread(clocks, look):
    """Mean and deviation of the distances at a look."""
    values = [clock.seen[look][2] for clock in clocks]
    return f"{np.mean(values):.1f} ± {np.std(values):.1f}"


def main():
    """Parses the command line, trains, prints the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--recipe", default="progan")
    parser.add_argument("--side", type=int, default=32)
    parser.add_argument("--width", type=int, default=32)
    parser.add_argument("--steps", type=int, default=7000)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--sheets", type=pathlib.Path, help="folder for sheets of the last pictures")
    arguments = parser.parse_args()
    pictures, labels = data.load("shapes", image_size=arguments.side, labels=True)
    look = Look(pictures, labels)
    half = metrics.frechet_distance(look.real[::2], look.real[1::2])
    print(f"Real pictures, half against half: {half:.1f}\n")
    print(f"| | seed | seconds |{' step: distance (precision, recall) |' * LOOKS}\n|{'---|' * (3 + LOOKS)}", flush=True)
    found = [compare(arguments, seed, pictures, look) for seed in range(arguments.seeds)]
    for name, clocks in zip(("grown", "whole"), zip(*found)):
        print(f"| {name} | all | | {' | '.join(spread(clocks, i) for i in range(LOOKS))} |")
    print("\n| phase | side | seconds of a step |\n|---|---|---|")
    for phase in range(len(found[0][0].costs)):
        costs = [np.median(grown.costs[phase][5:]) for grown, _ in found]
        side = 2 ** (2 + (phase + 1) // 2) if arguments.recipe == "progan" else 2 ** (3 + (phase + 1) // 2)
        print(f"| {phase} | {side} | {np.mean(costs):.3f} |")
    costs = [np.median([c for some in whole.costs.values() for c in some][5:]) for _, whole in found]
    print(f"| whole | {arguments.side} | {np.mean(costs):.3f} |")


if __name__ == "__main__":
    main()
