"""A model whose pictures are its styles: row l is the style of layer l, so that pictures tell what made them."""

import keras
import numpy as np
from keras import layers, ops

from keras_gans import models, networks

LATENT, LAYERS, DIM = 4, 6, 6
MEAN = np.linspace(-0.2, 0.3, DIM).astype("float32")


class Tracked(layers.Layer):
    """What maps the latents ends here; it keeps a mean."""

    def build(self, input_shape):
        self.mean = self.add_weight(name="mean", shape=input_shape[1:], trainable=False)

    def call(self, inputs):
        return ops.copy(inputs)


class Repeated(layers.Layer):
    """The style of every layer; with a random number that nothing needs, so that a state of training is there."""

    def __init__(self, layers, **kwargs):
        super().__init__(**kwargs)
        self.layers, self.seed_generator = layers, keras.random.SeedGenerator(0)

    def call(self, inputs, training=False):
        noise = keras.random.normal((), seed=self.seed_generator) if training else 0.0
        return ops.repeat(inputs[:, None] + noise, self.layers, axis=1)


def styled_gan(mean=MEAN, depth=LAYERS):
    """A model of pictures (depth, dim, 1), a fifth of the styles, which are a curved map of the latents."""
    dim = len(mean)
    rng = np.random.default_rng(0)
    z = keras.Input((LATENT,))
    dense = layers.Dense(dim, activation="tanh")
    tracked = Tracked(name="w")
    styles = Repeated(depth, name="styles")(tracked(dense(z)))
    pictures = layers.Reshape((depth, dim, 1))(layers.Rescaling(0.2)(styles))
    dense.set_weights([rng.normal(size=(LATENT, dim)).astype("float32"), np.zeros(dim, "float32")])
    tracked.mean.assign(mean)
    discriminator = networks.mlp.discriminator((depth, dim, 1), width=4)
    return models.GAN(keras.Model(z, pictures), discriminator, LATENT)


def map_by_hand(model, z):
    """The w of latents."""
    return np.tanh(z @ model.generator.get_weights()[0])


def read_styles(pictures):
    """The styles that pictures were made of, (n, layers, DIM)."""
    return 5.0 * pictures[..., 0]


def stylegan_gan():
    """A small StyleGAN of 16 pixels, whose noise, biases and styles are not what they begin as."""
    keras.utils.set_random_seed(0)
    generator = networks.stylegan.generator((16, 16, 1), latent_dim=LATENT, width=8, mapping_layers=2)
    rng = np.random.default_rng(0)
    for v in generator.trainable_variables:
        if v.name in ("strength", "bias"):
            v.assign(rng.normal(size=v.shape))
    tracked = generator.get_layer("w")
    tracked.mean.assign(rng.normal(size=tracked.mean.shape))
    return models.GAN(generator, networks.stylegan.discriminator((16, 16, 1), width=8), LATENT)
