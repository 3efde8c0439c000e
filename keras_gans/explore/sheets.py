"""Sheets of examples, as `visualization.image_grid` takes them: interpolations, latent arithmetic, truncation."""

import itertools

import numpy as np

from keras_gans import latents
from keras_gans.training.latents import draw_latents

NOISE = 0.25  # around the result of arithmetic, the paper's


def interpolation(model, n=8, steps=8, seed=None, spherical=True, classes=None):
    """Makes rows of examples, each a way from one sample to another or, with classes, from class to class.

    Args:
        model: a model that makes examples of latents.
        n: int, how many rows.
        steps: int of at least 2, how many examples from a sample to the next, both included.
        seed: as in `model.generate`.
        spherical: whether the latents go on great circles, see `latents.spherical`, or on straight lines.
        classes: None, or list of two labels or more, of a model with classes: each row then keeps its latents and goes
            through these classes, mixing two neighbours at a time, see `model.decode`. Without them, row i of a model
            with classes stays in class i.

    Returns:
        A tuple (examples, columns): float32 (n * columns, ...), and how many make a row.

    Raises:
        ValueError: if the model has no latents or needs conditions that are vectors, or the numbers do not fit.
    """
    check_explorable(model)
    if classes is not None:
        return _through_classes(model, n, _shares(model, classes, steps, closed=False), seed)
    check_steps(steps)
    way, t = latents.spherical if spherical else latents.linear, np.linspace(0, 1, steps)
    ends = _draw(model, 2 * n, seed).reshape(n, 2, -1)
    return _rows(model, [way(a, b, t) for a, b in ends]), steps


def loop(model, n=9, steps=16, stops=4, seed=None, spherical=True, classes=None):
    """Makes the frames of a film in which n examples go round, each through samples of its own or through classes.

    Args:
        model, n, seed, spherical, classes: as in `interpolation`.
        steps: int of at least 2, how many frames from a sample, or a class, to the next.
        stops: int of at least 2, how many samples each of them passes; with classes, these are the stops.

    Returns:
        float32 array (frames, n, ...), whose last frame the first one follows.

    Raises:
        ValueError: as `interpolation` does.
    """
    check_explorable(model)
    check_steps(steps)
    if classes is not None:
        examples, frames = _through_classes(model, n, _shares(model, classes, steps, closed=True), seed)
    else:
        way = latents.spherical if spherical else latents.linear
        points = _draw(model, stops * n, seed).reshape(n, stops, -1)
        rounds = [latents.loop(stops_of_one, steps, way) for stops_of_one in points]
        examples, frames = _rows(model, rounds), stops * steps
    return examples.reshape(n, frames, *examples.shape[1:]).swapaxes(0, 1)


def truncation(model, thresholds=(2.0, 1.0, 0.5, 0.1), n=8, seed=None):
    """Makes a row of examples for each threshold, of the same latents more and more truncated.

    Args:
        model: a model that makes examples of latents.
        thresholds: list of floats above 0, see `latents.truncate`.
        n: int, how many examples in a row.
        seed: as in `model.generate`.

    Returns:
        A tuple (examples, columns): float32 (rows * n, ...), and how many make a row. Example i of a model with
        classes is of class i in every row.

    Raises:
        ValueError: if the model has no latents or needs conditions that are vectors, or the numbers do not fit.
    """
    check_explorable(model)
    z = _draw(model, n, seed)
    rows = [latents.truncate(z, threshold, seed) for threshold in thresholds]
    labels = None if model.classes is None else np.tile(np.arange(n, dtype="int32") % model.classes, len(rows))
    return _decode(model, np.concatenate(rows), labels), n


def arithmetic(model, plus, minus=(), seed=None, label=None):
    """Makes a row for each concept, its examples and then their mean, and a row of the result.

    The last row is of the result with some noise, uniform in [-0.25, 0.25], and then of the result itself.

    Args:
        model: a model that makes examples of latents.
        plus: list of float arrays (k, latent_dim), the latents of k examples of each concept to add.
        minus: list of the same for the concepts to subtract.
        seed: None, or int for the same noise each time.
        label: int, the class of all of them, of a model with classes.

    Returns:
        A tuple (examples, columns): float32 ((concepts + 1) * (k + 1), ...), and k + 1.

    Raises:
        ValueError: if the model has no latents, or the latents do not fit.

    Reference:
        See `latents.arithmetic`, whose Figure 7 this is.
    """
    check_explorable(model)
    result = latents.arithmetic(plus, minus)
    groups = [np.asarray(group, dtype="float32") for group in (*plus, *minus)]
    if len({len(group) for group in groups}) > 1:
        raise ValueError(f"Expected as many examples of each concept. Received: {[len(group) for group in groups]}.")
    noise = np.random.default_rng(seed).uniform(-NOISE, NOISE, groups[0].shape).astype("float32")
    rows = [np.vstack([group, group.mean(axis=0)]) for group in groups] + [np.vstack([result + noise, result])]
    z = np.concatenate(rows)
    return _decode(model, z, None if label is None else np.full(len(z), label)), len(rows[0])


def check_explorable(model):
    """Refuses a model without latents, or of conditions that nobody gives (raises ValueError)."""
    if getattr(model, "latent_dim", None) is None:
        raise ValueError(f"Expected a model that generates from latents. Received: a {type(model).__name__}.")
    if model.given is not None and model.classes is None:
        raise ValueError(
            "Expected a model without conditions, or with classes; `model.decode` takes vectors. "
            f"Received: a {type(model).__name__} of vectors."
        )


def check_steps(steps):
    """Refuses fewer than two steps (raises ValueError)."""
    if not isinstance(steps, int) or steps < 2:
        raise ValueError(f"Expected `steps` as an int of at least 2. Received: {steps!r}.")


def _draw(model, n, seed):
    return np.asarray(draw_latents(n, model.latent_dim, seed))


def _decode(model, z, labels):
    return model.decode(z) if labels is None else model.decode(z, labels)


def _rows(model, rows):
    """Decodes arrays (m, latent_dim) of one length, of a model with classes row i in class i."""
    labels = None if model.classes is None else np.repeat(np.arange(len(rows)) % model.classes, len(rows[0]))
    return _decode(model, np.concatenate(rows), labels)


def _shares(model, classes, steps, closed):
    """The shares of all classes on a way through some of them, (columns, classes)."""
    known = model.classes
    if known is None or len(classes) < 2 or not all(0 <= label < known for label in classes):
        wanted = "no classes, as the model has none" if known is None else f"two labels or more of 0 to {known - 1}"
        raise ValueError(f"Expected {wanted}. Received: {list(classes)}.")
    check_steps(steps)
    points = np.eye(known)[list(classes)]
    if closed:
        return latents.loop(points, steps, latents.linear)
    legs = [latents.linear(a, b, np.linspace(0, 1, steps)) for a, b in itertools.pairwise(points)]
    return np.concatenate([legs[0], *(leg[1:] for leg in legs[1:])])


def _through_classes(model, n, shares, seed):
    z = np.repeat(_draw(model, n, seed), len(shares), axis=0)
    return model.decode(z, np.tile(shares, (n, 1))), len(shares)
