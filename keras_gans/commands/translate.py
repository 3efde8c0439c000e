"""Picture files in, translated picture files out, each in its own size: `keras-gans translate`."""

import pathlib
import warnings

import numpy as np

from keras_gans.files.decode import (
    central_square,
    decode,
    name_of,
    picture_files,
    quiet,
    reason,
    recolour,
    report_unreadable,
    resized,
    stem_of,
)
from keras_gans.files.encode import names_a_folder, write_png
from keras_gans.files.pixels import from_uint8, to_uint8
from keras_gans.files.seen import Seen, darkness
from keras_gans.files.white import check_white
from keras_gans.models.translation import check_direction

SMALLEST = 16  # pixels of a side of what a convolutional network is given


def translate(model, sources, out, direction=None, seed=None, domain=None, white=None, crop=True):
    """Translates picture files and writes each as PNG under its own name.

    A model whose networks convolve alone, as CycleGAN's do, translates each picture in its own size, with mirrored
    borders where `multiple` does not divide its sides. Else it is brought to the side that the network takes, if that
    is not open, as training saw pictures: cropped to its central square, which is written, or squeezed. It is
    translated, and resized back; where the network enlarges pictures, to as many times its own size. Grey and coloured
    ones are brought to the network's channels; transparency is laid over white for the network and put back afterwards.

    Args:
        model: a model that translates pictures, e.g. `models.Pix2Pix`, or rebuilds them, e.g. `models.VAE`.
        sources: list of paths of picture files and of folders of them.
        out: folder to write to; it is made as needed.
        direction: one of the model's `ways`, e.g. "AtoB"; None for the first of them.
        seed: None, or int for the same noise each time.
        domain: of a model with `domains`, e.g. `models.StarGAN`, what its `translate` takes, e.g. "red"; None for each
            of them, in a folder of its name.
        white: None, or the value that is white in the pictures, see `data.load`.
        crop: whether pictures are cropped to squares, see `data.load`; as in training.

    Returns:
        int, how many pictures were written.

    Raises:
        ValueError: if the model does not translate, or not so, nothing is readable, or a file to be written exists.
    """
    check_white(white)
    network, wanted = _plan(model, pathlib.Path(out), direction, domain)
    paths = _files(sources)
    targets = [_targets(paths, folder) for folder in wanted]
    written, faults, seen = 0, [], Seen()
    for path, *places in zip(paths, *targets):
        try:
            with quiet():
                picture = decode(path, 4, seen, white)
        except Exception as error:  # A damaged file breaks Pillow in many ways.
            faults.append(f"{name_of(path)} ({reason(error)})")
            continue
        for place, options in zip(places, wanted.values()):
            write_png(place, _translated(model, network, {**options, "seed": seed}, picture, crop))
            written += 1
    report_unreadable(faults, len(paths), written, strict=False)
    if seen.dark:
        warnings.warn(darkness(seen), stacklevel=2)
    return written


def _plan(model, out, direction, domain):
    """The network that takes the pictures, and a dict of folder -> what the pictures in it are asked to be."""
    if domain is not None and not model.domains:
        raise ValueError(f"Expected a domain only for a model with domains. Received: {type(model).__name__}.")
    if not model.domains:
        if not model.ways:
            raise ValueError(f"Expected a model that translates pictures. Received: {type(model).__name__}.")
        direction = direction or next(iter(model.ways))
        return check_direction(direction, model.ways), {out: {"direction": direction}}
    if direction is not None:
        raise ValueError(f"Expected a domain, {', '.join(model.domains)}, not a direction. Received: {direction!r}.")
    if domain is not None:
        return model.makers[0], {out: {"domain": domain}}
    for name in model.domains:
        if not names_a_folder(name):
            raise ValueError(f"Expected a domain, as not each has a name that a folder can have. Received: {name!r}.")
    return model.makers[0], {out / name: {"domain": name} for name in model.domains}


def _files(sources):
    paths = []
    for source in map(pathlib.Path, sources):
        if not source.exists():
            raise ValueError(f"Expected pictures, or folders of them. Received: {str(source)!r}, which does not exist.")
        if not source.is_dir() and not source.is_file():
            raise ValueError(f"Expected pictures, or folders of them. Received: {str(source)!r}, which is neither.")
        found = picture_files(source) if source.is_dir() else [source]
        if not found:
            raise ValueError(f"Expected a folder with pictures in it. Received: {str(source)!r}, which has none.")
        paths.extend(found)
    return paths


def _targets(paths, out):
    targets, stems = [out / f"{path.stem}.png" for path in paths], set()
    for path, target in zip(paths, targets):
        if target.exists() or stem_of(path) in stems:
            raise ValueError(f"Expected to write each picture once, to a new file. Received: {str(target)!r} again.")
        stems.add(stem_of(path))
    return targets


def _translated(model, network, options, picture, crop):
    """One picture, uint8 (H, W, 4), as uint8 (H, W, channels of the output, and alpha if it is not opaque)."""
    _, height, width, channels = network.inputs[0].shape
    size = picture.shape[1::-1]
    if model.multiple:
        inputs = from_uint8(_mirrored(recolour(picture, channels), model.multiple))
        return _as_opaque(to_uint8(model.translate(inputs[None], **options)[0])[: size[1], : size[0]], picture[..., 3:])
    if crop and height is not None and height == width:
        picture = central_square(picture)
        size = picture.shape[1::-1]
    inputs = resized(recolour(picture, channels), (width or size[0], height or size[1]))
    output = to_uint8(model.translate(from_uint8(inputs)[None], **options)[0])
    grown = tuple(round(side * new / old) for side, new, old in zip(size, output.shape[1::-1], inputs.shape[1::-1]))
    return _as_opaque(resized(output, grown), resized(picture[..., 3:], grown))


def _as_opaque(output, alpha):
    """Gives a picture the transparency of what it was made of, if that has any."""
    return output if alpha.min() == 255 or output.shape[-1] == 4 else np.dstack([recolour(output, 3), alpha])


def _mirrored(picture, multiple):
    """Extends a picture on the right and below, mirrored, to sides of at least 16 pixels that a number divides."""
    beyond = [max(SMALLEST, side) - side + -max(SMALLEST, side) % multiple for side in picture.shape[:2]]
    return np.pad(picture, [(0, n) for n in beyond] + [(0, 0)], mode="reflect")
