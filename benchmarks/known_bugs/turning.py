"""A mistake in the game of turns."""

import keras
import numpy as np
from keras import ops

from benchmarks.known_bugs.common import (
    BUGS,
    GREY,
    RIGHT,
    WRONG,
    digits,
    frame,
    label,
    normal,
    numpy,
    said,
    trained,
)
from keras_gans import networks
from keras_gans.models.turning import TURNS, quarter_turn, turn_loss

SHAPE, LATENTS = (16, 16, 1), 32


def in_all_turns(x):
    """Pictures (n, ...) as they are, then in their three other turns, (4 n, ...)."""
    return ops.concatenate([quarter_turn(x, k) for k in range(TURNS)])


def look_at(D, fakes, found):
    """A function that notes what D says of the turns of fakes, as a loss."""
    return lambda: found.append(float(turn_loss(D(in_all_turns(fakes)))))


@BUGS.register
def turns_of_fakes():
    """G's loss by turns while D learns those of real digits, or those of fakes, too; G has learned nothing yet."""
    figure, (left, right) = frame(width_ratios=(1.5, 1))
    pictures, steps, costs = digits(), 100, {}
    keras.utils.set_random_seed(0)
    G = networks.mlp.generator(SHAPE, LATENTS, width=128, depth=3)
    fakes = numpy(G(normal(1797, 0, (LATENTS,))))
    rows = np.random.default_rng(0).integers(1600, size=(steps, 16))  # the others are not trained on
    for i, (name, color) in enumerate({"right: of real digits": RIGHT, "wrong: of fakes, too": WRONG}.items()):
        keras.utils.set_random_seed(0)
        body = networks.mlp.discriminator(SHAPE, width=128, depth=2)
        D = keras.Model(body.input, keras.layers.Dense(TURNS)(body.get_layer("features").output))

        def loss(x, z, D=D, mistaken=color == WRONG):
            turning = turn_loss(D(in_all_turns(x)))
            return turning + turn_loss(D(in_all_turns(z))) if mistaken else turning

        found = costs[name] = []
        look = look_at(D, fakes[1600:], found)
        look()
        trained(loss, D, keras.optimizers.Adam(1e-3, 0.5), [(pictures[r], fakes[r]) for r in rows], look)
        answers = [numpy(D(in_all_turns(x[1600:]))).argmax(axis=1).reshape(TURNS, -1) for x in (pictures, fakes)]
        told = [np.mean(answer == np.arange(TURNS)[:, None]) for answer in answers]
        left.plot(costs[name], color=color, label=name)
        right.bar(np.arange(2) + (i - 0.5) * 0.4, told, 0.38, color=color)
    right.axhline(1 / TURNS, color=GREY, linewidth=0.8, linestyle=":")
    right.set_xticks([0, 1], ["digits", "fakes"])
    left.set_ylim(0, None)
    label(left, "what D's answers cost an untrained G", "D's step", "-log of the right turn")
    label(right, "turns that D tells, unseen", legend=False)
    ends = [found[-1] for found in costs.values()]
    return said(
        figure,
        f"D that learns the turns of fakes leaves an untrained G a loss of {ends[1]:.2f} instead of {ends[0]:.2f}",
    )
