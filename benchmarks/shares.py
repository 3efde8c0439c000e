"""Which share of a run do the callbacks take? A DCGAN of the digits at 28 pixels, as `keras-gans train` trains it.

    python -m benchmarks.shares --out benchmarks/results/shares-2-cores.md

Passes over the digits with and without each callback take turns on one model. In a pass with it each callback acts
once; "all on by default" acts as often as in a run of 1,000 steps. Inside these passes each call of a callback is
timed: what it takes of a run of 1,000 steps is computed from that, together with what it does once, at the run's start
and end (compiling its own function, training a classifier, putting the film together).
"""

import collections
import math
import pathlib
import tempfile
import time

import numpy as np

from benchmarks.startup import leave, parsed, spread, table

SIDE, RUN, ROUNDS = 28, 1000, 5  # pixels, steps of the run that shares are of, rounds


class Timed:
    """A callback whose hooks are timed: `seconds` has a list for each hook."""

    def __init__(self, callback):
        self.callback, self.seconds = callback, collections.defaultdict(list)

    def __getattr__(self, hook):
        method = getattr(self.callback, hook)

        def call(*arguments):
            begin = time.perf_counter()
            method(*arguments)
            self.seconds[hook].append(time.perf_counter() - begin)

        return call

    def total(self):
        """Seconds of all calls so far."""
        return sum(map(sum, self.seconds.values()))


def members(folder, images, real, steps):
    """Variant -> its callbacks, which all act once in a pass of so many steps, but for the last variant's."""
    import keras

    from keras_gans import callbacks
    from keras_gans.runs import train
    from keras_gans.runs.history import History, StopAfter

    class Saves(keras.callbacks.Callback):
        """Saves at the end of each epoch, with the run's callback."""

        def __init__(self):
            super().__init__()
            self.checkpoint = callbacks.Checkpoint(folder / "saves.keras")

        def on_epoch_end(self, epoch, logs=None):
            self.checkpoint.set_model(self.model)
            self.checkpoint.save()

    def film(name, every):
        return callbacks.TrainingGIF(folder / f"{name}.gif", every=every, unit="step")

    def guards(name):
        return [
            callbacks.FiniteGuard(),
            StopAfter(math.inf, 0),
            History(folder / f"{name}.csv", folder / f"{name}-losses.png", []),
        ]

    frame_every = max(1, RUN // train.FRAMES)
    look_every = max(train.LOOK_EVERY, 3 * frame_every // 2)
    default = [
        *guards("all"),
        callbacks.Diagnostics(images, look_every, path=folder / "all-diagnostics.png"),
        film("all", frame_every),
        callbacks.Checkpoint(folder / "all.keras", seconds=train.SECONDS_BETWEEN_SAVES),
    ]
    return {
        "nothing": [],
        "`TrainingGIF`": [film("film", steps)],
        "`Diagnostics`": [callbacks.Diagnostics(images, steps, path=folder / "diagnostics.png")],
        "`Evaluate`, `--metrics frechet`": [
            callbacks.Evaluate(real, ("frechet",), path=folder / "evaluation.json"),
        ],
        "`Checkpoint`": [Saves()],
        "guard, history": guards("guards"),
        "all on by default": default,
    }


def events(steps):
    """Variant -> how often it acts in a run of 1,000 steps, with passes of so many steps; see `keras_gans.runs`."""
    from keras_gans.runs import train

    def times(length, every):
        return 1 + length // every + (length % every > 0)

    frame_every, passes = max(1, RUN // train.FRAMES), -(-RUN // steps)
    return {
        "`TrainingGIF`": times(RUN, frame_every),
        "`Diagnostics`": times(RUN, max(train.LOOK_EVERY, 3 * frame_every // 2)),
        "`Evaluate`, `--metrics frechet`": times(passes, max(1, RUN // steps // train.EVALUATIONS)),
        "guard, history": passes,
    }


def measure(rounds=ROUNDS, side=SIDE):
    """Trains in turns; returns steps of a pass and, by variant, seconds of passes, acts and what is done once."""
    from keras_gans import data, recipes
    from keras_gans.data.kinds import Options
    from keras_gans.runs.history import OneRun

    model = recipes.dcgan((side, side, 1))
    images, batch = data.load("digits", image_size=side), recipes.RECIPES["dcgan"].batch_size
    steps = len(images) // batch
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        found = members(folder, images, data.KINDS["images"].read("digits", Options(side)).compared, steps)
        timed = {name: [Timed(callback) for callback in some] for name, some in found.items()}
        whole = {name: OneRun(some) for name, some in timed.items()}
        passes, acts, first = (collections.defaultdict(list) for _ in range(3))
        model.fit(images, batch_size=batch, verbose=0)  # compiles the step
        for epoch in range(1, rounds + 2):  # the first round is of first times
            for name, run in whole.items():
                before = sum(member.total() for member in timed[name])
                begin = time.perf_counter()
                model.fit(images, batch_size=batch, initial_epoch=epoch, epochs=epoch + 1, verbose=0, callbacks=run)
                warm = epoch > 1
                (passes if warm else first)[name].append(time.perf_counter() - begin)
                (acts if warm else first)[name].append(sum(member.total() for member in timed[name]) - before)
        film = found["`TrainingGIF`"][0]
        for more in range(1, events(steps)["`TrainingGIF`"] - len(film.frames) + 1):  # as many as a run has
            film.step = 10_000 + more
            film.watch()
        film._watched_step = film.step
        once = {name: first[name][1] - np.median(acts[name]) + ended(run) for name, run in whole.items()}
    return steps, passes, acts, once


def ended(run):
    """Ends a run; returns how long that took."""
    begin = time.perf_counter()
    run.end()
    return time.perf_counter() - begin


def text_of(steps, passes, acts, once):
    """The parts of the report."""
    from keras_gans.runs import train

    counts, alone = events(steps), np.array(passes["nothing"])
    run = RUN * np.median(alone) / steps
    counts["`Checkpoint`"] = 1 + int(run // train.SECONDS_BETWEEN_SAVES)
    costs = {name: count * np.median(acts[name]) + once[name] for name, count in counts.items()}
    on = [name for name in counts if "Evaluate" not in name]
    rows = []
    for name, count in counts.items():
        ratio = spread(np.array(passes[name]) / alone)
        unit, share = spread(acts[name], ".3f"), f"{100 * costs[name] / (run + costs[name]):.1f} %"
        rows.append((name, ratio, unit, f"{once[name]:.2f}", count, f"{costs[name]:.1f}", share))
    cost, name = sum(costs[name] for name in on), "all on by default"
    ratio = spread(np.array(passes[name]) / alone)
    rows.append((name, ratio, "", "", "", f"{cost:.1f}", f"{100 * cost / (run + cost):.1f} %"))
    together = sum(acts[name]) / (sum(passes[name]) - sum(acts[name]))
    head = ["callback", "pass with it / without", "s an act", "s once", "acts", "s in the run", "share of the run"]
    return [
        f"{len(alone)} rounds of passes of {steps} steps of 128, median (quartiles); a pass without callbacks takes "
        f"{spread(alone)} s, a step {1000 * np.median(alone) / steps:.0f} ms. The last four columns are of a run of "
        f"{RUN} steps, whose steps take {run:.0f} s. An act is a frame, a look, an evaluation of 1,000 samples, a save "
        "of the model, a pass that is guarded and written down.",
        table(head, rows),
        f"All on by default, timed in its own passes at a run's frequency: {100 * together:.1f} % of the steps' time, "
        "what is done once left out.",
    ]


def main():
    out = parsed(__doc__)
    leave("shares", f"What callbacks take of a run of {RUN} steps", text_of(*measure()), out)


if __name__ == "__main__":
    main()
