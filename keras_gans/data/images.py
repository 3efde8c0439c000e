"""Images, or points in the plane, and images with labels: the kinds of data that most recipes are trained on."""

import os
import pathlib

import numpy as np

from keras_gans.data.examples import Examples
from keras_gans.data.kinds import COLOURS, KINDS, Found, Kind, amount, is_name, named, of_sizes, sentences
from keras_gans.data.load import DATA_SETS, read
from keras_gans.data.toy import TOYS, Mixture
from keras_gans.files.arrays import to_labels
from keras_gans.registry import Registry

POINTS = 100_000  # drawn of a toy, as in PacGAN's experiments
SMALLEST_SIDE = 16  # pixels to which smaller pictures are enlarged unless a size is asked for
LISTED = 20  # so many classes are listed


class Images(Kind):
    """Pictures, or points of a toy in the plane; labels, where there are any, serve only to compare."""

    wanted, names, flips = "pictures", (DATA_SETS, TOYS), True

    def _read(self, source, options):
        _check_name(source)
        if source in TOYS:
            return _points(source, options)
        loaded, images, taken = _pictures(source, options)
        examples = compared = Examples(images)
        left_out = [*loaded.told]
        if loaded.labels is not None:
            try:
                labels, names = _labels(loaded, optional=True)
                compared = Examples(images, labels)
                taken += f"; of {amount(len(names), 'class', 'es')}, which this recipe does not look at"
            except ValueError as fault:
                left_out.append(f"Left out the labels: {fault}")
        return Found(examples, compared, taken, sentences(*left_out))


class Labels(Kind):
    """Pictures with labels.

    Attributes:
        optional: whether some may have none, -1.
    """

    wanted, names, optional, flips = "pictures with labels", (DATA_SETS,), False, True

    def _read(self, source, options):
        loaded, images, taken = _pictures(source, options, labels=True)
        labels, names = _labels(loaded, self.optional)
        examples = Examples(images, labels)
        taken += f"; {_counts(labels, names)}"
        return Found(examples, examples, taken, loaded.told, names)


KINDS.register(Images(), "images")
KINDS.register(Labels(), "labels")


def _points(source, options):
    if options.image_size is not None:
        raise ValueError(f"Expected no image size for {source!r}, points in the plane. Received: {options.image_size}.")
    toy = TOYS[source]()
    examples = Examples(toy.sample(POINTS, seed=0))
    modes = f", {amount(len(toy.modes), 'mode')}" if isinstance(toy, Mixture) else ""
    taken = f"{amount(len(examples), 'point')} in the plane, drawn of {source}{modes}"
    return Found(examples, toy if modes else examples, taken, shown=lambda n: examples.parts[0])


def _pictures(source, options, labels=False):
    """What was loaded, its images, and a line on them; they keep their size unless one is asked for or needed."""
    loaded = read(
        source, options.image_size, labels=labels, strict=options.strict, white=options.white, crop=options.crop
    )
    height, width = loaded.pictures.shape[1:3]
    if options.image_size is None and (height != width or height < SMALLEST_SIDE):
        loaded = loaded.to_side(max(SMALLEST_SIDE, min(height, width)), options.crop)
    images = loaded.images()
    sizes = of_sizes(loaded.sizes, images.shape[1])
    taken = f"{amount(len(images), 'picture')}{sizes}, {COLOURS[images.shape[-1]]}, from {named(source)}"
    return loaded, images, taken


def _labels(loaded, optional):
    """Labels, int32 (N,), and the names of their classes, which are 0, 1, ..., fewer than pictures."""
    labels = to_labels(loaded.labels, len(loaded.pictures))
    low, high = int(np.min(labels)), int(np.max(labels))
    if low < -optional or high < 0 or high >= len(labels):
        or_none = ", or -1 where it is not known" * optional
        raise ValueError(
            f"Expected labels from 0 to at most {len(labels) - 1}, as each class has an example{or_none}. "
            f"Received: labels from {low} to {high}."
        )
    known = loaded.class_names if len(loaded.class_names) > high else map(str, range(high + 1))
    return labels, tuple(known)[: high + 1]


def _counts(labels, names):
    counts = np.bincount(labels[labels >= 0], minlength=len(names)).tolist()
    unknown = f"; {amount(np.sum(labels < 0), 'picture')} without a label" * bool(labels.min() < 0)
    each = len(set(counts)) == 1
    listed = [name if each else f"{name} ({count:,})" for name, count in zip(names, counts)][:LISTED]
    more = ", ..." * (len(names) > LISTED)
    return f"{amount(len(names), 'class', 'es')}{f' of {counts[0]:,} each' * each}: {', '.join(listed)}{more}{unknown}"


def _check_name(source):
    """Answers a word that is neither a file nor a name with the nearest of toys and data sets, which `load` cannot."""
    path = pathlib.Path(os.path.expanduser(source))
    if path.name == str(source) and not path.suffix and not path.exists() and not is_name(source):
        known = Registry("data set")
        known.update(DATA_SETS | TOYS)
        known[source]
