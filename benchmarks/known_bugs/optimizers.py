"""Mistakes around optimizers: one for both players, or one that forgot."""

import pathlib
import tempfile

import keras
import numpy as np
import tensorflow as tf
from keras import ops

from benchmarks.known_bugs.common import BUGS, GREY, RIGHT, RING, WRONG, frame, label, said
from keras_gans import recipes


def turn(adam, d, g, others):
    """A compiled function: so many steps of one variable, then one of the other, by the same optimizer."""

    @tf.function(autograph=False)
    def step():
        for _ in range(others):
            adam.apply([ops.ones(())], [d])
        adam.apply([ops.ones(())], [g])

    return step


@BUGS.register
def shared_optimizer():
    """What one Adam makes of a generator's steps of constant slope, if it moves the critic in between."""
    figure, (left, right) = frame()
    steps, kept = 400, []
    ways = {
        "right: one each": (0, RIGHT, "-"),
        "wrong: shared, 1 critic step": (1, WRONG, "--"),
        "wrong: shared, 5": (5, WRONG, "-"),
    }
    for name, (others, color, style) in ways.items():
        falling = keras.optimizers.schedules.PolynomialDecay(1e-3, steps, 0.0)
        for ax, rate in ((left, 1e-3), (right, falling)):
            g, d = keras.Variable(0.0), keras.Variable(0.0)
            adam, sizes = keras.optimizers.Adam(rate, beta_1=0.5), []
            adam.build([g, d])
            step = turn(adam, d, g, others)
            for _ in range(steps):
                before = float(g)
                step()
                sizes.append(before - float(g))
            ax.plot(sizes, color=color, linestyle=style, label=name)
            kept.append(sizes[100] / 1e-3)
    label(left, "size of G's step, rate 1e-3", "step of G")
    label(right, f"the same, a rate that falls to 0 in {steps} steps", "step of G", legend=False)
    return said(
        figure,
        f"Adam shared with a critic of five steps moves G {kept[4]:.1f} times as far (with one step: {kept[2]:.1f})",
    )


class Sizes(keras.callbacks.Callback):
    """How far each step moves G's weights."""

    def on_train_begin(self, logs=None):
        self.before, self.sizes = self.model.generator.get_weights(), getattr(self, "sizes", [])

    def on_train_batch_end(self, batch, logs=None):
        after = self.model.generator.get_weights()
        self.sizes.append(np.sqrt(sum(np.sum((a - b) ** 2) for a, b in zip(after, self.before))))
        self.before = after


@BUGS.register
def lost_optimizer():
    """A run that is saved and resumed: with all of the model, and with the weights alone."""
    figure, (ax,) = frame(1)
    half, batch = 300, 64
    points = RING.sample(half * batch)

    def fit(model, watch, epoch):
        model.fit(points, batch_size=batch, initial_epoch=epoch, epochs=epoch + 1, verbose=0, callbacks=[watch])
        return model

    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "model.keras"
        whole = Sizes()
        model = fit(recipes.r1gan((2,)), whole, 0)
        model.save(path)
        weights = model.get_weights()
        fit(model, whole, 1)
        right, wrong = Sizes(), Sizes()
        resumed = fit(keras.saving.load_model(path), right, 1)
        fresh = recipes.r1gan((2,), seed=1)
        fresh.set_weights(weights)
        fit(fresh, wrong, 1)
    shown = range(half - 50, half + 100)
    ax.plot(shown, whole.sizes[half - 50 : half + 100], color=GREY, linewidth=3, label="never stopped")
    ax.plot(shown[50:], right.sizes[:100], color=RIGHT, label="right: load_model")
    ax.plot(shown[50:], wrong.sizes[:100], color=WRONG, label="wrong: weights alone, fresh optimizers")
    ax.axvline(half, color="k", linewidth=0.6, linestyle=":")
    ax.set(yscale="log")
    label(ax, "", "step (resumed at the dotted line)", "length of G's step")
    apart = max(np.abs(a - b).max() for a, b in zip(model.get_weights(), resumed.get_weights()))
    jump = wrong.sizes[0] / np.mean(whole.sizes[half - 50 : half])
    return said(
        figure, f"Fresh optimizers make a first step {jump:.0f} times as long; restored ones differ by {apart:.1f}"
    )
