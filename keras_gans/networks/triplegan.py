"""Triple-GAN's networks: dense G and D that are told the class in each layer, and classifiers."""

import math

import keras
from keras import layers

from keras_gans import engine
from keras_gans.layers import OneHot
from keras_gans.networks.cgan import check_positive

__all__ = ["classifier", "dense_classifier", "discriminator", "generator"]

SHRINKING = (1, 2, 4, 4, 4)  # by what the width of D's layers is divided


@engine.channels_last()
def generator(shape, classes, latent_dim=100, width=500, depth=2):
    """Dense generator of latents and a label, which each of its layers is told as a one-hot vector.

    Args:
        shape: tuple, shape of an example, e.g. (28, 28, 1).
        classes: int, number of classes.
        latent_dim: int, length of a latent vector.
        width: int, units of a hidden layer.
        depth: int, number of hidden layers, each with batch norm (momentum 0.9, epsilon 1e-5) and softplus.

    Returns:
        Built `keras.Model` named "generator": [latents, labels], float (N, latent_dim) and int (N,) -> float32
        (N, *shape), pictures in [-1, 1].

    Raises:
        ValueError: if `classes`, `width` or `depth` is not a positive integer.

    Deviations:
        The layers and their widths are those of the authors' code for MNIST; its last layer is weight-normalised and
        ends in a sigmoid, since its pictures are in [0, 1].

    Reference:
        Li et al., 2017, Triple Generative Adversarial Nets, arXiv:1703.02291; github.com/zhenxuan00/triple-gan.
    """
    check_positive(classes=classes, width=width, depth=depth)
    x = latents = keras.Input((latent_dim,), name="latents")
    labels = keras.Input((), dtype="int32", name="labels")
    told = OneHot(classes)(labels)
    for _ in range(depth):
        x = layers.Dense(width, use_bias=False)(layers.Concatenate()([x, told]))
        x = layers.Activation("softplus")(layers.BatchNormalization(momentum=0.9, epsilon=1e-5)(x))
    x = layers.Reshape(shape)(layers.Dense(math.prod(shape))(layers.Concatenate()([x, told])))
    last = layers.Activation("tanh" if len(shape) == 3 else "linear", dtype="float32")(x)
    return keras.Model([latents, labels], last, name="generator")


@engine.channels_last()
def discriminator(shape, classes, width=1000, depth=5, noise=0.3, hidden_noise=0.5):
    """Dense discriminator of an example and its label, which each of its layers is told as a one-hot vector.

    Hidden layers have `width` units, half of it, and then a quarter, with LeakyReLU(0.2). The layer named "features"
    holds what the last hidden layer says.

    Args:
        shape: tuple, shape of an example.
        classes: int, number of classes.
        width: int, units of the first hidden layer, at least 4.
        depth: int from 1 to 5, number of hidden layers.
        noise: float, standard deviation of the Gaussian noise on examples in training; 0 for none.
        hidden_noise: float, the same of the noise after each hidden layer.

    Returns:
        Built `keras.Model` named "discriminator": [examples, labels], float (N, *shape) and int (N,) -> float32 logits
        (N, 1).

    Raises:
        ValueError: if `classes` is not a positive integer, the width is below 4, or the depth is none of the above.

    Deviations:
        Widths and noise are those of the authors' code for MNIST, whose layers are weight-normalised, and whose second
        layer is told the label twice. Its pictures are in [0, 1], half the range of ours, beside which the noise on
        examples is thus half as loud here.

    Reference:
        Li et al., 2017, Triple Generative Adversarial Nets, arXiv:1703.02291; github.com/zhenxuan00/triple-gan.
    """
    check_positive(classes=classes, depth=depth)
    if width < SHRINKING[-1] or depth > len(SHRINKING):
        raise ValueError(f"Expected a width from 4 and a depth up to 5. Received: width={width}, depth={depth}.")
    examples = keras.Input(shape, name="examples")
    labels = keras.Input((), dtype="int32", name="labels")
    told = OneHot(classes)(labels)
    x = layers.Flatten()(examples)
    x = layers.GaussianNoise(noise)(x) if noise else x
    for share in SHRINKING[:depth]:
        x = layers.LeakyReLU(0.2)(layers.Dense(width // share)(layers.Concatenate()([x, told])))
        x = layers.GaussianNoise(hidden_noise)(x) if hidden_noise else x
    x = layers.Identity(name="features")(x)
    logits = layers.Dense(1, dtype="float32")(layers.Concatenate()([x, told]))
    return keras.Model([examples, labels], logits, name="discriminator")


@engine.channels_last()
def dense_classifier(shape, classes, width=256, noise=0.3, dropout=0.5):
    """Dense classifier for small pictures: `width` units, half of it, then the classes.

    Args:
        shape: tuple, shape of an example.
        classes: int, number of classes.
        width: int, units of the first hidden layer, with ReLU, as the second.
        noise: float, standard deviation of the Gaussian noise on examples in training.
        dropout: float in [0, 1), share of units dropped after each hidden layer.

    Returns:
        Built `keras.Model` named "classifier": float (N, *shape) -> float32 logits (N, classes).

    Raises:
        ValueError: if `classes` or `width` is not a positive integer.
    """
    check_positive(classes=classes, width=width)
    examples = keras.Input(shape, name="examples")
    x = layers.GaussianNoise(noise)(layers.Flatten()(examples))
    for units in (width, max(1, width // 2)):
        x = layers.Dropout(dropout)(layers.Dense(units, activation="relu")(x))
    logits = layers.Dense(classes, dtype="float32")(x)
    return keras.Model(examples, logits, name="classifier")


@engine.channels_last()
def classifier(image_shape, classes, width=32, dropout=0.5):
    """Convolutional classifier: five layers with batch norm and ReLU, the mean over pixels, then the classes.

    Kernels are 5x5, then 3x3; channels are `width`, twice, twice, and four times, four times it. After the first and
    the third layer, which have no padding, the largest of 2x2 pixels is taken, and units are dropped.

    Args:
        image_shape: tuple (height, width, channels), sides of at least 16.
        classes: int, number of classes.
        width: int, channels of the first layer.
        dropout: float in [0, 1), share of units dropped.

    Returns:
        Built `keras.Model` named "classifier": float (N, *image_shape) -> float32 logits (N, classes).

    Raises:
        ValueError: if `classes` or `width` is not a positive integer.

    Deviations:
        Of the authors' code for MNIST: batch norm has momentum 0.9 and epsilon 1e-5, as elsewhere here.

    Reference:
        Li et al., 2017, Triple Generative Adversarial Nets, arXiv:1703.02291; github.com/zhenxuan00/triple-gan.
    """
    check_positive(classes=classes, width=width)
    x = examples = keras.Input(image_shape, name="examples")
    for filters, side, padding in ((1, 5, "valid"), (2, 3, "same"), (2, 3, "valid"), (4, 3, "same"), (4, 3, "same")):
        start = keras.initializers.RandomNormal(stddev=0.05)
        x = layers.Conv2D(filters * width, side, padding=padding, use_bias=False, kernel_initializer=start)(x)
        x = layers.ReLU()(layers.BatchNormalization(momentum=0.9, epsilon=1e-5)(x))
        x = layers.Dropout(dropout)(layers.MaxPooling2D(2)(x)) if padding == "valid" else x
    x = layers.GlobalAveragePooling2D()(x)
    start = keras.initializers.RandomNormal(stddev=0.01)
    logits = layers.Dense(classes, kernel_initializer=start, dtype="float32")(x)
    return keras.Model(examples, logits, name="classifier")
