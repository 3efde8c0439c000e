"""What the margin and the pulling-away term of EBGAN do on digits, beside a dense GAN of the same generator.

    python -m benchmarks.energy

Each row is trained on 16x16 digits over several seeds, 2,000 steps of 64, and 1,000 samples are judged at 8x8 pixels
by `benchmarks/first_contact.py`'s classifier. The columns: the Frechet distance to the unseen half of the real digits
in the judge's hidden layer; coverage and precision there; the variance of all samples' pixels, relative to that of the
real ones; the mean squared cosine of two samples' codes; the energies of real and of generated digits, which are
distances between pictures; seconds, compilation included.
"""

import argparse
import time

import keras
import numpy as np
from keras import ops

from benchmarks.first_contact import Judge, N, shrunk
from keras_gans import data, metrics, networks, recipes

SIDE, STEPS, BATCH = 16, 2000, 64


def plain(seed):
    """The plain game of the same generator and a dense discriminator, at the optimizer of EBGAN."""
    judge = networks.mlp.discriminator((SIDE, SIDE, 1), width=128, depth=2)
    maker = networks.mlp.generator((SIDE, SIDE, 1), 32, width=128, depth=2)
    rates = {"d_learning_rate": 1e-3, "g_learning_rate": 1e-3}
    return recipes.gan((SIDE, SIDE, 1), 32, seed=seed, generator=maker, discriminator=judge, **rates)


ROWS = {
    "ebgan": lambda seed: recipes.ebgan((SIDE, SIDE, 1), seed=seed),
    "ebgan, margin 10, without the term": lambda seed: recipes.ebgan(
        (SIDE, SIDE, 1), seed=seed, margin=10.0, g_penalties=()
    ),
    "ebgan, margin 10": lambda seed: recipes.ebgan((SIDE, SIDE, 1), seed=seed, margin=10.0),
    "ebgan, margin 3": lambda seed: recipes.ebgan((SIDE, SIDE, 1), seed=seed, margin=3.0),
    "gan, the same size": plain,
}


def run(make, seed, images, judge):
    """Trains a model and judges it; returns a dict of floats."""
    begin = time.perf_counter()
    model = make(seed)
    model.fit(images, batch_size=BATCH, epochs=STEPS // (len(images) // BATCH), verbose=0)
    seconds = time.perf_counter() - begin
    made = model.generate(N, seed=0)
    small = shrunk(made)
    judged = judge(small)
    found = {
        "distance": metrics.frechet_distance(judge.features(judge.held_out), judge.features(small)),
        "coverage": judged["coverage"],
        "precision": judged["precision"],
        "variance": made.var(axis=0).sum() / images.var(axis=0).sum(),
    }
    if "code" in [layer.name for layer in model.discriminator.layers]:
        encode = keras.Model(model.discriminator.input, model.discriminator.get_layer("code").output)
        codes = encode.predict(made, verbose=0)
        codes /= np.linalg.norm(codes, axis=1, keepdims=True)
        real, fake = (-float(ops.mean(model.discriminator(x))) for x in (images[:N], made))
        found |= {"cosine": ((codes @ codes.T) ** 2)[~np.eye(N, dtype=bool)].mean(), "real": real, "fake": fake}
    return found | {"seconds": seconds}


def main():
    """Parses the command line, trains, prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", nargs="*", default=list(ROWS), help="names of rows; all if not given")
    parser.add_argument("--seeds", type=int, default=3)
    arguments = parser.parse_args()
    images, judge = data.load("digits", image_size=SIDE), Judge(SIDE)
    columns = ("distance", "coverage", "precision", "variance", "cosine", "real", "fake", "seconds")
    print(f"| | {' | '.join(columns)} |\n{'|---' * (len(columns) + 1)}|", flush=True)
    for name in arguments.rows:
        results = [run(ROWS[name], seed, images, judge) for seed in range(arguments.seeds)]
        cells = []
        for column in columns:
            values = [result[column] for result in results if column in result]
            cells.append(f"{np.mean(values):.2f} ± {np.std(values):.2f}" if values else "")
        print(f"| {name} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
