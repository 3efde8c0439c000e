"""One or two hundred pictures and equal minutes: which game makes the best of them, with and without augmentation?

    python -m benchmarks.little_data --data ../shared/data/flowers64/sunflowers
    python -m benchmarks.little_data --data ../shared/data/flowers64 --counts 100
    python -m benchmarks.little_data r3gan "quick_gan, diff" --counts 100 --seeds 1 --sheet sheet.png --data ...

Of a folder of pictures of one kind, or of each class of a folder of class folders, some are shown to a game, each seed
draws which, and all others are kept. Every row trains for the same time, `--minutes` of the processors
(`time.process_time`, from the second step on), with the game of its recipe at 64x64 pixels and batches of 32; widths
are chosen so that a laptop makes steps of well below a second. `r3gan` has the rates and the gamma of short trainings
(3e-3 and 1.0, see its docstring), `stylegan2` its authors' later gamma for this size and averages that forget half in
some 1,100 pictures instead of 10,000. ", diff" is `compile(augment="diff")`.

The columns: the Frechet distance of 500 samples to the pictures that were kept, in the hidden layer of a classifier of
quarter turns that saw all of the folder (`metrics.classifier` without labels; it compares rows of this table and
nothing else); precision, and coverage of the kept pictures, in the same features; copies, `metrics.duplicates` of the
samples among the pictures that were shown (the first row: of the kept pictures); steps. Means and deviations over the
seeds.

Class folders are for games with labels. The classifier then knows the classes, and there is a column more: how often
it finds the class in a sample that was asked for.
"""

import argparse
import pathlib

import keras
import numpy as np

from benchmarks.clock import Clock
from benchmarks.tables import row
from keras_gans import data, metrics, networks, recipes, visualization

SIDE, BATCH, N = 64, 32, 500
SHAPE = (SIDE, SIDE, 3)
COLUMNS = {"distance": 1, "precision": 2, "coverage": 2, "copies": 3, "as asked": 2, "steps": 0}
SHOWN = 10  # samples of a row of the sheet


def convolutional(name, width=16, **d_arguments):
    """The game of a recipe with its networks for 64 pixels, those of DCGAN, at a width for laptops."""

    def game(seed, **arguments):
        pair = {
            "generator": networks.dcgan.generator(SHAPE, width=width),
            "discriminator": networks.dcgan.discriminator(SHAPE, width=width, **d_arguments),
        }
        return recipes.RECIPES[name].build(SHAPE, 100, seed=seed, **pair, **arguments)

    return game


GAMES = {
    "dcgan": convolutional("dcgan"),
    "wgan_gp": convolutional("wgan_gp", batch_norm=False),
    "sngan": convolutional("sngan", batch_norm=False, spectral_norm=True),
    "quick_gan": lambda seed, **arguments: recipes.quick_gan(SHAPE, width=16, seed=seed, **arguments),
    "stylegan2": lambda seed, **arguments: recipes.stylegan2(
        SHAPE, width=32, base=512, mapping_layers=2, gamma=0.0002 * SIDE**2 / BATCH, seed=seed, ema=0.98, **arguments
    ),
    "r3gan": lambda seed, **arguments: recipes.r3gan(
        SHAPE, width=16, blocks=1, gamma=1.0, learning_rate=3e-3, seed=seed, **arguments
    ),
}
GAMES_OF_CLASSES = {
    "acgan": lambda seed, classes, **arguments: recipes.acgan(SHAPE, classes, width=16, seed=seed, **arguments),
    "projection_gan": lambda seed, classes, **arguments: recipes.projection_gan(
        SHAPE, classes, width=16, seed=seed, **arguments
    ),
    "r3gan_conditional": lambda seed, classes, **arguments: recipes.r3gan_conditional(
        SHAPE, classes, width=16, blocks=1, gamma=1.0, learning_rate=3e-3, seed=seed, **arguments
    ),
}


class Task:
    """Pictures that are shown, pictures that are kept, and what samples are worth.

    Args:
        images: float array (N, 64, 64, 3).
        labels: None, or int array (N,).
        count: int, how many are shown, or how many of each class.
        seed: int, which.
        look: `metrics.Extractor`.
    """

    def __init__(self, images, labels, count, seed, look):
        order = np.random.default_rng(seed).permutation(len(images))
        of_class = np.zeros(len(images), int) if labels is None else labels[order]
        first = np.array([np.sum(of_class[:i] == of_class[i]) < count for i in range(len(order))])
        self.shown, self.kept, self.look = images[order[first]], images[order[~first]], look
        self.labels = None if labels is None else labels[order[first]]

    def judge(self, pictures, asked=None):
        """Returns a dict of floats."""
        kept, found = self.look(self.kept).values, self.look(pictures)
        return {
            "distance": metrics.frechet_distance(kept, found.values),
            "precision": metrics.precision_recall(kept, found.values)[0],
            "coverage": metrics.density_coverage(kept, found.values)[1],
            "copies": metrics.duplicates(pictures, self.shown),
            "as asked": None if asked is None else metrics.as_asked(found.probabilities, asked),
        }

    def play(self, name, seed, minutes):
        """Trains a row; returns a dict of floats, and samples."""
        keras.utils.set_random_seed(seed)
        game, _, how = name.partition(", ")
        known = {"augment": how or None}
        if self.labels is None:
            model, parts, asked = GAMES[game](seed, **known), [self.shown], None
        else:
            classes = int(self.labels.max()) + 1
            model = GAMES_OF_CLASSES[game](seed, classes, **known)
            parts, asked = [self.shown, self.labels], np.arange(N) % classes
        clock = Clock(60 * minutes)
        often = [np.concatenate([part] * 8) for part in parts]  # so that a step of five updates of D finds enough
        model.fit(*often, batch_size=BATCH, epochs=10**6, verbose=0, callbacks=[clock])
        pictures = model.generate(N, seed=0, **({} if asked is None else {"labels": asked}))
        return self.judge(pictures, asked) | {"steps": clock.steps}, pictures[:SHOWN]


def rows_of(games):
    """Each game without and with augmentation."""
    return [name + how for name in games for how in ("", ", diff")]


def read(folder):
    """Pictures, their labels or None, and the classifier to judge by."""
    labelled = bool(list(pathlib.Path(folder).expanduser().glob("*/*")))
    images, labels = data.load(folder, image_size=SIDE, labels=True) if labelled else (data.load(folder, SIDE), None)
    return images, labels, metrics.classifier(images, labels)


def main():
    """Parses the command line, trains, prints the table, each row when it is ready."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    every = rows_of(GAMES) + rows_of(GAMES_OF_CLASSES)
    parser.add_argument("rows", nargs="*", help=f"some of: {'; '.join(every)}")
    parser.add_argument("--data", required=True, help="folder of pictures of one kind, or of class folders")
    parser.add_argument("--counts", nargs="*", type=int, default=[100, 200])
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--minutes", type=float, default=2.0)
    parser.add_argument("--sheet", help="PNG of samples of the first seed, a row of pictures for each of the table")
    arguments = parser.parse_args()
    images, labels, look = read(arguments.data)
    rows, sheet = arguments.rows or rows_of(GAMES if labels is None else GAMES_OF_CLASSES), []
    columns = {name: digits for name, digits in COLUMNS.items() if labels is not None or name != "as asked"}
    print(f"| | {' | '.join(columns)} |\n{'|---' * (len(columns) + 1)}|")
    for count in arguments.counts:
        tasks = [Task(images, labels, count, seed, look) for seed in range(arguments.seeds)]
        real = [
            task.judge(task.shown, task.labels) | {"copies": metrics.duplicates(task.kept, task.shown)}
            for task in tasks
        ]
        print(row(f"{count}: shown pictures", real, columns), flush=True)
        for name in rows:
            played = [task.play(name, seed, arguments.minutes) for seed, task in enumerate(tasks)]
            print(row(f"{count}: {name}", [found for found, _ in played], columns), flush=True)
            sheet.append(played[0][1])
            if arguments.sheet:
                grid = visualization.image_grid(np.concatenate(sheet), SHOWN, cell=SIDE)
                visualization.save_image(arguments.sheet, grid)


if __name__ == "__main__":
    main()
