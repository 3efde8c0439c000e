"""What do few labels teach a classifier, and a generator? Triple-GAN on digits, beside its classifier alone.

    python -m benchmarks.few_labels
    python -m benchmarks.few_labels 10 --rows "triplegan, no guesses" "triplegan, noise"

Of 1,400 digits at 16x16 pixels 10, 5 or 2 of each class have a label; which, each seed draws anew. Each row is trained
for 1,400 steps of 100, and judged on the other 397 digits and by 1,000 samples. All rows have the recipe's networks:
`labels only` and `+ R_U` take from its classifier the weights of D and of generated digits, and the first also those of
entropy and balance; D and G play on beside it, with its labels. `no guesses` takes from D the positives that C labels;
`noise` has batch norm in G and noise on D's examples, as the authors' code, no R1, and Adam 3e-4 (C: 1e-3), 0.5.
The unconditional games are the plain one of dense networks of the same widths, at DCGAN's rate, and `quick_gan`, whose
optimizer, penalty and averages the recipe has, too.

The columns: the share of unseen digits that C names rightly; obeys, the share of samples in which the classifier of
`benchmarks/first_contact.py` names the digit that was asked for; the Frechet distance of samples to digits in that
classifier's hidden layer; variety, the mean distance of two samples of a class divided by that of two real ones; grain,
the variance of a pixel's difference to its four neighbours divided by that in real digits; seconds of training,
compilation included. Means and deviations over the seeds.
"""

import argparse
import time

import keras
import numpy as np

from benchmarks.conditional import CLASSES, ConditionalJudge
from benchmarks.first_contact import N, shrunk
from keras_gans import data, metrics, networks, recipes

SIDE, STEPS, BATCH, TRAINED = 16, 1400, 100, 1400
SHAPE = (SIDE, SIDE, 1)
BEGIN = {"alpha_p_start": STEPS // 3}
ALONE = {"adversarial": 0.0, "alpha_p": 0.0}
COLUMNS = ("accuracy", "obeys", "distance", "variety", "grain", "seconds")


def noisy():
    """The arguments of the recipe that bring back the authors' batch norm and noise."""
    generator = networks.triplegan.generator(SHAPE, CLASSES, 32, 256, depth=3)
    discriminator = networks.triplegan.discriminator(SHAPE, CLASSES, 256, depth=2, hidden_noise=0.0)
    rates = {"d_optimizer": 3e-4, "c_optimizer": 1e-3, "g_optimizer": 3e-4}
    adams = {name: keras.optimizers.Adam(rate, beta_1=0.5) for name, rate in rates.items()}
    return {**BEGIN, **adams, "generator": generator, "discriminator": discriminator, "penalties": (), "ema": 0.99}


ROWS = {  # name -> function that makes the arguments of the recipe
    "labels only": lambda: {**ALONE, "entropy": 0.0, "balance": 0.0},
    "+ R_U": lambda: ALONE,
    "triplegan": lambda: BEGIN,
    "triplegan, no guesses": lambda: {**BEGIN, "pseudo": 0.0},
    "triplegan, noise": noisy,
}


def plain(seed):
    """The plain game of networks of the same widths."""
    maker = networks.mlp.generator(SHAPE, 32, width=256, depth=3)
    judge = networks.mlp.discriminator(SHAPE, width=256, depth=2)
    return recipes.gan(SHAPE, 32, seed=seed, generator=maker, discriminator=judge)


UNCONDITIONAL = {"gan": plain, "quick_gan": lambda seed: recipes.quick_gan(SHAPE, seed=seed)}


def trained(model, examples):
    """Trains a model; returns the seconds."""
    begin = time.perf_counter()
    model.fit(examples, batch_size=BATCH, epochs=STEPS // (TRAINED // BATCH), verbose=0)
    return time.perf_counter() - begin


def distance(samples, judge):
    """Frechet distance in the judge's hidden layer, to digits that it has not seen."""
    return metrics.frechet_distance(judge.features(judge.held_out), judge.features(samples))


def grain(pictures):
    """The variance of a pixel's difference to the mean of its four neighbours."""
    x = pictures[..., 0]
    around = x[:, :-2, 1:-1] + x[:, 2:, 1:-1] + x[:, 1:-1, :-2] + x[:, 1:-1, 2:]
    return np.var(x[:, 1:-1, 1:-1] - around / 4)


def run(arguments, count, seed, digits, judge):
    """Trains a row; returns a dict of floats."""
    images, labels, unseen, answers = digits
    keras.utils.set_random_seed(seed)
    model = recipes.triplegan(SHAPE, seed=seed, **arguments())
    seconds = trained(model, data.partly_labelled(images, labels, count, seed))
    made = model.generate(N, seed=0)
    samples = shrunk(made)
    judged = judge.of_asked(samples, np.arange(N) % CLASSES)
    right = np.mean(model.classify(unseen).argmax(axis=1) == answers)
    found = {"accuracy": right, "distance": distance(samples, judge), "seconds": seconds}
    return {**found, "obeys": judged["obeys"], "variety": judged["variety"], "grain": grain(made) / grain(images)}


def run_unconditional(make, seed, digits, judge):
    """Trains a game without labels; returns a dict of floats."""
    model = make(seed)
    seconds = trained(model, digits[0])
    made = model.generate(N, seed=0)
    found = {"distance": distance(shrunk(made), judge), "grain": grain(made) / grain(digits[0])}
    return {**found, "seconds": seconds}


def split():
    """1,400 digits and their labels, and the others and theirs."""
    images, labels = data.load("digits", image_size=SIDE, labels=True)
    seen, unseen = np.split(np.random.default_rng(0).permutation(len(images)), [TRAINED])
    return images[seen], labels[seen], images[unseen], labels[unseen]


def row(name, results):
    """A row of the table."""
    cells = []
    for column in COLUMNS:
        values = [result[column] for result in results if column in result]
        digits = {"seconds": 0, "distance": 2, "grain": 2}.get(column, 3)
        cells.append(f"{np.mean(values):.{digits}f} ± {np.std(values):.{digits}f}" if values else "")
    return f"| {name} | {' | '.join(cells)} |"


def main():
    """Parses the command line, trains, prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("counts", nargs="*", type=int, default=[10, 5, 2], help="labels of each class")
    parser.add_argument("--rows", nargs="*", default=[*list(ROWS)[:3], *UNCONDITIONAL])
    parser.add_argument("--seeds", type=int, default=3)
    arguments = parser.parse_args()
    digits, judge = split(), ConditionalJudge(SIDE)
    print(f"| | {' | '.join(COLUMNS)} |\n{'|---' * (len(COLUMNS) + 1)}|", flush=True)
    for count in arguments.counts:
        for name in (name for name in arguments.rows if name in ROWS):
            results = [run(ROWS[name], count, seed, digits, judge) for seed in range(arguments.seeds)]
            print(row(f"{count} a class: {name}", results), flush=True)
    for name in (name for name in arguments.rows if name in UNCONDITIONAL):
        results = [run_unconditional(UNCONDITIONAL[name], seed, digits, judge) for seed in range(arguments.seeds)]
        print(row(f"no label: {name}", results), flush=True)


if __name__ == "__main__":
    main()
