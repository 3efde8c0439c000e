"""The class-conditional residual pair: conditional batch norm in the generator, projection in the discriminator."""

import keras
from keras import ops

from keras_gans import engine
from keras_gans.layers import ConditionalBatchNormalization, SpectralNormalization
from keras_gans.networks import ladder, residual
from keras_gans.networks.cgan import check_positive

__all__ = ["discriminator", "generator"]

LARGEST = 128  # pixels of a side


@engine.channels_last()
def generator(image_shape=(32, 32, 3), classes=10, latent_dim=128, width=256):
    """SNGAN's residual generator in which the batch norms within the blocks have the scale and shift of the class.

    See `resnet.generator` for the blocks, and `layers.ConditionalBatchNormalization`. The last batch norm is plain.

    Args:
        image_shape: tuple (side, side, channels), side 16 to 128 and 4 to 7 times a power of two, channels 1 to 4.
        classes: int, number of classes.
        latent_dim: int, length of a latent vector.
        width: int, channels of the hidden maps.

    Returns:
        Built `keras.Model` named "generator": [latents, labels], float (N, latent_dim) and int (N,) -> float32
        (N, side, side, channels) in [-1, 1]. At 32x32x3 and 10 classes, 4,304,387 trainable parameters.

    Raises:
        ValueError: if the image shape or the number of classes is not one of the above.

    Deviations:
        The paper's networks are for 64 and 128 pixels and narrow from 16 `width` to `width` = 64 on the way up; the
        authors' code for 32 pixels, which this is, has one width, and so have all sizes here. Batch norm has epsilon
        1e-5, in the code 2e-5.

    Reference:
        Miyato and Koyama, 2018, cGANs with Projection Discriminator, arXiv:1802.05637, Section 5 and Appendix A; the
        authors' gen_models/resnet_32.py.
    """
    check_positive(classes=classes)
    side, channels = ladder.checked(image_shape, LARGEST)
    doublings = ladder.halvings(side, ladder.BASE)
    latents = keras.Input((latent_dim,), name="latents")
    labels = keras.Input((), dtype="int32", name="labels")

    def norm(x):
        return ConditionalBatchNormalization(classes)([x, labels])

    images = residual.picture(latents, side // 2**doublings, doublings, width, channels, norm)
    return keras.Model([latents, labels], images, name="generator")


@engine.channels_last()
def discriminator(image_shape=(32, 32, 3), classes=10, width=128):
    """SNGAN's residual discriminator, to whose logit the inner product of features and class is added.

    See `resnet.discriminator` for the blocks; here they halve the side down to 8 pixels or less, two blocks follow, and
    the sum over the positions. Every convolution, the dense layer and the embedding are under
    `layers.SpectralNormalization`. The layer named "features" holds h.

    Args:
        image_shape: tuple (side, side, channels), side 16 to 128 and 4 to 7 times a power of two, channels 1 to 4.
        classes: int, number of classes.
        width: int, channels of the hidden maps.

    Returns:
        Built `keras.Model` named "discriminator": [images, labels], float (N, side, side, channels) and int (N,) ->
        float32 logits (N, 1). At 32x32x3 and 10 classes, 1,055,105 trainable parameters.

    Raises:
        ValueError: if the image shape or the number of classes is not one of the above.

    Formula:
        f(x, y) = <v_y, h(x)> + w h(x) + b, with h the pooled features and v_y the embedding of class y.

    Deviations:
        The authors' code leaves out b. As for the generator, all sizes have the width of their network for 32 pixels.

    Reference:
        Miyato and Koyama, 2018, cGANs with Projection Discriminator, arXiv:1802.05637, Equation 3 and Figure 2d; the
        authors' dis_models/snresnet_32.py.
    """
    check_positive(classes=classes)
    side, channels = ladder.checked(image_shape, LARGEST)
    images = keras.Input((side, side, channels), name="images")
    labels = keras.Input((), dtype="int32", name="labels")
    h = residual.features(images, ladder.halvings(side, ladder.LAST), width, SpectralNormalization, ops.sum)
    logits = ladder.score(h, labels, classes, ladder.Weights("glorot_uniform"))
    return keras.Model([images, labels], logits, name="discriminator")
