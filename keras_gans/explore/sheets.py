"""Sheets of examples, as `visualization.image_grid` takes them: interpolations, latent arithmetic, truncation."""

import itertools

import numpy as np

from keras_gans import latents
from keras_gans.explore.spaces import W, Z, check_explorable, space_of

NOISE = 0.25  # around the result of arithmetic, the paper's


def interpolation(model, n=8, steps=8, seed=None, spherical=None, classes=None, space="z", captions=None):
    """Makes rows of examples, each a way from one sample to another, or from class to class or caption to caption.

    Args:
        model: a model that makes examples of latents.
        n: int, how many rows.
        steps: int of at least 2, how many examples from a sample to the next, both included.
        seed: as in `model.generate`.
        spherical: whether the way goes on great circles, see `latents.spherical`, or on straight lines; by default on
            great circles among latents, on straight lines in W.
        classes: None, or list of two labels or more, of a model with classes: each row then keeps its latents and goes
            through these classes, mixing two neighbours at a time, see `model.decode`. Without them, row i of a model
            with classes stays in class i.
        space: "z", or of a model with styles "w", in which the way runs; the samples are the same.
        captions: list of strings, of a model that reads them. Of two or more each row keeps its latents and goes on
            straight lines through the vectors by which these are told; of one, all samples are of it.

    Returns:
        A tuple (examples, columns): float32 (n * columns, ...), and how many make a row.

    Raises:
        ValueError: if the model has no such space or needs conditions that are vectors, or the numbers do not fit.

    Reference:
        Of captions: Zhang et al., 2017, StackGAN, arXiv:1612.03242, Section 4, interpolated sentences.
    """
    space = space_of(model, space, captions)
    told = _told(model, classes, captions)
    if told is not None:
        return _through(model, n, _legs(told, steps, closed=False), seed)
    check_steps(steps)
    way, t = _way(space, spherical), np.linspace(0, 1, steps)
    ends = space.draw(2 * n, seed).reshape(n, 2, -1)
    return _rows(space, [way(a, b, t) for a, b in ends], captions), steps


def loop(model, n=9, steps=16, stops=4, seed=None, spherical=None, classes=None, space="z", captions=None):
    """Makes the frames of a film in which n examples go round, through samples of their own, classes or captions.

    Args:
        model, n, seed, spherical, classes, space, captions: as in `interpolation`.
        steps: int of at least 2, how many frames from a sample, a class or a caption to the next.
        stops: int of at least 2, how many samples each of them passes; classes, or captions, are stops themselves.

    Returns:
        float32 array (frames, n, ...), whose last frame the first one follows.

    Raises:
        ValueError: as `interpolation` does.
    """
    space = space_of(model, space, captions)
    check_steps(steps)
    told = _told(model, classes, captions)
    if told is not None:
        examples, frames = _through(model, n, _legs(told, steps, closed=True), seed)
    else:
        points = space.draw(stops * n, seed).reshape(n, stops, -1)
        rounds = [latents.loop(stops_of_one, steps, _way(space, spherical)) for stops_of_one in points]
        examples, frames = _rows(space, rounds, captions), stops * steps
    return examples.reshape(n, frames, *examples.shape[1:]).swapaxes(0, 1)


def truncation(model, thresholds=None, n=8, seed=None):
    """Makes a row of examples for each threshold, of the same latents more and more truncated.

    Args:
        model: a model that makes examples of latents.
        thresholds: list of floats above 0, see `latents.truncate`; of a model with styles, which is truncated in W,
            values of psi, see `training.styles.Styles.truncate`. By default from 2 down to 0.1, or the psi of the
            paper's Figure 8, from 1 down to -1.
        n: int, how many examples in a row.
        seed: as in `model.generate`.

    Returns:
        A tuple (examples, columns): float32 (rows * n, ...), and how many make a row. Example i of a model with
        classes is of class i in every row.

    Raises:
        ValueError: if the model has no latents or needs conditions that are vectors, or the numbers do not fit.
    """
    check_explorable(model)
    space = Z(model) if model.styles is None else W(model)
    points = space.draw(n, seed)
    thresholds = space.truncations if thresholds is None else thresholds
    labels = None if model.classes is None else np.arange(n, dtype="int32") % model.classes
    rows = [space.decode(space.truncate(points, t, seed), labels, t) for t in thresholds]
    return np.concatenate(rows), n


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
    return Z(model).decode(z, None if label is None else np.full(len(z), label)), len(rows[0])


def check_steps(steps):
    """Refuses fewer than two steps (raises ValueError)."""
    if not isinstance(steps, int) or steps < 2:
        raise ValueError(f"Expected `steps` as an int of at least 2. Received: {steps!r}.")


def _way(space, spherical):
    return space.way if spherical is None else latents.spherical if spherical else latents.linear


def _rows(space, rows, captions=None):
    """Decodes arrays (m, d) of one length, of a model with classes row i in class i, or all of one caption."""
    points, classes = np.concatenate(rows), space.model.classes
    labels = None if classes is None else np.repeat(np.arange(len(rows)) % classes, len(rows[0]))
    return space.decode(points, labels if captions is None else captions * len(points))


def _told(model, classes, captions):
    """What a model is told on a way through classes, or through two captions or more, (stops, d); else None."""
    if captions is not None and len(captions) > 1:
        return model.read(captions)
    return None if classes is None else _shares(model, classes)


def _shares(model, classes):
    """The shares of all classes at each of some of them, (stops, classes)."""
    known = model.classes
    if known is None or len(classes) < 2 or not all(0 <= label < known for label in classes):
        wanted = "no classes, as the model has none" if known is None else f"two labels or more of 0 to {known - 1}"
        raise ValueError(f"Expected {wanted}. Received: {list(classes)}.")
    return np.eye(known)[list(classes)]


def _legs(points, steps, closed):
    """Straight ways from point to point, (columns, d)."""
    check_steps(steps)
    if closed:
        return latents.loop(points, steps, latents.linear)
    legs = [latents.linear(a, b, np.linspace(0, 1, steps)) for a, b in itertools.pairwise(points)]
    return np.concatenate([legs[0], *(leg[1:] for leg in legs[1:])])


def _through(model, n, told, seed):
    """Rows of the same latents, told one thing after another."""
    z = np.repeat(Z(model).draw(n, seed), len(told), axis=0)
    return model.decode(z, np.tile(told, (n, 1))), len(told)
