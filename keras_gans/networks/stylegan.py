"""The networks of StyleGAN: latents are mapped to styles, of which each layer of the generator takes one.

They grow as those of `networks.progan` do. In a generator the layer "w" returns the mapped latents and knows their
mean, and "styles" returns (N, L, d), a style for each of the L layers, which is all that pictures are made of.
"""

import keras
from keras import layers, ops

from keras_gans import engine
from keras_gans.layers import (
    Bias,
    Blur,
    Clip,
    EqualizedConv2D,
    EqualizedDense,
    LearnedConstant,
    NearestUpSampling2D,
    Noise,
    PixelNormalization,
    Redraw,
    Style,
    StyleMixing,
    TrackedMean,
)
from keras_gans.networks import progan
from keras_gans.networks.progan import SLOPE, channels_of, faded, stages, to_rgb

__all__ = ["discriminator", "generator"]


@engine.channels_last()
def generator(image_shape, latent_dim=512, width=512, base=8192, mapping_layers=8):
    """StyleGAN's generator: a learned constant, and two layers a side, each with noise and with a style of its own.

    A layer is a 3x3 convolution, noise, bias, LeakyReLU and style, but that the first, at 4 pixels, has no convolution.
    Where the side doubles, maps are blurred after the convolution. Pictures are made and fade as in
    `progan.generator`. In training each batch has noise of its own, and 9 of 10 batches mix two styles.

    Args:
        image_shape: tuple (side, side, channels), side a power of 2 from 8 to 1024, channels 1 to 4.
        latent_dim: int, length of a latent vector.
        width: int, the most channels of a map, and the length d of a style.
        base: int, channels of a map times half its side, as far as `width` allows it.
        mapping_layers: int, dense layers between latents and styles.

    Returns:
        Built `keras.Model` named "generator": float (N, latent_dim) -> float32 (N, side, side, channels), in [-1, 1]
        outside of training.

    Raises:
        ValueError: if the image shape is not one of the above.

    Deviations:
        none from the authors' code but that from 128 pixels on it fuses enlarging and convolution into one operation;
        and where `layers.Noise` and `layers.StyleMixing` deviate.

    Reference:
        Karras et al., 2019, A Style-Based Generator Architecture for Generative Adversarial Networks, arXiv:1812.04948,
        Section 2 and Figure 1.
    """
    sides, channels = stages(image_shape)
    latents = keras.Input((latent_dim,), name="latents")
    styles = mixed_styles(latents, width, mapping_layers, rows=2 * len(sides))
    rows = ops.unstack(styles, axis=1)
    filters = channels_of(4, width, base)
    x = _styled(LearnedConstant((4, 4, filters), name="constant")(styles), rows[0], 0)
    x = _styled(_convolved(x, filters, 1), rows[1], 1)
    picture = layers.Identity(dtype="float32", name="picture_4")(to_rgb(x, channels, 4))
    for i, side in enumerate(sides[1:], start=1):
        filters = channels_of(side, width, base)
        x = _convolved(NearestUpSampling2D(name=f"up_{side}")(x), filters, 2 * i)
        x = _styled(Blur(name=f"blur_{side}")(x), rows[2 * i], 2 * i)
        x = _styled(_convolved(x, filters, 2 * i + 1), rows[2 * i + 1], 2 * i + 1)
        picture = faded(picture, to_rgb(x, channels, side), side)
    return keras.Model(latents, Clip(dtype="float32", name="images")(picture), name="generator")


@engine.channels_last()
def discriminator(image_shape, width=512, base=8192):
    """StyleGAN's discriminator: `progan.discriminator`, which blurs its maps before it halves them.

    Args:
        image_shape: tuple (side, side, channels), side a power of 2 from 8 to 1024, channels 1 to 4.
        width: int, the most channels of a map.
        base: int, channels of a map times half its side, as far as `width` allows it.

    Returns:
        Built `keras.Model` named "discriminator": float (N, side, side, channels) -> float32 scores (N, 1).

    Raises:
        ValueError: if the image shape is not one of the above.

    Deviations:
        Where `layers.MinibatchStandardDeviation` deviates, and the authors' code fuses convolution and halving from 128
        pixels on.

    Reference:
        Karras et al., 2019, A Style-Based Generator Architecture for Generative Adversarial Networks, arXiv:1812.04948,
        Section 2; the order of blur, convolution and halving is that of the authors' code.
    """
    return progan.discriminator(image_shape, width, base, blur=True)


def mixed_styles(latents, units, mapping_layers, rows, dtype=None):
    """Maps latents to a style for each layer of a network, in training to styles of two latents.

    Args:
        latents: symbolic tensor (N, latent_dim).
        units: int, length d of a style.
        mapping_layers: int, dense layers of the mapping, which learn a hundred times as slowly as others.
        rows: int, layers of the network.
        dtype: None for that of other layers, or string, that of the styles.

    Returns:
        symbolic tensor (N, rows, d), the output of the layer "styles".
    """
    mapping = _mapping(latents.shape[-1], units, mapping_layers)
    w = TrackedMean(name="w")(mapping(latents))
    return StyleMixing(rows, dtype=dtype, name="styles")([w, mapping(Redraw(name="other_latents")(latents))])


def _mapping(latent_dim, units, mapping_layers):
    """The network from latents to w, of one set of weights wherever it is called."""
    x = latents = keras.Input((latent_dim,))
    x = PixelNormalization(name="sphere")(x)
    for i in range(mapping_layers):
        x = layers.LeakyReLU(SLOPE)(EqualizedDense(units, multiplier=0.01, name=f"mapping_{i}")(x))
    return keras.Model(latents, x, name="mapping")


def _convolved(x, filters, layer):
    return EqualizedConv2D(filters, 3, use_bias=False, name=f"conv_{layer}")(x)


def _styled(x, style, layer):
    """What follows the convolution of a layer."""
    x = Bias(name=f"bias_{layer}")(Noise(name=f"noise_{layer}")(x))
    return Style(name=f"style_{layer}")([layers.LeakyReLU(SLOPE)(x), style])
