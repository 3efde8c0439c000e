"""The residual pair for 32x32 pictures that WGAN-GP introduced and SNGAN, among many others, kept."""

import keras
from keras import layers, ops

from keras_gans import engine
from keras_gans.layers import SpectralNormalization
from keras_gans.networks import residual
from keras_gans.registry import Registry

__all__ = ["discriminator", "generator"]

POOLINGS = Registry("pooling")
POOLINGS.update(mean=ops.mean, sum=ops.sum)


@engine.channels_last()
def generator(image_shape=(32, 32, 3), latent_dim=128, width=128):
    """Residual generator: Dense, three residual blocks that double the side, batch norm, ReLU, convolution, tanh.

    A block is batch norm, ReLU, nearest-neighbour upsampling, convolution, batch norm, ReLU, convolution; its shortcut
    is upsampling and a 1x1 convolution. All hidden maps have `width` channels.

    Args:
        image_shape: tuple (side, side, channels), side a multiple of 8, channels 1 to 4. The first map has side / 8.
        latent_dim: int, length of a latent vector.
        width: int, channels of the hidden maps: 128 in WGAN-GP (1,204,483 trainable parameters), 256 in SNGAN
            (4,276,739).

    Returns:
        Built `keras.Model` named "generator": float (N, latent_dim) -> float32 (N, side, side, channels) in [-1, 1].

    Raises:
        ValueError: if the image shape is not one of the above.

    Deviations:
        Samples are made with batch norm's moving averages (momentum 0.9, epsilon 1e-5) where WGAN-GP's code takes each
        batch's own statistics; SNGAN's code has epsilon 2e-5.

    Reference:
        Gulrajani et al., 2017, Improved Training of Wasserstein GANs, arXiv:1704.00028, appendix on CIFAR-10's ResNet,
        and the authors' gan_cifar_resnet.py. Miyato et al., 2018, Spectral Normalization for Generative Adversarial
        Networks, arXiv:1802.05957, Table 4.
    """
    side, channels = _checked(image_shape)
    latents = keras.Input((latent_dim,), name="latents")
    images = residual.picture(latents, side // 8, 3, width, channels, residual.batch_norm)
    return keras.Model(latents, images, name="generator")


@engine.channels_last()
def discriminator(image_shape=(32, 32, 3), width=128, spectral_norm=False, pooling="mean"):
    """Residual discriminator: four residual blocks without batch norm, ReLU, global pooling, one logit.

    The first two blocks halve the side. A block is ReLU, convolution, ReLU, convolution, mean pooling where the side is
    halved; the very first has no ReLU in front. Shortcuts are a 1x1 convolution and mean pooling (the other way round
    in the first block), or nothing where the map keeps its shape. The layer named "features" holds what is pooled.

    Args:
        image_shape: tuple (side, side, channels), side a multiple of 8, channels 1 to 4.
        width: int, channels of the hidden maps: 128 in both papers (1,053,825 parameters).
        spectral_norm: whether every convolution and the dense layer are under `layers.SpectralNormalization` (SNGAN).
        pooling: `"mean"` (WGAN-GP) or `"sum"` (SNGAN) over the positions of the last map.

    Returns:
        Built `keras.Model` named "discriminator": float (N, side, side, channels) -> float32 logits (N, 1).

    Raises:
        ValueError: if the image shape or the pooling is not one of the above.

    Deviations:
        SNGAN's code leaves out the bias of the dense layer.

    Reference:
        Gulrajani et al., 2017, Improved Training of Wasserstein GANs, arXiv:1704.00028, appendix on CIFAR-10's ResNet,
        and the authors' gan_cifar_resnet.py. Miyato et al., 2018, Spectral Normalization for Generative Adversarial
        Networks, arXiv:1802.05957, Table 4.
    """
    side, channels = _checked(image_shape)
    pool = POOLINGS[pooling]
    normalized = SpectralNormalization if spectral_norm else lambda layer: layer

    images = keras.Input((side, side, channels), name="images")
    x = residual.features(images, 2, width, normalized, pool)
    logits = normalized(layers.Dense(1, dtype="float32"))(x)
    return keras.Model(images, logits, name="discriminator")


def _checked(image_shape):
    ok = isinstance(image_shape, (tuple, list)) and len(image_shape) == 3 and image_shape[0] == image_shape[1]
    if not ok or image_shape[0] < 8 or image_shape[0] % 8 or not 1 <= image_shape[2] <= 4:
        raise ValueError(
            "Expected `image_shape` as (side, side, channels) with a side that 8 divides and 1 to 4 channels. "
            f"Received: {image_shape!r}."
        )
    return image_shape[0], image_shape[2]
