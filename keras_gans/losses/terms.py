"""Terms that games add to their adversarial losses, as plain functions: tensors in, a float32 scalar out."""

from keras import ops

from keras_gans.losses.adversarial import as_float32

__all__ = ["class_cross_entropy", "l1", "squares"]


def l1(a, b):
    """Mean absolute difference.

    Args:
        a: float tensor (N, ...).
        b: float tensor of the same shape.

    Returns:
        float32 scalar.
    """
    return ops.mean(ops.abs(as_float32(a) - as_float32(b)))


def squares(a, b):
    """Mean squared difference.

    Args:
        a: float tensor (N, ...).
        b: float tensor of the same shape.

    Returns:
        float32 scalar.
    """
    return ops.mean(ops.square(as_float32(a) - as_float32(b)))


def class_cross_entropy(labels, logits):
    """Mean of -log of the probability that a classifier gives to the right class.

    Args:
        labels: int tensor (N,).
        logits: float tensor (N, classes).

    Returns:
        float32 scalar.
    """
    logits = as_float32(logits)
    right = ops.sum(ops.one_hot(labels, logits.shape[-1]) * logits, axis=-1)
    return ops.mean(ops.logsumexp(logits, axis=-1) - right)
