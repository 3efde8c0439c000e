"""One system on one row: says what it is in a line of JSON, then trains as many steps as each line of stdin says.

    python -m benchmarks.throughput.worker bare dcgan28

The system "matrix" multiplies matrices instead.
"""

import importlib
import json
import sys
import time

from benchmarks.throughput.rows import ROWS

MAKERS = {  # name -> file, function of a row's name; a file is imported where it is needed only
    "ours": ("ours", "shared"),
    "fresh": ("ours", "fresh"),
    "half": ("ours", "half"),
    "xla": ("ours", "xla"),
    "plain": ("plain", "Plain"),
    "steady": ("plain", "steady"),
    "bare": ("bare", "Bare"),
    "pytorch": ("pytorch", "make"),
}


def say(value):
    """Writes a line for the parent."""
    print(json.dumps(value), flush=True)


def train(system, name):
    """Introduces the system, then trains on demand; says the seconds, and fails if it made other moves than it should.

    Args:
        system: object with `round`, `updates`, `flops`, `parameters`, and `first_call` if it was called before.
        name: string, the row's.
    """
    first_call = system.round(1)
    about = {"first_call": getattr(system, "first_call", first_call), "step": system.round(3) / 3}
    say({**about, "parameters": system.parameters, "flops": system.flops()})
    steps, row = system.updates()[-1], ROWS[name]
    for line in sys.stdin:
        steps += int(line)
        seconds = system.round(int(line))
        assert system.updates() == [row.n_critic * steps] + [steps] * (row.players - 1)
        say(seconds)


def multiply():
    """Measures the machine's rate of float32 matrix products, in operations per second, at each line of stdin."""
    import tensorflow as tf

    side, times = 2048, 4
    x = tf.random.normal((side, side))
    product = tf.function(lambda x: tf.linalg.matmul(x, x))
    product(x).numpy()
    say({})
    for _ in sys.stdin:
        begin = time.perf_counter()
        for _ in range(times):
            product(x).numpy()
        say(2 * side**3 * times / (time.perf_counter() - begin))


def make(system, name):
    """Makes a system, a key of `MAKERS`, on a row."""
    file, function = MAKERS[system]
    return getattr(importlib.import_module(f"benchmarks.throughput.{file}"), function)(name)


def main():
    """Takes the names of a system and of a row from the command line."""
    system, name = sys.argv[1:]
    if system == "matrix":
        return multiply()
    train(make(system, name), name)


if __name__ == "__main__":
    main()
