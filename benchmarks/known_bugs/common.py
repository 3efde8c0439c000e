"""What the figures share: the registry of mistakes, colours, a frame, a loop that trains, points and pictures."""

import io
import itertools

import keras
import numpy as np
import tensorflow as tf
from matplotlib.figure import Figure
from PIL import Image

from keras_gans import data, engine
from keras_gans.registry import Registry

BUGS = Registry("mistake")  # name -> function without arguments that draws it
WRONG, ALSO_WRONG, RIGHT, GREY = "tab:red", "tab:orange", "tab:blue", "#999999"
REPLICAS = 4
RING = data.TOYS["ring"](radius=2.0, std=0.1)


def devices():
    """Makes logical CPUs of one, for what is wrong on several devices only; before anything is computed."""
    cpu = tf.config.list_physical_devices("CPU")[0]
    tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * REPLICAS)


def frame(columns=2, **arguments):
    """An empty figure of the page's size with axes in a row.

    Args:
        columns: int, how many axes.
        **arguments: as in `Figure.subplots`.

    Returns:
        figure, array of axes.
    """
    keras.utils.set_random_seed(0)
    figure = Figure(figsize=(6.5, 2.6), layout="constrained")
    axes = figure.subplots(1, columns, squeeze=False, **arguments)[0]
    for ax in axes:
        ax.tick_params(labelsize=7)
        ax.spines[["top", "right"]].set_visible(False)
    return figure, axes


def label(ax, title="", x="", y="", legend=True):
    """Writes a panel's title, axes and legend."""
    ax.set_title(title, fontsize=8)
    ax.set_xlabel(x, fontsize=8)
    ax.set_ylabel(y, fontsize=8)
    if legend and ax.get_legend_handles_labels()[0]:
        ax.legend(fontsize=7, frameon=False)


def said(figure, sentence):
    """Writes the figure's sentence, with its number, over all panels; returns the figure."""
    figure.suptitle(sentence, fontsize=9.5, fontweight="bold")
    return figure


def write(path, figure):
    """Writes a figure as PNG of 256 colours, which is half the bytes of all colours."""
    buffer = io.BytesIO()
    figure.savefig(buffer, dpi=100)
    Image.open(buffer).convert("RGB").quantize(256).save(path, optimize=True)


def trained(loss_fn, network, optimizer, batches, look=None):
    """Trains one network.

    Args:
        loss_fn: function of a batch's tensors that returns a scalar.
        network: built `keras.Model`.
        optimizer: Keras optimizer.
        batches: list of tuples of arrays.
        look: None, or function without arguments that is called after each step.

    Returns:
        list of the losses before each step.
    """
    optimizer.build(network.trainable_variables)

    @tf.function(autograph=False)
    def step(*batch):
        return engine.minimize(lambda: loss_fn(*batch), network.trainable_variables, optimizer)

    losses = []
    for batch in batches:
        losses.append(float(step(*(tf.constant(x) for x in batch))))
        if look is not None:
            look()
    return losses


def every(steps, look):
    """A look of `trained` that is called once in so many steps."""
    count = itertools.count(1)
    return lambda: next(count) % steps == 0 and look()


def move(network, optimizer, loss_fn):
    """One step of one network without a graph."""
    optimizer.built or optimizer.build(network.trainable_variables)
    engine.minimize(loss_fn, network.trainable_variables, optimizer)


def batches(steps, m, *samplers):
    """Batches of m examples of each sampler, a function (n, seed) -> array (n, ...)."""
    parts = [sample(steps * m, seed).reshape(steps, m, -1) for seed, sample in enumerate(samplers)]
    return list(zip(*parts))


def normal(n, seed, shape=(2,)):
    """Points of a standard normal distribution, float32 (n, *shape)."""
    return np.random.default_rng(seed).normal(size=(n, *shape)).astype("float32")


def digits(n=None):
    """Real digits, float32 (n, 16, 16, 1) in [-1, 1]."""
    return data.load("digits", image_size=16)[:n]


def numpy(x):
    """A tensor as an array."""
    return keras.ops.convert_to_numpy(x)
