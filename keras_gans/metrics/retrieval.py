"""Retrieval: how often the right one of many is found, as for a picture the caption that belongs to it."""

import numpy as np

from keras_gans.metrics.streaming import Result

__all__ = ["recall", "retrieval"]

AMONG = 100  # examples among which one is looked for
RANKS = (1, 5)
ROUNDING = 1e-6  # by which similarities differ that are equal


def recall(similarities, k=1):
    """Computes the share of queries whose own candidate is among the k that match best.

    Candidates that match equally well, up to rounding, are taken in a random order, of which this is the mean: two
    captions that a network cannot tell apart make one half.

    Args:
        similarities: float array (n, n), of query i and candidate j; candidate i belongs to query i.
        k: int, how many are looked at.

    Returns:
        float in [0, 1].

    Raises:
        ValueError: if the array is not square and finite, or k is not positive.

    Example:
        ```python
        recall(np.array([[0.9, 0.1], [0.5, 0.5]]))  # (1 + 1 / 2) / 2
        ```
    """
    s = np.asarray(similarities)
    if s.ndim != 2 or s.shape[0] != s.shape[1] or not s.size or not np.isfinite(s).all() or k < 1:
        raise ValueError(f"Expected a square of finite numbers, and k of at least 1. Received: {s.shape} and k={k!r}.")
    own = np.diagonal(s)[:, None]
    better, equal = np.sum(s > own + ROUNDING, axis=1), np.sum(np.abs(s - own) <= ROUNDING, axis=1)
    return float(np.mean(np.clip((k - better) / equal, 0.0, 1.0)))


def retrieval(model, images, captions):
    """Measures how often a model finds a picture's own caption among a hundred.

    Args:
        model: a model with `similarities`, see `models.MatchingEncoder`.
        images: float array (n, ...), n at least 2.
        captions: int array (n, length), or sequence of strings, of the pictures.

    Returns:
        list of two `Result`, "recall_1" and "recall_5", means over groups of 100 with their standard error, if there
        are several; what is left over of them is not looked at. Captions that are equal cannot be told apart: the note
        says how often the best that can be done finds the right one.
    """
    groups = [slice(i, i + AMONG) for i in range(0, max(1, len(images) - AMONG + 1), AMONG)]
    found, best, count = [], [], 0
    for rows in groups:
        some = captions[rows]
        found.append(model.similarities(images[rows], some))
        best.append(_equal(some))
        count += len(some)
    return [_result(found, best, k, count) for k in RANKS]


def _equal(captions):
    """Which captions are equal, (n, n)."""
    _, which = np.unique(np.asarray(captions), axis=0, return_inverse=True)
    which = which.reshape(-1)
    return (which[:, None] == which).astype(float)


def _result(found, best, k, count):
    shares = [recall(similarities, k) for similarities in found]
    error = float(np.std(shares, ddof=1) / np.sqrt(len(shares))) if len(shares) > 1 else None
    among = len(found[0])
    ceiling = np.mean([recall(equal, k) for equal in best])
    note = f"a picture's caption among {among}; by chance {min(1, k / among):.3g}, at best {ceiling:.3g}"
    return Result(f"recall_{k}", float(np.mean(shares)), error, real=count, note=note)
