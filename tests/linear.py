"""Models whose latents can be read back from what they make: a linear one, and one of classes."""

import keras
import numpy as np
from by_hand import dense_discriminator, dense_generator
from keras import layers

from keras_gans import models, networks

LATENT, SIDE = 4, 4
Z = np.random.default_rng(0).normal(size=(5, LATENT)).astype("float32")


def linear_gan(seed=0):
    """A model whose generator is a matrix with orthonormal rows: what it makes tells its latents."""
    matrix = np.linalg.qr(np.random.default_rng(1).normal(size=(SIDE * SIDE, LATENT)))[0].T
    dense = layers.Dense(SIDE * SIDE, use_bias=False)
    generator = keras.Sequential([keras.Input((LATENT,)), dense, layers.Reshape((SIDE, SIDE, 1))])
    dense.set_weights([0.2 * matrix.astype("float32")])
    return models.GAN(generator, networks.mlp.discriminator((SIDE, SIDE, 1), width=4), LATENT, seed)


def read_latents(model, pictures):
    """What the linear model made pictures of."""
    matrix = model.generator.get_weights()[0]
    return pictures.reshape(len(pictures), -1) @ np.linalg.pinv(matrix)


def classes_gan(classes=3):
    """A model of three classes, or of vectors."""
    return models.CGAN(dense_generator(classes), dense_discriminator(classes), LATENT, classes)
