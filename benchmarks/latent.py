"""Autoencoders and VAEs on digits, beside PCA and GANs: what they rebuild, what they make, and how sharp that is.

    python -m benchmarks.latent

All are trained on 1,400 of the 1,797 digits at 16x16 pixels, over several seeds. The first table has the mean squared
error of the other 397, rebuilt by PCA and by dense autoencoders 256-128-code of as many numbers, after 3,000 steps of
64. The second has what 1,000 samples are like, by `benchmarks/first_contact.py`'s classifier at 8x8 pixels: the
Frechet distance to the unseen half of the real digits in the judge's hidden layer; coverage; the sharpness, variance of
the Laplacian, and the variance of all samples' pixels, both relative to those of real digits. Autoencoder and VAE have
a dense pair 256-128-16 and 4,000 steps of 64; GANs are the recipes, of 4,000 (quick_gan) and 1,500 steps (dcgan).
"""

import argparse
import math
import time

import numpy as np

from benchmarks.first_contact import Judge, N, shrunk
from keras_gans import data, losses, metrics, networks, recipes

SIDE, BATCH, WIDTH, CODE = 16, 64, 128, 16
TRAINED = 1400
SHAPE = (SIDE, SIDE, 1)


def digits():
    """Digits to train on and others."""
    images = data.load("digits", image_size=SIDE)
    order = np.random.default_rng(0).permutation(len(images))
    return images[order[:TRAINED]], images[order[TRAINED:]]


def fitted(model, images, steps):
    """The model after so many steps, rounded down to whole passes."""
    model.fit(images, batch_size=BATCH, epochs=steps // (len(images) // BATCH), verbose=0)
    return model


def encoder(code, heads=1):
    """A dense encoder with one hidden layer."""
    body = networks.mlp.discriminator(SHAPE, width=WIDTH, depth=1)
    return networks.autoencoder.encoder(body, code, heads)


def decoder(code):
    """A dense decoder with one hidden layer."""
    return networks.mlp.generator(SHAPE, code, width=WIDTH, depth=1)


def autoencoder(code, seed):
    """An autoencoder of these."""
    recipe = recipes.autoencoder
    return recipe(SHAPE, code, seed, encoder=encoder(code), decoder=decoder(code))


def vae(seed, likelihood):
    """A VAE of these."""
    return recipes.vae(SHAPE, CODE, seed, encoder=encoder(CODE, 2), generator=decoder(CODE), likelihood=likelihood)


def pca_error(train, test, code):
    """Mean squared error of pictures rebuilt by principal components."""
    x, y = train.reshape(len(train), -1), test.reshape(len(test), -1)
    axes = np.linalg.svd(x - x.mean(axis=0), full_matrices=False)[2][:code]
    centred = y - x.mean(axis=0)
    return float(np.square(centred - centred @ axes.T @ axes).mean())


def dreams(kind):
    """A maker of 1,000 examples by an autoencoder's decoder, of normal codes or of codes like those of the data."""

    def make(seed, train):
        model = fitted(autoencoder(CODE, seed), train, 3000)
        rng, codes = np.random.default_rng(seed), model.encode(train)
        drawn = rng.normal(size=(N, CODE))
        if kind == "fitted":
            drawn = rng.multivariate_normal(codes.mean(axis=0), np.cov(codes.T), N)
        return model, model.decode(drawn.astype("float32"))

    return make


def of_vae(likelihood):
    """A maker of 1,000 examples by a VAE."""

    def make(seed, train):
        model = fitted(vae(seed, likelihood), train, 4000)
        return model, model.generate(N, seed=0)

    return make


def of_gan(name, steps):
    """A maker of 1,000 examples by a recipe's GAN."""

    def make(seed, train):
        model = fitted(recipes.RECIPES[name].build(SHAPE, seed=seed), train, steps)
        return model, model.generate(N, seed=0)

    return make


ROWS = {
    "autoencoder, normal codes": dreams("normal"),
    "autoencoder, codes of a Gaussian fitted to them": dreams("fitted"),
    "vae, Bernoulli": of_vae("bernoulli"),
    "vae, Gaussian of deviation 1": of_vae("gaussian"),
    "vae, Gaussian, calibrated": of_vae(losses.GaussianLikelihood(None)),
    "vae, squares averaged over pixels, KL summed": of_vae(losses.GaussianLikelihood(math.sqrt(SIDE**2 / 2))),
    "quick_gan": of_gan("quick_gan", 4000),
    "dcgan": of_gan("dcgan", 1500),
}


def judged(make, seed, train, test, judge):
    """Trains and judges; returns a dict of floats."""
    begin = time.perf_counter()
    model, made = make(seed, train)
    seconds, small = time.perf_counter() - begin, shrunk(made)
    found = {
        "distance": metrics.frechet_distance(judge.features(judge.held_out), judge.features(small)),
        "coverage": judge(small)["coverage"],
        "sharpness": metrics.laplacian_variance(made) / metrics.laplacian_variance(test),
        "variance": made.var(axis=0).sum() / test.var(axis=0).sum(),
        "seconds": seconds,
    }
    if hasattr(model, "reconstruct"):
        found["error"] = float(np.square(model.reconstruct(test) - test).mean())
    if hasattr(model, "likelihood"):
        found["KL, nats"] = model.evaluate(test, batch_size=len(test), verbose=0, return_dict=True)["kl"]
    return found


def cell(values):
    """Mean and deviation in words."""
    digits = 4 if np.mean(values) < 0.3 else 2
    return f"{np.mean(values):.{digits}f} ± {np.std(values):.{digits}f}" if values else ""


def table(head, rows):
    """Prints a table in Markdown, a row at a time."""
    print(f"| | {' | '.join(head)} |\n{'|---' * (len(head) + 1)}|", flush=True)
    for name, cells in rows:
        print(f"| {name} | {' | '.join(cells)} |", flush=True)
    print(flush=True)


def main():
    """Parses the command line, trains, prints the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", nargs="*", default=list(ROWS), help="names of rows; all if not given")
    parser.add_argument("--seeds", type=int, default=3)
    arguments = parser.parse_args()
    train, test = digits()
    seeds, judge = range(arguments.seeds), Judge(SIDE)

    def errors(code):
        models = (fitted(autoencoder(code, seed), train, 3000) for seed in seeds)
        return [float(np.square(model.reconstruct(test) - test).mean()) for model in models]

    codes = ((f"{code} numbers", [f"{pca_error(train, test, code):.4f}", cell(errors(code))]) for code in (2, 8, 16))
    table(["PCA", "autoencoder"], codes)
    columns = ("error", "KL, nats", "distance", "coverage", "sharpness", "variance", "seconds")

    def row(name):
        results = [judged(ROWS[name], seed, train, test, judge) for seed in seeds]
        return [cell([result[column] for result in results if column in result]) for column in columns]

    table(columns, ((name, row(name)) for name in arguments.rows))


if __name__ == "__main__":
    main()
