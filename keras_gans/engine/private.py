"""The parts of Keras that are not public and that we need all the same, each with what we do where it is missing.

No other file of the package touches them (tests/test_architecture.py).
"""

import contextlib

import keras
import numpy as np


def layers_of(network):
    """Lists the layers of a network at any depth, itself first.

    Keras: `Layer._flatten_layers`. Without it we follow what is public, a model's `layers` and a wrapper's `layer`, and
    miss the layers that another layer keeps to itself.

    Args:
        network: built `keras.Model`, or another layer.

    Returns:
        list of `keras.Layer`, each once.
    """
    if hasattr(network, "_flatten_layers"):
        return list(network._flatten_layers())
    found, waiting = {}, [network]
    while waiting:
        layer = waiting.pop(0)
        if found.setdefault(id(layer), layer) is layer:
            inner = [*getattr(layer, "layers", ()), getattr(layer, "layer", None)]
            waiting += [other for other in inner if other is not None and id(other) not in found]
    return list(found.values())


def held_by(variable):
    """What a variable has behind any scope: its engine's own variable.

    Keras: `Variable._value`. Without it, and where there is none yet, we read nothing, and what TensorFlow could have
    computed once it computes twice.

    Args:
        variable: `keras.Variable`.

    Returns:
        `tf.Variable`, or None.
    """
    return getattr(variable, "_value", None)


def own_weights(layer):
    """Lists the trainable weights of a layer without those of the layers in it, also if the layer is frozen.

    Keras: `Layer._trainable_variables`. Without it we take its public `weights` less those of the layers in it.

    Args:
        layer: built `keras.Layer`.

    Returns:
        list of `keras.Variable`.
    """
    if hasattr(layer, "_trainable_variables"):
        return list(layer._trainable_variables)
    inner = {id(v) for other in layers_of(layer) if other is not layer for v in other.weights}
    return [v for v in layer.weights if id(v) not in inner and v.trainable]


def ends_of(network):
    """Says by which functions a network ends, at each of its outputs.

    Keras: `KerasTensor._keras_history`. Without it we know of none, and miss a function that bounds what must not be.

    Args:
        network: built Functional or Sequential `keras.Model`.

    Returns:
        list of strings, e.g. "sigmoid" of a layer with that activation, or the name of the last layer's class in lower
        case, e.g. "softmax" or "flatten".
    """
    return [_end(output) for output in network.outputs if hasattr(output, "_keras_history")]


def _end(output):
    history = output._keras_history
    last = history.operation
    if isinstance(last, keras.Model) and hasattr(last, "outputs"):
        return _end(last.outputs[history.tensor_index])
    last = getattr(last, "layer", last)
    return getattr(getattr(last, "activation", None), "__name__", type(last).__name__.lower())


def moved_by(optimizer):
    """Lists the variables that a built optimizer moves.

    Keras: `Optimizer._trainable_variables`. Without it we find none, and an optimizer that was built for another model
    is refused by Keras, at the first step and in words of its own.

    Args:
        optimizer: `keras.optimizers.Optimizer`.

    Returns:
        list of `keras.Variable`.
    """
    return list(getattr(optimizer, "_trainable_variables", ())) if optimizer.built else []


@contextlib.contextmanager
def summed_already(optimizer):
    """Context in which an optimizer on TensorFlow takes gradients as they are: on one device they are their sum.

    Keras: `TFOptimizer._all_reduce_sum_gradients`. It asks TensorFlow for the sum over devices within a gradient of its
    own making, and each of those TensorFlow keeps until the process ends, with the whole graph of the step. Without
    that method Keras asks, which changes no number.

    Args:
        optimizer: `keras.optimizers.Optimizer`; of a `LossScaleOptimizer`, the one in it too.
    """
    optimizers = [optimizer, *filter(None, [getattr(optimizer, "inner_optimizer", None)])]
    for each in optimizers:
        vars(each)["_all_reduce_sum_gradients"] = lambda pairs: pairs
    try:
        yield
    finally:
        for each in optimizers:
            del vars(each)["_all_reduce_sum_gradients"]


def adam_slots(adam, variable):
    """Finds the first and the second moment that an Adam keeps for a variable.

    Keras: `Adam._momentums`, `Adam._velocities`, `Optimizer._get_variable_index`. Without one of them we find none, and
    Adam moves the variable as Keras has it, in several kernels instead of one.

    Args:
        adam: built `keras.optimizers.Adam`.
        variable: `keras.Variable` that it moves.

    Returns:
        None, or a tuple of two `keras.Variable`.
    """
    try:
        index = adam._get_variable_index(variable)
        return adam._momentums[index], adam._velocities[index]
    except AttributeError:
        return None


def weights_between_steps(model, places):
    """Reads trainable weights of a model on JAX between two steps of `fit`, which keeps them apart from the model.

    Keras: `JAXTrainer._jax_state`. Without it we read what the model's variables hold, which a callback's `model` has
    brought up to date.

    Args:
        model: `keras.Model`.
        places: list of int, which of its trainable variables.

    Returns:
        list of arrays.
    """
    state = getattr(model, "_jax_state", None)
    values = [v.value for v in model.trainable_variables] if state is None else state["trainable_variables"]
    return [np.asarray(values[place]) for place in places]
