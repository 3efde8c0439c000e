"""Proof of equal work: from the same weights, on the same examples, by the same random numbers, one step is the same.

    python -m benchmarks.throughput --prove --rows vae32 dcgan28

The package makes new fakes for G here, as the plain step does. Gradient descent moves the weights, since Adam would
make a whole step of a gradient that is nothing but rounding, as of a bias before batch norm. Printed are the largest
difference of a loss, as a share of it, and of a network's move, as a share of its length. Where D moves several times,
its loss is not compared, which is the mean over these moves in the package and the last one in the plain step.

Of networks with batch norm, in front of whose rectifiers rounding counts most, moves may differ by 1e-2, else nothing
by more than 1e-4. The move of srgan64 differs by 6e-3 in float32, and by 3e-7 in float64.
"""

import contextlib
import dataclasses
from unittest import mock

import keras
import numpy as np

from benchmarks.throughput.rows import ROWS

RATE, BATCH = 1e-3, 2
TOLERANCE, OF_BATCH_NORM = 1e-4, 1e-2  # in float32; of moves of networks with batch norm


@contextlib.contextmanager
def same_numbers():
    """Context in which every random generator of Keras draws the same numbers at each call."""
    with mock.patch.object(keras.random.SeedGenerator, "next", return_value=np.array([7, 7], "uint32")):
        yield


def step(system, batch):
    """Makes a step; returns its losses by name, and of each network the moves of all weights as one vector."""
    before = [weights_of(network) for network in system.networks]
    data = batch if len(batch) > 1 else batch[0]
    with same_numbers():
        logs = system.model.train_step(keras.tree.map_structure(keras.ops.convert_to_tensor, data))
    moves = [weights_of(network) - old for network, old in zip(system.networks, before)]
    return {name: float(value) for name, value in logs.items()}, moves


def weights_of(network):
    """All weights that are trained, as one vector in float64."""
    return np.concatenate([np.ravel(keras.ops.convert_to_numpy(w)) for w in network.trainable_weights]).astype(
        "float64"
    )


def one_after_another(part, n_critic):
    """The examples of a batch in the order in which a plain step splits it: the package takes every n_critic-th one."""
    return np.concatenate([part[k::n_critic] for k in range(n_critic)])


def differences(name):
    """Lets the package and the plain `train_step` of a row make one step.

    Args:
        name: string, the row's.

    Returns:
        A tuple: the largest difference of a loss, as a share of it, the largest one of a network's move, as a share of
        its length, and whether both are those of rounding.
    """
    from benchmarks.throughput import ours, plain

    row = ROWS[name]
    batch = dataclasses.replace(row, batch=min(row.batch, BATCH)).data(1)
    systems = [
        make(name, [keras.optimizers.SGD(RATE) for _ in range(row.players)]) for make in (ours.fresh, plain.Plain)
    ]
    for one, other in zip(*(system.networks for system in systems)):
        other.set_weights(one.get_weights())
    batches = batch, [one_after_another(part, row.n_critic) for part in batch]
    (losses, moves), (other_losses, other_moves) = (step(*pair) for pair in zip(systems, batches))
    assert all(np.abs(move).max() > 0 for move in moves)
    shared = losses.keys() & other_losses.keys() - ({"d_loss"} if row.n_critic > 1 else set())
    assert shared
    of_losses = max(abs(losses[key] - other_losses[key]) / max(abs(losses[key]), 1e-6) for key in shared)
    of_moves = max(np.linalg.norm(a - b) / np.linalg.norm(a) for a, b in zip(moves, other_moves))
    norms = (type(layer) is keras.layers.BatchNormalization for n in systems[0].networks for layer in n.layers)
    return of_losses, of_moves, of_losses < TOLERANCE and of_moves < (OF_BATCH_NORM if any(norms) else TOLERANCE)


def prove(names):
    """Prints the differences of rows; returns whether all are within the tolerances."""
    print("| row | losses | moves of the weights |\n|---|---|---|")
    equal = True
    for name in names:
        of_losses, of_moves, rounding = differences(name)
        equal &= rounding
        print(f"| {name} | {of_losses:.1e} | {of_moves:.1e} |{' NOT EQUAL' * (not rounding)}", flush=True)
        keras.utils.clear_session()
    return equal
