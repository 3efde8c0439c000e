"""The networks of each row, which all systems on TensorFlow train, and their optimizers."""

import math

import keras
import tensorflow as tf

from benchmarks.throughput import flops
from benchmarks.throughput.rows import LATENTS, ROWS
from keras_gans import networks, recipes


def dcgan28(shape):
    """The pair of TensorFlow's tutorial."""
    constants = {"negative_slope": 0.3, "momentum": 0.99, "epsilon": 1e-3}
    G = networks.dcgan.generator(shape, LATENTS, strides=(1, 2, 2), dense_batch_norm=True, **constants)
    return G, networks.dcgan.discriminator(shape, batch_norm=False, dropout=0.3, negative_slope=0.3)


def dcgan64(shape):
    """The DCGAN paper's pair at half its width."""
    G = networks.dcgan.generator(shape, LATENTS, width=64, dense_batch_norm=True)
    return G, networks.dcgan.discriminator(shape, width=64)


def wgan_gp(shape):
    """A small pair, its critic without batch norm."""
    return networks.dcgan.generator(shape, LATENTS), networks.dcgan.discriminator(shape, batch_norm=False)


def pix2pix128(shape):
    """U-Net and PatchGAN; no batch norm on the one pixel of the bottleneck, as batches of one need it."""
    return networks.pix2pix.generator(shape, bottleneck_batch_norm=False), networks.pix2pix.discriminator(shape)


def cyclegan64(shape):
    """Two translators of six blocks, two PatchGANs."""
    translators = [networks.cyclegan.generator(shape, blocks=6) for _ in range(2)]
    return *translators, *[networks.cyclegan.discriminator(shape) for _ in range(2)]


def progan64(shape):
    """ProGAN's pair, all of its layers in use, at an eighth of the paper's width."""
    sizes = {"width": 64, "base": 1024}
    return networks.progan.generator(shape, LATENTS, **sizes), networks.progan.discriminator(shape, **sizes)


def stylegan32(shape):
    """StyleGAN's pair, all of its layers in use, at an eighth of the paper's width and half its mapping."""
    sizes = {"width": 64, "base": 512}
    G = networks.stylegan.generator(shape, LATENTS, mapping_layers=4, **sizes)
    return G, networks.stylegan.discriminator(shape, **sizes)


def sagan32(shape):
    """SAGAN's pair at a quarter of the code's width."""
    G = networks.sagan.generator(shape, ROWS["sagan32"].classes, LATENTS, width=16)
    return G, networks.sagan.discriminator(shape, ROWS["sagan32"].classes, width=16)


def biggan32(shape):
    """BigGAN's pair at a sixth of the paper's width."""
    G = networks.biggan.generator(shape, ROWS["biggan32"].classes, LATENTS, width=16)
    return G, networks.biggan.discriminator(shape, ROWS["biggan32"].classes, width=16)


def of_recipe(shape, recipe, **arguments):
    """The networks of a recipe, generators first."""
    model = recipes.RECIPES[recipe].build(image_shape=shape, **arguments)
    return [getattr(model, name) for name in model.network_names]


OF_RECIPES = {  # row -> its recipe, and arguments for sizes that train on a CPU
    "acgan32": ("acgan", {"latent_dim": LATENTS}),
    "triplegan32": ("triplegan", {"latent_dim": LATENTS}),
    "vae32": ("vae", {"latent_dim": LATENTS}),
    "began32": ("began", {"latent_dim": LATENTS}),
    "r3gan32": ("r3gan", {"latent_dim": LATENTS, "width": 32}),
    "stargan32": ("stargan", {"domains": tuple("abcd"), "width": 32, "blocks": 3}),
    "srgan64": ("srgan", {"width": 32, "blocks": 4}),
}


def build(name):
    """Makes the networks of a row, generators first; checks their numbers of parameters."""
    shape = ROWS[name].shape
    if name in OF_RECIPES:
        recipe, arguments = OF_RECIPES[name]
        made = of_recipe(shape, recipe, **arguments)
    else:
        made = globals()[name](shape)
    assert tuple(map(parameters, made)) == ROWS[name].parameters
    return made


def parameters(network):
    """How many numbers the weights of a network have; the level of detail is no weight, but what it is told."""
    return sum(math.prod(weight.shape) for weight in network.weights if weight.name != "detail")


def adams(name):
    """Makes the optimizers of a row, D's first, with the papers' constants."""
    rate, beta_1, beta_2 = ROWS[name].adam
    return [keras.optimizers.Adam(rate, beta_1=beta_1, beta_2=beta_2) for _ in range(ROWS[name].players)]


class OnKeras:
    """What the systems on TensorFlow share: a row's networks and optimizers, and how often these have moved.

    Args:
        name: string, the row's.
        optimizers: None for the row's Adams, or others, as many.
    """

    def __init__(self, name, optimizers=None):
        self.row, self.networks, self.adams = ROWS[name], build(name), optimizers or adams(name)
        self.parameters = [parameters(network) for network in self.networks]

    def updates(self):
        """How often each optimizer has moved, D's first."""
        return [int(adam.iterations.numpy()) for adam in self.adams]


class OnModel(OnKeras):
    """A system whose step is the `train_step` of a Keras model, `self.model`."""

    def flops(self):
        """Floating point operations of a step."""
        specs = flops.specs(self.row)
        data = specs[0] if len(specs) == 1 else specs
        return flops.count(tf.function(self.model.train_step, autograph=False).get_concrete_function(data))
