"""Extractors: what turns examples into the features in which sets of them are compared."""

import functools

import keras
import numpy as np
from keras import layers, ops

from keras_gans import engine
from keras_gans.data import learner
from keras_gans.data.learner import BATCH, FEATURES
from keras_gans.metrics.streaming import Features

__all__ = ["Extractor", "classifier", "extractor", "identity", "inception"]

INCEPTION_SIDE = 299  # pixels that InceptionV3 looks at
STEPS = 400  # of the small classifier's training, however large the data set is
HELD_OUT = 1000  # pictures, at most, on which it is examined


class Extractor:
    """A function from examples to `Features`, and the words by which results name it.

    Args:
        function: callable from examples, float array (n, ...), to a tuple of features (n, d) and of None or
            probabilities (n, K).
        name: string, what makes the features.
        resize: string, what is done to the pictures' size before.
        names: dict of metric -> name of its result in these features, where that has one of its own.
        chunk: int, how many examples are looked at together; more are looked at in turn.

    Call arguments:
        examples: float array (N, ...), images (N, H, W, C) in [-1, 1] or points (N, d).

    Returns:
        `Features`.
    """

    def __init__(self, function, name, resize="none", names=None, chunk=256):
        self.function = function
        self.name = name
        self.resize = resize
        self.names = names or {}
        self.chunk = chunk

    def __call__(self, examples):
        examples = np.asarray(examples)
        if examples.ndim < 2 or not len(examples):
            raise ValueError(f"Expected at least one example, (N, ...). Received: an array of shape {examples.shape}.")
        starts = range(0, len(examples), self.chunk)
        values, probabilities = zip(*(self.function(examples[i : i + self.chunk]) for i in starts))
        values = np.concatenate([np.asarray(value) for value in values])
        if values.shape[:1] != examples.shape[:1] or values.ndim != 2:
            raise ValueError(
                f"Expected features (N, d) of {len(examples)} examples, which {self.name!r} makes. "
                f"Received: shape {values.shape}."
            )
        known = None if probabilities[0] is None else np.concatenate(probabilities)
        return Features(values, known, examples)


def identity():
    """Takes examples as they are: points (N, d) in the plane, or anything else laid flat.

    Returns:
        `Extractor`.
    """
    return Extractor(lambda x: (x.reshape(len(x), -1), None), "the examples themselves")


def extractor(network, name, size=None):
    """Makes an extractor of any Keras model, or any other function, that maps pictures to features.

    Args:
        network: built `keras.Model`, or callable, from float32 images (n, H, W, C) in [-1, 1] to features (n, d). A
            model runs outside of training.
        name: string, what makes the features, as results will say it.
        size: None, or int, side in pixels to which pictures are brought before, bilinear and antialiased.

    Returns:
        `Extractor`.
    """
    run = functools.partial(network, training=False) if isinstance(network, keras.Model) else network

    def function(images):
        return ops.convert_to_numpy(run(learner.brought(images, size))), None

    return Extractor(function, name, _resizing(size))


def inception():
    """Looks through Keras' InceptionV3: the 2,048 features of its last pooling, and the probabilities of its classes.

    Keras downloads the weights (96 MB) the first time. Grey pictures are repeated to three channels. Results in these
    features are called `fid`, `kid` and `inception_score`.

    They compare with each other, but not digit for digit with those of papers, which take the Inception graph that
    Google published in December 2015.

    Returns:
        `Extractor`.

    Deviations:
        The graph of 2015 has other weights, trained in another run, and 1,008 outputs, of which FID uses none and the
        inception score all; Keras' network has 1,000. It pools, in some blocks, over other pixels at the border. It
        enlarges and shrinks pictures bilinearly without antialiasing, from levels 0 to 255; here they are floats in
        [-1, 1] and antialiased, as Parmar et al. ask for (who resize bicubically, which is a third protocol).

    Reference:
        Szegedy et al., 2015, Rethinking the Inception Architecture for Computer Vision, arXiv:1512.00567. Heusel et
        al., 2017, GANs Trained by a Two Time-Scale Update Rule, arXiv:1706.08500, and its code. Parmar, Zhang, Zhu,
        2021, On Aliased Resizing and Surprising Subtleties in GAN Evaluation, arXiv:2104.11222.

    Raises:
        ValueError: if the weights are not here and cannot be downloaded.
    """
    network = _inception_network()

    def function(images):
        depth = images.shape[-1] if images.ndim == 4 else None
        if depth not in (1, 3):
            raise ValueError(f"Expected images (N, H, W, 1 or 3) for InceptionV3. Received: shape {images.shape}.")
        images = np.broadcast_to(images, (*images.shape[:3], 3))
        return tuple(map(ops.convert_to_numpy, network(learner.brought(images, INCEPTION_SIDE), training=False)))

    names = {"frechet": "fid", "kernel": "kid", "inception_score": "inception_score"}
    return Extractor(function, "Keras InceptionV3, ImageNet, pool, 2048", _resizing(INCEPTION_SIDE), names, chunk=32)


def classifier(images, labels=None, seed=0):
    """Trains a small classifier on a data set, within seconds, and looks through its hidden layer of 64 units.

    With labels it learns these. Without, it learns by which of four quarter turns a picture was turned; there are no
    probabilities then, as an inception score of turns would mean nothing. It is made of the data set that it is used
    on, so figures compare between models of one data set, and no further; they are no FID. The same pictures and seed
    give the same features on one machine. Nothing of a training that goes on around it is touched.

    Args:
        images: float array (N, H, W, C) in [-1, 1], N at least 2. Larger ones than 32x32 are brought to that size.
        labels: None, or int array (N,), classes from 0, or -1 where it is not known: such pictures are left aside.
        seed: int, seed of its weights and of what it sees.

    Returns:
        `Extractor`; its name tells how often the classifier is right on pictures that were held out.

    Reference:
        Gidaris, Singh, Komodakis, 2018, Unsupervised Representation Learning by Predicting Image Rotations,
        arXiv:1803.07728, Section 3.

    Raises:
        ValueError: if the images or the labels are none.
    """
    images = np.asarray(images)
    _check_labelled(images, labels)
    if labels is not None:
        known = np.asarray(labels) >= 0
        images, labels = images[known], np.asarray(labels)[known]
    side = learner.side_of(images)
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(images))
    held_out = min(HELD_OUT, max(1, len(images) // 8))
    classes = 4 if labels is None else int(np.max(labels)) + 1

    def batch(rows):
        pictures = learner.brought(images[rows], side)
        if labels is not None:
            return pictures, labels[rows]
        turns = rng.integers(4, size=len(rows))
        return learner.quarter_turned(pictures, turns), turns

    network = _trained((side or images.shape[1],) * 2 + images.shape[3:], classes, seed, batch, order[held_out:], rng)
    examined, truth = batch(order[:held_out])
    right = np.mean(np.argmax(learner.answers(network, examined)[1], axis=-1) == truth)

    def function(pictures):
        features, probabilities = map(ops.convert_to_numpy, network(learner.brought(pictures, side), training=False))
        return features, None if labels is None else probabilities

    task = "four turns" if labels is None else f"{classes} classes"
    name = f"classifier of {task}, hidden layer, {FEATURES}, {right:.1%} right on {held_out:,} held out"
    names = {"frechet": "classifier_distance", "kernel": "classifier_kernel_distance"}
    return Extractor(function, name, _resizing(side), names | {"inception_score": "classifier_score"})


def _check_labelled(images, labels):
    if images.ndim != 4 or len(images) < 2:
        raise ValueError(f"Expected at least two images, (N, H, W, C). Received: an array of shape {images.shape}.")
    if labels is not None:
        labels = np.asarray(labels)
        if labels.shape != images.shape[:1] or labels.dtype.kind not in "iu" or labels.min() < -1:
            raise ValueError(
                f"Expected a class, an int from 0, or -1 where it is not known, for each of {len(images)} images. "
                f"Received: {labels.dtype} of shape {labels.shape}."
            )
        if np.sum(labels >= 0) < 2:
            raise ValueError(f"Expected two labels or more. Received: {np.sum(labels >= 0)} in {len(labels)} images.")


def _trained(shape, classes, seed, batch, rows, rng):
    """The small classifier, images -> (features, probabilities), trained on batches of some of the rows."""
    with engine.dtype_policy("float32"), engine.channels_last(), engine.by_one_process():
        inputs, features = learner.body(shape, seed)
        logits = learner.head(features, classes, seed)
        network = keras.Model(inputs, logits)
        network.compile(keras.optimizers.Adam(learner.RATE), learner.cross_entropy())
        for _ in range(STEPS):
            network.train_on_batch(*batch(rows[rng.integers(len(rows), size=BATCH)]))
        return keras.Model(inputs, [features, layers.Softmax()(logits)])


def _inception_network():
    """Keras' InceptionV3, images -> (pool features, probabilities)."""
    try:
        with engine.dtype_policy("float32"), engine.channels_last(), engine.by_one_process():
            network = keras.applications.InceptionV3(weights="imagenet")
    except Exception as error:  # Keras raises a bare Exception when a download fails.
        raise ValueError(
            "Expected the internet for the weights of InceptionV3, which Keras downloads the first time; "
            f"`metrics.classifier` needs none. Received: {error}"
        ) from error
    return keras.Model(network.input, [network.get_layer("avg_pool").output, network.output])


def _resizing(side):
    return "none" if side is None else f"{side}x{side} bilinear, antialiased"
