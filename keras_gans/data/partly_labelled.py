"""Partly labelled data: pictures of which some have a label, as they come or since the others are hidden."""

import dataclasses

import numpy as np

from keras_gans.data.examples import Examples
from keras_gans.data.images import Labels
from keras_gans.data.kinds import KINDS, amount

__all__ = ["hide_labels", "partly_labelled"]

PER_CLASS = 10  # labels of each class, unless another number is asked for


def hide_labels(labels, share=None, seed=0, per_class=None):
    """Forgets labels: of each class a share is kept, or a number, and the others become -1.

    Args:
        labels: int array (N,), classes 0 to K - 1, or -1 where it is not known, which it stays.
        share: None, or float in (0, 1], the share of each class's labels that are kept, rounded up.
        seed: int, by which it is drawn which.
        per_class: None, or int, how many labels of each class are kept, instead of a share.

    Returns:
        int32 array (N,).

    Raises:
        ValueError: if these are no labels, a class has none or fewer than `per_class`, the share or the number is out
            of range, or both are asked for.
    """
    rows = _kept(labels, share, seed, per_class)
    seen = np.full(len(labels), -1, "int32")
    seen[rows] = np.asarray(labels)[rows]
    return seen


def partly_labelled(images, labels, per_class=PER_CLASS, seed=0, share=None):
    """Puts examples with labels beside all examples; forgets all labels but a few of each class.

    A pass is over the examples without labels; those with labels are few, and come again and again. The first hold
    the second, too, as in the code of Triple-GAN's authors.

    Args:
        images: array (N, ...), examples.
        labels: int array (N,), their classes, 0 to K - 1, or -1 where it is not known.
        per_class: None, or int, how many labels of each class are kept.
        seed: int, by which it is drawn which.
        share: None, or float in (0, 1], the share of each class's labels that are kept, with `per_class=None`. All
            labels are kept where both are None.

    Returns:
        `Examples` of three parts in two groups: images with labels (n, ...) and their labels; and all images (N, ...).

    Raises:
        ValueError: if the labels do not fit the images, or as `hide_labels` does.
    """
    images, labels = np.asarray(images), np.asarray(labels)
    if labels.ndim != 1 or labels.dtype.kind not in "iu" or len(labels) != len(images) or not len(labels):
        raise ValueError(
            f"Expected a label, an int, for each of {len(images)} examples. "
            f"Received: {labels.dtype} of shape {labels.shape}."
        )
    rows = _kept(labels, share, seed, per_class)
    return Examples(images[rows], labels[rows], images, aligned=(2, 1))


def _kept(labels, share, seed, per_class):
    """Rows of the labels that are kept, an int array, class after class."""
    labels = np.asarray(labels)
    _check(labels, share, per_class)
    if share is None and per_class is None:
        return np.flatnonzero(labels >= 0)
    counts = np.bincount(labels[labels >= 0])
    wanted = per_class or 1
    if counts.min() < wanted:
        raise ValueError(
            f"Expected at least {amount(wanted, 'example')} of each class, as many as labels are to be seen of it. "
            f"Received: {counts.min()} of class {counts.argmin()}."
        )
    if share is not None:
        wanted = np.ceil(np.round(share * counts, 9)).astype(int)  # 0.07 * 100 is more than 7
    rng = np.random.default_rng(seed)
    some = np.broadcast_to(wanted, counts.shape)
    return np.concatenate([rng.permutation(np.flatnonzero(labels == k))[:n] for k, n in enumerate(some)])


def _check(labels, share, per_class):
    if labels.ndim != 1 or labels.dtype.kind not in "iu" or not len(labels):
        raise ValueError(f"Expected labels, ints (N,). Received: {labels.dtype} of shape {labels.shape}.")
    if labels.min() < -1 or labels.max() < 0:
        raise ValueError(
            "Expected labels from 0, or -1 where it is not known, and one that is known. "
            f"Received: labels from {labels.min()} to {labels.max()}."
        )
    if share is not None and per_class is not None:
        raise ValueError(f"Expected a share of labels or a number, not both. Received: {share!r} and {per_class!r}.")
    if share is not None and not 0 < share <= 1:
        raise ValueError(f"Expected the share of labels in (0, 1]. Received: {share!r}.")
    if per_class is not None and (not isinstance(per_class, (int, np.integer)) or per_class < 1):
        raise ValueError(f"Expected labels per class as a positive integer. Received: {per_class!r}.")


class SomeLabels(Labels):
    """Pictures of which some have a label that is seen, -1 in place of the others; all labels serve to compare.

    Attributes:
        per_class: None, or int, labels of each class that are seen of data that have all, unless asked otherwise.
    """

    optional = hides = True
    per_class = None

    def _read(self, source, options):
        found = super()._read(source, options)
        images, labels = found.compared.parts
        share, per_class = options.label_share, options.labels_per_class
        if share is None and per_class is None and labels.min() >= 0:
            per_class = self.per_class
        examples = self._examples(images, labels, share=share, seed=options.seed, per_class=per_class)
        seen = f"{per_class} labels of each class are seen"
        if share is not None:
            seen = f"{amount(np.sum(examples.parts[1] >= 0), 'label')} are seen, {share:.4g} of each class"
        hidden = f"; of which {seen}" * (share is not None or per_class is not None)
        return dataclasses.replace(found, examples=examples, taken=found.taken + hidden)

    def _examples(self, images, labels, **asked):
        """What a recipe is trained on; the arguments are those of `hide_labels`."""
        return Examples(images, hide_labels(labels, **asked))


class FewLabels(SomeLabels):
    """Pictures with labels, few of each class, in a group beside all pictures without."""

    per_class = PER_CLASS

    def _examples(self, images, labels, **asked):
        return partly_labelled(images, labels, **asked)


KINDS.register(SomeLabels(), "some labels")
KINDS.register(FewLabels(), "few labels")
