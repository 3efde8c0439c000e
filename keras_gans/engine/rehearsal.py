"""Rehearsal: what a training step would do, played through to the end without any of it being kept."""

import contextlib

import numpy as np
from keras import ops

from keras_gans.engine.precision import widened


class Move:
    """An optimizer's stand-in, which moves nothing and writes down what it was asked to.

    Attributes:
        gradients: list of float32 scalars: for each of its moves in a step the norm of all gradients as one vector.
        weights: list of float32 scalars, the same of the weights that it was to move.

    Args:
        optimizer: the `keras.optimizers.Optimizer` that it stands in for.
    """

    def __init__(self, optimizer):
        self.scale_loss = optimizer.scale_loss
        self.gradients, self.weights = [], []

    def apply(self, grads, trainable_variables):
        """Writes the norms down, that of the gradients without the optimizer's scale of the loss."""
        self.gradients.append(_norm(grads) / ops.cast(self.scale_loss(1.0), "float32"))
        self.weights.append(_norm(trainable_variables))


@contextlib.contextmanager
def rehearsal(model, seed=0):
    """Context in which the model's training step can be played through without its optimizers moving anything.

    For use in what `compile_stateless` compiles: there all else that a step assigns (weights under a constraint, batch
    statistics, spectral norms, pools, counts, random generators) is forgotten too, and the model stays bit for bit as
    it was. Random generators begin from the same state each time, so that two rehearsals differ by the model alone;
    the means of the logs begin from nothing, so that they are those of the rehearsal.

    Args:
        model: compiled `models.AdversarialModel`.
        seed: int, decides the random numbers.

    Yields:
        dict of the optimizers' names -> `Move`.
    """
    weights = {id(v) for v in model.weights}
    seeds = [v for v in model.variables if id(v) not in weights]
    states = np.random.SeedSequence(seed).generate_state(2 * len(seeds)).reshape(-1, 2) >> 1
    for variable, state in zip(seeds, states):
        variable.assign(ops.cast(ops.convert_to_tensor(state.astype("int32")), variable.dtype))
    for variable in model.metrics_variables:
        variable.assign(ops.zeros(variable.shape, variable.dtype))
    members = model.optimizer.members
    own = dict(members)
    members.update({key: Move(member) for key, member in own.items()})
    try:
        yield dict(members)
    finally:
        members.update(own)


def _norm(tensors):
    tensors = [widened(ops.convert_to_tensor(tensor)) for tensor in tensors if tensor is not None]
    return ops.cast(ops.sqrt(sum(ops.sum(ops.square(tensor)) for tensor in tensors)), "float32")
