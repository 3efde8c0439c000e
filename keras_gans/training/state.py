"""What a model remembers besides weights: its layers' random generators, its terms' state, averages of its weights."""

import contextlib

import keras
import numpy as np
from keras import ops

from keras_gans import engine
from keras_gans.engine.scope import Scope
from keras_gans.losses import AdversarialLoss
from keras_gans.regularizers import Penalty


def seeds_of(network):
    """Lists the variables of a network that are the states of its layers' random generators."""
    weights = {id(v) for v in network.weights}
    return [v for v in network.variables if id(v) not in weights]


def drawn_from(networks, seed):
    """Pairs the states of networks' random generators with others, as a scope's state mapping.

    Args:
        networks: list of built `keras.Model`.
        seed: None for others at each call, or int.

    Returns:
        list of tuples (variable, tensor).
    """
    seeds = [v for network in networks for v in seeds_of(network)]
    states = np.random.SeedSequence(seed).generate_state(2 * max(1, len(seeds))).reshape(-1, 2) >> 1
    return [(v, ops.cast(ops.convert_to_tensor(s.astype("int32")), v.dtype)) for v, s in zip(seeds, states)]


def state_of(terms, weights):
    """Lists what losses, penalties, and the regularizers of weights remember.

    Args:
        terms: list of losses and penalties.
        weights: list of `keras.Variable`.

    Returns:
        A tuple of two lists: `keras.random.SeedGenerator`s, and `keras.Variable`s. A term whose `seed_generator` is
        None has None among the first, so that those of other terms keep the numbers by which they are saved.
    """
    remembered = [item for term in terms for item in _attributes_of(term)]
    remembered += [("", v) for w in weights if hasattr(w.regularizer, "prepare") for v in w.regularizer.prepare(w)]
    seeds = [v for name, v in remembered if name == "seed_generator" or isinstance(v, keras.random.SeedGenerator)]
    return seeds, [v for _, v in remembered if isinstance(v, keras.Variable)]


@contextlib.contextmanager
def standing(network, batches):
    """Context in which a network's batch norms have the statistics of given batches, in place of training's.

    The moving statistics of training are of latents as training draws them, and of networks as they were, and where
    weights are averaged they are an average, too. Of other latents, e.g. truncated ones, a network has others. Within
    `Making.making` they are those of the averaged weights. The model is left as it was.

    Args:
        network: built `keras.Model`.
        batches: list of what the network takes, at least one; each is run once as in training.

    Formula:
        Mean and variance of a batch norm are the means over the batches of theirs: the moving statistics at the
        momentum (k - 1) / k in the batch k.

    Deviations:
        none

    Reference:
        Brock et al., 2019, Large Scale GAN Training for High Fidelity Natural Image Synthesis, arXiv:1809.11096, the
        appendix's "standing statistics".
    """
    norms = [v for v in engine.layers_of(network) if isinstance(v, keras.layers.BatchNormalization) and v.trainable]
    with Scope(state_mapping=_statistics(network, norms, batches) if norms else []):
        yield


def _statistics(network, norms, batches):
    """Pairs the moving statistics of batch norms with the means over batches."""
    momenta = [norm.momentum for norm in norms]
    try:
        with Scope() as scope:
            for k, batch in enumerate(batches):
                for norm in norms:
                    norm.momentum = k / (k + 1)
                network(batch, training=True)
            moving = [v for norm in norms for v in (norm.moving_mean, norm.moving_variance)]
            return [(v, scope.get_current_value(v)) for v in moving]
    finally:
        for norm, momentum in zip(norms, momenta):
            norm.momentum = momentum


class Averages:
    """Running averages of networks' weights and batch statistics, in float32 or better, to be read in their place.

    A generator that circles its optimum is nearer to it on average than at any moment.

    Attributes:
        weights: list of `keras.Variable`, those that are averaged.
        variables: list of `keras.Variable`, the averages; they begin as what the weights are.

    Args:
        decay: float in (0, 1), 1 - 1 / the number of steps that an average reaches back.
        networks: list of built `keras.Model`.

    Raises:
        ValueError: if the decay is not in (0, 1).

    Formula:
        average <- d average + (1 - d) weight after each training step, d = min(decay, (1 + t) / (10 + t)) after step
        t, so that a short run is not the average of what it began with.

    Deviations:
        none. The rule for short runs is that of `tf.train.ExponentialMovingAverage`; batch norm's moving statistics
        are averaged as weights are. Of layers with the attribute `averaged = False`, e.g. `layers.FadeIn`, the weights
        are copied.

    Reference:
        Karras et al., 2018, Progressive Growing of GANs for Improved Quality, Stability, and Variation,
        arXiv:1710.10196, Appendix A (decay 0.999). Yazici et al., 2019, The Unusual Effectiveness of Averaging in GAN
        Training, arXiv:1806.04498.
    """

    def __init__(self, decay, networks):
        if not isinstance(decay, float) or not 0.0 < decay < 1.0:
            raise ValueError(f"Expected `ema` as None or a float between 0 and 1. Received: {decay!r}.")
        self.decay = decay
        self.weights = [v for network in networks for v in network.weights if "float" in v.dtype]
        self.copied = {id(v) for network in networks for v in _not_averaged(network)}
        self.variables = [_copy(weight) for weight in self.weights]

    def begin(self):
        """Lets the averages begin anew from what the weights are, in memory of their own."""
        for average, weight in zip(self.variables, self.weights):
            average.assign(_own(weight, average.dtype))

    def update(self, steps):
        """Moves the averages towards the weights.

        Args:
            steps: int scalar, how many training steps have been made, this one included.
        """
        t = keras.ops.cast(steps, "float32")
        share = 1.0 - keras.ops.minimum(self.decay, (1.0 + t) / (10.0 + t))
        for average, weight in zip(self.variables, self.weights):
            now = engine.widened(keras.ops.convert_to_tensor(weight))
            if id(weight) not in self.copied:
                now = average + keras.ops.cast(share, average.dtype) * (now - average)
            average.assign(now)

    @property
    def mapping(self):
        """List of tuples (weight, average), a scope's state mapping."""
        return list(zip(self.weights, self.variables))

    @contextlib.contextmanager
    def worn(self):
        """Context in which the weights are their averages, whoever reads them."""
        own = [ops.convert_to_numpy(weight) for weight in self.weights]
        for weight, average in self.mapping:
            weight.assign(ops.cast(ops.convert_to_tensor(average), weight.dtype))
        try:
            yield
        finally:
            for weight, value in zip(self.weights, own):
                weight.assign(value)


def _not_averaged(network):
    """The weights of a network's layers that are not to be averaged."""
    return [v for layer in engine.layers_of(network) if not getattr(layer, "averaged", True) for v in layer.weights]


def _copy(weight):
    """A variable of a weight's value, in float32 or better."""
    return keras.Variable(
        _own(weight, "float64" if weight.dtype == "float64" else "float32"),
        trainable=False,
        aggregation="only_first_replica",
        name=f"average_{weight.name}",
    )


def _own(weight, dtype):
    """A weight's value, not in its memory, which JAX's steps give away."""
    return np.array(ops.convert_to_numpy(weight), dtype=dtype)


def _attributes_of(term):
    """The names and values of a term's attributes, and of those of the terms inside it."""
    for name, value in vars(term).items():
        yield name, value
        if isinstance(value, (AdversarialLoss, Penalty)):
            yield from _attributes_of(value)
