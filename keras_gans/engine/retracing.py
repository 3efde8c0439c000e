"""Tracing the training step anew, between two steps of one `fit`."""

import functools


def retrace(model):
    """Lets the next training step be traced anew; both of Keras' trainers look up `train_function` at each step.

    Args:
        model: compiled `models.AdversarialModel`.
    """
    # Two methods of one model are equal, and of an equal function JAX takes the trace as long as somebody holds it.
    model.train_step = functools.partial(type(model).train_step, model)
    model.make_train_function(force=True)
