"""ACGAN's discriminator, which also names the class of a picture; its generator is `cgan.generator`."""

import keras
from keras import layers

from keras_gans import engine
from keras_gans.networks import dcgan
from keras_gans.networks.cgan import check_positive

__all__ = ["discriminator"]


@engine.channels_last()
def discriminator(image_shape, classes, width=64, dropout=0.5, **arguments):
    """DCGAN's discriminator with a second head: the logits of the classes, from the same features.

    Args:
        image_shape: tuple (side, side, channels), side 16 to 256, channels 1 to 5.
        classes: int, number of classes.
        width: int, channels of the first hidden map.
        dropout: float in [0, 1), share of units dropped after each LeakyReLU; the paper's 0.5.
        **arguments: more arguments of `dcgan.discriminator`, e.g. `batch_norm`; `spectral_norm` is for its layers only.

    Returns:
        Built `keras.Model` named "discriminator": float (N, side, side, channels) -> [source, classes], float32 logits
        (N, 1) and (N, classes).

    Raises:
        ValueError: if the image shape is not one of the above, or `classes` is not a positive integer.

    Deviations:
        The paper's discriminators alternate strides of 2 and 1 and have 3x3 kernels and no batch norm after the first
        convolution; here the body is `dcgan.discriminator`'s.

    Reference:
        Odena et al., 2017, Conditional Image Synthesis with Auxiliary Classifier GANs, arXiv:1610.09585, Section 3
        and Appendix A.
    """
    check_positive(classes=classes)
    network = dcgan.discriminator(image_shape, width, dropout=dropout, **arguments)
    return with_classes(network, classes, keras.initializers.RandomNormal(mean=0.0, stddev=0.02))


def with_classes(network, classes, kernel_initializer="glorot_uniform"):
    """A discriminator with a second head on its layer "features": the logits of the classes."""
    head = layers.Dense(classes, kernel_initializer=kernel_initializer, dtype="float32", name="classes")
    class_logits = head(network.get_layer("features").output)
    return keras.Model(network.input, [network.output, class_logits], name="discriminator")
