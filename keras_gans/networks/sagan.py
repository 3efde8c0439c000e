"""The pair of SAGAN: residual blocks with self-attention between them, all under spectral normalization."""

import keras

from keras_gans import engine
from keras_gans.layers import ConditionalBatchNormalization
from keras_gans.networks import ladder
from keras_gans.networks.cgan import check_positive

__all__ = ["discriminator", "generator"]

WEIGHTS = ladder.Weights("glorot_uniform")
HALVED = {5: 2, 6: 3, 7: 4}  # doublings -> halvings of the picture's side to the map of 32 pixels


@engine.channels_last()
def generator(image_shape=(128, 128, 3), classes=1000, latent_dim=128, width=64, attention="auto"):
    """SAGAN's generator: residual blocks of conditional batch norms, with self-attention after one of them.

    A block is norm, ReLU, nearest neighbour, convolution, norm, ReLU, convolution; its shortcut is a 1x1 convolution
    and the nearest neighbour. Maps have 16 `width` channels at first and `width` at last, of pictures below 64 pixels
    4 `width` throughout. Every convolution and the dense layer are under `layers.SpectralNormalization`. The last
    batch norm is plain.

    Args:
        image_shape: tuple (side, side, channels), side 16 to 512 and 4 to 7 times a power of two, channels 1 to 4.
        classes: int, number of classes.
        latent_dim: int, length of a latent vector.
        width: int, channels of the narrowest map of large pictures.
        attention: None for none, int, the side of the map that `layers.SelfAttention` follows, or `"auto"`: 32 pixels,
            or half the picture's where it has less than 64, and none up to 28.

    Returns:
        Built `keras.Model` named "generator": [latents, labels], float (N, latent_dim) and int (N,) -> float32
        (N, side, side, channels) in [-1, 1]. By default 42,078,852 trainable parameters.

    Raises:
        ValueError: if an argument is not one of the above.

    Deviations:
        The authors' network is for 128 pixels; at 32 pixels this one is `projection.generator` with attention and
        spectral normalization. The moving averages' momentum is 0.9, theirs is 0.999, and 0.9999 before the last
        layer; where `layers.ConditionalBatchNormalization` and `layers.SpectralNormalization` deviate.

    Reference:
        Zhang et al., 2019, Self-Attention Generative Adversarial Networks, arXiv:1805.08318, Sections 3 and 4; the
        authors' code, github.com/brain-research/self-attention-gan.
    """
    check_positive(classes=classes)
    rungs = ladder.Rungs.of(image_shape)
    latents = keras.Input((latent_dim,), name="latents")
    labels = keras.Input((), dtype="int32", name="labels")

    def norm(x, block):
        return ConditionalBatchNormalization(classes)([x, labels])

    attention = rungs.attention(attention, "generator", HALVED)
    images = ladder.picture(latents, rungs, width, norm, WEIGHTS, attention)
    return keras.Model([latents, labels], images, name="generator")


@engine.channels_last()
def discriminator(image_shape=(128, 128, 3), classes=1000, width=64, attention="auto"):
    """SAGAN's discriminator: residual blocks, self-attention after one, the sum over places, and a projection.

    A block is ReLU, convolution, ReLU, convolution, mean over 2x2 where the side is halved; the very first has no ReLU
    in front. Its shortcut is the mean and a 1x1 convolution, or nothing where the map keeps its shape. Maps have
    `width` channels at first and 16 `width` at last, of pictures below 64 pixels 2 `width` throughout. Everything with
    a kernel, and the embedding, is under `layers.SpectralNormalization`. The layer named "features" holds h.

    Args:
        image_shape, classes, width, attention: as in `generator`.

    Returns:
        Built `keras.Model` named "discriminator": [images, labels], float (N, side, side, channels) and int (N,) ->
        float32 logits (N, 1). By default 39,463,618 trainable parameters.

    Raises:
        ValueError: if an argument is not one of the above.

    Formula:
        f(x, y) = <v_y, h(x)> + w h(x) + b, with h the summed features and v_y the embedding of class y.

    Deviations:
        As for the generator.

    Reference:
        Zhang et al., 2019, Self-Attention Generative Adversarial Networks, arXiv:1805.08318, Sections 3 and 4; the
        authors' code, github.com/brain-research/self-attention-gan.
    """
    check_positive(classes=classes)
    rungs = ladder.Rungs.of(image_shape)
    images = keras.Input(tuple(image_shape), name="images")
    labels = keras.Input((), dtype="int32", name="labels")
    attention = rungs.attention(attention, "discriminator", HALVED)
    h = ladder.features(images, rungs, width, WEIGHTS, attention)
    return keras.Model([images, labels], ladder.score(h, labels, classes, WEIGHTS), name="discriminator")
