"""What two heaps of pictures tell of each other: UNIT and CycleGAN on digits and four changes of other digits.

    python -m benchmarks.common_space
    python -m benchmarks.common_space --domains outlines --seeds 1 --sheets sheets

Domain A are 699 of scikit-learn's digits at 16x16 pixels; domain B are 698 others, each changed: to its outline, one
pixel wide and inside of the ink (`data.outlines`); to its halo, one pixel around it, dilation minus picture, as in
CoGAN's paper; to its negative; by a quarter turn. No picture of B is made of one of A. Both games have width 8, one
residual block (UNIT: and a shared one on either side), batches of 16 and Adam(5e-4, 0.5) throughout, and make as many
steps; `unit, begun loud` has larger weights at the start than the recipe. Judged are 400 digits that nobody is trained
on, half of them as A, half, changed, as B.

The columns: A to B and B to A, the share of translations that still are their digit, by a support vector machine that
learned all 1,797 digits, held-out ones included, or all of them changed as B is; distance, the mean square from the
true partner, over both ways; seconds of the processors, compilation included. Means and deviations over the seeds. The
row `as they are` does not translate.
"""

import argparse
import pathlib
import time

import keras
import numpy as np
from scipy.ndimage import maximum_filter
from sklearn.svm import SVC

from benchmarks.tables import row
from keras_gans import data, models, networks, recipes, visualization
from keras_gans.data.outlines import outline
from keras_gans.runs.history import StopAfter

SIDE, WIDTH, BLOCKS, BATCH, RATE, STEPS, LEARNED = 16, 8, 1, 16, 5e-4, 1500, 1397
CHANGES = {
    "outlines": outline,
    "halos": lambda pictures: maximum_filter(pictures, size=(1, 3, 3, 1), mode="nearest") - pictures - 1.0,
    "negatives": np.negative,
    "quarter turns": lambda pictures: np.rot90(pictures, axes=(1, 2)),
}
WAYS = {"A to B": "AtoB", "B to A": "BtoA"}
COLUMNS = {**dict.fromkeys(WAYS, 3), "distance": 3, "seconds": 0}  # name -> decimals


class Task:
    """Two domains: what is trained on, what is held out with its partners, and who judges.

    Attributes:
        trained: `data.Examples` of two unaligned parts.
        held_out: way -> tuple of pictures, their true partners and their classes.
        judges: way -> classifier of what the way makes.
    """

    def __init__(self, change):
        pictures, classes = data.load("digits", image_size=SIDE, labels=True)
        order = np.random.default_rng(0).permutation(len(pictures))
        a, b = order[:LEARNED:2], order[1:LEARNED:2]
        self.trained = data.Examples(pictures[a], change(pictures[b]), aligned=False)
        a, b = order[LEARNED::2], order[LEARNED + 1 :: 2]
        self.held_out = {
            "A to B": (pictures[a], change(pictures[a]), classes[a]),
            "B to A": (change(pictures[b]), pictures[b], classes[b]),
        }
        of_a, of_b = (SVC(C=10).fit(flat(known), classes) for known in (pictures, change(pictures)))
        self.judges = {"A to B": of_b, "B to A": of_a}

    def judged(self, translate):
        """Judges a function of (pictures, way), a dict of floats."""
        found, squares = {}, []
        for way, (pictures, partners, kinds) in self.held_out.items():
            made = translate(pictures, WAYS[way])
            found[way] = float(self.judges[way].score(flat(made), kinds))
            squares.append(np.mean((made - partners) ** 2))
        return found | {"distance": float(np.mean(squares))}


def flat(pictures):
    """Pictures as rows of numbers, (N, SIDE^2)."""
    return pictures.reshape(len(pictures), -1)


def unit(seed):
    """The recipe, at another rate. Weight decay is its own."""
    return recipes.unit((SIDE, SIDE, 1), WIDTH, BLOCKS, seed, d_learning_rate=RATE, g_learning_rate=RATE)


def cyclegan(seed):
    """The paper's game, with patches that fit into 16 pixels."""
    shape, of = (SIDE, SIDE, 1), networks.cyclegan
    generators = [of.generator(shape, width=WIDTH, blocks=BLOCKS) for _ in range(2)]
    judges = [of.discriminator(shape, width=WIDTH, receptive_field=16) for _ in range(2)]
    model = models.CycleGAN(*generators, *judges, seed=seed)
    model.compile(*(keras.optimizers.Adam(RATE, beta_1=0.5) for _ in range(2)))
    return model


def loud(seed):
    """The recipe whose weights begin as others' do: variance 2 / fan-in in the discriminators, 1 / fan-in elsewhere."""
    model = unit(seed)
    for name in model.network_names:
        scale = 2.0 if name.startswith("discriminator") else 1.0
        normal = keras.initializers.VarianceScaling(scale, "fan_in", "truncated_normal", seed=seed)
        for weight in getattr(model, name).trainable_weights:
            if len(weight.shape) == 4:
                weight.assign(normal(weight.shape))
    return model


GAMES = {"unit": unit, "unit, begun loud": loud, "cyclegan": cyclegan}


def trained(game, task, seed, steps):
    """Trains a game; returns the model and the seconds of the processors."""
    keras.utils.set_random_seed(seed)
    model = GAMES[game](seed)
    begin, per_epoch = time.process_time(), min(map(len, task.trained.parts)) // BATCH
    stop = StopAfter(steps, done=0)
    model.fit(task.trained, batch_size=BATCH, epochs=-(-steps // per_epoch), verbose=0, callbacks=[stop])
    return model, time.process_time() - begin


def save_sheet(path, model, task):
    """Writes eight held-out pictures of each domain and what becomes of them, see `sheet` of the models."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pictures, columns = model.sheet(8, real=[pictures for pictures, _, _ in task.held_out.values()])
    visualization.save_image(path, visualization.image_grid(pictures, columns=columns, cell=32))


def main():
    """Parses the command line, trains, and prints the table, each row when it is ready."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--domains", nargs="*", default=list(CHANGES), choices=CHANGES)
    parser.add_argument("--games", nargs="*", default=list(GAMES), choices=GAMES)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--sheets", type=pathlib.Path, help="folder for a sheet of each model")
    arguments = parser.parse_args()
    print(f"| domain B | game | {' | '.join(COLUMNS)} |\n{'|---' * (len(COLUMNS) + 2)}|")
    for name in arguments.domains:
        task = Task(CHANGES[name])
        as_they_are = task.judged(lambda pictures, way: pictures)
        print(row(f"{name} | as they are", [as_they_are], COLUMNS), flush=True)
        for game in arguments.games:
            results = []
            for seed in range(arguments.seeds):
                model, seconds = trained(game, task, seed, arguments.steps)
                results.append(task.judged(model.translate) | {"seconds": seconds})
                if arguments.sheets:
                    save_sheet(
                        arguments.sheets
                        / f"{name.replace(' ', '-')}-{game.replace(', ', '-').replace(' ', '-')}-{seed}.png",
                        model,
                        task,
                    )
            print(row(f"{name} | {game}", results, COLUMNS), flush=True)


if __name__ == "__main__":
    main()
