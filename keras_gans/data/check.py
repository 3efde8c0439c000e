"""Says in one sentence what is wrong with the data that a model is handed, before a step is wasted on it."""

import dataclasses
import functools
from collections.abc import Callable

import numpy as np

from keras_gans import engine
from keras_gans.data.batches import Batches
from keras_gans.data.examples import Examples, groups, spans


@dataclasses.dataclass(frozen=True)
class Part:
    """What a game expects of one part of its data.

    Args:
        name: string, what it is, in the plural.
        shape: tuple, shape of one example: (height, width, channels) for pictures, (d,) for points and conditions, ()
            for classes, (length,) for tokens. A side that is None is open: the examples of an array agree in it.
        classes: None, or int, how many classes there are.
        kind: "picture" or "vector", floats; "class", ints from 0 to classes - 1; "optional class", which may also be
            -1, where it is not known; or "tokens", ints, as words have them in a vocabulary. None says "class" where
            there are `classes`, "picture" where the shape has three sides, else "vector".
        range: tuple of the least and the greatest value, or None for what the kind says: -1 and 1 for pictures, any
            for vectors. Tokens need it: (0, vocabulary - 1).

    Raises:
        ValueError: if the kind is unknown, or lacks its `classes` or its `range`.
    """

    name: str
    shape: tuple
    classes: int | None = None
    kind: str | None = None
    range: tuple | None = None

    def __post_init__(self):
        kind = self.kind or ("class" if self.classes is not None else "picture" if len(self.shape) == 3 else "vector")
        if kind not in KINDS:
            raise ValueError(f"Expected a kind of part: {', '.join(KINDS)}. Received: {kind!r}.")
        if (self.classes is None) == kind.endswith("class"):
            raise ValueError(
                f"Expected `classes` with classes, and only there. Received: {self.classes} with kind={kind!r}."
            )
        values = self.range or KINDS[kind].range(self.classes)
        if kind == "tokens" and values is None:
            raise ValueError("Expected the range of tokens, (0, vocabulary - 1). Received: None.")
        object.__setattr__(self, "kind", kind)
        object.__setattr__(self, "range", values)


def as_examples(arrays, parts, aligned):
    """Puts arrays together.

    Args:
        arrays: tuple of arrays (N, *shape).
        parts: tuple of `Part`, what the game expects.
        aligned: which parts belong together, as `data.Examples` takes it.

    Returns:
        `data.Examples`.

    Raises:
        ValueError: if they are no arrays, or too few or too many.
    """
    for x in arrays:
        if not hasattr(x, "shape") or not hasattr(x, "dtype"):
            wanted = f"an array ({', '.join(('N', *_sides(parts[0])))}{',' * (not parts[0].shape)})"
            raise ValueError(f"Expected {wanted} or a Dataset of such batches. Received: {_kind(x)}.")
    _check_number(arrays, parts)
    return Examples(*(np.asarray(x) for x in arrays), aligned=aligned)


def check_examples(examples, parts, aligned):
    """Checks examples: how many parts, their shapes, types and values; of pictures on disk the shapes and a few.

    Args:
        examples: `data.Examples`.
        parts: tuple of `Part`, what the game expects.
        aligned: which parts it expects to belong together, as `data.Examples` takes it.

    Raises:
        ValueError: if a check fails, with what was expected and what was received.
    """
    _check_number(examples.parts, parts)
    _check_groups(examples, parts, aligned)
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
    found, wanted = tuple(x.shape[1:]), part.shape
    if len(found) != len(wanted) or any(n not in (None, side) for n, side in zip(wanted, found)):
        raise ValueError(
            f"Expected {part.name} of shape ({', '.join(_sides(part))}), as the networks take them. "
            f"Received: an array of shape {tuple(x.shape)}."
        )
    KINDS[part.kind].check(np.asarray(x), part)


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
    how = "fit(x, y) or both in one" if len(parts) == 2 else "all in one `data.Examples`"
    raise ValueError(f"Expected {_names(parts)}, {how}. Received: {len(arrays)} part{'s' * (len(arrays) > 1)}.")


def _check_groups(examples, parts, aligned):
    """Parts that the game expects to belong together must; others may, as pairs are taken for two domains."""
    begins = {start for start, _ in spans(examples.groups)}
    for start, stop in spans(groups(aligned, len(parts))):
        if begins & set(range(start + 1, stop)):
            raise ValueError(
                f"Expected {_names(parts[start:stop])} that belong together, in one group of `data.Examples`. "
                f"Received: groups of {' and '.join(map(str, examples.groups))}, each in an order of its own."
            )


def _names(parts):
    return " and ".join(part.name for part in parts)


def _sides(part):
    return ["any" if side is None else str(side) for side in part.shape]


def _check_all_classes(x, part):
    missing = sorted(set(range(part.classes)) - set(np.unique(x).tolist()))
    if missing:
        raise ValueError(
            f"Expected examples of each of the {part.classes} classes that the networks have. "
            f"Received: none of {', '.join(map(str, missing[:5]))}{', ...' if len(missing) > 5 else ''}."
        )


def _kind(x):
    return type(x).__name__


# The kinds of part, and what is checked of their values


def _check_floats(x, part):
    if not np.issubdtype(x.dtype, np.floating):
        raise ValueError(f"Expected floats as {part.name}. Received: dtype {x.dtype}.")
    low, high = (x.min(), x.max()) if x.size else (0, 0)
    if not (np.isfinite(low) and np.isfinite(high)):
        raise ValueError(f"Expected finite numbers. Received: {np.sum(~np.isfinite(x))} that are NaN or infinite.")
    least, most = part.range or (low, high)
    if x.size and (low < least - ROUNDING or high > most + ROUNDING):
        raise ValueError(f"Expected {part.name} in [{least:g}, {most:g}]. Received: values from {low:g} to {high:g}.")


def _check_pictures(x, part):
    if np.issubdtype(x.dtype, np.integer):
        raise ValueError(
            "Expected floats, images in [-1, 1]; pixels from 0 to 255 become so by `x / 127.5 - 1` or by "
            f"`keras_gans.data.load`. Received: dtype {x.dtype}."
        )
    _check_floats(x, part)


def _check_ids(x, part, of, but=""):
    most = part.range[1]
    if not np.issubdtype(x.dtype, np.integer):
        raise ValueError(f"Expected {part.name} as integers 0 to {most}{but}. Received: dtype {x.dtype}.")
    if x.size and (x.min() < part.range[0] or x.max() > most):
        raise ValueError(
            f"Expected {part.name} in 0 to {most}, as the networks have {most + 1} {of}{but}. "
            f"Received: {part.name} from {x.min()} to {x.max()}."
        )


@dataclasses.dataclass(frozen=True)
class _Kind:
    """What checks the values of a kind of part, and their range by the number of classes."""

    check: Callable
    range: Callable = lambda classes: None


ROUNDING = 1e-3  # that floats may lie beyond their range
KINDS = {
    "picture": _Kind(_check_pictures, lambda classes: (-1.0, 1.0)),
    "vector": _Kind(_check_floats),
    "class": _Kind(functools.partial(_check_ids, of="classes"), lambda classes: (0, classes - 1)),
    "optional class": _Kind(
        functools.partial(_check_ids, of="classes", but=", or -1 where it is not known"),
        lambda classes: (-1, classes - 1),
    ),
    "tokens": _Kind(functools.partial(_check_ids, of="tokens")),
}
