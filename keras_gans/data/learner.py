"""A small network that learns from pictures within seconds: what makes features, and names classes that are missing."""

import keras
import numpy as np
from keras import layers, ops

SIDE, FEATURES = 32, 64  # pixels that it looks at, at most, and units of its hidden layer
RATE, BATCH = 1e-3, 64  # of its training


def body(shape, seed):
    """Its input, and the features of its hidden layer.

    Args:
        shape: tuple (height, width, channels).
        seed: int, seed of the weights.

    Returns:
        A tuple of symbolic float tensors, (N, *shape) and (N, 64).
    """
    x = inputs = keras.Input(shape)
    for index, filters in enumerate((32, 64)):
        x = layers.Conv2D(filters, 3, 2, "same", activation="leaky_relu", **start(seed, index))(x)
    return inputs, layers.Dense(FEATURES, activation="leaky_relu", **start(seed, 2))(layers.Flatten()(x))


def head(features, units, seed, index=3):
    """Logits of the features, a symbolic tensor (N, units); of several heads each has another index, from 3."""
    return layers.Dense(units, **start(seed, index))(features)


def start(seed, index):
    """Weights by the seed, so that Keras' own generator is not asked."""
    return {"kernel_initializer": keras.initializers.HeUniform(seed=seed * 4 + index)}


def cross_entropy():
    """Keras' loss of logits and labels."""
    return keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def side_of(images):
    """The side to which pictures (N, H, W, C) are brought, or None for squares that are small enough."""
    height, width = images.shape[1:3]
    return None if height == width <= SIDE else min(SIDE, max(height, width))


def brought(images, side):
    """Brings pictures to a side, float32 (N, side, side, C), bilinear and antialiased; None leaves them."""
    images = np.asarray(images, dtype="float32")
    if side is None or images.shape[1:3] == (side, side):
        return images
    resized = ops.image.resize(images, (side, side), "bilinear", antialias=True, data_format="channels_last")
    return ops.convert_to_numpy(resized)


def quarter_turned(pictures, turns):
    """Turns pictures (N, side, side, C) counter-clockwise, each by as many quarters as `turns`, ints (N,), say."""
    return np.stack([np.rot90(picture, turn) for picture, turn in zip(pictures, turns)])


def answers(network, images, size=256):
    """All that a network of several outputs says of pictures, a list of arrays (N, ...)."""
    parts = [network(images[i : i + size], training=False) for i in range(0, len(images), size)]
    return [np.concatenate([ops.convert_to_numpy(part) for part in output]) for output in zip(*parts)]
