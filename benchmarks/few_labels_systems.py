"""What do a GAN's few labels have to teach? S2GAN, S3GAN and their co-training on digits, beside all labels and none.

    python -m benchmarks.few_labels_systems
    python -m benchmarks.few_labels_systems s3gan s3gan_co --shares 0.1 --steps 3136

Of the 1,797 digits at 16x16 pixels a share of each class keeps its labels; which, each seed draws anew. `s2gan` and
`s3gan` are trained on what `data.infer_labels` makes of them, `s2gan_co` and `s3gan_co` on the labels and -1;
`labelled only` is the game of `s2gan` on the pictures that have a label and on no other. Without a share: `all labels`,
the same game on all 1,797, and `one label`, the same for all pictures, which is a game without labels.

Each row is trained for 784 steps of 32, at width 8. The rates are not the paper's, which need more steps than there
was time for: 4e-3 of D and 1e-3 of G, one step of D for one of G, averages of decay 0.98.

The columns: named, the share of the pictures without a label that are named rightly, by `data.infer_labels` or by D's
head when training ends; as asked, the share of 1,000 samples in which the classifier of `benchmarks/first_contact.py`
names the digit that was asked for; variety, the mean distance of two samples of a class divided by that of two real
ones; the Frechet distance of samples to digits in that classifier's hidden layer; copies, `metrics.duplicates` of the
samples among all digits, at 8x8 pixels as they were written (the first row: among the others of real digits); near a
label, the share of samples whose nearest digit has a label; seconds of training, compilation included, inference not.
Means and deviations over the seeds.
"""

import argparse
import functools
import time

import keras
import numpy as np

from benchmarks.conditional import CLASSES, ConditionalJudge
from benchmarks.few_labels import distance
from benchmarks.first_contact import N, shrunk
from benchmarks.tables import row
from keras_gans import data, metrics, recipes

SIDE, WIDTH, STEPS, BATCH = 16, 8, 784, 32
QUICK = {"d_learning_rate": 4e-3, "g_learning_rate": 1e-3, "n_critic": 1, "ema": 0.98, "steps_per_execution": 4}
COLUMNS = {"named": 3, "as asked": 3, "variety": 2, "distance": 2, "copies": 3, "near a label": 3, "seconds": 0}
SYSTEMS = ("labelled only", "s2gan", "s3gan", "s2gan_co", "s3gan_co")


@functools.cache
def digits():
    """All digits (1797, 16, 16, 1) and their labels."""
    images, labels = data.load("digits", image_size=SIDE, labels=True)
    return images, labels.astype("int32")


@functools.cache
def inferred(share, seed):
    """All labels, those that were hidden inferred."""
    images, labels = digits()
    return data.infer_labels(images, data.hide_labels(labels, share, seed), seed)[0]


def examples(system, share, seed):
    """The pictures and the labels that a system is trained on, as many as there are digits."""
    images, labels = digits()
    if system == "all labels":
        return images, labels
    if system == "one label":
        return images, 0 * labels
    seen = data.hide_labels(labels, share, seed)
    if system == "labelled only":
        rows = np.resize(np.flatnonzero(seen >= 0), len(images))  # again and again, so that a pass is as long
        return images[rows], labels[rows]
    return images, seen if system.endswith("_co") else inferred(share, seed)


def trained(system, share, seed, steps):
    """A trained model, and the seconds that it took."""
    keras.utils.set_random_seed(seed)
    images, labels = examples(system, share, seed)
    recipe = recipes.RECIPES["s2gan" if system not in recipes.RECIPES else system]
    model = recipe.build((SIDE, SIDE, 1), int(labels.max()) + 1, width=WIDTH, seed=seed, **QUICK)
    begin = time.perf_counter()
    model.fit(images, labels, batch_size=BATCH, epochs=steps // (len(images) // BATCH), verbose=0)
    return model, time.perf_counter() - begin


def named(model, system, share, seed):
    """The share of pictures without a label that are named rightly; None where nobody names them."""
    images, labels = digits()
    if system not in SYSTEMS[1:]:
        return None
    hidden = data.hide_labels(labels, share, seed) < 0
    if system.endswith("_co"):
        guesses = model.discriminator.predict([images, labels], verbose=0)[2].argmax(axis=1)
    else:
        guesses = inferred(share, seed)
    return np.mean(guesses[hidden] == labels[hidden])


def run(system, share, seed, judge, steps=STEPS):
    """Trains a row; returns a dict of floats, None where a column means nothing."""
    model, seconds = trained(system, share, seed, steps)
    asked = np.arange(N) % CLASSES
    samples = shrunk(model.generate(N, labels=0 * asked if system == "one label" else asked, seed=0))
    judged, real = judge.of_asked(samples, asked), shrunk(digits()[0])
    found = {"named": named(model, system, share, seed), "as asked": judged["obeys"], "variety": judged["variety"]}
    found |= {"distance": distance(samples, judge), "copies": metrics.duplicates(samples, real)}
    if share:
        _, nearest = metrics.nearest_neighbours(samples, real)
        found["near a label"] = np.mean(data.hide_labels(digits()[1], share, seed)[nearest[:, 0]] >= 0)
    if system == "one label":
        found["variety"] = None
    return {**found, "seconds": seconds}


def of_real(judge):
    """The row of real digits: copies of one half in the other, the judge's distance of one to the other."""
    asked = judge.labels[: len(judge.trained)]
    judged = judge.of_asked(judge.trained, asked)
    copies = metrics.duplicates(judge.trained, judge.held_out)
    found = {"as asked": judged["obeys"], "variety": judged["variety"]}
    return {**found, "distance": distance(judge.trained, judge), "copies": copies}


def main():
    """Parses the command line, trains, prints the table, each row when it is ready."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("systems", nargs="*", default=["all labels", "one label", *SYSTEMS])
    parser.add_argument("--shares", nargs="*", type=float, default=[0.1, 0.02, 0.2])
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--steps", type=int, default=STEPS)
    arguments = parser.parse_args()
    judge = ConditionalJudge(SIDE)
    print(f"| | {' | '.join(COLUMNS)} |\n{'|---' * (len(COLUMNS) + 1)}|")
    print(row("real digits", [of_real(judge)], COLUMNS), flush=True)
    of_all = [(name, None) for name in arguments.systems if name not in SYSTEMS]
    for name, share in of_all + [(name, s) for s in arguments.shares for name in arguments.systems if name in SYSTEMS]:
        results = [run(name, share, seed, judge, arguments.steps) for seed in range(arguments.seeds)]
        print(row(f"{share:.0%}: {name}" if share else name, results, COLUMNS), flush=True)


if __name__ == "__main__":
    main()
