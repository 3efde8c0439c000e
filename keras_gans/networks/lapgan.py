"""The networks of LapGAN: for each size of picture one that adds details, and one that judges them.

The coarsest pictures have any pair of latents and pictures; the paper's is dense, see `networks.mlp`.
"""

import itertools

import keras
from keras import layers, ops

from keras_gans import engine
from keras_gans.layers import Clip, Expand

__all__ = ["cascade", "discriminator", "generator"]

SMALLEST = 10  # pixels of a side that leave the discriminator one


@engine.channels_last()
def generator(image_shape, width=64):
    """A level's generator: details for a coarse picture, from it and a plane of noise.

    Two 7x7 convolutions with ReLU and a 5x5 one, which keep the size. What they make is not bounded: details of
    pictures in [-1, 1] reach from -2 to 2.

    Args:
        image_shape: tuple (side, side, channels), side even, from 10 on.
        width: int, channels of the hidden maps.

    Returns:
        Built `keras.Model` named "generator_{side}": [latents (N, side^2), coarse pictures at this size
        (N, side, side, channels)] -> details, float32 (N, side, side, channels).

    Raises:
        ValueError: if the image shape is not one of the above.

    Deviations:
        none from the authors' code but that biases begin at 0; Torch's weights are drawn by the same rule here.

    Reference:
        Denton et al., 2015, Deep Generative Image Models using a Laplacian Pyramid of Adversarial Networks,
        arXiv:1506.05751, Section 3.1; the authors' code, facebook/eyescream,
        cifar/scripts/train_cifar_coarse_to_fine.lua.
    """
    side, channels = _checked(image_shape)
    latents = keras.Input((side * side,), name="latents")
    coarse = keras.Input((side, side, channels), name="coarse")
    x = layers.Concatenate()([layers.Reshape((side, side, 1))(latents), coarse])
    for _ in range(2):
        x = layers.ReLU()(_convolution(width, 7)(x))
    details = layers.Identity(dtype="float32", name="details")(_convolution(channels, 5)(x))
    return keras.Model([latents, coarse], details, name=f"generator_{side}")


@engine.channels_last()
def discriminator(image_shape, width=64, dropout=0.5):
    """A level's discriminator: it adds the details to the coarse picture and looks at the sum.

    Two 5x5 convolutions with ReLU and without padding, the second of stride 2, then one logit.

    Args:
        image_shape: tuple (side, side, channels), side even, from 10 on.
        width: int, channels of the hidden maps.
        dropout: float in [0, 1), share of the last map that is dropped.

    Returns:
        Built `keras.Model` named "discriminator_{side}": [details, coarse pictures at this size], float
        (N, side, side, channels) each -> float32 logits (N, 1).

    Raises:
        ValueError: if the image shape is not one of the above.

    Deviations:
        As for `generator`.

    Reference:
        As for `generator`.
    """
    side, channels = _checked(image_shape)
    details, coarse = (keras.Input((side, side, channels), name=name) for name in ("details", "coarse"))
    x = layers.Add()([details, coarse])
    x = layers.ReLU()(_convolution(width, 5, padding="valid")(x))
    x = layers.ReLU()(_convolution(width, 5, padding="valid", strides=2)(x))
    x = layers.Dropout(dropout)(layers.Flatten(name="features")(x))
    logits = layers.Dense(1, kernel_initializer=_torch(), dtype="float32")(x)
    return keras.Model([details, coarse], logits, name=f"discriminator_{side}")


@engine.channels_last()
def cascade(generators):
    """Joins the generators of all levels into one, which makes a picture from coarse to fine.

    Its latents are theirs side by side, the coarsest first.

    Args:
        generators: list of built `keras.Model`s of different names. The first makes the coarsest pictures,
            (N, d) -> (N, side, side, channels); each other one adds details to pictures of twice the side,
            [(N, d), (N, 2 side, 2 side, channels)] -> (N, 2 side, 2 side, channels).

    Returns:
        Built `keras.Model` named "generator", which holds the generators: float (N, sum of all d) -> float32
        (N, side, side, channels) of the last level, in [-1, 1] outside of training.

    Raises:
        ValueError: if there are fewer than two generators, or one does not fit the one before it.

    Deviations:
        none

    Reference:
        Denton et al., 2015, Deep Generative Image Models using a Laplacian Pyramid of Adversarial Networks,
        arXiv:1506.05751, Section 2.3 and Figure 1.
    """
    coarsest, *levels = generators
    _check_levels(coarsest, levels)
    lengths = [coarsest.input_shape[1], *(level.input_shape[0][1] for level in levels)]
    latents = keras.Input((sum(lengths),), name="latents")
    first, *others = ops.split(latents, list(itertools.accumulate(lengths))[:-1], axis=1)
    picture = coarsest(first)
    for level, own in zip(levels, others):
        coarse = Expand(dtype="float32")(picture)
        picture = layers.Add(dtype="float32")([coarse, level([own, coarse])])
    return keras.Model(latents, Clip(dtype="float32", name="images")(picture), name="generator")


def _check_levels(coarsest, levels):
    """Refuses generators that make no cascade (raises ValueError)."""
    shape = coarsest.output_shape
    for level in levels:
        shape = (None, 2 * shape[1], 2 * shape[2], shape[3])
        takes = level.input_shape[1] if isinstance(level.input_shape, list) else level.input_shape
        if (takes, level.output_shape) != (shape, shape):
            raise ValueError(
                f"Expected a generator of latents and of pictures {shape}, of twice the sides of those before, which "
                f"makes details of them. Received: {level.name!r} of {level.input_shape} -> {level.output_shape}."
            )
    if not levels:
        raise ValueError("Expected generators of two sizes or more. Received: one.")


def _convolution(filters, size, padding="same", strides=1):
    return layers.Conv2D(filters, size, strides, padding, kernel_initializer=_torch())


def _torch():
    """The rule by which Torch draws weights: uniform, up to one over the root of a unit's inputs."""
    return keras.initializers.VarianceScaling(1 / 3, "fan_in", "uniform")


def _checked(image_shape):
    """Side and channels of a level's pictures."""
    ok = isinstance(image_shape, (tuple, list)) and len(image_shape) == 3 and image_shape[0] == image_shape[1]
    if not ok or image_shape[0] < SMALLEST or image_shape[0] % 2 or image_shape[2] < 1:
        raise ValueError(
            f"Expected `image_shape` as (side, side, channels) with an even side from {SMALLEST} on. "
            f"Received: {image_shape!r}."
        )
    return image_shape[0], image_shape[2]
