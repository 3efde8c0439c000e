"""The forms in which Keras hands a batch to a step."""

from keras import ops


def unpack(data):
    """Takes a batch out of what Keras wraps it in: `fit` gives x or (x,), `train_on_batch` gives (x, None, None).

    Args:
        data: tensor, or tuple of tensors and Nones; eagerly they may be arrays.

    Returns:
        The tensor if there is one, else a tuple of those there are.
    """
    if not isinstance(data, tuple):
        return ops.convert_to_tensor(data)
    parts = tuple(ops.convert_to_tensor(part) for part in data if part is not None)
    return parts[0] if len(parts) == 1 else parts
