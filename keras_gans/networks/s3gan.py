"""BigGAN's discriminator with further heads, as S3GAN has it: for quarter turns, and for classes."""

import keras

from keras_gans import engine
from keras_gans.layers import FillLabels
from keras_gans.networks import biggan, ladder
from keras_gans.networks.cgan import check_positive

__all__ = ["discriminator"]

TURNS = 4


@engine.channels_last()
def discriminator(image_shape=(128, 128, 3), classes=1000, width=96, attention="auto", predicts=False):
    """BigGAN's discriminator, whose features also say by how many quarter turns a picture was turned.

    Heads are linear, under `layers.SpectralNormalization` as all else, and have biases. See `biggan.discriminator`.

    Args:
        image_shape: tuple (side, side, channels), side 16 to 512 and 4 to 7 times a power of two, channels 1 to 4.
        classes: int, number of classes.
        width: int, ch in the paper, channels of the narrowest map of large pictures.
        attention: as in `biggan.discriminator`.
        predicts: whether there is a head for classes, too. Labels may then be -1, where they are not known: the score
            is that of the likeliest class, `layers.FillLabels`.

    Returns:
        Built `keras.Model` named "discriminator": [images, labels], float (N, side, side, channels) and int (N,) ->
        float32 [logits (N, 1), logits of the turns (N, 4)] and, if it `predicts`, logits of the classes (N, classes).
        By default it has 87,988,518 trainable parameters, 89,525,518 if it predicts.

    Raises:
        ValueError: if an argument is not one of the above.

    Formula:
        f(x, y) = <v_y, h(x)> + w h(x) + b, with h the summed features and v_y the embedding of class y; R h(x) + r for
        the turns, C h(x) + c for the classes, and argmax of these for y where it is not known.

    Deviations:
        As for `biggan.discriminator`.

    Reference:
        Lucic et al., 2019, High-Fidelity Image Generation With Fewer Labels, arXiv:1903.02271; the authors' code,
        google/compare_gan, gans/s3gan.py.
    """
    check_positive(classes=classes)
    side, channels = ladder.checked(image_shape, ladder.LARGEST)
    images = keras.Input((side, side, channels), name="images")
    labels = keras.Input((), dtype="int32", name="labels")
    h, weights = biggan.features(images, width, attention), ladder.Weights(biggan.INITIALIZER)
    heads = [weights.dense(units, "float32")(h) for units in [TURNS, classes][: 1 + predicts]]
    known = FillLabels()([labels, heads[1]]) if predicts else labels
    return keras.Model([images, labels], [ladder.score(h, known, classes, weights), *heads], name="discriminator")
