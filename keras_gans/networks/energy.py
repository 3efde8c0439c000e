"""Networks of energies: an autoencoder that judges by how well it rebuilds, and EBGAN's convolutional one."""

import keras
from keras import layers

from keras_gans import engine
from keras_gans.layers import ReconstructionScore
from keras_gans.networks.dcgan import checked

__all__ = ["decoder", "discriminator", "encoder"]

SCALES = 3  # halvings of the side between a picture and its code


@engine.channels_last()
def discriminator(encoder, decoder, error="norm"):
    """Makes an autoencoder judge: its score is minus the error with which it rebuilds an example.

    The layers named "code" and "reconstruction" hold what the encoder and what the decoder says. Networks of an
    autoencoder that was fitted before can be handed in: D then begins as the paper's pretrained one.

    Args:
        encoder: built `keras.Model`, (N, *shape) -> codes (N, ...).
        decoder: built `keras.Model`, codes -> (N, *shape).
        error: string, see `layers.ReconstructionScore`.

    Returns:
        Built `keras.Model` named "discriminator": float (N, *shape) -> float32 scores (N, 1), minus the energy.

    Raises:
        ValueError: if the decoder does not take what the encoder makes, or make what the encoder takes.

    Reference:
        Zhao, Mathieu, LeCun, 2016, Energy-based Generative Adversarial Network, arXiv:1609.03126, Section 2.3.
    """
    if (decoder.input_shape, decoder.output_shape) != (encoder.output_shape, encoder.input_shape):
        raise ValueError(
            f"Expected a decoder from codes of shape {encoder.output_shape} to examples of shape "
            f"{encoder.input_shape}. Received: one from {decoder.input_shape} to {decoder.output_shape}."
        )
    examples = keras.Input(encoder.input_shape[1:], name="examples")
    code = layers.Identity(name="code")(encoder(examples))
    rebuilt = layers.Identity(name="reconstruction")(decoder(code))
    scores = ReconstructionScore(error, name="score")([examples, rebuilt])
    return keras.Model(examples, scores, name="discriminator")


@engine.channels_last()
def encoder(image_shape, width=64, batch_norm=True):
    """EBGAN's convolutional encoder: three 4x4 convolutions of stride 2; the code is a map of an eighth of the side.

    Args:
        image_shape: tuple (side, side, channels), side 16 to 256 and a multiple of 8, channels 1 to 5.
        width: int, channels of the first map; it doubles twice.
        batch_norm: whether batch norm follows each convolution, which then has no bias.

    Returns:
        Built `keras.Model` named "encoder": float (N, side, side, channels) -> (N, side / 8, side / 8, 4 width).

    Raises:
        ValueError: if the image shape is not one of the above.

    Deviations:
        (64)4c2s-(128)4c2s-(256)4c2s, and back, is what public code has as the paper's pair for 64x64 pictures
        (kozistr/Awesome-GANs). Weights begin as N(0, 0.02) and slopes below zero are 0.2, as in DCGAN's networks here.

    Reference:
        Zhao, Mathieu, LeCun, 2016, Energy-based Generative Adversarial Network, arXiv:1609.03126, Section 4.
    """
    side, channels = _checked(image_shape)
    x = images = keras.Input((side, side, channels), name="images")
    for i in range(SCALES):
        x = _block(layers.Conv2D, width * 2**i, batch_norm)(x)
    return keras.Model(images, x, name="encoder")


@engine.channels_last()
def decoder(image_shape, width=64, batch_norm=True):
    """EBGAN's convolutional decoder, which goes back from `encoder`'s code: three 4x4 transposed convolutions, tanh.

    Args:
        image_shape, width, batch_norm: as in `encoder`; nothing follows the last convolution, which has a bias.

    Returns:
        Built `keras.Model` named "decoder": (N, side / 8, side / 8, 4 width) -> float32 (N, side, side, channels) in
        [-1, 1].

    Raises:
        ValueError: if the image shape is not one of those.

    Deviations:
        As in `encoder`.

    Reference:
        Zhao, Mathieu, LeCun, 2016, Energy-based Generative Adversarial Network, arXiv:1609.03126, Section 4.
    """
    side, channels = _checked(image_shape)
    small = side // 2**SCALES
    x = codes = keras.Input((small, small, width * 2 ** (SCALES - 1)), name="codes")
    for i in reversed(range(SCALES - 1)):
        x = _block(layers.Conv2DTranspose, width * 2**i, batch_norm)(x)
    x = _convolution(layers.Conv2DTranspose, channels, True)(x)
    images = layers.Activation("tanh", dtype="float32")(x)
    return keras.Model(codes, images, name="decoder")


def _convolution(kind, filters, use_bias):
    normal = keras.initializers.RandomNormal(mean=0.0, stddev=0.02)
    return kind(filters, 4, 2, padding="same", use_bias=use_bias, kernel_initializer=normal)


def _block(kind, filters, batch_norm):
    def block(x):
        x = _convolution(kind, filters, not batch_norm)(x)
        x = layers.BatchNormalization(momentum=0.9, epsilon=1e-5)(x) if batch_norm else x
        return layers.LeakyReLU(0.2)(x)

    return block


def _checked(image_shape):
    side, channels = checked(image_shape)
    if side % 2**SCALES:
        raise ValueError(f"Expected a side that is a multiple of {2**SCALES}. Received: {side}.")
    return side, channels
