"""Dense pairs that are told a class, for small pictures: quick to train, and no batch norm in the discriminator."""

import math

import keras
from keras import layers

from keras_gans import engine
from keras_gans.layers import ConditionalBatchNormalization
from keras_gans.networks import mlp
from keras_gans.networks.acgan import with_classes
from keras_gans.networks.cgan import check_positive

__all__ = ["auxiliary_discriminator", "generator", "projection_discriminator"]


@engine.channels_last()
def generator(shape, classes, latent_dim=64, width=256, depth=3, embedding=50, conditional_batch_norm=False):
    """Dense generator of latents and a label.

    The label's vector is glued to the latents; or the label is read in each hidden layer, by its batch norm.

    Args:
        shape: tuple, shape of an example, e.g. (16, 16, 1).
        classes: int, number of classes.
        latent_dim: int, length of a latent vector.
        width: int, units of a hidden layer.
        depth: int, number of hidden layers, each with LeakyReLU(0.2).
        embedding: int, length of the learned vector of a class, as loud as the latents.
        conditional_batch_norm: whether the class enters by `layers.ConditionalBatchNormalization` after each hidden
            layer instead, whose tables start at 0.

    Returns:
        Built `keras.Model` named "generator": [latents, labels], float (N, latent_dim) and int (N,) -> float32
        (N, *shape), pictures in [-1, 1].

    Raises:
        ValueError: if the shape holds anything but positive integers, or `classes` is not a positive integer.

    Reference:
        Mirza and Osindero, 2014, Conditional Generative Adversarial Nets, arXiv:1411.1784, Section 3.2. Conditional
        batch norm in a GAN: Miyato and Koyama, 2018, cGANs with Projection Discriminator, arXiv:1802.05637, Section 5.
    """
    check_positive(classes=classes, embedding=embedding)
    latents = keras.Input((latent_dim,), name="latents")
    labels = keras.Input((), dtype="int32", name="labels")
    if conditional_batch_norm:
        x = latents
        for _ in range(depth):
            x = ConditionalBatchNormalization(classes)([layers.Dense(width)(x), labels])
            x = layers.LeakyReLU(0.2)(x)
        last = mlp.generator(shape, width if depth else latent_dim, depth=0)
        return keras.Model([latents, labels], last(x), name="generator")
    normal = keras.initializers.RandomNormal(stddev=1.0)
    vector = layers.Embedding(classes, embedding, embeddings_initializer=normal)(labels)
    network = mlp.generator(shape, latent_dim + embedding, width, depth, activation="leaky_relu")
    return keras.Model([latents, labels], network(layers.Concatenate()([latents, vector])), name="generator")


@engine.channels_last()
def auxiliary_discriminator(shape, classes, width=256, depth=3):
    """Dense discriminator that also names the class: `mlp.discriminator` with ACGAN's second head.

    Args:
        shape: tuple, shape of an example.
        classes: int, number of classes.
        width: int, units of a hidden layer.
        depth: int, number of hidden layers.

    Returns:
        Built `keras.Model` named "discriminator": float (N, *shape) -> [source, classes], float32 logits (N, 1) and
        (N, classes).

    Raises:
        ValueError: if the shape holds anything but positive integers, or `classes` is not a positive integer.

    Reference:
        Odena et al., 2017, Conditional Image Synthesis with Auxiliary Classifier GANs, arXiv:1610.09585, Section 3.
    """
    check_positive(classes=classes)
    return with_classes(mlp.discriminator(shape, width, depth), classes)


@engine.channels_last()
def projection_discriminator(shape, classes, width=256, depth=3):
    """Dense discriminator to whose logit the inner product of its features and the class is added.

    Args:
        shape: tuple, shape of an example.
        classes: int, number of classes.
        width: int, units of a hidden layer.
        depth: int, number of hidden layers.

    Returns:
        Built `keras.Model` named "discriminator": [examples, labels], float (N, *shape) and int (N,) -> float32 logits
        (N, 1).

    Raises:
        ValueError: if the shape holds anything but positive integers, or `classes` is not a positive integer.

    Formula:
        f(x, y) = <v_y, h(x)> + w h(x) + b, with h the last hidden layer and v_y the embedding of class y.

    Deviations:
        The paper's is residual and under spectral normalisation: `networks.projection`.

    Reference:
        Miyato and Koyama, 2018, cGANs with Projection Discriminator, arXiv:1802.05637, Equation 3.
    """
    check_positive(classes=classes)
    network = mlp.discriminator(shape, width, depth)
    h = network.get_layer("features").output
    labels = keras.Input((), dtype="int32", name="labels")
    vectors = layers.Embedding(classes, math.prod(h.shape[1:]), dtype="float32")(labels)
    product = layers.Dot(axes=1, dtype="float32")([vectors, h])
    logits = layers.Add(dtype="float32")([network.output, product])
    return keras.Model([network.input, labels], logits, name="discriminator")
