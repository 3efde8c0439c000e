"""Does `callbacks.Diagnostics` name what fails, and keep quiet about what does not? A table of runs, most held out.

    python benchmarks/diagnostics.py                    # all: see the result file for how long
    python benchmarks/diagnostics.py --runs collapse    # those whose names hold one of these words

Built failures: dense networks on eight Gaussians, and Dirac-GANs, with what the lectures warn of. Good runs: recipes on
the ring and the grid as they are, and digits. Every run has 40 looks. The thresholds of `callbacks/symptoms.py` were
chosen while looking at the runs of seed 0 marked "seen"; all others were run once, after that. A run is judged at its
end, by what it was built to do, or for recipes by the modes that it covers.
"""

import argparse
import time

import keras
import numpy as np

from keras_gans import data, losses, metrics, models, networks, recipes
from keras_gans.callbacks import Diagnostics
from keras_gans.regularizers import R1

LOOKS, BATCH, SAMPLES = 40, 64, 2500
WIDE_RING = data.toy.ring(radius=2.0, std=0.05)
MIXTURES = {"ring": data.toy.ring(), "grid": data.toy.grid()}


class Shift(keras.layers.Layer):
    """Adds what is learned: the generator of a Dirac-GAN."""

    def build(self, shape):
        """Makes the number."""
        self.shift = self.add_weight(shape=(1,), initializer=keras.initializers.Constant(1.0))

    def call(self, x):
        """Adds it."""
        return x + self.shift


def dense(d_rate, g_rate, seed, width=64, far=0.0, **arguments):
    """A dense pair on the wide ring, which is moved away by `far`."""
    keras.utils.set_random_seed(seed)
    pair = networks.mlp.generator((2,), 2, width=width), networks.mlp.discriminator((2,), width=width)
    model = models.GAN(*pair, latent_dim=2, seed=seed)
    optimizers = (keras.optimizers.Adam(rate, beta_1=0.5) for rate in (d_rate, g_rate))
    model.compile(*optimizers, **arguments)
    return model, WIDE_RING.sample(BATCH * model.n_critic * 50, seed) + np.array([far, 0.0], "float32"), 600


def dirac(seed, rate=0.2, loss="gan", **arguments):
    """A point that is moved, judged by a line."""
    keras.utils.set_random_seed(seed)
    latents, points = keras.Input((1,)), keras.Input((1,))
    generator = keras.Model(latents, Shift()(keras.layers.Rescaling(0.05)(latents)))
    line = keras.layers.Dense(1, kernel_initializer="zeros")
    model = models.GAN(generator, keras.Model(points, line(points)), latent_dim=1, seed=seed)
    model.compile(keras.optimizers.SGD(rate), keras.optimizers.SGD(rate), loss=loss, **arguments)
    return model, np.random.default_rng(seed).normal(scale=0.05, size=(3200, 1)).astype("float32"), 600


def on_mixture(recipe, toy, seed):
    """A recipe as it is, on points."""
    model = recipes.RECIPES[recipe].build((2,), seed=seed)
    return model, MIXTURES[toy].sample(BATCH * model.n_critic * 50, seed), 800


def on_digits(recipe, seed, steps=400, **arguments):
    """A recipe on small digits, with narrow networks where it has none of its own."""
    model = recipes.RECIPES[recipe].build((16, 16, 1), seed=seed, **arguments)
    return model, data.load("digits", image_size=16, labels="classes" in model.get_config()), steps


def digits_dense(recipe, seed, **arguments):
    """The same with dense networks."""
    keras.utils.set_random_seed(seed)
    pair = networks.mlp.generator((16, 16, 1)), networks.mlp.discriminator((16, 16, 1))
    return on_digits(recipe, seed, 600, generator=pair[0], discriminator=pair[1], **arguments)


def adam(rate, beta_1=0.5):
    """Adam."""
    return keras.optimizers.Adam(rate, beta_1=beta_1)


MINIMAX = losses.GANLoss(saturating=True)
FAILURES = {  # name -> kind, function of the seed
    "minimax, D far ahead": ("vanishing gradients", lambda s: dense(5e-3, 1e-5, s, far=6.0, loss=MINIMAX)),
    "minimax, D far ahead, wide": ("vanishing gradients", lambda s: dense(2e-3, 1e-5, s, 128, 4.0, loss=MINIMAX)),
    "minimax on digits, n_critic 5": ("vanishing gradients", lambda s: digits_dense("mmgan", s, n_critic=5)),
    "non-saturating, D far ahead": ("discriminator wins", lambda s: dense(5e-3, 1e-5, s, far=6.0)),
    "non-saturating, D far ahead, wide": ("discriminator wins", lambda s: dense(2e-3, 1e-5, s, 128, 4.0)),
    "least squares, D far ahead": (
        "discriminator wins",
        lambda s: dense(2e-3, 1e-6, s, far=6.0, loss="least_squares"),
    ),
    "G ten times as fast": ("mode collapse", lambda s: dense(1e-4, 1e-3, s)),
    "G five times as fast, wide": ("mode collapse", lambda s: dense(2e-4, 1e-3, s, 128)),
    "critic without a bound": ("divergence", lambda s: dense(1e-2, 1e-4, s, far=6.0, loss="wasserstein")),
    "critic without a bound, 5 steps": (
        "divergence",
        lambda s: dense(1e-3, 1e-4, s, 128, loss="wasserstein", n_critic=5),
    ),
    "Dirac-GAN": ("oscillation", dirac),
    "Dirac-GAN, bilinear": ("oscillation", lambda s: dirac(s, 0.1, "wasserstein")),
}
SUCCESSES = {
    "Dirac-GAN with R1": lambda s: dirac(s, penalties=[R1(1.0)]),
    "non-saturating on the wide ring": lambda s: dense(2e-3, 1e-3, s),
    "dcgan on digits": lambda s: on_digits(
        "dcgan",
        s,
        generator=networks.dcgan.generator((16, 16, 1), 100, width=16),
        discriminator=networks.dcgan.discriminator((16, 16, 1), width=16),
    ),
    "wgan_gp on digits": lambda s: digits_dense("wgan_gp", s, d_optimizer=adam(1e-3, 0.0), g_optimizer=adam(1e-3, 0.0)),
    "nsgan on digits": lambda s: digits_dense("nsgan", s),
}
ON_POINTS = [name for name, r in recipes.RECIPES.items() if r.data == "images" and name not in ("gan", "dcgan")]
SEEN = {*FAILURES, *SUCCESSES} - {"least squares, D far ahead", "nsgan on digits"}  # at seed 0


def runs(seeds):
    """Yields every run: name, seed, expected kind or None, function."""
    for seed in seeds:
        yield from ((name, seed, kind, make) for name, (kind, make) in FAILURES.items())
        yield from ((name, seed, None, make) for name, make in SUCCESSES.items())
    for toy in MIXTURES:
        for recipe in ON_POINTS:
            yield f"{recipe} on the {toy}", 0, None, lambda s, r=recipe, t=toy: on_mixture(r, t, s)


def diagnose(make, seed):
    """Trains once; returns the callback, the model and the seconds."""
    begin = time.perf_counter()
    model, x, steps = make(seed)
    callback = Diagnostics(x, every=steps // LOOKS)
    parts = x if isinstance(x, tuple) else (x,)
    epochs = -(-steps * BATCH * model.n_critic // len(parts[0]))
    model.fit(*parts, batch_size=BATCH, epochs=epochs, verbose=0, callbacks=[callback])
    return callback, model, time.perf_counter() - begin


def outcome(name, model, callback):
    """What a run came to, without the callback's judgement: modes covered, or the samples' distance from the data."""
    for toy, mixture in MIXTURES.items():
        if name.endswith(f"on the {toy}"):
            found = metrics.mode_coverage(model.generate(SAMPLES, seed=1), mixture.modes, mixture.std)
            return f"{found.covered} of {found.total} modes"
    return f"distance {callback.looks[0]['distance']:.2f} to {callback.looks[-1]['distance']:.2f}"


def main():
    """Parses the command line and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", nargs="+", default=[""])
    parser.add_argument("--seeds", nargs="+", type=int, default=[0, 1])
    arguments = parser.parse_args()
    print("| run | seed | seen | built to show | recognised (step) | outcome | seconds |")
    print("|---|---|---|---|---|---|---|", flush=True)
    for name, seed, kind, make in runs(arguments.seeds):
        if any(word in name for word in arguments.runs):
            callback, model, seconds = diagnose(make, seed)
            found = ", ".join(f"{f.kind} ({f.step})" for f in callback.findings) or "-"
            seen = "yes" if seed == 0 and name in SEEN else ""
            cells = [name, seed, seen, kind or "-", found, outcome(name, model, callback), f"{seconds:.0f}"]
            print(f"| {' | '.join(map(str, cells))} |", flush=True)


if __name__ == "__main__":
    main()
