"""Pix2Pix's pair: a U-Net that translates a picture, and a PatchGAN that judges input and output together."""

import math

import keras
from keras import layers

from keras_gans import engine
from keras_gans.networks.patchgan import convolution, patch_logits, picture_input

__all__ = ["discriminator", "generator"]

UNIT, LARGEST = 32, 512  # pixels: what divides a side, and how long it is at most


@engine.channels_last()
def generator(image_shape=(256, 256, 3), output_channels=3, width=64, bottleneck_batch_norm=True):
    """U-Net: halves the picture down to one pixel and doubles it back, each map also passed across.

    It halves as often as both sides can be: 256x256 eight times to 1x1, 256x512 to 1x2, 256x384 seven times to 2x3.

    Convolutions are 4x4 of stride 2: on the way down of width, 2 width, 4 width, then 8 width channels with batch norm
    (not after the first) and LeakyReLU(0.2); on the way up the same channels backwards with batch norm and ReLU, each
    map concatenated with that of its size on the way down. The noise is dropout of 0.5 after the first transposed
    convolutions: three of them at 256 pixels, two at 128, one at 64 and 32.

    Args:
        image_shape: tuple (height, width, channels) of the inputs, sides that 32 divides, to 512 pixels.
        output_channels: int, channels of the outputs.
        width: int, channels of the first hidden map.
        bottleneck_batch_norm: whether batch norm follows the convolution down to one pixel. In training on batches of
            one example, its output is its beta whatever the picture is, so that the innermost layer is lost; for
            `batch_size=1`, say False, as the paper's errata and the authors' code do.

    Returns:
        Built `keras.Model` named "generator": float (N, height, width, channels) in [-1, 1] -> float32 (N, height,
        width, output_channels) in [-1, 1]. At 256x256x3, 54,425,859 parameters (54,414,979 trainable).

    Raises:
        ValueError: if an argument is not one of the above.

    Deviations:
        Batch norm has the constants of the authors' Torch code (momentum 0.9, epsilon 1e-5; TensorFlow's tutorial has
        Keras' 0.99 and 1e-3); its gamma starts at 1, theirs at N(1, 0.02). The last convolution has a bias, as in the
        tutorial; their Torch code keeps every bias at 0. As in their code, a map is passed across before its
        activation and gets ReLU on the way up; the tutorial passes it after LeakyReLU. The sides other than 256 and the
        number of dropouts, downsamplings - 5, are those of their PyTorch code, which has no dropout at 32, and has
        it one block later. Sides that are no powers of 2, or differ, are ours.

    Reference:
        Isola et al., 2017, Image-to-Image Translation with Conditional Adversarial Networks, arXiv:1611.07004,
        Sections 3.2.1 and 6.1.1, and the errata at the end of the appendix; the authors' models.lua (`defineG_unet`).
    """
    images = _halved(image_shape)
    downs = (math.gcd(*image_shape[:2]) & -math.gcd(*image_shape[:2])).bit_length() - 1
    widths = [min(width * 2**i, 8 * width) for i in range(downs)]
    x, across = convolution(images, widths[0], 4, 2, use_bias=False), []
    for filters in widths[1:]:
        across.append(x)
        x = convolution(layers.LeakyReLU(0.2)(x), filters, 4, 2, use_bias=False)
        x = _batch_norm()(x) if bottleneck_batch_norm or len(across) < downs - 1 else x
    for i in range(downs - 1):
        x = convolution(layers.ReLU()(x), widths[-2 - i], 4, 2, layers.Conv2DTranspose, use_bias=False)
        x = _batch_norm()(x)
        x = layers.Dropout(0.5)(x) if i < max(1, downs - 5) else x
        x = layers.Concatenate()([x, across[-1 - i]])
    x = convolution(layers.ReLU()(x), output_channels, 4, 2, layers.Conv2DTranspose)
    outputs = layers.Activation("tanh", dtype="float32")(x)
    return keras.Model(images, outputs, name="generator")


@engine.channels_last()
def discriminator(image_shape=(256, 256, 3), target_channels=3, width=64, receptive_field=70):
    """PatchGAN on pairs: input and target (or the generator's output) are concatenated, and each patch gets a logit.

    4x4 convolutions with batch norm (not after the first) and LeakyReLU(0.2). For patches of 70 pixels they have width,
    2 width, 4 width and 8 width channels and strides 2, 2, 2, 1.

    Args:
        image_shape: tuple (height, width, channels) of the inputs.
        target_channels: int, channels of the targets.
        width: int, channels of the first hidden map.
        receptive_field: int, side of a patch in pixels: 70; 16, of two convolutions and the last; 286, of six and the
            last, all of a picture of 256; or 1, the PixelGAN of 1x1 convolutions.

    Returns:
        Built `keras.Model` named "discriminator": [inputs, targets], float (N, height, width, channels) and (N, height,
        width, target_channels) -> float32 logits (N, h, w, 1), 30x30 for 70 at 256x256. At 256x256x3 and 70, 2,770,433
        parameters (2,768,641 trainable).

    Raises:
        ValueError: if the receptive field is not one of the above, or the sides are too small for it.

    Deviations:
        Batch norm and biases as in `generator`. The outputs are logits, where the paper has a sigmoid.

    Reference:
        Isola et al., 2017, Image-to-Image Translation with Conditional Adversarial Networks, arXiv:1611.07004,
        Sections 3.2.2 and 6.1.2; the authors' models.lua (`defineD_n_layers`).
    """
    inputs = picture_input(image_shape, "inputs")
    targets = picture_input((*image_shape[:2], target_channels), "targets")
    pairs = layers.Concatenate()([inputs, targets])
    logits = patch_logits(pairs, width, receptive_field, _batch_norm, use_bias=False)
    return keras.Model([inputs, targets], logits, name="discriminator")


def _batch_norm():
    return layers.BatchNormalization(momentum=0.9, epsilon=1e-5)


def _halved(image_shape):
    images = picture_input(image_shape, "images")
    if any(side % UNIT or side > LARGEST for side in image_shape[:2]):
        raise ValueError(
            f"Expected `image_shape` as (height, width, channels) with sides that {UNIT} divides, of at most {LARGEST} "
            f"pixels. Received: {image_shape!r}."
        )
    return images
