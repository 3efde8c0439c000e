"""Says in one sentence what is wrong with the data that a model is handed, before a step is wasted on it."""

import dataclasses
import functools
from collections.abc import Callable

import numpy as np

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
    for x, part in zip(arrays, (*parts, *parts)):
        if not hasattr(x, "shape") or not hasattr(x, "dtype"):
            wanted = f"an array ({', '.join(('N', *_sides(part)))}{',' * (not part.shape)})"
            raise ValueError(f"Expected {wanted} or a Dataset of such batches. Received: {_no_array(x)}.")
    check_number(arrays, parts)
    return Examples(*(squeezed(np.asarray(x), part) for x, part in zip(arrays, parts)), aligned=aligned)


def with_labels_squeezed(examples, parts):
    """The same examples, their classes (N,) where they were (N, 1); see `squeezed`."""
    arrays = examples.parts
    columns = type(examples) is Examples and len(arrays) == len(parts)
    found = [squeezed(x, part) for x, part in zip(arrays, parts)] if columns else arrays
    if all(x is y for x, y in zip(found, arrays)):
        return examples
    return Examples(*found, aligned=examples.groups, flip=examples.flip)


def check_examples(examples, parts, aligned):
    """Checks examples: how many parts, their shapes, types and values; of pictures on disk the shapes and a few.

    Args:
        examples: `data.Examples`.
        parts: tuple of `Part`, what the game expects.
        aligned: which parts it expects to belong together, as `data.Examples` takes it.

    Raises:
        ValueError: if a check fails, with what was expected and what was received.
    """
    check_number(examples.parts, parts)
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
    if part.kind.endswith("class") and found == (part.classes,):
        raise ValueError(
            f"Expected {part.name} as integers (N,); of one-hot vectors `y.argmax(axis=-1)` makes them. "
            f"Received: an array of shape {tuple(x.shape)}."
        )
    if len(found) != len(wanted) or any(n not in (None, side) for n, side in zip(wanted, found)):
        raise ValueError(
            f"Expected {part.name} of shape ({', '.join(_sides(part))}), as the networks take them. "
            f"Received: an array of shape {tuple(x.shape)}."
        )
    KINDS[part.kind].check(np.asarray(x), part)


def squeezed(x, part):
    """Makes classes (N, 1), as Keras' data sets have them, classes (N,); everything else stays as it is."""
    return x[:, 0] if part.kind.endswith("class") and x.ndim == 2 and x.shape[1] == 1 else x


def check_number(arrays, parts):
    """Refuses too few or too many parts (raises ValueError)."""
    if len(arrays) == len(parts):
        return
    if len(parts) == 1:
        raise ValueError(
            "Expected examples alone, as this game takes nothing beside them; of a Dataset, drop the rest by "
            f"`dataset.map(lambda x, y: x)`. Received: {len(arrays)} parts."
        )
    how = "fit(x, y) or both in one" if len(parts) == 2 else "all in one `data.Examples`"
    raise ValueError(f"Expected {names_of(parts)}, {how}. Received: {len(arrays)} part{'s' * (len(arrays) > 1)}.")


def _check_groups(examples, parts, aligned):
    """Parts that the game expects to belong together must; others may, as pairs are taken for two domains."""
    begins = {start for start, _ in spans(examples.groups)}
    for start, stop in spans(groups(aligned, len(parts))):
        if begins & set(range(start + 1, stop)):
            raise ValueError(
                f"Expected {names_of(parts[start:stop])} that belong together, in one group of `data.Examples`. "
                f"Received: groups of {' and '.join(map(str, examples.groups))}, each in an order of its own."
            )


def names_of(parts):
    """Names parts in a message."""
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


def kind_of(x):
    """Names the type of an object in a message."""
    return type(x).__name__


def _no_array(x):
    """What stands in an array's place, and what makes an array of it."""
    if isinstance(x, tuple):
        return f"a tuple of {len(x)}; two arrays are handed over as fit(x, y)"
    if isinstance(x, list):
        return f"a list of {len(x)}; `np.stack` makes an array of one"
    return kind_of(x)


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
