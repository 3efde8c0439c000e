"""What layers ask of an engine, on Keras' backends on which nothing of ours trains: one device sees all rows."""

from keras import ops


def all_rows(x):
    """The rows of all replicas: of the one that there is."""
    return x


def own_rows(x, rows):
    """The rows of this replica out of those of all: all of them."""
    return x


def replica_rows(draw, rows):
    """Draws the rows of this replica, by a function of their number."""
    return draw(rows)


def standardized(x, epsilon):
    """Brings each channel of each example to mean 0 and variance 1 over its positions.

    Args:
        x: float tensor (N, H, W, C).
        epsilon: float, added to the variance.

    Returns:
        float tensor of x's shape.
    """
    mean, variance = ops.moments(x, axes=[1, 2], keepdims=True)
    return (x - mean) * ops.rsqrt(variance + epsilon)
