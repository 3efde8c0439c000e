"""Follows the largest singular values of kernels, which tell of a collapse before pictures do."""

import json
import math
from pathlib import Path

import numpy as np
from keras import ops

from keras_gans import engine, visualization
from keras_gans.callbacks.watcher import Watcher
from keras_gans.files.whole import whole_file
from keras_gans.spectral import as_matrix, leading

LARGEST = 3  # singular values of each kernel
FIRST, AGAIN = 100, 20  # steps of power iteration at the first look, and at those that begin where it ended


class SingularValues(Watcher):
    """Notes the three largest singular values of each kernel now and then, and draws them over the steps.

    Of all networks of all players, and of all kernels and tables of embeddings in them that are trained, those that are
    normalised and those that are not. Of a layer under `layers.SpectralNormalization` it is the kernel that the
    optimizer moves, not what is left of it when it is divided by its own largest value: its length means nothing to the
    network and may grow for as long as the training lasts. What announces a collapse is a sudden growth, and a first
    value that leaves the second and third behind.

    A look moves nothing of the model. A callback that continues a run goes on with the looks that its file holds, up to
    the step of the model; its power iteration begins anew, so that values may differ by about a thousandth from those
    of a run that was not stopped.

    Attributes:
        looks: list of dicts, one for each look: `step`, and by the name of each kernel, e.g. "generator/dense", a list
            of its largest singular values, the largest first; fewer than three of a smaller kernel.

    Args:
        every: see `Watcher`.
        unit: see `Watcher`.
        path: None, or the figure's file, e.g. `spectra.png`; beside it `spectra.json` holds the looks.

    Raises:
        ValueError: if `every` or `unit` is out of its range.

    Reference:
        Brock et al., 2019, Large Scale GAN Training for High Fidelity Natural Image Synthesis, arXiv:1809.11096,
        Section 4.1.
    """

    def __init__(self, every=100, unit="step", path=None):
        super().__init__(every, unit)
        self.path = None if path is None else Path(path)
        self.looks = []

    @property
    def _file(self):
        return self.path.with_suffix(".json")

    def on_train_begin(self, logs=None):
        """Takes up the looks of a run that is continued; watches if it is fresh."""
        self.looks, self._us, self._kernels = [], None, kernels_of(self.model)
        self._leading = engine.compile_stateless(self._act, [kernel for kernel, _ in self._kernels.values()])
        step = self._model_step()
        if self.path is not None and step > 0 and self._file.exists():
            self.looks = [look for look in json.loads(self._file.read_text()) if look["step"] <= step]
        super().on_train_begin(logs)

    def on_train_end(self, logs=None):
        """Watches the last state and draws the figure."""
        super().on_train_end(logs)
        self._draw()

    def on_train_interrupt(self):
        """Draws what was seen."""
        super().on_train_interrupt()
        self._draw()

    def watch(self):
        """Looks, and writes down what it sees."""
        self._kernels = kernels_of(self.model)  # within an epoch Keras then gives a JAX model its weights back
        steps = FIRST if self._us is None else AGAIN
        us = self._us or [_beginning(kernel.shape, axis) for kernel, axis in self._kernels.values()]
        values, self._us = zip(*self._leading(np.int32(steps), *us))
        self.looks.append({"step": self.step, **{name: _floats(some) for name, some in zip(self._kernels, values)}})
        if self.path is not None and engine.is_chief():
            with whole_file(self._file) as file:
                file.write_text(json.dumps(self.looks))

    def _act(self, steps, *us):
        """What is compiled: so many steps of power iteration for each kernel."""
        matrices = [as_matrix(ops.cast(kernel, "float32"), axis) for kernel, axis in self._kernels.values()]
        return [leading(matrix, some, steps) for matrix, some in zip(matrices, us)]

    def _draw(self):
        if self.path is not None and self.looks and engine.is_chief():
            visualization.save_figure(self.path, visualization.singular_values(self.looks))


def kernels_of(model):
    """Finds the kernels of a model's players that are not frozen.

    Args:
        model: `models.TrainedModel`.

    Returns:
        dict of names "network/layer" -> tuple of the `keras.Variable` and its axis of outputs.
    """
    found = {}
    for network in [name for player in model.players for name in player.networks]:
        for names, layer in _layers_of(getattr(model, network)):
            axis = -2 if "Transpose" in type(layer).__name__ else -1
            for kernel in engine.own_weights(layer):
                if kernel.trainable and kernel.name in ("kernel", "embeddings"):
                    name = "/".join([network, *names])
                    found[name if name not in found else f"{name} ({len(found)})"] = kernel, axis
    return found


def _layers_of(network):
    """Yields the layers of a network at any depth, each with its name behind that of the layer it is in.

    A variable's own path may be another when a model is loaded.
    """
    for outer in network.layers:
        for layer in engine.layers_of(outer):
            yield dict.fromkeys((outer.name, layer.name)), layer


def _beginning(shape, axis):
    """Estimates to begin with of a kernel's left singular vectors, float32 (k, outputs)."""
    outputs, others = shape[axis], math.prod(shape) // shape[axis]
    return np.random.default_rng(0).normal(size=(min(LARGEST, outputs, others), outputs)).astype("float32")


def _floats(values):
    """The numbers of a tensor as JSON has them: None in the place of what is not finite."""
    return [float(value) if math.isfinite(value) else None for value in ops.convert_to_numpy(values)]
