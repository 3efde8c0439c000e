"""StackGAN++'s networks: a tree of stages that makes one scene at several sizes, and a judge of each size."""

import math

import keras
from keras import layers, ops
from keras.initializers import Orthogonal

from keras_gans import engine
from keras_gans.layers import GLU, ConditioningAugmentation, NearestUpSampling2D
from keras_gans.networks.cgan import check_positive
from keras_gans.networks.stackgan import BOTTOM, check_parts, convolution, doublings_of, norm, norm_leaky, seen, tiled

__all__ = ["discriminator", "generator"]

BLOCKS = 2  # residual blocks of a stage


@engine.channels_last()
def generator(image_shape, text_dim, latent_dim=228, units=128, width=64, branches=3):
    """The tree: each stage makes maps of twice the side from those of the one before, and a picture of its maps.

    A dense layer to 4x4 maps, then nearest-neighbour upsampling and 3x3 convolutions, of which each halves the
    channels, to `width` of them at the side of the smallest picture. Each further stage lays the condition beside the
    maps, looks at both with a 3x3 convolution and two residual blocks, doubles the side and halves the channels. Batch
    norm and a gated linear unit behind each of these; a 3x3 convolution and tanh make a stage's maps its picture.

    Args:
        image_shape: tuple (side, side, channels) of the largest picture, a power of two; of 8 pixels or more are the
            smallest ones.
        text_dim: int, length of a caption's vector.
        latent_dim: int, length of a latent vector, of which the last `units` numbers draw the condition.
        units: int, length of the condition.
        width: int, channels of the maps of the smallest picture, which each further stage halves.
        branches: int, how many pictures of a scene are made, each of twice the side of the one before.

    Returns:
        Built `keras.Model` named "generator": [latents, vectors], float (N, latent_dim) and (N, text_dim) -> list of
        pictures, float32 (N, side_i, side_i, channels) in [-1, 1], the smallest first.

    Raises:
        ValueError: if an argument is not one of the above.

    Deviations:
        As in the authors' code, whose smallest picture has 64 pixels.

    Reference:
        Zhang et al., 2017, StackGAN++: Realistic Image Synthesis with Stacked Generative Adversarial Networks,
        arXiv:1710.10916, Section 4; the constants are those of the authors' code, hanzhanggit/StackGAN-v2.
    """
    sides = sides_of(image_shape, branches)
    check_positive(text_dim=text_dim, units=units, width=width)
    check_parts(latent_dim, units + 1)
    if width % 2 ** (branches - 1):
        raise ValueError(f"Expected `width` as a multiple of {2 ** (branches - 1)}. Received: {width!r}.")
    latents, vectors = keras.Input((latent_dim,), name="latents"), keras.Input((text_dim,), name="vectors")
    noise, draw = ops.split(latents, [latent_dim - units], axis=1)
    condition = ConditioningAugmentation(units, gated=True, kernel_initializer="orthogonal")([vectors, draw])
    maps = _first_stage(condition, noise, width, int(math.log2(sides[0] / BOTTOM)))
    pictures = [_picture(maps, image_shape[2], sides[0])]
    for side in sides[1:]:
        maps = _next_stage(maps, condition)
        pictures.append(_picture(maps, image_shape[2], side))
    return keras.Model([latents, vectors], pictures, name="generator")


@engine.channels_last()
def discriminator(image_shape, condition_dim=128, width=64):
    """A size's judge: one look at pictures, and two verdicts, without the condition and with it.

    Convolutions as in `stackgan.discriminator` down to 4x4 maps, which one linear layer scores as they are; beside the
    condition, tiled, a 3x3 convolution looks at them, and another linear layer scores that.

    Args:
        image_shape: tuple (side, side, channels), side 8 to 512, a power of two.
        condition_dim: int, length of a condition.
        width: int, an eighth of the channels of the last map.

    Returns:
        Built `keras.Model` named "discriminator_{side}": [images, conditions] -> [realistic, matching], float32 logits
        (N, 1) each.

    Raises:
        ValueError: if an argument is not one of the above.

    Reference:
        As for `generator`.
    """
    halvings, channels = doublings_of(image_shape)
    check_positive(condition_dim=condition_dim, width=width)
    images = keras.Input((*image_shape[:2], channels), name="images")
    conditions = keras.Input((condition_dim,), name="conditions")
    maps = seen(images, halvings, width, Orthogonal)
    both = layers.Concatenate()([tiled(conditions, maps), maps])
    both = norm_leaky(convolution(8 * width, initializer=Orthogonal)(both))
    logits = [_score(x, name) for x, name in ((maps, "realistic"), (both, "matching"))]
    return keras.Model([images, conditions], logits, name=f"discriminator_{image_shape[0]}")


def sides_of(image_shape, branches):
    """The sides of the pictures of a tree, the smallest first (raises ValueError if one is below 8 pixels).

    Args:
        image_shape: tuple (side, side, channels) of the largest.
        branches: int, how many.

    Returns:
        tuple of ints.
    """
    doublings, _ = doublings_of(image_shape)
    check_positive(branches=branches)
    if branches > doublings:
        raise ValueError(
            f"Expected at most {doublings} `branches` of pictures of {image_shape[0]} pixels, the smallest of 8. "
            f"Received: {branches}."
        )
    return tuple(image_shape[0] // 2**k for k in reversed(range(branches)))


def _first_stage(condition, noise, width, doublings):
    """Maps of `width` channels, from condition and noise."""
    filters = width * 2**doublings
    x = layers.Concatenate()([condition, noise])
    dense = layers.Dense(2 * BOTTOM**2 * filters, use_bias=False, kernel_initializer=Orthogonal())
    x = layers.Reshape((BOTTOM, BOTTOM, filters))(GLU()(norm(dense(x))))
    for _ in range(doublings):
        x = _up(x)
    return x


def _next_stage(maps, condition):
    """Maps of twice the side and half the channels, from maps and the condition."""
    filters = maps.shape[-1]
    x = _gated(layers.Concatenate()([tiled(condition, maps), maps]), filters)
    for _ in range(BLOCKS):
        x = layers.Add()([x, norm(_convolution(filters)(_gated(x, filters)))])
    return _up(x)


def _up(maps):
    return _gated(NearestUpSampling2D()(maps), maps.shape[-1] // 2)


def _gated(x, filters):
    return GLU()(norm(_convolution(2 * filters)(x)))


def _picture(maps, channels, side):
    return layers.Activation("tanh", dtype="float32", name=f"picture_{side}")(_convolution(channels)(maps))


def _score(maps, name):
    flat = layers.Flatten()(maps)
    return layers.Dense(1, kernel_initializer=Orthogonal(), dtype="float32", name=name)(flat)


def _convolution(filters):
    return convolution(filters, initializer=Orthogonal)
