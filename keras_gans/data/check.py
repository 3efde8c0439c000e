"""Says in one sentence what is wrong with the data that a model is handed, before a step is wasted on it."""

import dataclasses

import numpy as np

from keras_gans import engine
from keras_gans.data.batches import Batches
from keras_gans.data.examples import Examples


@dataclasses.dataclass(frozen=True)
class Part:
    """What a game expects of one part of its data.

    Args:
        name: string, what it is, in the plural.
        shape: tuple, shape of one example: (height, width, channels) for pictures, (d,) for points and conditions,
            () for labels.
        classes: None, or int: the examples are labels, ints in 0 to classes - 1.
    """

    name: str
    shape: tuple
    classes: int | None = None


def as_examples(arrays, parts, aligned):
    """Puts arrays together.

    Args:
        arrays: tuple of arrays (N, *shape).
        parts: tuple of `Part`, what the game expects.
        aligned: see `data.Examples`.

    Returns:
        `data.Examples`.

    Raises:
        ValueError: if they are no arrays, or too few or too many.
    """
    for x in arrays:
        if not hasattr(x, "shape") or not hasattr(x, "dtype"):
            raise ValueError(f"Expected an array {_text(parts[0])} or a Dataset of such batches. Received: {_kind(x)}.")
    _check_number(arrays, parts)
    return Examples(*(np.asarray(x) for x in arrays), aligned=aligned)


def check_examples(examples, parts, aligned):
    """Checks examples: how many parts, their shapes, types and values; of pictures on disk the shapes and a few.

    Args:
        examples: `data.Examples`.
        parts: tuple of `Part`, what the game expects.
        aligned: whether it expects parts that belong together.

    Raises:
        ValueError: if a check fails, with what was expected and what was received.
    """
    _check_number(examples.parts, parts)
    if aligned and not examples.aligned:
        raise ValueError("Expected pairs, as `data.pairs` gives them. Received: two domains without pairs.")
    in_memory = all(isinstance(part, np.ndarray) for part in examples.parts)
    for x, part in zip(examples.parts if in_memory else examples.head(4), parts):
        check_array(x, part)
        if in_memory and part.classes is not None:
            _check_all_classes(x, part)


def check_array(x, part):
    """Checks the examples of an array: shape, type, and their range where there is one.

    Args:
        x: array (N, *shape).
        part: `Part`, what the game expects.

    Raises:
        ValueError: if a check fails, with what was expected and what was received.
    """
    if tuple(x.shape[1:]) != tuple(part.shape):
        raise ValueError(
            f"Expected {part.name} of shape ({', '.join(map(str, part.shape))}), as the networks take them. "
            f"Received: an array of shape {tuple(x.shape)}."
        )
    x = np.asarray(x)
    if part.classes is not None:
        _check_labels(x, part)
        return
    if not np.issubdtype(x.dtype, np.floating):
        raise ValueError(
            "Expected floats, images in [-1, 1]; pixels from 0 to 255 become so by `x / 127.5 - 1` or by "
            f"`keras_gans.data.load`. Received: dtype {x.dtype}."
        )
    low, high = (x.min(), x.max()) if x.size else (0, 0)
    if not (np.isfinite(low) and np.isfinite(high)):
        raise ValueError(f"Expected finite numbers. Received: {np.sum(~np.isfinite(x))} that are NaN or infinite.")
    if len(part.shape) == 3 and (low < -1.001 or high > 1.001):
        raise ValueError(f"Expected images in [-1, 1]. Received: values from {low:g} to {high:g}.")


def check_dataset(dataset, parts, n_critic):
    """Checks a Dataset by its description and by its first batch.

    Args:
        dataset: `tf.data.Dataset` or `keras.utils.PyDataset` of batches (m, *shape), or tuples of them.
        parts: tuple of `Part`, what the game expects.
        n_critic: int, which must divide the batch.

    Raises:
        ValueError: if a check fails, with what was expected and what was received.
    """
    first = dataset[0] if hasattr(dataset, "__getitem__") else next(iter(dataset), None)
    if first is None:
        raise ValueError("Expected a Dataset of at least one batch. Received: an empty Dataset.")
    if isinstance(first, dict):
        raise ValueError("Expected batches that are arrays or tuples of arrays. Received: batches that are dicts.")
    first = tuple(first) if isinstance(first, (tuple, list)) else (first,)
    _check_number(first, parts)
    for x, part in zip(first, parts):
        check_array(x, part)
    if len(first[0]) % n_critic:
        raise ValueError(
            f"Expected batches that n_critic={n_critic} divides, since each critic step sees fresh examples; "
            f"`data.batches(x, batch_size, n_critic={n_critic})` makes them. Received: batches of {len(first[0])}."
        )


def check_replicas(dataset, n_critic, replicas):
    """Checks that the devices that share each batch can share it evenly, each critic step's examples too.

    Args:
        dataset: `tf.data.Dataset` or `keras.utils.PyDataset`, of this package or not.
        n_critic: int, updates of the discriminator per training step.
        replicas: int, how many devices, of all processes.

    Raises:
        ValueError: if not all batches are known to be of a number of examples that n_critic * replicas divides, or the
            Dataset is another's and there are several processes, of which each takes its own rows.
    """
    if replicas == 1:
        return
    source = getattr(dataset, "source", dataset)
    if engine.processes() > 1 and not isinstance(source, Batches):
        raise ValueError(
            "Expected an array, or what `data` makes, where several processes train: each takes its own part of every "
            f"batch. Received: a {_kind(dataset)}."
        )
    for size in _batch_sizes(source):
        if size is None or size % (n_critic * replicas):
            raise ValueError(
                f"Expected a batch_size that {replicas} devices can share evenly, so with n_critic={n_critic} batches "
                f"that {n_critic * replicas} divides, of a Dataset by drop_remainder=True. "
                f"Received: batches of {size or 'an unknown number of'} examples."
            )


def _batch_sizes(dataset):
    """The numbers of examples in a Dataset's batches; None where they differ or it does not say."""
    if isinstance(dataset, Batches):
        return [dataset.size]
    if hasattr(dataset, "element_spec"):
        specs = dataset.element_spec if isinstance(dataset.element_spec, tuple) else (dataset.element_spec,)
        return [spec.shape[0] for spec in specs]
    first_and_last = (dataset[index] for index in (0, len(dataset) - 1))
    return [len(batch[0] if isinstance(batch, tuple) else batch) for batch in first_and_last]


def _check_number(arrays, parts):
    if len(arrays) == len(parts):
        return
    if len(parts) == 1:
        raise ValueError(
            "Expected examples alone, as this game takes nothing beside them; of a Dataset, drop the rest by "
            f"`dataset.map(lambda x, y: x)`. Received: {len(arrays)} parts."
        )
    raise ValueError(
        f"Expected {' and '.join(part.name for part in parts)}, fit(x, y) or both in one. "
        f"Received: {len(arrays)} part{'s' * (len(arrays) > 1)}."
    )


def _check_labels(x, part):
    if not np.issubdtype(x.dtype, np.integer):
        raise ValueError(f"Expected {part.name} as integers 0 to {part.classes - 1}. Received: dtype {x.dtype}.")
    if x.size and (x.min() < 0 or x.max() >= part.classes):
        raise ValueError(
            f"Expected {part.name} in 0 to {part.classes - 1}, as the networks have {part.classes} classes. "
            f"Received: {part.name} from {x.min()} to {x.max()}."
        )


def _check_all_classes(x, part):
    missing = sorted(set(range(part.classes)) - set(np.unique(x).tolist()))
    if missing:
        raise ValueError(
            f"Expected examples of each of the {part.classes} classes that the networks have. "
            f"Received: none of {', '.join(map(str, missing[:5]))}{', ...' if len(missing) > 5 else ''}."
        )


def _text(part):
    return f"(N, {', '.join(map(str, part.shape))})" if part.shape else "(N,)"


def _kind(x):
    return type(x).__name__
