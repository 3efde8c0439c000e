"""What the tests of a training step share: moves that are written out by hand, on networks of a few weights."""

import keras
import numpy as np
from keras import layers, ops

from keras_gans import engine
from keras_gans.layers import FillLabels

SHAPE, LATENTS = (4, 4, 1), 4
D_RATE, G_RATE = 0.1, 0.2
IMAGES = np.random.default_rng(0).uniform(-1, 1, (12, *SHAPE)).astype("float32")
LABELS = np.arange(12, dtype="int32") % 3


def move(loss_fn, rate, *networks):
    """One step of SGD down a loss; returns the loss before it."""
    variables = [v for network in networks for v in network.trainable_variables]
    optimizer = keras.optimizers.SGD(rate)
    optimizer.build(variables)
    return float(engine.minimize(loss_fn, variables, optimizer))


def sgd(d_rate=D_RATE, g_rate=G_RATE):
    """The same steps for a model."""
    return {"d_optimizer": keras.optimizers.SGD(d_rate), "g_optimizer": keras.optimizers.SGD(g_rate)}


def log_sigmoid(x):
    return -ops.log(1 + ops.exp(-x))


def assert_same_weights(model, twin):
    for mine, hand in zip(model.get_weights(), twin.get_weights(), strict=True):
        np.testing.assert_allclose(mine, hand, rtol=1e-4, atol=1e-6)


def pair(x, c):
    """What a network of two inputs takes."""
    return [ops.convert_to_tensor(x), ops.convert_to_tensor(c)]


def latents(n, seed):
    return keras.random.normal((n, LATENTS), seed=seed)


def condition(classes, length=5):
    """An input for labels, or for vectors where classes is None, and what a dense layer can take of it."""
    if classes is None:
        vectors = keras.Input((length,))
        return vectors, vectors
    labels = keras.Input((), dtype="int32")
    return labels, layers.Embedding(classes, 4)(labels)


def dense_generator(classes=3, latent_dim=LATENTS, **arguments):
    z, (c, embedded) = keras.Input((latent_dim,)), condition(classes, **arguments)
    x = layers.Dense(8, activation="tanh")(layers.Concatenate()([z, embedded]))
    return keras.Model([z, c], layers.Reshape(SHAPE)(layers.Dense(16, activation="tanh")(x)))


def dense_discriminator(classes=3, heads=(1,), sees_condition=True, **arguments):
    x, (c, embedded) = keras.Input(SHAPE), condition(classes, **arguments)
    flat = layers.Flatten()(x)
    hidden = layers.Dense(8, activation="tanh")(layers.Concatenate()([flat, embedded]) if sees_condition else flat)
    outputs = [layers.Dense(units)(hidden) for units in heads]
    return keras.Model([x, c] if sees_condition else x, outputs if len(outputs) > 1 else outputs[0])


def turning_discriminator(classes=3, predicts=False, shape=SHAPE, width=8, dropout=0.0):
    """Pictures and labels -> a score by projection, logits of four turns and, if it `predicts`, of the classes."""
    x, y = keras.Input(shape), keras.Input((), dtype="int32")
    h = layers.Dense(width, activation="tanh")(layers.Dropout(dropout)(layers.Flatten()(x)))
    heads = [layers.Dense(units)(h) for units in (4, classes)[: 1 + predicts]]
    labels = FillLabels()([y, heads[1]]) if predicts else y
    score = layers.Add()([layers.Dense(1)(h), layers.Dot(axes=1)([layers.Embedding(classes, width)(labels), h])])
    return keras.Model([x, y], [score, *heads])
