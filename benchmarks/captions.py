"""Do pictures agree with their captions, also of what was never seen together? And what does the order of words tell?

    python -m benchmarks.captions
    python -m benchmarks.captions --seeds 1 --steps 310
    python -m benchmarks.captions --systems stackgan stackgan_stage2 stackgan_plus

Stage I of StackGAN on the drawn scenes `captioned` at 16x16 pixels, with captions that a `MatchingEncoder` reads, which
was trained before for 20 passes: 16 numbers of noise, conditions of 16, width 8, 2,790 steps of 64 at the recipe's
rates. Blue triangles are held out. A small classifier for each fact, `metrics.classifier`, trained on other real
pictures, blue triangles among them, says of generated pictures which colour, shape, size and place they have.

Stage II makes 64x64 pixels of that stage I, as it was trained, and StackGAN++'s tree 8, 16 and 32 pixels at once, with
width 16. Both train for as many steps, with the same encoder; stage II at 1e-3, with averages, and one-sided smoothing
by 0.1, without which D leaves G nothing to learn from. They are judged at 16x16 pixels, the means of squares of theirs.

The rows of the second table: chance; real test pictures, which is how often the classifiers are right; pictures of the
captions of these; pictures of the captions of blue triangles; and the pictures of the test captions, each judged by the
caption of another picture. The first table: how often the encoder, and a bag of words in its place, find a picture's
caption among 100 (captioned), and which of two sentences of the same words is true (relations, after 15 passes).
Means and deviations over the seeds.
"""

import argparse
import functools
import time

import numpy as np

from benchmarks.tables import row
from keras_gans import data, losses, metrics, networks, recipes
from keras_gans.data.captioned import FACTS

SIDE, BATCH, STEPS = 16, 64, 2790
READING, RELATING = 20, 15  # passes of the encoders
SIZES = {"noise": 16, "units": 16, "width": 8}
GENTLE = {"learning_rate": 1e-3, "ema": 0.99, "loss": losses.GANLoss(smoothing=0.1, one_sided=True)}  # of stage II
PLUS = {**SIZES, "width": 16, "branches": 3}  # of the tree
READ, DRAWN = {"found": 2, "true of two": 2}, dict.fromkeys(FACTS, 2)  # columns of the tables -> decimals


@functools.cache
def drawn(name, split, side=SIDE):
    return data.captions(name, side, split=split)


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


def fitted(model, steps):
    """A model after its training, and the seconds that this took."""
    examples = drawn("captioned", "train", model.parts[0].shape[0])
    begin = time.perf_counter()
    model.fit(examples, batch_size=BATCH, epochs=max(1, steps // (len(examples) // BATCH)), verbose=0)
    return model, time.perf_counter() - begin


def told(seed):
    """The arguments of every recipe by which captions are read."""
    known = drawn("captioned", "train").vocabulary
    text = encoder("captioned", READING, seed).text
    return {"words": known.words, "length": known.length, "seed": seed, "text": text}


@functools.cache
def first_stage(seed, steps):
    """A trained StackGAN, and the seconds that it took."""
    return fitted(recipes.stackgan((SIDE, SIDE, 3), **told(seed), **SIZES), steps)


def second_stage(seed, steps):
    """Stage II of that."""
    (first, _), side = first_stage(seed, steps), 4 * SIDE
    words = {"words": first.words, "length": first.vocabulary.length, "seed": seed, "text": first.text}
    model = recipes.stackgan_stage2((side, side, 3), **words, **SIZES, **GENTLE)
    model.starting["generator"].set_weights(first.generator.get_weights())
    return fitted(model, steps)


def tree(seed, steps):
    """A trained StackGAN++."""
    return fitted(recipes.stackgan_plus((2 * SIDE, 2 * SIDE, 3), **told(seed), **PLUS), steps)


SYSTEMS = {"stackgan": first_stage, "stackgan_stage2": second_stage, "stackgan_plus": tree}


def judged(model, asked, truth, known):
    """What the classifiers find in a model's pictures of captions, at the side that they know."""
    made = model.generate(len(asked), seed=0, labels=asked.parts[1])
    squares = made.shape[1] // SIDE
    return agreement(made.reshape(-1, SIDE, squares, SIDE, squares, 3).mean(axis=(2, 4)), truth, known)


def pictures_of(system, seed, steps, known):
    """Row -> what it found of one seed; and the seconds of the training."""
    model, seconds = SYSTEMS[system](seed, steps)
    test, unseen = (drawn("captioned", split) for split in ("test", "unseen"))
    order = np.random.default_rng(0).permutation(len(test))
    others = {fact: [values[k] for k in order] for fact, values in test.truth.items()}
    rows = {
        "test": judged(model, test, test.truth, known),
        "unseen": judged(model, unseen, unseen.truth, known),
        "another caption": judged(model, test, others, known),
    }
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
    parser.add_argument("--systems", nargs="+", choices=SYSTEMS, default=["stackgan"])
    arguments = parser.parse_args()
    print("| | found | true of two |\n|---|---|---|", flush=True)
    for name, bag in (("encoder", False), ("bag of words", True)):
        print(row(name, [reading(seed, bag) for seed in range(arguments.seeds)], READ), flush=True)
    known, test = judges(), drawn("captioned", "test")
    print(f"\n| | {' | '.join(FACTS)} |\n{'|---' * (len(FACTS) + 1)}|")
    print(row("chance", [{fact: 1 / len(values) for fact, values in FACTS.items()}], DRAWN))
    print(row("real", [agreement(test.parts[0], test.truth, known)], DRAWN), flush=True)
    seconds = {}
    for system in arguments.systems:
        found = [pictures_of(system, seed, arguments.steps, known) for seed in range(arguments.seeds)]
        seconds[system] = ", ".join(f"{took:.0f}" for _, took in found)
        for name in found[0][0]:
            print(row(f"{system}, {name}", [rows[name] for rows, _ in found], DRAWN), flush=True)
    print("\nSeconds of a training: " + "; ".join(f"{system} {took}" for system, took in seconds.items()) + ".")


if __name__ == "__main__":
    main()
