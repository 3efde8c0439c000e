"""Are generated digits digits, of all ten classes? A classifier trained on the real ones judges a model's samples.

    keras-gans train dcgan --data digits --out runs/dcgan-digits
    python benchmarks/digits.py runs/dcgan-digits/model.keras
    keras-gans train cgan --data digits --out runs/cgan-digits
    python benchmarks/digits.py runs/cgan-digits/model.keras

Prints the share of each class among the samples, and the Frechet distance of samples, of real digits and of noise to
real digits, in the features of the classifier's hidden layer ("classifier distance"; it is no FID). Of a model that
is asked for classes, each is asked for equally often, and two rows are printed: the share in which the classifier
names it, and the mean distance of two samples of a class divided by that of two real digits of it. The classifier is
scikit-learn's, not `metrics.classifier`, so that figures compare with those that were printed before there was one.
"""

import argparse

import numpy as np
from sklearn.neural_network import MLPClassifier

from keras_gans import data, metrics
from keras_gans.training import load_model


def hidden(classifier, images):
    """Features of the classifier's hidden layer, (N, 64)."""
    return np.maximum(images.reshape(len(images), -1) @ classifier.coefs_[0] + classifier.intercepts_[0], 0)


def spread(images):
    """Mean distance of two different pictures."""
    return metrics.pairwise_diversity(images.reshape(len(images), -1))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", help="a model.keras that keras-gans trained on digits")
    parser.add_argument("--n", type=int, default=1000, help="samples")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()

    model = load_model(arguments.model)
    samples = model.generate(arguments.n, seed=arguments.seed)
    images, labels = data.load("digits", image_size=samples.shape[1], labels=True)
    order = np.random.default_rng(arguments.seed).permutation(len(images))
    images, labels = images[order], labels[order]
    half = len(images) // 2

    judge = MLPClassifier((64,), max_iter=300, random_state=arguments.seed)
    judge.fit(images[:half].reshape(half, -1), labels[:half])
    accuracy = judge.score(images[half:].reshape(len(images) - half, -1), labels[half:])
    print(f"judge: {accuracy:.1%} right on the {len(images) - half} real digits that it has not seen")

    probabilities = judge.predict_proba(samples.reshape(len(samples), -1))
    shares = np.bincount(probabilities.argmax(1), minlength=10) / len(samples)
    real_shares = np.bincount(labels, minlength=10) / len(labels)
    print("class     " + "".join(f"{digit:>7}" for digit in range(10)))
    print("samples   " + "".join(f"{share:>7.1%}" for share in shares) + f"   least {shares.min():.1%}")
    print("real      " + "".join(f"{share:>7.1%}" for share in real_shares))
    print(f"judge is at least 90% sure of {np.mean(probabilities.max(1) > 0.9):.1%} of the samples")

    if getattr(model, "classes", None):  # `generate` took the classes in turn
        asked = np.arange(len(samples)) % model.classes
        of = [asked == digit for digit in range(model.classes)]
        named = [metrics.as_asked(probabilities[rows], asked[rows]) for rows in of]
        print("as asked  " + "".join(f"{share:>7.1%}" for share in named) + f"   all {np.mean(named):.1%}")
        varied = [spread(samples[rows]) / spread(images[labels == digit]) for digit, rows in enumerate(of)]
        print("variety   " + "".join(f"{share:>7.1%}" for share in varied) + f"   all {np.mean(varied):.1%}")
    noise = np.random.default_rng(arguments.seed).uniform(-1, 1, samples.shape).astype("float32")
    reference = hidden(judge, images[:half])
    print(f"Frechet distance to {half} real digits, features of the judge's hidden layer (64), {len(samples)} samples:")
    for name, others in (("other real digits", images[half:]), ("samples", samples), ("noise", noise)):
        print(f"  {name:18} {metrics.frechet_distance(reference, hidden(judge, others)):10.2f}")


if __name__ == "__main__":
    main()
