"""Says in one sentence what is wrong with the data that a model is handed, before a step is wasted on it."""

import numpy as np


def check_array(x, shape):
    """Checks the examples of an array: shape, type, finite numbers, and for pictures the range [-1, 1].

    Args:
        x: array (N, *shape).
        shape: tuple, shape of one example.

    Raises:
        ValueError: if a check fails, with what was expected and what was received.
    """
    if not hasattr(x, "shape") or not hasattr(x, "dtype"):
        raise ValueError(
            f"Expected an array (N, {_text(shape)}) or a Dataset of such batches. Received: {type(x).__name__}."
        )
    if tuple(x.shape[1:]) != tuple(shape):
        raise ValueError(
            f"Expected examples of shape ({_text(shape)}), as the networks take them. "
            f"Received: an array of shape {tuple(x.shape)}."
        )
    x = np.asarray(x)
    if not np.issubdtype(x.dtype, np.floating):
        raise ValueError(
            "Expected floats, images in [-1, 1]; pixels from 0 to 255 become so by `x / 127.5 - 1` or by "
            f"`keras_gans.data.load`. Received: dtype {x.dtype}."
        )
    low, high = (x.min(), x.max()) if x.size else (0, 0)
    if not (np.isfinite(low) and np.isfinite(high)):
        raise ValueError(f"Expected finite numbers. Received: {np.sum(~np.isfinite(x))} that are NaN or infinite.")
    if len(shape) == 3 and (low < -1.001 or high > 1.001):
        raise ValueError(f"Expected images in [-1, 1]. Received: values from {low:g} to {high:g}.")


def check_dataset(dataset, shape, n_critic):
    """Checks a Dataset by its description and by its first batch.

    Args:
        dataset: `tf.data.Dataset` or `keras.utils.PyDataset` of batches (m, *shape).
        shape: tuple, shape of one example.
        n_critic: int, which must divide the batch.

    Raises:
        ValueError: if a check fails, with what was expected and what was received.
    """
    first = dataset[0] if hasattr(dataset, "__getitem__") else next(iter(dataset), None)
    if first is None:
        raise ValueError("Expected a Dataset of at least one batch. Received: an empty Dataset.")
    if isinstance(first, (tuple, list)) and len(first) == 1:
        first = first[0]
    if isinstance(first, (tuple, list, dict)):
        raise ValueError(
            "Expected batches of examples alone: drop the rest by `dataset.map(lambda x, y: x)`. "
            f"Received: batches of {len(first)} parts."
        )
    check_array(first, shape)
    if len(first) % n_critic:
        raise ValueError(
            f"Expected batches that n_critic={n_critic} divides, since each critic step sees fresh examples; "
            f"`data.batches(x, batch_size, n_critic={n_critic})` makes them. Received: batches of {len(first)}."
        )


def _text(shape):
    return ", ".join(str(n) for n in shape)
