"""Partly labelled data: a few examples of each class with their labels, and all examples without."""

import dataclasses

import numpy as np

from keras_gans.data.examples import Examples
from keras_gans.data.images import Labels
from keras_gans.data.kinds import KINDS

__all__ = ["partly_labelled"]

PER_CLASS = 10  # labels of each class, unless another number is asked for


def partly_labelled(images, labels, per_class=PER_CLASS, seed=0):
    """Forgets all labels but a few of each class.

    A pass is over the examples without labels; those with labels are few, and come again and again. The first hold
    the second, too, as in the code of Triple-GAN's authors.

    Args:
        images: array (N, ...), examples.
        labels: int array (N,), their classes, 0 to K - 1, of each at least `per_class`.
        per_class: int, how many labels of each class are kept.
        seed: int, by which it is drawn which.

    Returns:
        `Examples` of three parts in two groups: images (K * per_class, ...) and their labels; and all images (N, ...).

    Raises:
        ValueError: if the labels do not fit the images, or a class has fewer examples.
    """
    images, labels = np.asarray(images), np.asarray(labels)
    if labels.ndim != 1 or labels.dtype.kind not in "iu" or len(labels) != len(images) or not len(labels):
        raise ValueError(
            f"Expected a label, an int, for each of {len(images)} examples. "
            f"Received: {labels.dtype} of shape {labels.shape}."
        )
    if labels.min() < 0:
        raise ValueError(f"Expected labels from 0. Received: {labels.min()}.")
    if not isinstance(per_class, (int, np.integer)) or per_class < 1:
        raise ValueError(f"Expected labels per class as a positive integer. Received: {per_class!r}.")
    counts = np.bincount(labels)
    if counts.min() < per_class:
        raise ValueError(
            f"Expected at least {per_class} examples of each class, as many as labels are to be seen of it. "
            f"Received: {counts.min()} of class {counts.argmin()}."
        )
    rng = np.random.default_rng(seed)
    rows = np.concatenate([rng.permutation(np.flatnonzero(labels == k))[:per_class] for k in range(len(counts))])
    return Examples(images[rows], labels[rows], images, aligned=(2, 1))


class FewLabels(Labels):
    """Pictures of which few have a label that is seen; all labels serve to compare."""

    def _read(self, source, options):
        found = super()._read(source, options)
        count = options.labels_per_class or PER_CLASS
        examples = partly_labelled(*found.compared.parts, count, options.seed)
        taken = f"{found.taken}; of which {count} labels of each class are seen"
        return dataclasses.replace(found, examples=examples, taken=taken)


KINDS.register(FewLabels(), "few labels")
