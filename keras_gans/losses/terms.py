"""Terms that games add to their adversarial losses, as plain functions: tensors in, a float32 scalar out."""

from keras import ops

from keras_gans.engine import all_rows
from keras_gans.losses.adversarial import as_float32

__all__ = [
    "attribute_cross_entropy",
    "balance",
    "binary_cross_entropy",
    "class_cross_entropy",
    "colour_consistency",
    "entropy",
    "known_class_cross_entropy",
    "l1",
    "matching_cross_entropy",
    "one_hot_cross_entropy",
    "squares",
]

LEAST_LENGTH = 1e-8  # of a vector whose cosine is taken


def l1(a, b):
    """Mean absolute difference.

    Args:
        a: float tensor (N, ...).
        b: float tensor of the same shape.

    Returns:
        float32 scalar.
    """
    return ops.mean(ops.abs(as_float32(a) - as_float32(b)))


def squares(a, b):
    """Mean squared difference.

    Args:
        a: float tensor (N, ...).
        b: float tensor of the same shape, or a number.

    Returns:
        float32 scalar.
    """
    return ops.mean(ops.square(as_float32(a) - as_float32(b)))


def class_cross_entropy(labels, logits):
    """Mean of -log of the probability that a classifier gives to the right class.

    Args:
        labels: int tensor (N,).
        logits: float tensor (N, classes).

    Returns:
        float32 scalar.
    """
    return ops.mean(_surprises(labels, logits))


def known_class_cross_entropy(labels, logits):
    """Mean of -log of the probability of the right class, over the examples of which it is known; 0 without any.

    The number of these is that of the whole batch, whatever devices share it.

    Args:
        labels: int tensor (N,), -1 where it is not known.
        logits: float tensor (N, classes).

    Returns:
        float32 scalar.
    """
    known = ops.cast(labels >= 0, "float32")
    share = ops.mean(all_rows(known))
    return ops.mean(known * _surprises(labels, logits)) / ops.where(share > 0, share, 1.0)


def _surprises(labels, logits):
    """-log of the probability of the right class, of each example, float32 (N,)."""
    logits = as_float32(logits)
    right = ops.sum(ops.one_hot(labels, logits.shape[-1]) * logits, axis=-1)
    return ops.logsumexp(logits, axis=-1) - right


def binary_cross_entropy(target, logits, weights=1.0):
    """Mean of -target log D - (1 - target) log(1 - D), D being the sigmoid of the logits.

    Args:
        target: float in [0, 1], or tensor that fits the logits.
        logits: float tensor (N, ...), a discriminator's scores.
        weights: float, or tensor that fits the logits: how much each counts. Their sum is not divided by.

    Returns:
        float32 scalar.
    """
    logits = as_float32(logits)
    return ops.mean(weights * (ops.softplus(logits) - target * logits))


def attribute_cross_entropy(targets, logits, weights=1.0):
    """Cross-entropies of attributes that hold or not, each for itself: their sum, the mean over examples.

    The mean over attributes, too, would be as many times weaker as there are attributes.

    Args:
        targets: float tensor (N, d) of 0 and 1.
        logits: float tensor (N, d).
        weights: float, or tensor (N,): how much each example counts. Their sum is not divided by.

    Returns:
        float32 scalar.
    """
    logits = as_float32(logits)
    return ops.mean(weights * ops.sum(ops.softplus(logits) - targets * logits, axis=-1))


def one_hot_cross_entropy(targets, logits, weights=1.0):
    """Mean of -log of the probability that a classifier gives to the right class, which is written as a row of 0 and 1.

    Args:
        targets: float tensor (N, classes), 1 at the class.
        logits: float tensor (N, classes).
        weights: as in `attribute_cross_entropy`.

    Returns:
        float32 scalar.
    """
    logits = as_float32(logits)
    return ops.mean(weights * (ops.logsumexp(logits, axis=-1) - ops.sum(targets * logits, axis=-1)))


def entropy(logits):
    """Mean entropy of what a classifier says of each example, in nats: 0 where it is sure.

    Args:
        logits: float tensor (N, classes).

    Returns:
        float32 scalar.
    """
    logits = as_float32(logits)
    return ops.mean(ops.logsumexp(logits, axis=-1) - ops.sum(ops.softmax(logits) * logits, axis=-1))


def balance(logits):
    """Cross-entropy of the uniform distribution and of a classifier's mean answer; least where no class is favoured.

    The mean is that of the whole batch, whatever devices share it.

    Args:
        logits: float tensor (N, classes).

    Returns:
        float32 scalar, at least the log of the number of classes.
    """
    logs = ops.log_softmax(all_rows(as_float32(logits)), axis=-1)
    mean = ops.logsumexp(logs, axis=0) - ops.log(ops.cast(ops.shape(logs)[0], "float32"))
    return -ops.mean(mean)


def matching_cross_entropy(a, b, temperature):
    """Cross-entropy of finding, among all rows of a batch, the partner of each row, in both directions.

    Args:
        a: float tensor (N, d), vectors of one kind, e.g. of pictures.
        b: float tensor (N, d), their partners, e.g. of captions.
        temperature: float above 0; the less, the more do near misses count.

    Returns:
        float32 scalar, the mean over both directions; log N where nothing is known.

    Formula:
        -1/2 mean over i of [log softmax(s_i.)_i + log softmax(s_.i)_i], where s_ij is the cosine of a_i and b_j divided
        by the temperature.

    Deviations:
        The temperature is given, where the authors learn it. Partners of other rows that are as good, as where a
        caption comes twice, count as wrong.

    Reference:
        Radford et al., 2021, Learning Transferable Visual Models From Natural Language Supervision, arXiv:2103.00020.

    Example:
        ```python
        float(losses.matching_cross_entropy(np.eye(2), 3 * np.eye(2), 0.5))  # np.log(1 + np.exp(-2))
        ```
    """
    a, b = map(as_float32, (a, b))
    squares = [ops.sum(ops.square(x), axis=-1, keepdims=True) for x in (a, b)]
    a, b = (x * ops.rsqrt(ops.maximum(square, LEAST_LENGTH**2)) for x, square in zip((a, b), squares))
    own = ops.sum(a * b, axis=-1) / temperature
    found = [ops.matmul(x, ops.transpose(all_rows(y))) / temperature for x, y in ((a, b), (b, a))]
    return ops.mean(0.5 * sum(ops.logsumexp(logits, axis=-1) for logits in found) - own)


def colour_consistency(pictures, coarser, covariance_weight):
    """How far the colours of pictures are from those of the same scenes at fewer pixels, which are held.

    Args:
        pictures: float tensor (N, H, W, C).
        coarser: float tensor (N, h, w, C), of any sides; no gradient goes through it.
        covariance_weight: float, how much covariances count beside means.

    Returns:
        float32 scalar, the mean over the batch.

    Formula:
        |mu_1 - mu_2|^2 + covariance_weight |S_1 - S_2|^2, where mu is the mean of a picture's pixels and S their
        covariance, C x C, divided by the number of pixels, and the squares are summed over all entries.

    Deviations:
        The paper counts the first term by a weight, too. The authors' code, hanzhanggit/StackGAN-v2, takes means over
        the C and the C^2 entries and weighs them by 50 and 250: of three colours that is 50/3 times this, with a
        covariance weight of 5/3. It holds the coarser pictures as well.

    Reference:
        Zhang et al., 2017, StackGAN++: Realistic Image Synthesis with Stacked Generative Adversarial Networks,
        arXiv:1710.10916, Section 4 (color-consistency regularization).

    Example:
        ```python
        four = np.array([[[[1.0, 0, 0], [0, 1, 0]], [[0, 0, 1], [1, 1, 1]]]])  # red, green, blue and white
        float(losses.colour_consistency(four, np.full((1, 1, 1, 3), 0.5), 5.0))  # 0.9375
        ```
    """
    (mean, covariance), (held_mean, held) = _colours(pictures), map(ops.stop_gradient, _colours(coarser))
    means = ops.sum(ops.square(mean - held_mean), axis=-1)
    return ops.mean(means + covariance_weight * ops.sum(ops.square(covariance - held), axis=(-2, -1)))


def _colours(pictures):
    """Mean (N, C) and covariance (N, C, C) of the pixels of each picture."""
    pictures = as_float32(pictures)
    pixels = ops.reshape(pictures, (-1, pictures.shape[1] * pictures.shape[2], pictures.shape[3]))
    mean = ops.mean(pixels, axis=1, keepdims=True)
    apart = pixels - mean
    return mean[:, 0], ops.matmul(ops.transpose(apart, (0, 2, 1)), apart) / pixels.shape[1]
