"""Do the metrics tell good from bad? Real digits, a trained run, an early checkpoint and noise, under every metric.

    keras-gans train dcgan --data digits --image-size 16 --batch-size 64 --steps 120 --no-gif --out runs/early
    keras-gans train dcgan --data digits --image-size 16 --batch-size 64 --steps 3000 --no-gif --out runs/trained
    python benchmarks/evaluation.py runs/trained/model.keras runs/early/model.keras

Half of the digits are the reference, on which the classifier is trained too; the other half is the first row. All rows
have as many examples. Says of each metric whether the rows are in that order, strictly. Then prints the peak memory of
the process while each metric looks at 1,000 and at 20,000 pictures that are made as they are looked at (Linux).
"""

import argparse
import itertools
import pathlib

import numpy as np

from keras_gans import data, metrics
from keras_gans.metrics.evaluation import Evaluation
from keras_gans.training import load_model

BETTER = {  # how each figure is put in order: the lowest key is the best
    "classifier_distance": ("lower", float),
    "classifier_kernel_distance": ("lower", float),
    "precision": ("higher", lambda value: -value),
    "recall": ("higher", lambda value: -value),
    "density": ("higher", lambda value: -value),
    "coverage": ("higher", lambda value: -value),
    "classifier_score": ("higher", lambda value: -value),
    "diversity": ("nearer to 1", lambda value: abs(value - 1)),
}
SETS = ["frechet", "kernel", "precision_recall", "inception_score", "diversity", "duplicates"]
SIDE, BATCH = 16, 256


def halves(seed):
    """Two halves of the digits in a random order, each a tuple of images and labels."""
    images, labels = data.load("digits", image_size=SIDE, labels=True)
    order = np.random.default_rng(seed).permutation(len(images))
    half = len(images) // 2
    return [(images[rows], labels[rows]) for rows in (order[:half], order[half : 2 * half])]


def figures(judge, reference, examples):
    """Name -> value of every metric of sets."""
    evaluation = Evaluation(SETS, judge)
    evaluation.update_state(fake=examples)
    evaluation.update_state(real=reference)
    return {result.name: result.value for result in evaluation.results()}


def print_order(models, seed):
    """Prints the table, and under it which figures are in order."""
    (reference, labels), (real, _) = halves(seed)
    judge = metrics.classifier(reference, labels, seed)
    print(f"judge: {judge.name}; {len(reference)} real digits against {len(real)} examples a row\n")
    rows = {"real, other half": real}
    rows |= {name: model.generate(len(real), seed=seed) for name, model in models.items()}
    rows["noise"] = np.random.default_rng(seed).uniform(-1, 1, real.shape).astype("float32")
    found = {name: figures(judge, reference, examples) for name, examples in rows.items()}
    for name, model in models.items():
        found[name]["path_length"] = metrics.path_length(model.decode, model.latent_dim, judge, seed=seed).value
    names = [*BETTER, "duplicates", "path_length"]
    print("| figure | better | " + " | ".join(rows) + " | in order |\n|" + "---|" * (len(rows) + 3))
    for name in names:
        values = [found[row].get(name) for row in rows]
        better, key = BETTER.get(name, ("orders nothing", None))
        keys = [key(value) for value in values] if key else []
        order = ("yes" if all(a < b for a, b in itertools.pairwise(keys)) else "no") if key else "-"
        cells = ["-" if value is None else f"{value:.4g}" for value in values]
        print(f"| `{name}` | {better} | {' | '.join(cells)} | {order} |")


def peak_memory(name, judge, n):
    """Peak memory of the process, in MB, while a metric looks at n generated and n real pictures."""
    rng = np.random.default_rng(0)
    evaluation = Evaluation([name], judge)
    pathlib.Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
    paired = getattr(evaluation.metrics[0], "paired", False)
    for given in ("both",) if paired else ("fake", "real"):
        for start in range(0, n, BATCH):
            images = rng.uniform(-1, 1, (min(BATCH, n - start), SIDE, SIDE, 1)).astype("float32")
            evaluation.update_state(**({"real": images, "fake": -images} if paired else {given: images}))
    evaluation.results()
    status = pathlib.Path("/proc/self/status").read_text().splitlines()
    (peak,) = (int(line.split()[1]) for line in status if line.startswith("VmHWM"))
    return peak / 1024


def print_memory(counts, seed):
    """Prints a row of peaks for each metric."""
    reference, labels = halves(seed)[0]
    judge = metrics.classifier(reference, labels, seed)
    peak_memory("frechet", judge, BATCH)  # what is made once, with the first batch
    print("\n| peak memory, MB | " + " | ".join(f"{n:,}" for n in counts) + " |\n|" + "---|" * (len(counts) + 1))
    for name in sorted(metrics.METRICS):
        peaks = [f"{peak_memory(name, judge, n):,.0f}" for n in counts]
        print(f"| `{name}` | {' | '.join(peaks)} |", flush=True)


def main():
    """Parses the command line and prints both tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("trained", help="the model.keras of a trained run on digits at 16x16")
    parser.add_argument("early", help="the model.keras of a run that was stopped early")
    parser.add_argument("--counts", nargs="+", type=int, default=[1000, 20_000])
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    models = {"trained run": load_model(arguments.trained), "early checkpoint": load_model(arguments.early)}
    print_order(models, arguments.seed)
    print_memory(arguments.counts, arguments.seed)


if __name__ == "__main__":
    main()
