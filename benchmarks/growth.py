"""What does a larger game cost? Time of a training step and peak memory against batch, width, side and critic steps.

    python -m benchmarks.growth --out benchmarks/results/growth-2-cores.md    # and growth-2-cores.png beside it

Each point, a DCGAN that differs from one base in one number, lives in a process of its own. All stay alive after a
fit that warms them up (10 GB together), and then train in turns for some rounds: a time is a ratio to the base's in the
same round. Memory is a process's peak of resident memory above that of one which has only imported.
"""

import dataclasses
import resource
import subprocess
import sys
import time

import numpy as np

from benchmarks.startup import leave, parsed, run_python, spread, table

ROUNDS, SECONDS = 7, 0.6  # how long a point trains in each round, at least
AXES = {"batch": (8, 16, 32, 64, 128), "width": (16, 32, 64), "side": (16, 32, 64), "n_critic": (1, 2, 5)}
TITLES = {
    "batch": "batch size, examples",
    "width": "width, channels",
    "side": "side of a picture, pixels",
    "n_critic": "steps of D per step of G",
}


@dataclasses.dataclass(frozen=True)
class Point:
    """A game; its defaults are the base."""

    batch: int = 32
    width: int = 32
    side: int = 32
    n_critic: int = 1


BASE = Point()
POINTS = list(dict.fromkeys(dataclasses.replace(BASE, **{axis: n}) for axis in AXES for n in AXES[axis]))


def imported():
    """What a process of a point imports; returns its peak memory in MB."""
    import keras  # noqa: F401

    from keras_gans import data, models, networks  # noqa: F401

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def live(point):
    """Is the process of a point: warms up, then trains for each line that comes and answers seconds and MB."""
    imported()
    model = build(point)
    x = np.random.default_rng(0).uniform(-1, 1, (point.batch * point.n_critic * 4, point.side, point.side, 3))
    x = x.astype("float32")
    step_seconds(model, x, point, 1)
    passes = 1 + int(SECONDS / step_seconds(model, x, point, 1) / 4)
    print("ready", flush=True)
    for _ in sys.stdin:
        seconds = step_seconds(model, x, point, passes)
        print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, flush=True)


def build(point):
    """Makes the game."""
    import keras

    from keras_gans import models, networks

    keras.utils.set_random_seed(0)
    shape = (point.side, point.side, 3)
    pair = networks.dcgan.generator(shape, width=point.width), networks.dcgan.discriminator(shape, width=point.width)
    model = models.GAN(*pair, latent_dim=100)
    optimizers = [keras.optimizers.Adam(2e-4, beta_1=0.5) for _ in pair]
    model.compile(*optimizers, n_critic=point.n_critic)
    return model


def step_seconds(model, x, point, passes):
    """Fits for some passes; returns the mean time of the steps after the first."""
    import keras

    ends = []
    clock = keras.callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs: ends.append(time.perf_counter()))
    model.fit(x, batch_size=point.batch, epochs=passes, verbose=0, callbacks=[clock])
    return (ends[-1] - ends[0]) / (len(ends) - 1)


def start(point):
    """Starts the process of a point and waits until it has warmed up."""
    code = f"from benchmarks import growth; growth.live(growth.{point})"
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    if process.stdout.readline() != "ready\n":
        sys.exit(f"{point} did not start.")
    return process


def measure(points=POINTS, rounds=ROUNDS):
    """Returns point -> array (rounds,) of seconds, and point -> MB above the imports."""
    (ground,) = run_python("-c", "from benchmarks import growth; print(growth.imported())")
    processes = {point: start(point) for point in points}
    seconds, peaks = {point: [] for point in points}, {}
    for _ in range(rounds):
        for point, process in processes.items():
            process.stdin.write("\n")
            process.stdin.flush()
            taken, peak = map(float, process.stdout.readline().split())
            seconds[point].append(taken)
            peaks[point] = peak - ground
    for process in processes.values():
        process.communicate()  # its input ends, and so does it
    return {point: np.array(taken) for point, taken in seconds.items()}, peaks


def along(axis, points=POINTS):
    """The points in which only this number differs from the base, by the number."""
    found = {n: dataclasses.replace(BASE, **{axis: n}) for n in AXES[axis]}
    return {n: point for n, point in found.items() if point in points}


def exponent(numbers, values):
    """The p of values ~ numbers^p, by least squares in logarithms."""
    return float(np.polyfit(np.log(list(numbers)), np.log(values), 1)[0])


def text_of(seconds, peaks):
    """The parts of the report."""
    rows, powers, words = [], [], []
    for axis in AXES:
        points = along(axis, seconds)
        ratios = {n: seconds[point] / seconds[BASE] for n, point in points.items()}
        for n, point in points.items():
            milliseconds = spread(1000 * seconds[point], ".0f")
            rows.append((f"`{axis}`", n, milliseconds, spread(ratios[n]), f"{peaks[point]:.0f}"))
        numbers = list(points)
        time_of = [np.median(ratio) for ratio in ratios.values()]
        memory_of = [peaks[point] for point in points.values()]
        found = [exponent(numbers[first:], of[first:]) for of in (time_of, memory_of) for first in (0, -2)]
        powers.append((f"`{axis}`", *(f"{power:.2f}" for power in found)))
        times = [f"{numbers[-1] / numbers[0]:.0f} times the {axis}", f"{time_of[-1] / time_of[0]:.1f} times the time"]
        words.append(f"{times[0]} take {times[1]} and {memory_of[-1] / memory_of[0]:.1f} times the memory")
    base = ", ".join(f"{key} {value}" for key, value in dataclasses.asdict(BASE).items())
    head = ["", "", "ms a step", "times the base", "MB above the imports"]
    power_head = ["n", "p in time ~ n^p", "of the last two", "p in memory ~ n^p", "of the last two"]
    return [
        f"The base has {base}; the pictures have 3 channels. {len(seconds[BASE])} rounds, median (quartiles).",
        table(head, rows),
        f"In these ranges {'; '.join(words)}. As powers, by least squares in logarithms over all points and over the "
        "last two, where a step's fixed costs and the memory of compiling weigh least:",
        table(power_head, powers),
    ]


def draw(path, seconds, peaks):
    """Draws time and memory against each number."""
    from keras_gans.visualization.figures import BLUE, INK, ORANGE, new_figure

    figure = new_figure(9, 6.4, layout="constrained")
    for place, axis in zip(figure.subplots(2, 2).flat, AXES):
        points = along(axis, seconds)
        low, middle, high = 1000 * np.array([np.quantile(seconds[p], [0.25, 0.5, 0.75]) for p in points.values()]).T
        other = place.twinx()
        place.errorbar(list(points), middle, (middle - low, high - middle), color=BLUE, marker="o", capsize=3)
        other.plot(list(points), [peaks[point] for point in points.values()], color=ORANGE, marker="s", linestyle="--")
        place.set_xscale("log", base=2)
        place.set_xticks(list(points), [str(n) for n in points])
        place.minorticks_off()
        place.set_yscale("log")
        every = 1000 * np.array([np.median(taken) for taken in seconds.values()])
        place.set_ylim(every.min() / 1.5, every.max() * 1.5)
        ticks = [t for t in (10, 20, 50, 100, 200, 500, 1000, 2000) if every.min() / 1.5 <= t <= every.max() * 1.5]
        place.set_yticks(ticks, map(str, ticks))
        place.minorticks_off()
        other.set_ylim(0, 1.1 * max(peaks.values()))
        place.set_xlabel(TITLES[axis], color=INK)
        place.set_ylabel("ms a step (circles)", color=BLUE)
        other.set_ylabel("MB above the imports (squares)", color=ORANGE)
        place.grid(alpha=0.3)
    base = ", ".join(f"{key} {value}" for key, value in dataclasses.asdict(BASE).items())
    figure.suptitle(f"A training step of a DCGAN; the base has {base}", color=INK)
    figure.savefig(path, dpi=100)


def main():
    out = parsed(__doc__)
    seconds, peaks = measure()
    parts = text_of(seconds, peaks)
    if out:
        draw(out.with_suffix(".png"), seconds, peaks)
        parts.append(f"![]({out.with_suffix('.png').name})")
    leave("growth", "Time and memory of a training step", parts, out)


if __name__ == "__main__":
    main()
