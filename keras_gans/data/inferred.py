"""Labels that are inferred: a small network learns the classes of few pictures, and names those of the others."""

import dataclasses

import keras
import numpy as np

from keras_gans import engine
from keras_gans.data import learner
from keras_gans.data.examples import Examples
from keras_gans.data.kinds import KINDS, amount
from keras_gans.data.partly_labelled import SomeLabels
from keras_gans.files.decode import reason
from keras_gans.files.whole import whole_file

__all__ = ["infer_labels"]

STEPS = 400  # of the network's training, however large the data set is
HELD_OUT = 4  # of so many labels of a class one is held out


@dataclasses.dataclass(frozen=True, eq=False)
class Inferred:
    """Labels of all pictures.

    Args:
        labels: int32 array (N,), those that are known and those that were inferred.
        accuracy: None, or float, see `infer_labels`.
    """

    labels: np.ndarray
    accuracy: float | None

    def write(self, path):
        """Writes an .npz file, which has no `accuracy` where there is none."""
        known = {} if self.accuracy is None else {"accuracy": self.accuracy}
        with whole_file(path) as file:
            np.savez(file, labels=self.labels, **known)


def read(path):
    """Reads what `Inferred.write` wrote; None if there is no such file.

    Args:
        path: `pathlib.Path`.

    Raises:
        ValueError: if it is another.
    """
    if not path.exists():
        return None
    try:
        with open(path, "rb") as file, np.load(file, allow_pickle=False) as archive:
            found = Inferred(archive["labels"], float(archive["accuracy"]) if "accuracy" in archive else None)
    except Exception as error:  # A damaged file breaks NumPy or zipfile, each in its own way.
        raise ValueError(f"Expected labels that a run inferred. Received: {str(path)!r} ({reason(error)}).") from error
    return found


def infer_labels(images, labels, seed=0):
    """Infers the classes of pictures without a label from few that have one.

    A small convolutional network of two heads learns, within seconds, by which of four quarter turns any picture was
    turned, and of the pictures with a label their class. Nothing of a training that goes on around it is touched. The
    same pictures and seed give the same labels on one machine.

    How often it is right is measured beforehand, by the same network that has learned from three quarters of the labels
    of each class, on the others.

    Args:
        images: float array (N, H, W, C) in [-1, 1]. Larger ones than 32x32 are brought to that size.
        labels: int array (N,), classes 0 to K - 1, or -1 where it is not known.
        seed: int, seed of the network's weights and of what it sees.

    Returns:
        A tuple (labels, accuracy): int32 array (N,), in which a label that was known stays, and a float, the share of
        the labels that were held out which it named rightly; None if no class has two.

    Raises:
        ValueError: if the images or the labels are none.

    Deviations:
        The network, its training and the way its accuracy is measured are ours.

    Reference:
        Lucic et al., 2019, High-Fidelity Image Generation With Fewer Labels, arXiv:1903.02271 (S2GAN).
    """
    images, labels = np.asarray(images), np.asarray(labels)
    _check(images, labels)
    images = learner.brought(images, learner.side_of(images))
    known = np.flatnonzero(labels >= 0)
    seen, unseen = _split(labels, seed)
    accuracy = None
    if len(unseen):
        accuracy = float(np.mean(_named(images, labels, seen, seed)[unseen] == labels[unseen]))
    if len(known) == len(labels):
        return labels.astype("int32"), accuracy
    return np.where(labels < 0, _named(images, labels, known, seed), labels).astype("int32"), accuracy


def _check(images, labels):
    if images.ndim != 4 or not len(images):
        raise ValueError(f"Expected at least one image, (N, H, W, C). Received: an array of shape {images.shape}.")
    if labels.shape != images.shape[:1] or labels.dtype.kind not in "iu" or labels.min() < -1 or labels.max() < 0:
        raise ValueError(
            f"Expected a class, an int from 0, or -1 where it is not known, for each of {len(images)} images, and one "
            f"that is known. Received: {labels.dtype} of shape {labels.shape}, from {labels.min()} to {labels.max()}."
        )


def _split(labels, seed):
    """Rows of labels that are seen and of those that are held out: of each class a quarter, at least one of two."""
    rng = np.random.default_rng(seed)
    groups = [rng.permutation(np.flatnonzero(labels == k)) for k in range(labels.max() + 1)]
    counts = [max(len(rows) // HELD_OUT, int(len(rows) > 1)) for rows in groups]
    seen, unseen = (
        [rows[part] for rows, part in zip(groups, parts)]
        for parts in ([slice(n, None) for n in counts], [slice(n) for n in counts])
    )
    return np.concatenate(seen), np.concatenate(unseen)


def _named(images, labels, known, seed):
    """The classes that the network names of all images, after it has learned the labels of the rows `known`."""
    rng, m = np.random.default_rng(seed), learner.BATCH
    first, second = np.repeat([1.0, 0.0], m), np.repeat([0.0, 1.0], m)  # of a batch, whose turns count, whose classes
    with engine.dtype_policy("float32"), engine.channels_last(), engine.by_one_process():
        network = _network(images.shape[1:], int(labels.max()) + 1, seed)
        for _ in range(STEPS):
            any_rows, rows = rng.integers(len(images), size=m), known[rng.integers(len(known), size=m)]
            turns = np.concatenate([rng.integers(4, size=m), np.zeros(m, int)])
            batch = learner.quarter_turned(images[np.concatenate([any_rows, rows])], turns)
            classes = np.concatenate([np.zeros(m, int), labels[rows]])
            network.train_on_batch(batch, [turns, classes], sample_weight=[first, second])
        return learner.answers(network, images)[1].argmax(axis=1)


def _network(shape, classes, seed):
    """Images -> logits of four turns and of the classes, compiled."""
    inputs, features = learner.body(shape, seed)
    heads = [learner.head(features, units, seed, index) for index, units in enumerate((4, classes), start=3)]
    network = keras.Model(inputs, heads)
    network.compile(keras.optimizers.Adam(learner.RATE), [learner.cross_entropy(), learner.cross_entropy()])
    return network


class InferredLabels(SomeLabels):
    """Pictures of which some have a label that is seen; those of the others are inferred before a training."""

    def _read(self, source, options):
        found = super()._read(source, options)
        images, seen = found.examples.parts
        inferred = options.inferred or Inferred(*infer_labels(images, seen, options.seed))
        return dataclasses.replace(
            found,
            examples=Examples(images, inferred.labels),
            taken=f"{found.taken}; {_told(inferred.accuracy, np.sum(seen < 0))}",
            inferred=inferred,
        )


def _told(accuracy, count):
    right = "" if accuracy is None else f", of which {accuracy:.1%} are right by labels that were held out"
    return f"inferred the labels of {amount(count, 'picture')}{right}"


KINDS.register(InferredLabels(), "inferred labels")
