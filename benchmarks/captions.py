"""Do pictures agree with their captions, also of what was never seen together? And what does the order of words tell?

    python -m benchmarks.captions
    python -m benchmarks.captions --seeds 1 --steps 310

Stage I of StackGAN on the drawn scenes `captioned` at 16x16 pixels, with captions that a `MatchingEncoder` reads, which
was trained before for 20 passes: 16 numbers of noise, conditions of 16, width 8, 1,860 steps of 64 at the recipe's
rates. Blue triangles are held out. A small classifier for each fact, `metrics.classifier`, trained on other real
pictures, blue triangles among them, says of generated pictures which colour, shape, size and place they have.

The rows of the first table: chance; real test pictures, which is how often the classifiers are right; pictures of the
captions of these; pictures of the captions of blue triangles; and the pictures of the test captions, each judged by the
caption of another picture. The second table: how often the encoder, and a bag of words in its place, find a picture's
caption among 100 (captioned), and which of two sentences of the same words is true (relations, after 15 passes).
Means and deviations over the seeds.
"""

import argparse
import functools
import time

import numpy as np

from benchmarks.tables import row
from keras_gans import data, metrics, networks, recipes
from keras_gans.data.captioned import FACTS

SIDE, BATCH, STEPS = 16, 64, 1860
READING, RELATING = 20, 15  # passes of the encoders
SIZES = {"noise": 16, "units": 16, "width": 8}
READ, DRAWN = {"found": 2, "true of two": 2}, dict.fromkeys(FACTS, 2)  # columns of the tables -> decimals


@functools.cache
def drawn(name, split):
    return data.captions(name, SIDE, split=split)


def judges():
    """Fact -> a classifier of real pictures, of every combination."""
    some = [drawn("captioned", split) for split in ("train", "unseen")]
    pictures = np.concatenate([examples.parts[0] for examples in some])
    found = {}
    for fact, values in FACTS.items():
        labels = [values.index(value) for examples in some for value in examples.truth[fact]]
        found[fact] = metrics.classifier(pictures, np.array(labels), seed=0)
    return found


def agreement(pictures, truth, known):
    """Fact -> the share of pictures in which its classifier finds what is to be true."""
    found = {fact: known[fact](pictures).probabilities.argmax(axis=1) for fact in FACTS}
    return {fact: np.mean([FACTS[fact][k] == value for k, value in zip(found[fact], truth[fact])]) for fact in FACTS}


def encoder(name, passes, seed, bag=False):
    """A trained `MatchingEncoder`, whose text network is a bag of words if that is asked for."""
    examples = drawn(name, "train")
    known = examples.vocabulary
    text = networks.text.bag_of_words(len(known.words), known.length) if bag else None
    model = recipes.captions((SIDE, SIDE, 3), known.words, known.length, width=16, seed=seed, text=text)
    model.fit(examples, batch_size=BATCH, epochs=passes, verbose=0)
    return model


def first_stage(seed, steps):
    """A trained StackGAN, and the seconds that it took."""
    examples = drawn("captioned", "train")
    known, text = examples.vocabulary, encoder("captioned", READING, seed).text
    model = recipes.stackgan((SIDE, SIDE, 3), known.words, known.length, seed=seed, text=text, **SIZES)
    begin = time.perf_counter()
    model.fit(examples, batch_size=BATCH, epochs=steps // (len(examples) // BATCH), verbose=0)
    return model, time.perf_counter() - begin


def pictures_of(seed, steps, known):
    """Row -> what it found of one seed; and the seconds of the training."""
    model, seconds = first_stage(seed, steps)
    rows = {}
    for split in ("test", "unseen"):
        asked = drawn("captioned", split)
        pictures = model.generate(len(asked), seed=0, labels=asked.parts[1])
        rows[split] = agreement(pictures, asked.truth, known)
        if split == "test":
            order = np.random.default_rng(0).permutation(len(asked))
            others = {fact: [values[k] for k in order] for fact, values in asked.truth.items()}
            rows["another caption"] = agreement(pictures, others, known)
    return rows, seconds


def reading(seed, bag):
    """How often captions are found, and the true one of two sentences of the same words."""
    test = drawn("captioned", "test")
    rows = np.random.default_rng(0).permutation(len(test))
    first, _ = metrics.retrieval(encoder("captioned", READING, seed, bag), *test.read((rows, rows)))
    model, test = encoder("relations", RELATING, seed, bag), drawn("relations", "test")
    swapped = test.vocabulary.tokens([f"a {b} {how} a {a}" for a, how, b in zip(*test.truth.values())])
    seen = model.look(test.parts[0])
    seen /= np.linalg.norm(seen, axis=1, keepdims=True)
    own, other = (np.sum(seen * model.read(tokens), axis=1) for tokens in (test.parts[1], swapped))
    return {
        "found": float(first),
        "true of two": np.mean([metrics.recall([[a, b], [b, a]]) for a, b in zip(own, other)]),
    }


def main():
    """Parses the command line, trains, prints the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--steps", type=int, default=STEPS)
    arguments = parser.parse_args()
    print("| | found | true of two |\n|---|---|---|", flush=True)
    for name, bag in (("encoder", False), ("bag of words", True)):
        print(row(name, [reading(seed, bag) for seed in range(arguments.seeds)], READ), flush=True)
    known, test = judges(), drawn("captioned", "test")
    print(f"\n| | {' | '.join(FACTS)} |\n{'|---' * (len(FACTS) + 1)}|")
    print(row("chance", [{fact: 1 / len(values) for fact, values in FACTS.items()}], DRAWN))
    print(row("real", [agreement(test.parts[0], test.truth, known)], DRAWN), flush=True)
    found = [pictures_of(seed, arguments.steps, known) for seed in range(arguments.seeds)]
    for name in found[0][0]:
        print(row(name, [rows[name] for rows, _ in found], DRAWN))
    print(f"\nSeconds of a training: {', '.join(f'{seconds:.0f}' for _, seconds in found)}.")


if __name__ == "__main__":
    main()
