"""What is in the latent space of a saved model, as picture files: `keras-gans interpolate`, `mix` and `project`."""

import math
import pathlib

import numpy as np

from keras_gans import explore, visualization
from keras_gans.files.pixels import from_uint8
from keras_gans.files.reading import read_files
from keras_gans.models.translation import side_by_side

FRAMES = 40  # of a film of a projection


def interpolate(path, model, n=None, steps=None, seed=None, spherical=None, classes=None, space="z", captions=None):
    """Writes ways between samples, classes or captions, as a picture or as a film.

    Args:
        path: file to write. A .png shows each way as a row; a .gif or .mp4 shows examples that go round.
        model: a game with latents that makes pictures, see `explore.interpolation`.
        n: int, how many rows, 8 if not given; of a film how many examples, 9 if not given.
        steps: int of at least 2, pictures from a sample to the next, 8 if not given; of a film 16.
        seed: None, or int for the same samples each time.
        spherical, space: as in `explore.interpolation`.
        classes: None, or list of two labels or more to go through with the same latents.
        captions: None, or list of strings, as in `explore.interpolation`.

    Returns:
        int, how many pictures, or frames of the film, were written.

    Raises:
        ValueError: if the path has another suffix, or the model has no such space or makes no pictures.
    """
    film = _is_film(path)
    _check_pictures(model, captions)
    options = {"seed": seed, "spherical": spherical, "classes": classes, "space": space, "captions": captions}
    if film:
        frames = explore.loop(model, n or 9, steps or 16, **options)
        visualization.animation(path, [visualization.film_grid(frame) for frame in frames])
        return len(frames)
    examples, columns = explore.interpolation(model, n or 8, steps or 8, **options)
    visualization.save_image(path, visualization.image_grid(examples, columns))
    return len(examples)


def mix(path, model, seed=None):
    """Writes a sheet of mixed styles as PNG, as `explore.mixing` makes it.

    Args:
        path: file to write.
        model: a game with styles that makes pictures.
        seed: None, or int for the same sources each time.

    Returns:
        string, which sides of pixels have their styles from above, in the rows from top to bottom.

    Raises:
        ValueError: if the model has no styles.
    """
    examples, columns = explore.mixing(model, seed=seed)
    sides = [_sides(band) for band in explore.bands(model.styles.layers).values()]
    words = " | ".join(sides)
    title = f"styles from above: {words} px"
    visualization.save_image(path, visualization.image_grid(examples, columns, title=title))
    return words


def project(path, model, pictures, steps=200, starts=4, labels=None, seed=0, space="z", white=None):
    """Writes pictures beside what a model can make that is nearest to them, or a film of how that is found.

    Args:
        path: file to write, .png, or .gif or .mp4 for the film.
        model: a game with latents that makes pictures, see `explore.project`.
        pictures: list of paths of picture files. Their central squares are brought to the model's size and colours.
        steps, starts, seed, space: as in `explore.project`.
        labels: None, or list of ints, the class of each picture, of a model with classes.
        white: see `data.load`.

    Returns:
        `explore.Projection`.

    Raises:
        ValueError: if the path has another suffix, the model has no such space or makes no square pictures, or none of
            the files can be read.
    """
    film = _is_film(path)
    shape = _check_pictures(model)
    if labels is not None and len(labels) != len(pictures):
        raise ValueError(f"Expected a label for each of {len(pictures)} pictures. Received: {len(labels)}.")
    pixels, kept = read_files([pathlib.Path(path) for path in pictures], shape[0], shape[2], False, white)
    originals = from_uint8(pixels)
    labels = None if labels is None else np.asarray(labels)[kept]
    frames = FRAMES if film else 1
    found = explore.project(model, originals, steps, starts, labels=labels, seed=seed, frames=frames, space=space)
    columns = 2 * math.ceil(math.sqrt(len(originals) / 2))
    if film:
        titles = [f"step {round(step)}" for step in np.linspace(0, steps, len(found.path))]
        pairs = [side_by_side(originals, pictures) for pictures in found.path]
        visualization.animation(
            path, [visualization.film_grid(pair, columns, title=title) for pair, title in zip(pairs, titles)]
        )
    else:
        title = f"original | projection, {np.mean(found.psnr):.1f} dB"
        pair = side_by_side(originals, found.reconstructions)
        visualization.save_image(path, visualization.image_grid(pair, columns, title=title))
    return found


def _is_film(path):
    suffix = pathlib.Path(path).suffix.lower()
    if suffix not in (".png", ".gif", ".mp4"):
        raise ValueError(f"Expected a path that ends in .png, .gif or .mp4. Received: {str(path)!r}.")
    return suffix != ".png"


def _sides(layers):
    """Which sides of pixels layers have, two of them each, from 4 pixels on."""
    first, last = 4 * 2 ** (layers[0] // 2), 4 * 2 ** (layers[-1] // 2)
    return f"{first}" if first == last else f"{first}-{last}"


def _check_pictures(model, captions=None):
    """Refuses a model that does not make square pictures of latents; returns their shape (height, width, channels)."""
    explore.check_explorable(model, captions)
    shape = model.parts[model.made].shape
    if len(shape) != 3 or shape[0] != shape[1]:
        raise ValueError(f"Expected a model of square pictures. Received: one of examples of shape {shape}.")
    return shape
