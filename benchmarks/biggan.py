"""What do batch, width, shared embedding, chunks and orthogonal term bring? BigGAN's ablation, on digits.

    python -m benchmarks.biggan
    python -m benchmarks.biggan --rows narrow "+ ortho." --sheets sheets

Each row of the table adds one thing to the row above, as Table 1 of the paper does; `narrow` is narrow again, and in
the last row G learns as fast as D. All are trained for as many steps on the 1,797 digits at 16x16 pixels, without
attention: the paper's game, two steps of D for one of G, at four times its rates (8e-4 of D, 2e-4 of G), since there
are 1,500 steps and not hundred thousands. Batches of the paper are 256 to 2,048 pictures, its ch 64 and 96.

The columns: parameters of both networks; as asked, the share of 1,000 samples in which the classifier of
`benchmarks/first_contact.py` names the digit that was asked for; variety, the mean distance of two samples of a class
divided by that of two real ones; the Frechet distance to digits that the classifier has not seen, in its hidden layer;
seconds of the processors (`time.process_time`), compilation included. Means and deviations over the seeds.

The second table truncates the latents of the rows `+ hier.` and `+ ortho.`, components above the threshold drawn
anew, with the statistics of such latents in all batch norms ("standing") and with those of training. Fidelity is the
precision, and the share of samples of which the classifier is more than 90 % sure; variety, as above, and the recall.
"""

import argparse
import math
import pathlib
import time

import keras
import numpy as np

from benchmarks.conditional import CLASSES, ConditionalJudge
from benchmarks.few_labels import distance
from benchmarks.first_contact import N, shrunk
from keras_gans import data, latents, metrics, networks, recipes, visualization
from keras_gans.regularizers import OrthogonalRegularizer, regularize
from keras_gans.runs.history import StopAfter
from keras_gans.visualization.figures import BLUE, ORANGE, new_figure, save_figure

SIDE, STEPS, D_STEPS = 16, 1500, 2
D_RATE, G_RATE = 8e-4, 2e-4
SHAPE = (SIDE, SIDE, 1)
SMALL, LARGE, NARROW, WIDE = 16, 64, 4, 8  # batches and widths
ROWS = {  # name -> G's rate, batch, ch, shared embedding, hierarchical latents, orthogonal term
    "baseline": (G_RATE, SMALL, NARROW, False, False, False),
    "+ batch": (G_RATE, LARGE, NARROW, False, False, False),
    "+ width": (G_RATE, LARGE, WIDE, False, False, False),
    "+ shared": (G_RATE, LARGE, WIDE, True, False, False),
    "+ hier.": (G_RATE, LARGE, WIDE, True, True, False),
    "+ ortho.": (G_RATE, LARGE, WIDE, True, True, True),
    "narrow": (G_RATE, LARGE, NARROW, True, True, True),
    "one rate": (D_RATE, LARGE, WIDE, True, True, True),
}
TRUNCATED = ("+ hier.", "+ ortho.")
THRESHOLDS = (2.0, 1.5, 1.0, 0.75, 0.5, 0.25, 0.1, 0.04)
ASKED = np.arange(N) % CLASSES


def built(row, seed):
    """The compiled model of a row."""
    rate, _, width, shared, hierarchical, ortho = ROWS[row]
    keras.utils.set_random_seed(seed)
    switches = {"shared": shared, "hierarchical": hierarchical, "attention": None}
    generator = networks.biggan.generator(SHAPE, CLASSES, width=width, **switches)
    if ortho:
        regularize(generator, OrthogonalRegularizer(1e-4), but=("embedding",))
    rates = {"d_learning_rate": D_RATE, "g_learning_rate": rate, "n_critic": D_STEPS}
    return recipes.biggan(SHAPE, CLASSES, width=width, attention=None, seed=seed, generator=generator, **rates)


def trained(row, seed, steps, digits):
    """Trains a row; returns the model and the seconds of the processors."""
    model, begin = built(row, seed), time.process_time()
    stop = StopAfter(steps, done=0)
    while stop.left > 0:
        model.fit(*digits, batch_size=ROWS[row][1], verbose=0, callbacks=[stop])
    return model, time.process_time() - begin


def judged(made, judge):
    """What the judge says of samples (N, 16, 16, 1), of which sample i was asked for as digit i % 10."""
    flat = shrunk(made)
    found, real = judge.of_asked(flat, ASKED), judge.features(judge.held_out)
    precision, recall = metrics.precision_recall(real, judge.features(flat))
    return found | {"distance": distance(flat, judge), "precision": precision, "recall": recall}


def curve(model, seed, judge):
    """Judges truncated samples; returns {(threshold, whether statistics stand): dict of floats}."""
    z, found = np.random.default_rng(seed).standard_normal((N, model.latent_dim)), {}
    for threshold in THRESHOLDS:
        found[threshold, True] = judged(model.decode(z, ASKED, seed, threshold), judge)
        found[threshold, False] = judged(model.decode(latents.truncate(z, threshold, seed), ASKED, seed), judge)
    return found


def kept(folder, model, name):
    """Writes a sheet of the classes, if asked to."""
    if folder:
        folder.mkdir(parents=True, exist_ok=True)
        examples, columns = model.sheet(seed=0)
        visualization.save_image(folder / f"{name}.png", visualization.image_grid(examples, columns=columns))


def cells(results, columns):
    """Means and deviations over seeds, as cells of a table."""
    figures = {"distance": 1, "seconds": 0}
    values = {column: [result[column] for result in results] for column in columns}
    texts = [f"{np.mean(v):.{figures.get(c, 2)}f} ± {np.std(v):.{figures.get(c, 2)}f}" for c, v in values.items()]
    return " | ".join(texts)


def ablation(arguments, digits, judge):
    """Trains the rows and prints their table; returns {row: the curves of its seeds}, of those that are truncated."""
    columns, curves = ("obeys", "variety", "distance", "seconds"), {}
    print(
        "| | G's rate | batch | ch | parameters | shared | hier. | ortho. | as asked | variety | distance | seconds |"
    )
    print(f"|{'---|' * 12}", flush=True)
    for name in arguments.rows:
        rate, batch, width, *switches = ROWS[name]
        results = []
        for seed in range(arguments.seeds):
            model, seconds = trained(name, seed, arguments.steps, digits)
            results.append(judged(model.generate(N, seed=0), judge) | {"seconds": seconds})
            kept(arguments.sheets, model, f"{name.strip('+ .')}-{seed}")
            if name in TRUNCATED:
                curves.setdefault(name, []).append(curve(model, seed, judge))
        weights = model.generator.trainable_variables + model.discriminator.trainable_variables
        count = sum(math.prod(weight.shape) for weight in weights)
        head = [name, f"{rate:g}", batch, width, f"{count:,}", *("yes" if switch else "no" for switch in switches)]
        print(f"| {' | '.join(map(str, head))} | {cells(results, columns)} |", flush=True)
    return curves


def truncation(curves):
    """Prints the table of thresholds."""
    columns = ("precision", "sure", "variety", "recall", "distance")
    print(f"\n| | threshold | statistics | {' | '.join(columns)} |\n|{'---|' * (3 + len(columns))}")
    for name, of_seeds in curves.items():
        for threshold, stands in of_seeds[0]:
            results = [found[threshold, stands] for found in of_seeds]
            print(f"| {name} | {threshold:g} | {'standing' if stands else 'of training'} | {cells(results, columns)} |")


def drawn(curves):
    """The figure of the second table: a point for each threshold, by variety, precision and distance."""
    figure = new_figure(9, 3.6, layout="constrained")
    left, right = figure.subplots(1, 2)
    for (name, of_seeds), colour in zip(curves.items(), (BLUE, ORANGE)):
        for stands, line in ((True, "-"), (False, ":")):
            label = f"{name}, {'standing' if stands else 'of training'}"
            points = [
                {key: np.mean([found[threshold, stands][key] for found in of_seeds]) for key in of_seeds[0][2.0, True]}
                for threshold in THRESHOLDS
            ]
            variety, precision, far = ([v[key] for v in points] for key in ("variety", "precision", "distance"))
            left.plot(variety, precision, line, marker="o", markersize=3, color=colour, label=label)
            right.plot(variety, far, line, marker="o", markersize=3, color=colour)
    left.set(xlabel="variety (real digits: 1)", ylabel="precision")
    right.set(xlabel="variety (real digits: 1)", ylabel="Fréchet distance")
    left.legend(frameon=False, loc="lower left")
    return figure


def main():
    """Parses the command line, trains, prints both tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", nargs="*", default=list(ROWS))
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--sheets", type=pathlib.Path, help="folder for sheets of the classes")
    parser.add_argument("--figure", type=pathlib.Path, help="file for a figure of the second table")
    arguments = parser.parse_args()
    judge, digits = ConditionalJudge(SIDE), data.load("digits", image_size=SIDE, labels=True)
    curves = ablation(arguments, digits, judge)
    truncation(curves)
    if arguments.figure:
        save_figure(arguments.figure, drawn(curves))


if __name__ == "__main__":
    main()
