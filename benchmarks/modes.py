"""How many modes does each recipe cover? PacGAN's ring and grid, at a smaller budget, over several seeds.

    python benchmarks/modes.py                                 # all recipes: about an hour on two cores
    python benchmarks/modes.py --recipes wgan_gp --toys grid   # three runs of about two minutes

Kept of the protocol: the two mixtures, 100,000 training points, 2,500 samples, a mode counts with one sample within 3
standard deviations. Changed: about 3,000 (ring) and 6,000 (grid) generator steps on batches of 256 instead of 400,000
on 100, and the package's dense pair for points. Each recipe is trained as it is, but for its learning rate, which
falls linearly to 0. Prints a row per recipe and toy: mean and standard deviation over the seeds, and each seed's modes.
"""

import argparse
import time

import keras
import numpy as np

from keras_gans import data, metrics, recipes

STEPS = {"ring": 3000, "grid": 6000}
POINTS, BATCH, SAMPLES = 100_000, 256, 2500
PUBLISHED = {"ring": "6.3 ± 0.5 | 98.2 | 0.45", "grid": "17.3 ± 0.8 | 94.8 | 0.70"}
ONE_EACH = [name for name in recipes.RECIPES if name not in ("gan", "dcgan")]  # which on points are nsgan


def falling(optimizer, steps):
    """A fresh optimizer of the same kind and constants, whose learning rate falls linearly to 0."""
    config = optimizer.get_config()
    config["learning_rate"] = keras.optimizers.schedules.PolynomialDecay(config["learning_rate"], steps, 0.0)
    return type(optimizer).from_config(config)


def run(recipe, toy, seed, steps):
    """Trains once; returns the coverage, the generator steps made and the seconds they took."""
    mixture = data.TOYS[toy]()
    points = mixture.sample(POINTS, seed=0)
    model = recipes.RECIPES[recipe].build((2,), seed=seed)
    critic_steps = model.n_critic
    steps_per_epoch = POINTS // (BATCH * critic_steps)
    epochs = max(1, steps // steps_per_epoch)
    steps = epochs * steps_per_epoch
    model = recipes.RECIPES[recipe].build(
        (2,),
        seed=seed,
        d_optimizer=falling(model.d_optimizer, steps * critic_steps),
        g_optimizer=falling(model.g_optimizer, steps),
        jit_compile=True,
        steps_per_execution=10,
    )
    begin = time.perf_counter()
    model.fit(points, batch_size=BATCH, epochs=epochs, verbose=0)
    seconds = time.perf_counter() - begin
    samples = model.generate(SAMPLES, seed=1)
    return metrics.mode_coverage(samples, mixture.modes, mixture.std), steps, seconds


def row(recipe, runs):
    """A row of the table; its reverse KL is that of the runs in which a sample counts."""
    covered = np.array([coverage.covered for coverage, _, _ in runs])
    quality = np.mean([coverage.quality for coverage, _, _ in runs])
    divergences = [coverage.reverse_kl for coverage, _, _ in runs if coverage.covered]
    cells = [
        f"`{recipe}`",
        f"{covered.mean():.1f} ± {covered.std():.1f}",
        f"{100 * quality:.1f}",
        f"{np.mean(divergences):.2f}" if divergences else "-",
        ", ".join(map(str, covered)),
        str(runs[0][1]),
        f"{np.mean([seconds for _, _, seconds in runs]):.0f}",
    ]
    return f"| {' | '.join(cells)} |"


def main():
    """Parses the command line and prints the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--recipes", nargs="+", default=ONE_EACH)
    parser.add_argument("--toys", nargs="+", default=list(STEPS), choices=STEPS)
    parser.add_argument("--seeds", nargs="+", type=int, default=[0, 1, 2])
    parser.add_argument("--steps", type=int, help="generator steps instead of 3,000 and 6,000")
    arguments = parser.parse_args()
    for toy in arguments.toys:
        total = len(data.TOYS[toy]().modes)
        print(f"\n| {toy} | modes of {total} | quality, % | reverse KL | each seed | steps | seconds |")
        print("|---|---|---|---|---|---|---|")
        print(f"| GAN, published (PacGAN, 10 runs) | {PUBLISHED[toy]} | | 400000 | |", flush=True)
        for recipe in arguments.recipes:
            steps = arguments.steps or STEPS[toy]
            runs = [run(recipe, toy, seed, steps) for seed in arguments.seeds]
            print(row(recipe, runs), flush=True)


if __name__ == "__main__":
    main()
