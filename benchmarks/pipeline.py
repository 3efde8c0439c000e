"""Do the data keep up? Examples that `data.batches` delivers in a second, beside those that a training step eats.

    python -m benchmarks.pipeline --out benchmarks/results/pipeline-2-cores.md

Sources and games take turns, in rounds, in one process; a source is read alone, without training, as it is read once
warm: what is drawn has been drawn, and the cache is written. A pair, or one picture of each domain, is one example.
"""

import cProfile
import pathlib
import pstats
import tempfile
import time

import numpy as np
from PIL import Image

from benchmarks.startup import leave, parsed, spread, table

ROUNDS, SECONDS, STEPS, FILES = 3, 0.5, 2, 48  # seconds a source is read in a round, steps a game makes, files written
PROMISE = 5  # times as many examples as a step eats


def sources(folder):
    """Source -> (examples, batch, game), in a folder for their files."""
    from keras_gans import data

    rng = np.random.default_rng(0)
    np.savez(folder / "small.npz", x=rng.integers(0, 256, (2000, 64, 64, 3), "uint8"))
    pairs, cached = folder / "pairs", folder / "cache"
    drawn = data.pairs("shapes", 256)
    pairs.mkdir()
    for index in range(FILES):
        left, right = drawn.tables[0][index]
        Image.fromarray(np.concatenate([left, right], axis=1)).save(pairs / f"{index}.jpg", quality=92)
    shapes = data.pairs("shapes", 128).tables[0]
    return {
        "array 28x28x1 in memory": (rng.uniform(-1, 1, (6000, 28, 28, 1)).astype("float32"), 128, "DCGAN 28"),
        "uint8 .npz 64x64x3, by `data.load`": (data.load(folder / "small.npz"), 16, "DCGAN 64"),
        "drawn pairs 128": (data.pairs("shapes", 128), 1, "Pix2Pix 128"),
        "drawn pairs 128, with random crops": (data.pictures.Pictures(shapes, jitter=True), 1, "Pix2Pix 128"),
        "files of pairs 256, to 128, random crops, cache": (data.pairs(pairs, 128, cache=cached), 1, "Pix2Pix 128"),
        "files of pairs 256, to 128, random crops, no cache": (data.pairs(pairs, 128), 1, "Pix2Pix 128"),
        "drawn domains 64": (data.domains("shapes", 64), 1, "CycleGAN 64"),
    }


def games():
    """Game -> (model, batch, examples of one fit)."""
    import keras

    from keras_gans import data, models, networks, recipes

    def pair(shape, **arguments):
        tutorial = {"strides": (1, 2, 2), "dense_batch_norm": True} if shape[0] == 28 else {}
        generator = networks.dcgan.generator(shape, **tutorial)
        model = models.GAN(generator, networks.dcgan.discriminator(shape, **arguments), latent_dim=100)
        model.compile(*(keras.optimizers.Adam(2e-4, beta_1=0.5) for _ in range(2)))
        return model

    def examples(shape, batch, parts):
        rng, count = np.random.default_rng(0), batch * (STEPS + 1)
        return data.Examples(*(rng.uniform(-1, 1, (count, *shape)).astype("float32") for _ in range(parts)))

    def translated(model, shape):
        x = examples(shape, 1, 2)
        return model, 1, data.Examples(*x.parts, aligned=model.aligned)

    small, large, larger = (28, 28, 1), (64, 64, 3), (128, 128, 3)
    return {
        "DCGAN 28": (pair(small, batch_norm=False, dropout=0.3), 128, examples(small, 128, 1)),
        "DCGAN 64": (pair(large), 16, examples(large, 16, 1)),
        "Pix2Pix 128": translated(recipes.pix2pix(larger), larger),
        "CycleGAN 64": translated(recipes.cyclegan(large), large),
    }


def eaten(model, batch, examples):
    """Fits once; returns the examples that the steps after the first ate in a second."""
    import keras

    ends = []
    clock = keras.callbacks.LambdaCallback(on_train_batch_end=lambda number, logs: ends.append(time.perf_counter()))
    model.fit(examples, batch_size=batch, verbose=0, callbacks=[clock])
    return batch * (len(ends) - 1) / (ends[-1] - ends[0])


def delivered(dataset, batch, seconds=SECONDS):
    """Reads whole passes for so many seconds at least; returns the examples in a second."""
    begin, count = time.perf_counter(), 0
    while time.perf_counter() - begin < seconds:
        count += sum(batch for _ in dataset)
    return count / (time.perf_counter() - begin)


def profile(dataset, calls=100):
    """Says which five functions of the source's `batch` take longest themselves."""
    source = dataset.source
    profiler = cProfile.Profile()
    for index in range(calls):
        profiler.runcall(source.batch, 0, index % source.steps_per_pass)
    stats = pstats.Stats(profiler).stats
    slowest = sorted(stats.items(), key=lambda item: -item[1][2])[:5]
    return [
        f"{1000 * own / calls:.2f} ms in `{name.strip('<>')}` ({pathlib.Path(file).name})"
        for (file, _, name), (_, _, own, _, _) in slowest
    ]


def measure(rounds=ROUNDS, only=""):
    """Returns, by name, examples a second that sources deliver and games eat, the game of each source, and profiles."""
    from keras_gans import data

    with tempfile.TemporaryDirectory() as folder:
        found = {name: source for name, source in sources(pathlib.Path(folder)).items() if only in source[2]}
        datasets = {name: (data.batches(examples, batch), batch) for name, (examples, batch, _) in found.items()}
        players = {name: game for name, game in games().items() if only in name}
        for dataset, batch in datasets.values():
            delivered(dataset, batch)
        for game in players.values():
            eaten(*game)
        rates = {name: [] for name in [*datasets, *players]}
        for _ in range(rounds):
            for name, (dataset, batch) in datasets.items():
                rates[name].append(delivered(dataset, batch))
            for name, game in players.items():
                rates[name].append(eaten(*game))
        profiles = {name: profile(dataset) for name, (dataset, _) in datasets.items()}
    return rates, {name: (batch, game) for name, (_, batch, game) in found.items()}, profiles


def text_of(rates, found, profiles):
    """The parts of the report."""
    rows, slow = [], []
    for name, (batch, game) in found.items():
        ratio = np.divide(rates[name], rates[game])
        rows.append((name, batch, spread(rates[name], ",.0f"), game, spread(rates[game], ",.1f"), spread(ratio, ".1f")))
        if np.median(ratio) < PROMISE:
            slow.append(f"{name}: NOT KEPT. Of a batch's time {'; '.join(profiles[name])}.")
    head = ["source", "batch", "delivered, examples/s", "game", "eaten, examples/s", "ratio"]
    return [
        f"{len(rates[name])} rounds, median (quartiles). The promise: a source delivers at least {PROMISE} times "
        "what its game eats.",
        table(head, rows),
        *(slow or ["Kept by all."]),
    ]


def main():
    out = parsed(__doc__)
    leave("pipeline", "What the data deliver and what training eats", text_of(*measure()), out)


if __name__ == "__main__":
    main()
