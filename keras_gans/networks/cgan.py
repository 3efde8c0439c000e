"""Conditional pairs after DCGAN: a class, or any vector, enters the generator and the discriminator."""

import keras
from keras import layers

from keras_gans import engine
from keras_gans.layers import OneHot
from keras_gans.networks import dcgan

__all__ = ["discriminator", "generator", "two_headed_discriminator"]


@engine.channels_last()
def generator(image_shape, classes=None, condition_dim=None, latent_dim=100, width=64, embedding=50):
    """DCGAN's generator whose latents are prolonged by the condition.

    Exactly one of `classes` and `condition_dim` is given.

    Args:
        image_shape: tuple (side, side, channels), side 16 to 256, channels 1 to 4.
        classes: int, number of classes, for conditions that are labels.
        condition_dim: int, length of the conditions, for conditions that are vectors.
        latent_dim: int, length of a latent vector.
        width: int, channels of the last hidden map.
        embedding: int, length of the learned vector of a class; 0 for the one-hot vector itself.

    Returns:
        Built `keras.Model` named "generator": [latents, condition], float (N, latent_dim) and either int labels (N,) or
        float (N, condition_dim) -> float32 (N, side, side, channels) in [-1, 1].

    Raises:
        ValueError: if the image shape is not one of the above, or not exactly one of `classes` and `condition_dim` is
            a positive integer.

    Deviations:
        Mirza and Osindero have dense networks, with one hidden layer for the latents and one for the condition.

    Reference:
        Mirza and Osindero, 2014, Conditional Generative Adversarial Nets, arXiv:1411.1784, Section 3.2 and Figure 1.
    """
    condition, vector = _condition(classes, condition_dim, embedding)
    latents = keras.Input((latent_dim,), name="latents")
    network = dcgan.generator(image_shape, latent_dim + vector.shape[1], width)
    images = network(layers.Concatenate()([latents, vector]))
    return keras.Model([latents, condition], images, name="generator")


@engine.channels_last()
def discriminator(image_shape, classes=None, condition_dim=None, width=64, embedding=50, **arguments):
    """DCGAN's discriminator whose pictures have one more channel, made from the condition: one score for the pair.

    The score is for "realistic" and "matching" together. The channel is a dense layer of the condition, one unit per
    pixel. Exactly one of `classes` and `condition_dim` is given.

    Args:
        image_shape: tuple (side, side, channels), side 16 to 256, channels 1 to 4.
        classes: int, number of classes, for conditions that are labels.
        condition_dim: int, length of the conditions, for conditions that are vectors.
        width: int, channels of the first hidden map.
        embedding: int, length of the learned vector of a class; 0 for the one-hot vector itself.
        **arguments: more arguments of `dcgan.discriminator`, e.g. `batch_norm` and `dropout`; `spectral_norm` is for
            its layers only.

    Returns:
        Built `keras.Model` named "discriminator": [images, condition], float (N, side, side, channels) and either int
        labels (N,) or float (N, condition_dim) -> float32 logits (N, 1).

    Raises:
        ValueError: if the image shape is not one of the above, or not exactly one of `classes` and `condition_dim` is
            a positive integer.

    Deviations:
        Mirza and Osindero have dense networks of maxout units, with one hidden layer for the picture and one for the
        condition.

    Reference:
        Mirza and Osindero, 2014, Conditional Generative Adversarial Nets, arXiv:1411.1784, Section 3.2 and Figure 1.
    """
    side, channels = _checked(image_shape)
    images = keras.Input((side, side, channels), name="images")
    condition, vector = _condition(classes, condition_dim, embedding)
    channel = layers.Reshape((side, side, 1))(layers.Dense(side * side)(vector))
    network = dcgan.discriminator((side, side, channels + 1), width, **arguments)
    logits = network(layers.Concatenate()([images, channel]))
    return keras.Model([images, condition], logits, name="discriminator")


@engine.channels_last()
def two_headed_discriminator(image_shape, classes=None, condition_dim=None, width=64, embedding=50, **arguments):
    """DCGAN's discriminator with two scores: "realistic" of the picture alone, "matching" of picture and condition.

    The second head sees the last map of the first, flat, beside the condition: a hidden layer of 8 `width` units with
    LeakyReLU(0.2), then the logit. Exactly one of `classes` and `condition_dim` is given.

    Args:
        image_shape: tuple (side, side, channels), side 16 to 256, channels 1 to 4.
        classes: int, number of classes, for conditions that are labels.
        condition_dim: int, length of the conditions, for conditions that are vectors.
        width: int, channels of the first hidden map.
        embedding: int, length of the learned vector of a class; 0 for the one-hot vector itself.
        **arguments: more arguments of `dcgan.discriminator`, e.g. `batch_norm` and `dropout`; `spectral_norm` is for
            its layers only.

    Returns:
        Built `keras.Model` named "discriminator": [images, condition], float (N, side, side, channels) and either int
        labels (N,) or float (N, condition_dim) -> [realistic, matching], float32 logits (N, 1) each.

    Raises:
        ValueError: if the image shape is not one of the above, or not exactly one of `classes` and `condition_dim` is
            a positive integer.

    Deviations:
        Of Mirza and Osindero's discriminator, which has one score. The two scores are the course's.

    Reference:
        Mirza and Osindero, 2014, Conditional Generative Adversarial Nets, arXiv:1411.1784, Section 3.2.
    """
    _checked(image_shape)
    condition, vector = _condition(classes, condition_dim, embedding)
    network = dcgan.discriminator(image_shape, width, **arguments)
    normal = keras.initializers.RandomNormal(mean=0.0, stddev=0.02)
    x = layers.Concatenate()([network.get_layer("features").output, vector])
    x = layers.LeakyReLU(0.2)(layers.Dense(8 * width, kernel_initializer=normal)(x))
    matching = layers.Dense(1, kernel_initializer=normal, dtype="float32")(x)
    return keras.Model([network.input, condition], [network.output, matching], name="discriminator")


def check_positive(**numbers):
    """Refuses what is not a positive integer.

    Args:
        **numbers: numbers by name.

    Raises:
        ValueError: if one is not.
    """
    for name, number in numbers.items():
        if not isinstance(number, int) or number < 1:
            raise ValueError(f"Expected `{name}` as a positive integer. Received: {number!r}.")


def _condition(classes, condition_dim, embedding):
    """The input for conditions, and the vector (N, d) that is made of it."""
    if (classes is None) == (condition_dim is None):
        raise ValueError(
            "Expected exactly one of `classes` and `condition_dim`. "
            f"Received: classes={classes!r}, condition_dim={condition_dim!r}."
        )
    if condition_dim is not None:
        check_positive(condition_dim=condition_dim)
        condition = keras.Input((condition_dim,), name="condition")
        return condition, condition
    check_positive(classes=classes)
    labels = keras.Input((), dtype="int32", name="condition")
    if embedding == 0:
        return labels, OneHot(classes)(labels)
    check_positive(embedding=embedding)
    normal = keras.initializers.RandomNormal(stddev=1.0)  # as loud as the latents
    return labels, layers.Embedding(classes, embedding, embeddings_initializer=normal)(labels)


def _checked(image_shape):
    """Side and channels, of which there is room for one more."""
    side, channels = dcgan.checked(image_shape)
    if channels > 4:
        raise ValueError(f"Expected `image_shape` with 1 to 4 channels. Received: {image_shape!r}.")
    return side, channels
