"""How a trained model makes examples outside of training: one scope, which every way out goes through."""

import contextlib
import functools

import keras
import numpy as np
from keras import ops

from keras_gans import engine
from keras_gans.engine.scope import Scope
from keras_gans.training.state import drawn_from


class Making:
    """The part of `TrainedModel` by which examples are made."""

    @property
    def makers(self):
        """List of the networks that make examples, and after these of those that answer outside of training."""
        players = [p for p in self.players if p.makes] + [p for p in self.players if p.answers]
        return [getattr(self, name) for player in players for name in player.networks]

    @contextlib.contextmanager
    def making(self, seed=0):
        """Context in which examples are made: with averages, if there are any; nothing that is assigned is kept.

        Every way out goes through it: `generate`, `decode`, `translate`, `predict`, `model(x)`, `export`.

        Args:
            seed: None or int, from which layers that draw noise outside of training draw it.
        """
        self.begin_averages()
        mapping = drawn_from(self.makers, seed) + (self.averages.mapping if self.averages else [])
        with Scope(state_mapping=mapping):
            yield

    def make_or_train(self, network, inputs, training):
        """Runs a network for `call`: outside of training as examples are made."""
        if training:
            return network(inputs, training=True)
        with self.making():
            return network(inputs, training=False)

    def __call__(self, inputs, *args, **kwargs):
        check_inputs(self, inputs)
        return super().__call__(inputs, *args, **kwargs)

    def predict(self, x, *args, **kwargs):
        """As `keras.Model.predict`, with averages if there are any, and without touching the state of training."""
        check_inputs(self, x)
        self.begin_averages()
        return super().predict(x, *args, **kwargs)

    def predict_on_batch(self, x):
        """As `keras.Model.predict_on_batch`, see `predict`."""
        check_inputs(self, x)
        self.begin_averages()
        return super().predict_on_batch(x)

    def export(self, filepath, *args, input_signature=None, **options):
        """As `keras.Model.export`, which must be told what our models take: what makes examples is exported."""
        specs = [keras.InputSpec(shape=x.shape, dtype=x.dtype, name=x.name) for x in self.makers[0].inputs]
        signature = input_signature or [specs if len(specs) > 1 else specs[0]]
        return super().export(filepath, *args, input_signature=signature, **options)

    def begin_averages(self):
        """Before the first step averages are what the weights are, whoever has loaded or set these."""
        if self.averages and engine.known(self.optimizer.iterations) == 0:
            self.averages.begin()

    def _wear_averages(self, method, network, *arguments, **options):
        """Calls a method of a network that makes examples while its weights are their averages."""
        self.begin_averages()
        with self.averages.worn():
            return method(network, *arguments, **options)

    def save_as_made(self, networks):
        """Lets networks that make examples save and export themselves as what these are made with: their averages."""
        for network in networks:
            for name in ("export", "save", "save_weights"):
                vars(network).pop(name, None)
                if self.averages:
                    method = getattr(type(network), name)
                    setattr(network, name, functools.partial(self._wear_averages, method, network))


def check_inputs(model, inputs):
    """Answers what a model cannot be called with by what makes examples, where Keras would speak of its layers.

    Args:
        model: `training.TrainedModel`.
        inputs: what it is called with.

    Raises:
        ValueError: if that is a number, or of a model of latents no latents first, (n, latent_dim).
    """
    first = inputs[0] if isinstance(inputs, (list, tuple)) and len(inputs) else inputs
    shape = getattr(first, "shape", None)
    number = isinstance(inputs, (int, float))
    latents = shape is None or (len(shape) == 2 and shape[1] in (None, model.latent_dim))
    if not number and (model.latent_dim is None or latents):
        return
    wanted = "pictures" if model.latent_dim is None else f"latents (n, {model.latent_dim})"
    way = "`generate(n)` makes examples of new ones" if model.latent_dim else "`translate` takes them"
    received = repr(inputs) if number else f"shape {tuple(shape)}"
    raise ValueError(f"Expected {wanted}; {way}. Received: {received}.")


def check_latents(latents, latent_dim, name="latents"):
    """Refuses what is not at least one finite latent vector, float (n, latent_dim) (raises ValueError)."""
    shape = getattr(latents, "shape", None)
    if shape is None or len(shape) != 2 or not shape[0] or shape[1] != latent_dim:
        raise ValueError(
            f"Expected {name} as a float array (n, {latent_dim}), n at least 1. "
            f"Received: {type(latents).__name__ if shape is None else f'shape {tuple(shape)}'}."
        )
    if not np.isfinite(ops.convert_to_numpy(latents)).all():
        raise ValueError(f"Expected finite {name}. Received: NaN or infinity among them.")


def in_chunks(network, *inputs, size=256):
    """Runs a network on inputs of any number, `size` at a time; returns a float32 array."""
    inputs = [ops.convert_to_tensor(x) for x in inputs]
    arguments = [[x[i : i + size] for x in inputs] for i in range(0, len(inputs[0]), size)]
    chunks = [network(parts if len(parts) > 1 else parts[0], training=False) for parts in arguments]
    return np.concatenate([ops.convert_to_numpy(chunk) for chunk in chunks]).astype("float32", copy=False)
