"""Latents as NumPy arrays: ways from one to another, arithmetic with them, truncation."""

import numpy as np
from scipy.special import ndtr, ndtri


def linear(a, b, t):
    """Interpolates between vectors on the straight line.

    Args:
        a: float array (..., d), where the way begins.
        b: float array (..., d), where it ends.
        t: float array (...), shares of the way, 0 at a and 1 at b. One pair (d,) with t (k,) gives k vectors; n pairs
            (n, d) with t (n,) give one of each.

    Returns:
        float32 array (..., d).

    Raises:
        ValueError: if the vectors are not equally long.
    """
    a, b, t = _checked(a, b, t)
    return ((1.0 - t) * a + t * b).astype("float32")


def spherical(a, b, t):
    """Interpolates between vectors on the great circle, so that the length on the way is that of latents (slerp).

    Normal latents of many dimensions all have nearly the length sqrt(d); the middle of a straight line between two of
    them is shorter by sqrt(2), where the generator was never trained.

    Args:
        a: as in `linear`.
        b: as in `linear`. Where it points against a, whose circles to it are many, one of them is taken.
        t: as in `linear`.

    Returns:
        float32 array (..., d).

    Raises:
        ValueError: if the vectors are not equally long.

    Formula:
        sin((1 - t) theta) / sin(theta) a + sin(t theta) / sin(theta) b, theta the angle between a and b; for unit
        vectors, and the length is (1 - t) |a| + t |b|.

    Deviations:
        The paper puts vectors of any lengths into the formula, where it leaves the ring between the two lengths, the
        further the nearer theta is to pi.

    Reference:
        White, 2016, Sampling Generative Networks, arXiv:1609.04468, Section 2 (interpolation).
    """
    a, b, t = _checked(a, b, t)
    length_a, length_b = _length(a), _length(b)
    start, end = _unit(a), _unit(b)
    along = np.sum(start * end, axis=-1, keepdims=True)
    across = end - along * start
    sine = _length(across)
    side = np.where(sine > 1e-9, _unit(across), _perpendicular(start))
    angle = t * np.arctan2(sine, along)
    way = ((1.0 - t) * length_a + t * length_b) * (np.cos(angle) * start + np.sin(angle) * side)
    return np.where((length_a == 0) | (length_b == 0), (1.0 - t) * a + t * b, way).astype("float32")


def loop(points, steps, way=spherical):
    """Goes from point to point and from the last one back to the first, for films that repeat.

    Args:
        points: float array (n, d), two or more.
        steps: int, frames from each point to the next.
        way: `linear` or `spherical`.

    Returns:
        float32 array (n * steps, d), one step after the first point to the first point again, where a film rests.

    Raises:
        ValueError: if there are fewer than two points, or steps is below 1.
    """
    points = np.asarray(points)
    if points.ndim != 2 or len(points) < 2 or steps < 1:
        raise ValueError(
            "Expected two points or more, (n, d), and `steps` of at least 1. "
            f"Received: shape {points.shape} and steps={steps!r}."
        )
    t = np.arange(1, steps + 1) / steps
    return np.concatenate([way(a, b, t) for a, b in zip(points, np.roll(points, -1, axis=0))])


def arithmetic(plus, minus=()):
    """Adds and subtracts concepts, each the mean of the latents of some examples that show it.

    Single latents carry too much besides the concept: the paper found three of each to be enough.

    Args:
        plus: list of float arrays (k, d), the latents of each concept to add; k may differ.
        minus: list of float arrays (k, d), those to subtract.

    Returns:
        float32 array (d,).

    Raises:
        ValueError: if there is nothing to add, or the latents are not equally long.

    Formula:
        sum of mean(plus) - sum of mean(minus), e.g. smiling woman - neutral woman + neutral man.

    Deviations:
        none

    Reference:
        Radford et al., 2015, Unsupervised Representation Learning with Deep Convolutional Generative Adversarial
        Networks, arXiv:1511.06434, Section 6.3.2 and Figure 7.
    """
    groups = [np.asarray(group, dtype=float) for group in (*plus, *minus)]
    if not len(plus) or {group.ndim for group in groups} != {2} or len({group.shape[1] for group in groups}) > 1:
        shapes = ", ".join(str(group.shape) for group in groups) or "none"
        raise ValueError(f"Expected at least one concept to add, each of latents (k, d). Received: {shapes}.")
    signs = [1.0] * len(plus) + [-1.0] * len(minus)
    return sum(sign * group.mean(axis=0) for sign, group in zip(signs, groups)).astype("float32")


def truncate(latents, threshold, seed=None):
    """Draws anew the components of normal latents that are too large: better examples, less variety.

    Args:
        latents: float array (n, d), drawn from the standard normal distribution.
        threshold: float above 0, the largest magnitude that a component may have.
        seed: None for new draws at each call, or int.

    Returns:
        float32 array (n, d), the components within the threshold as they were.

    Raises:
        ValueError: if the threshold is not above 0.

    Formula:
        z[i] if |z[i]| <= threshold, else a draw of the standard normal distribution given |z[i]| <= threshold.

    Deviations:
        none. What is drawn again until it fits is drawn here once, by the inverse of the distribution.

    Reference:
        Brock et al., 2019, Large Scale GAN Training for High Fidelity Natural Image Synthesis, arXiv:1809.11096,
        Section 3.1.
    """
    if not threshold > 0:
        raise ValueError(f"Expected `threshold` above 0. Received: {threshold!r}.")
    latents = np.asarray(latents, dtype="float32")
    shares = np.random.default_rng(seed).uniform(ndtr(-threshold), ndtr(threshold), latents.shape)
    within = np.clip(ndtri(shares), -threshold, threshold)
    return np.where(np.abs(latents) <= threshold, latents, within).astype("float32")


def _checked(a, b, t):
    a, b, t = (np.asarray(x, dtype=float) for x in (a, b, t))
    if a.shape[-1:] != b.shape[-1:] or not a.ndim or not b.ndim:
        raise ValueError(f"Expected vectors of one length. Received: shapes {a.shape} and {b.shape}.")
    return a, b, t[..., None]


def _length(x):
    return np.linalg.norm(x, axis=-1, keepdims=True)


def _unit(x):
    length = _length(x)
    return np.divide(x, length, out=np.zeros_like(x), where=length > 0)


def _perpendicular(unit):
    """A unit vector at a right angle to each one; zeros where there is none, in one dimension."""
    axis = np.eye(unit.shape[-1])[np.argmin(np.abs(unit), axis=-1)]
    side = axis - np.sum(axis * unit, axis=-1, keepdims=True) * unit
    return np.where(_length(side) > 1e-9, _unit(side), 0.0)
