"""What the margin and the pulling-away term of EBGAN do on digits, beside a dense GAN; and BEGAN's measure.

    python -m benchmarks.energy
    python -m benchmarks.energy began    # the rows of BEGAN alone

Each row is trained on 16x16 digits over several seeds, and 1,000 samples are judged at 8x8 pixels by
`benchmarks/first_contact.py`'s classifier. EBGAN and the GAN make 2,000 steps of 64. Their columns: the Frechet
distance to the unseen half of the real digits in the judge's hidden layer; coverage and precision there; the variance
of all samples' pixels, relative to that of the real ones; the mean squared cosine of two samples' codes; the energies
of real and of generated digits, which are distances between pictures; seconds, compilation included.

BEGAN makes 10,000 steps of 16 (the convolutional pair 5,000). Its columns: the paper's measure of convergence, over the
first tenth of the training and over the last; the variance before training and at the end; distance, coverage and
precision as above; the mean error of generated digits as a share of that of real ones, which gamma asks for; k. "About
zero" says that the mean digit is taken off all digits, which are then halved, and put back on the samples.
"""

import argparse
import dataclasses
import time
from collections.abc import Callable

import keras
import numpy as np
from keras import ops

from benchmarks.first_contact import Judge, N, shrunk
from keras_gans import data, metrics, networks, recipes

SIDE = 16


@dataclasses.dataclass(frozen=True)
class Row:
    """A model, a function of the seed; how long it is trained, and on what: digits, or digits about zero."""

    make: Callable
    steps: int = 2000
    batch: int = 64
    about_zero: bool = False


def ebgan(**arguments):
    """EBGAN's recipe, with other constants."""
    return Row(lambda seed: recipes.ebgan((SIDE, SIDE, 1), seed=seed, **arguments))


def plain(seed):
    """The plain game of the same generator and a dense discriminator, at the optimizer of EBGAN."""
    judge = networks.mlp.discriminator((SIDE, SIDE, 1), width=128, depth=2)
    maker = networks.mlp.generator((SIDE, SIDE, 1), 32, width=128, depth=2)
    rates = {"d_learning_rate": 1e-3, "g_learning_rate": 1e-3}
    return recipes.gan((SIDE, SIDE, 1), 32, seed=seed, generator=maker, discriminator=judge, **rates)


def began(about_zero=False, **arguments):
    """BEGAN's recipe, with other constants."""
    return Row(lambda seed: recipes.began((SIDE, SIDE, 1), seed=seed, **arguments), 10_000, 16, about_zero)


def convolutional(about_zero=False):
    """BEGAN's convolutional pair of 16 channels, its codes of 32 numbers, at half the recipe's rate."""

    def make(seed):
        keras.utils.set_random_seed(seed)
        shape = (SIDE, SIDE, 1), 32, 16, 4
        pair = {"generator": networks.began.generator(*shape), "discriminator": networks.began.discriminator(*shape)}
        return recipes.began((SIDE, SIDE, 1), 32, seed=seed, d_learning_rate=5e-5, g_learning_rate=5e-5, **pair)

    return Row(make, 5_000, 16, about_zero)


ENERGIES = {
    "ebgan": ebgan(),
    "ebgan, margin 10, without the term": ebgan(margin=10.0, g_penalties=()),
    "ebgan, margin 10": ebgan(margin=10.0),
    "ebgan, margin 3": ebgan(margin=3.0),
    "gan, the same size": Row(plain),
}
STEERED = {"gamma": 0.8, "k_rate": 1e-2}
BALANCES = {
    "began": began(),
    "began, gamma 0.8, k_rate 0.01": began(**STEERED),
    "began, about zero": began(about_zero=True),
    "began, gamma 0.8, k_rate 0.01, about zero": began(about_zero=True, **STEERED),
    "began, convolutional": convolutional(),
    "began, convolutional, about zero": convolutional(about_zero=True),
}
COLUMNS = {
    "ebgan": ("distance", "coverage", "precision", "variance", "cosine", "real", "fake", "seconds"),
    "began": (
        *("M at first", "M", "variance at first", "variance", "distance", "coverage", "precision", "ratio", "k"),
        "seconds",
    ),
}


def run(row, seed, images, judge):
    """Trains a model and judges it; returns a dict of floats."""
    mean = images.mean(axis=0) if row.about_zero else 0.0
    scale = 0.5 if row.about_zero else 1.0
    examples = scale * (images - mean)
    begin = time.perf_counter()
    model = row.make(seed)
    before = model.generate(N, seed=0)
    epochs = row.steps // (len(images) // row.batch)
    history = model.fit(examples, batch_size=row.batch, epochs=epochs, verbose=0).history
    seconds = time.perf_counter() - begin
    made = model.generate(N, seed=0)
    found = judged(np.clip(made / scale + mean, -1, 1), judge) | {
        "variance": made.var(axis=0).sum() / examples.var(axis=0).sum(),
        "variance at first": before.var(axis=0).sum() / examples.var(axis=0).sum(),
        "seconds": seconds,
    }
    if "convergence" in history:
        measure, tenth = history["convergence"], len(history["convergence"]) // 10
        found |= {"M at first": np.mean(measure[:tenth]), "M": np.mean(measure[-tenth:]), "k": float(model.k)}
    return found | energies(model, examples[:N], made)


def judged(made, judge):
    """The distance, coverage and precision of samples."""
    small = shrunk(made)
    found = judge(small)
    distance = metrics.frechet_distance(judge.features(judge.held_out), judge.features(small))
    return {"distance": distance, "coverage": found["coverage"], "precision": found["precision"]}


def energies(model, real, made):
    """Mean energies of real and of generated examples, their ratio, and how alike the codes of samples are."""
    if "code" not in [layer.name for layer in model.discriminator.layers]:
        return {}
    encode = keras.Model(model.discriminator.input, model.discriminator.get_layer("code").output)
    codes = encode.predict(made, verbose=0).reshape(len(made), -1)
    codes /= np.linalg.norm(codes, axis=1, keepdims=True)
    real, fake = (-float(ops.mean(model.discriminator(x))) for x in (real, made))
    cosine = ((codes @ codes.T) ** 2)[~np.eye(N, dtype=bool)].mean()
    return {"cosine": cosine, "real": real, "fake": fake, "ratio": fake / real}


def table(rows, columns, seeds, images, judge):
    """Trains the rows and prints them, means and deviations over the seeds."""
    print(f"| | {' | '.join(columns)} |\n{'|---' * (len(columns) + 1)}|", flush=True)
    for name, row in rows.items():
        results = [run(row, seed, images, judge) for seed in range(seeds)]
        cells = []
        for column in columns:
            values = [result[column] for result in results if column in result]
            digits = 3 if column in ("M at first", "M", "k", "variance") else 2
            cells.append(f"{np.mean(values):.{digits}f} ± {np.std(values):.{digits}f}" if values else "")
        print(f"| {name} | {' | '.join(cells)} |", flush=True)


def main():
    """Parses the command line, trains, prints the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("games", nargs="*", default=list(COLUMNS), help=f"of {', '.join(COLUMNS)}; all if not given")
    parser.add_argument("--seeds", type=int, default=3)
    arguments = parser.parse_args()
    images, judge = data.load("digits", image_size=SIDE), Judge(SIDE)
    for game in arguments.games:
        table({"ebgan": ENERGIES, "began": BALANCES}[game], COLUMNS[game], arguments.seeds, images, judge)


if __name__ == "__main__":
    main()
