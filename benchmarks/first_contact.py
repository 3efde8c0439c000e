"""What a newcomer sees: trains the demo over several seeds and judges its digits, beside real ones.

    python -m benchmarks.first_contact
    python -m benchmarks.first_contact --set recipe=dcgan --set steps=3000 --set batch_size=128

Each run is a whole `keras-gans demo` in a folder of its own, film and diagnosis included; `--set` changes a setting.
Pictures are judged at 8x8 pixels, as they were written, by scikit-learn's classifier, trained on one half of the real
digits. The columns: the share of 1,000 samples of which the judge is more than 90 % sure; coverage and precision of
the other half of the real digits, in the judge's hidden layer; the share of the rarest class; how far a sample is
from the nearest digit that was trained on, on average, as a share of how far real ones are from each other; seconds of
training, import and compilation included.
"""

import argparse
import pathlib
import tempfile
import time
import warnings

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier

from keras_gans import data, metrics
from keras_gans.cli.training import DEMO
from keras_gans.runs.settings import MODEL, Settings
from keras_gans.runs.train import train
from keras_gans.training import load_model

SIDE, N = 8, 1000
BARS = {"sure": 0.75, "coverage": 0.8, "rarest": 0.05}


class Judge:
    """A classifier of handwritten digits at 8x8 pixels, trained on half of the real ones, and what it says of others.

    Args:
        side: int, side of the pictures that it is shown.
    """

    def __init__(self, side):
        images, labels = data.load("digits", image_size=side, labels=True)
        order = np.random.default_rng(0).permutation(len(images))
        pictures, labels, half = shrunk(images)[order], labels[order], len(images) // 2
        self.all, self.trained, self.held_out, self.labels = pictures, pictures[:half], pictures[half:], labels
        self.network = MLPClassifier((64,), max_iter=300, random_state=0)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            self.network.fit(self.trained, labels[:half])
        self.right = self.network.score(self.held_out, labels[half:])
        self.apart = metrics.nearest_neighbours(self.all, self.all, k=2)[0][:, 1].mean()

    def features(self, pictures):
        """What the hidden layer says, (N, 64)."""
        return np.maximum(pictures @ self.network.coefs_[0] + self.network.intercepts_[0], 0)

    def of_real(self):
        """Judges real digits: how sure it is of those that it has not seen, all else of the half that it has."""
        return self(self.trained) | {"sure": self(self.held_out)["sure"], "nearest": 1.0}

    def __call__(self, pictures):
        """Judges flat pictures, (N, 64); returns a dict of floats."""
        probabilities = self.network.predict_proba(pictures)
        real, fake = self.features(self.held_out), self.features(pictures)
        return {
            "sure": np.mean(probabilities.max(axis=1) > 0.9),
            "coverage": metrics.density_coverage(real, fake)[1],
            "precision": metrics.precision_recall(real, fake)[0],
            "rarest": np.bincount(probabilities.argmax(axis=1), minlength=10).min() / len(pictures),
            "nearest": metrics.nearest_neighbours(pictures, self.all)[0].mean() / self.apart,
        }


def shrunk(images):
    """Averages square pictures (N, H, H, 1) to 8x8, flat."""
    factor = images.shape[1] // SIDE
    return images.reshape(len(images), SIDE, factor, SIDE, factor).mean(axis=(2, 4)).reshape(len(images), -1)


def run(settings, seed):
    """Trains the demo; returns 1,000 samples, flat, and the seconds."""
    with tempfile.TemporaryDirectory() as folder:
        begin = time.perf_counter()
        train(pathlib.Path(folder) / "run", Settings.of({**settings, "seed": seed}))
        seconds = time.perf_counter() - begin
        return shrunk(load_model(pathlib.Path(folder) / "run" / MODEL).generate(N, seed=0)), seconds


def row(name, judged, seconds=None):
    """A row of the table."""
    cells = [f"{value:.1%}" if key == "rarest" else f"{value:.2f}" for key, value in judged.items()]
    return f"| {name} | {' | '.join(cells)} | {'' if seconds is None else f'{seconds:.0f}'} |"


def main():
    """Parses the command line, trains, prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="another setting than demo's")
    arguments = parser.parse_args()
    changes = dict(word.split("=", 1) for word in arguments.set)
    settings = DEMO | {k: int(v) if isinstance(DEMO.get(k), int) else v for k, v in changes.items()}
    judge = Judge(settings["image_size"])
    results = [run(settings, seed) for seed in range(arguments.seeds)]
    judged = [judge(samples) for samples, _ in results]
    print(f"\nJudge: {judge.right:.1%} right on real digits that it has not seen.\n")
    print(f"| {' | '.join(['', *judged[0], 'seconds'])} |\n{'|---' * (len(judged[0]) + 2)}|")
    print(row("real digits", judge.of_real()))
    for seed, (values, (_, seconds)) in enumerate(zip(judged, results)):
        print(row(f"{settings['recipe']}, seed {seed}", values, seconds))
    print(row("bar", {key: BARS.get(key, np.nan) for key in judged[0]}).replace("nan", ""))


if __name__ == "__main__":
    main()
