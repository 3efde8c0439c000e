"""CycleGAN's networks: a residual generator that translates between two domains, and a PatchGAN for each domain."""

import keras
from keras import layers

from keras_gans import engine
from keras_gans.layers import InstanceNormalization, ReflectionPadding2D
from keras_gans.networks.patchgan import convolution, divisible_input, patch_logits, picture_input

__all__ = ["discriminator", "generator"]


@engine.channels_last()
def generator(image_shape=(256, 256, 3), output_channels=None, width=64, blocks=None, affine=False):
    """Residual translator: two halvings, residual blocks, two doublings, tanh.

    In the paper's notation c7s1-64, d128, d256, R256 for each block, u128, u64, c7s1-3: 7x7 and 3x3 convolutions, each
    with instance norm and ReLU; a residual block is convolution, instance norm, ReLU, convolution, instance norm, added
    to its input. The 7x7 convolutions and the blocks see mirrored borders instead of zeros.

    Args:
        image_shape: tuple (height, width, channels), sides of at least 16 pixels that 4 divides.
        output_channels: int, channels of the outputs; None for those of the inputs.
        width: int, channels of the first hidden map; the blocks have 4 times as many.
        blocks: int, number of residual blocks; None for 9, or 6 where a side is below 256 pixels.
        affine: whether the instance norms have a scale and a shift.

    Returns:
        Built `keras.Model` named "generator": float (N, height, width, channels) in [-1, 1] -> float32 (N, height,
        width, output_channels) in [-1, 1]. At 3 channels and 9 blocks, 11,378,179 parameters (11,388,675 if affine).

    Raises:
        ValueError: if the image shape or the number of blocks is not one of the above.

    Deviations:
        Keras' "same" padding puts the odd row of zeros of a strided 3x3 convolution behind the map, the authors' code
        before it: the network is the mirror image of theirs.

    Reference:
        Zhu et al., 2017, Unpaired Image-to-Image Translation using Cycle-Consistent Adversarial Networks,
        arXiv:1703.10593, Sections 4 and 7.2; the authors' PyTorch code (`resnet_9blocks`).
    """
    x = images = divisible_input(image_shape)
    if blocks is None:
        blocks = 6 if min(image_shape[:2]) < 256 else 9
    elif not isinstance(blocks, int) or blocks < 1:
        raise ValueError(f"Expected `blocks` as a positive integer or None. Received: {blocks!r}.")

    def norm_relu(x):
        return layers.ReLU()(InstanceNormalization(affine=affine)(x))

    x = norm_relu(convolution(ReflectionPadding2D(3)(x), width, 7))
    for filters in (2 * width, 4 * width):
        x = norm_relu(convolution(x, filters, 3, 2))
    for _ in range(blocks):
        residual = norm_relu(convolution(ReflectionPadding2D(1)(x), 4 * width, 3))
        residual = convolution(ReflectionPadding2D(1)(residual), 4 * width, 3)
        x = layers.Add()([x, InstanceNormalization(affine=affine)(residual)])
    for filters in (2 * width, width):
        x = norm_relu(convolution(x, filters, 3, 2, layers.Conv2DTranspose))
    output_channels = image_shape[2] if output_channels is None else output_channels
    x = convolution(ReflectionPadding2D(3)(x), output_channels, 7)
    outputs = layers.Activation("tanh", dtype="float32")(x)
    return keras.Model(images, outputs, name="generator")


@engine.channels_last()
def discriminator(image_shape=(256, 256, 3), width=64, receptive_field=70):
    """PatchGAN of one domain: each patch of a picture gets a logit.

    4x4 convolutions with instance norm (not after the first) and LeakyReLU(0.2). For patches of 70 pixels they have
    width, 2 width, 4 width and 8 width channels and strides 2, 2, 2, 1.

    Args:
        image_shape: tuple (height, width, channels).
        width: int, channels of the first hidden map.
        receptive_field: int, side of a patch in pixels: 70, 16, 286 or 1, as in `pix2pix.discriminator`.

    Returns:
        Built `keras.Model` named "discriminator": float (N, height, width, channels) -> float32 logits (N, h, w, 1),
        30x30 for 70 at 256x256. At 3 channels and 70, 2,764,737 parameters.

    Raises:
        ValueError: if the receptive field is not one of the above, or the sides are too small for it.

    Deviations:
        none. Instance norm looks at all of a map, so a logit depends, through its mean and variance, on more than its
        patch.

    Reference:
        Zhu et al., 2017, Unpaired Image-to-Image Translation using Cycle-Consistent Adversarial Networks,
        arXiv:1703.10593, Sections 4 and 7.2.
    """
    images = picture_input(image_shape, "images")
    logits = patch_logits(images, width, receptive_field, InstanceNormalization, use_bias=True)
    return keras.Model(images, logits, name="discriminator")
