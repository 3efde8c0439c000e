"""Says in one sentence what is wrong with batches that a user has made, before a step is wasted on them."""

import types

from keras_gans import engine
from keras_gans.data.batches import Batches
from keras_gans.data.check import check_array, check_number, kind_of, names_of, squeezed
from keras_gans.data.examples import groups, spans


def check_dataset(dataset, parts, n_critic):
    """Checks a Dataset by its first batch.

    Args:
        dataset: `tf.data.Dataset` or `keras.utils.PyDataset` of batches (m, *shape), or tuples of them.
        parts: tuple of `Part`, what the game expects.
        n_critic: int, which must divide the batch.

    Returns:
        tuple of the arrays of the first batch.

    Raises:
        ValueError: if a check fails, with what was expected and what was received.
    """
    by_index = hasattr(dataset, "__getitem__") and getattr(dataset, "num_batches", 1) != 0
    first = dataset[0] if by_index else next(iter(dataset), None)
    if first is None:
        raise ValueError("Expected a Dataset of at least one batch. Received: an empty Dataset.")
    return check_batch(first, parts, n_critic)


def check_batch(batch, parts, n_critic):
    """Checks a first batch; see `check_dataset`."""
    first = taken_apart(batch)
    check_number(first, parts)
    _check_batched(first, parts)
    for x, part in zip(first, parts):
        check_array(squeezed(x, part), part)
    if len(first[0]) % n_critic:
        raise ValueError(
            f"Expected batches that n_critic={n_critic} divides, since each critic step sees fresh examples; "
            f"`data.batches(x, batch_size, n_critic={n_critic})` makes them. Received: batches of {len(first[0])}."
        )
    return first


def _check_batched(first, parts):
    shapes = [tuple(x.shape) for x in first]
    if all(len(shape) == len(part.shape) for shape, part in zip(shapes, parts)):
        raise ValueError(
            "Expected a Dataset of batches, as `dataset.batch(32)` makes them. "
            f"Received: single examples of shape {' and '.join(map(str, shapes))}."
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
            f"batch. Received: a {kind_of(dataset)}."
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
    if isinstance(dataset, types.GeneratorType):
        return [None]
    if hasattr(dataset, "element_spec"):
        specs = dataset.element_spec if isinstance(dataset.element_spec, tuple) else (dataset.element_spec,)
        return [spec.shape[0] for spec in specs]
    first_and_last = (dataset[index] for index in (0, dataset.num_batches - 1))
    return [len(batch[0] if isinstance(batch, tuple) else batch) for batch in first_and_last]


def taken_apart(batch):
    """Makes a batch a tuple of arrays (m, ...); raises a ValueError if it is neither an array nor several."""
    parts = tuple(batch) if isinstance(batch, (tuple, list)) else (batch,)
    found = next((x for x in parts if not hasattr(x, "shape") or not hasattr(x, "dtype")), None)
    if found is not None:
        raise ValueError(
            f"Expected batches that are arrays or tuples of arrays. Received: batches {_in_words(batch, found)}."
        )
    return parts


def _in_words(batch, found):
    return f"that are {kind_of(batch)}s" if found is batch else f"with a {kind_of(found)}"


def check_rows(arrays, parts, aligned):
    """Checks that a batch has as many examples of each of the parts that belong together; else raises a ValueError."""
    for start, stop in spans(groups(aligned, len(parts))):
        if len({len(x) for x in arrays[start:stop]}) > 1:
            raise ValueError(
                f"Expected batches of as many {names_of(parts[start:stop])}. "
                f"Received: {' and '.join(str(len(x)) for x in arrays[start:stop])}."
            )
