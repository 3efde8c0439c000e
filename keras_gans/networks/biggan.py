"""The pair of BigGAN: SAGAN's, wide, with one embedding for all norms of G, each of which hears a part of z, too."""

import keras
from keras import layers, ops

from keras_gans import engine
from keras_gans.layers import ConditionalBatchNormalization, LinearConditionalBatchNormalization
from keras_gans.networks import ladder
from keras_gans.networks.cgan import check_positive

__all__ = ["discriminator", "generator"]

CHUNK = 20  # numbers of a latent vector for the dense layer and for each block
INITIALIZER = "orthogonal"


@engine.channels_last()
def generator(
    image_shape=(128, 128, 3),
    classes=1000,
    latent_dim=None,
    width=96,
    embedding=128,
    shared=True,
    hierarchical=True,
    attention="auto",
    spectral_norm=True,
):
    """BigGAN's generator: residual blocks whose norms hear the class and, each block, a part of the latents.

    A block is norm, ReLU, nearest neighbour, convolution, norm, ReLU, convolution; its shortcut is a 1x1 convolution
    and the nearest neighbour. Maps have 16 `width` channels at first and `width` at last, of pictures below 64 pixels
    4 `width` throughout. Everything with a kernel is under `layers.SpectralNormalization`, but not the embedding. The
    last batch norm is plain.

    Args:
        image_shape: tuple (side, side, channels), side 16 to 512 and 4 to 7 times a power of two, channels 1 to 4.
        classes: int, number of classes.
        latent_dim: None for 20 for the dense layer and 20 for each block, or int, length of a latent vector.
        width: int, ch in the paper, channels of the narrowest map of large pictures.
        embedding: int, numbers by which a class is known to all norms if they share them.
        shared: whether they do: the norms are then `layers.LinearConditionalBatchNormalization`, else
            `layers.ConditionalBatchNormalization`.
        hierarchical: whether latents are cut into chunks, the first for the dense layer, one more for each block; else
            the dense layer takes them all. It needs `shared`.
        attention: None for none, int, the side of the map that `layers.SelfAttention` follows, or `"auto"`: half the
            picture's, of 512 pixels an eighth, and none up to 28.
        spectral_norm: whether there is any in G.

    Returns:
        Built `keras.Model` named "generator": [latents, labels], float (N, latent_dim) and int (N,) -> float32
        (N, side, side, channels) in [-1, 1]. By default 70,433,988 trainable parameters.

    Raises:
        ValueError: if an argument is not one of the above, or chunks would not be equal.

    Deviations:
        The paper's networks are for 128, 256 and 512 pixels. That for 64 is its first author's; those below are the
        usual ones for CIFAR-10 and their like.

    Reference:
        Brock et al., 2018, Large Scale GAN Training for High Fidelity Natural Image Synthesis, arXiv:1809.11096,
        Section 3 and Appendix B, Tables 4 to 6; the first author's code, github.com/ajbrock/BigGAN-PyTorch.
    """
    check_positive(classes=classes)
    rungs = ladder.Rungs.of(image_shape)
    latent_dim = CHUNK * (rungs.doublings + 1) if latent_dim is None else latent_dim
    _check_chunks(latent_dim, rungs.doublings + 1, shared, hierarchical)
    latents = keras.Input((latent_dim,), name="latents")
    labels = keras.Input((), dtype="int32", name="labels")
    first, *chunks = ops.split(latents, rungs.doublings + 1, axis=1) if hierarchical else [latents]
    if shared:
        embedded = layers.Embedding(classes, embedding, INITIALIZER, name="embedding")(labels)
        told = [layers.Concatenate()([chunk, embedded]) for chunk in chunks] or [embedded] * rungs.doublings

    def norm(x, block):
        if shared:
            return LinearConditionalBatchNormalization(spectral_norm)([x, told[block - 1]])
        return ConditionalBatchNormalization(classes)([x, labels])

    weights = ladder.Weights(INITIALIZER, spectral_norm)
    images = ladder.picture(first, rungs, width, norm, weights, rungs.attention(attention, "generator"))
    return keras.Model([latents, labels], images, name="generator")


@engine.channels_last()
def discriminator(image_shape=(128, 128, 3), classes=1000, width=96, attention="auto"):
    """BigGAN's discriminator: residual blocks, self-attention after one, the sum over places, and a projection.

    A block is ReLU, convolution, ReLU, convolution, mean over 2x2 where the side is halved; the very first has no ReLU
    in front. Its shortcut is the mean and a 1x1 convolution, or nothing where the map keeps its shape. Maps have
    `width` channels at first and 16 `width` at last, of pictures below 64 pixels 2 `width` throughout. Everything with
    a kernel, and the embedding, is under `layers.SpectralNormalization`.

    Args:
        image_shape, classes, width: as in `generator`.
        attention: as in `generator`, but that `"auto"` is a quarter of the side of 256 pixels, too.

    Returns:
        Built `keras.Model` named "discriminator": [images, labels], float (N, side, side, channels) and int (N,) ->
        float32 logits (N, 1). By default 87,982,370 trainable parameters.

    Raises:
        ValueError: if an argument is not one of the above.

    Formula:
        f(x, y) = <v_y, h(x)> + w h(x) + b, with h the summed features and v_y the embedding of class y.

    Deviations:
        As for the generator.

    Reference:
        Brock et al., 2018, Large Scale GAN Training for High Fidelity Natural Image Synthesis, arXiv:1809.11096,
        Section 3 and Appendix B, Tables 4 to 6; the first author's code, github.com/ajbrock/BigGAN-PyTorch.
    """
    check_positive(classes=classes)
    side, channels = ladder.checked(image_shape, ladder.LARGEST)
    images = keras.Input((side, side, channels), name="images")
    labels = keras.Input((), dtype="int32", name="labels")
    logits = ladder.score(features(images, width, attention), labels, classes, ladder.Weights(INITIALIZER))
    return keras.Model([images, labels], logits, name="discriminator")


def features(images, width, attention="auto"):
    """The discriminator without what it says, on which other heads fit as well.

    Args:
        images: symbolic float tensor (N, side, side, channels).
        width, attention: as in `discriminator`.

    Returns:
        symbolic float32 tensor (N, C), the output of a layer named "features".

    Raises:
        ValueError: if the pictures' shape or the attention is not one of the above.
    """
    rungs = ladder.Rungs.of(images.shape[1:])
    attention = rungs.attention(attention, "discriminator")
    return ladder.features(images, rungs, width, ladder.Weights(INITIALIZER), attention)


def _check_chunks(latent_dim, chunks, shared, hierarchical):
    if hierarchical and not shared:
        raise ValueError("Expected shared=True with hierarchical=True. Received: shared=False.")
    if hierarchical and latent_dim % chunks:
        raise ValueError(f"Expected `latent_dim` as a multiple of {chunks}. Received: {latent_dim!r}.")
