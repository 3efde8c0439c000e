"""One function a paper: builds its networks and its model and compiles it with the paper's constants."""

import dataclasses

import keras

from keras_gans import models, networks
from keras_gans.registry import Registry


@dataclasses.dataclass(frozen=True)
class Recipe:
    """What the registry knows of a recipe.

    Args:
        build: function that returns a compiled model.
        paper: string, authors and year.
        arxiv: string, the paper's arXiv number.
        batch_size: int, the paper's batch, the m of its algorithm.
    """

    build: object
    paper: str
    arxiv: str
    batch_size: int

    @property
    def summary(self):
        """First line of the recipe's docstring."""
        return self.build.__doc__.splitlines()[0]


RECIPES = Registry("recipe")


def recipe(paper, arxiv, batch_size):
    """Registers a function as a recipe under its own name."""

    def register(build):
        RECIPES[build.__name__] = Recipe(build, paper, arxiv, batch_size)
        return build

    return register


def table():
    """Makes README's table of recipes, in Markdown."""
    rows = [
        f"| `{name}` | {r.summary} | [{r.paper}](https://arxiv.org/abs/{r.arxiv}) | {r.batch_size} |"
        for name, r in RECIPES.items()
    ]
    return "\n".join(["| recipe | what it is | paper | batch |", "|---|---|---|---|", *rows])


@recipe(paper="Goodfellow et al. 2014", arxiv="1406.2661", batch_size=100)
def gan(image_shape=(28, 28, 1), latent_dim=100, seed=0, generator=None, discriminator=None, **overrides):
    """The first GAN: dense networks and the non-saturating loss.

    Args:
        image_shape: tuple, shape of an example, pictures (side, side, channels) or points (d,).
        latent_dim: int, length of a latent vector.
        seed: int, seed of weights, latents and the order of the data.
        generator: None, or a built `keras.Model` instead of the paper's.
        discriminator: None, or a built `keras.Model` instead of the paper's.
        **overrides: arguments of `models.GAN.compile` that replace the paper's.

    Returns:
        Compiled `models.GAN`.

    Deviations:
        Of the authors' code for MNIST are kept: two layers of 1,200 ReLU in G, two layers of 240 units with dropout
        0.5 in D, 100 latents, batches of 100, one step of D per step of G. Latents are normal instead of uniform, D
        has LeakyReLU instead of maxout, pictures are in [-1, 1] (tanh), and Adam with DCGAN's constants (2e-4, 0.5)
        replaces decaying momentum, all as the lectures have it.

    Reference:
        Goodfellow et al., 2014, Generative Adversarial Networks, arXiv:1406.2661, Algorithm 1 and Section 5.
    """
    keras.utils.set_random_seed(seed)
    generator = generator or networks.mlp.generator(image_shape, latent_dim, width=1200)
    discriminator = discriminator or networks.mlp.discriminator(image_shape, width=240, dropout=0.5)
    return _compiled(models.GAN(generator, discriminator, latent_dim, seed), overrides)


@recipe(paper="Radford et al. 2015", arxiv="1511.06434", batch_size=128)
def dcgan(image_shape=(28, 28, 1), latent_dim=100, seed=0, generator=None, discriminator=None, **overrides):
    """DCGAN: convolutional networks with batch norm, Adam with a short memory.

    Args:
        image_shape: tuple (side, side, channels), side 16 to 256, channels 1 to 4.
        latent_dim: int, length of a latent vector.
        seed: int, seed of weights, latents and the order of the data.
        generator: None, or a built `keras.Model` instead of the lecture's.
        discriminator: None, or a built `keras.Model` instead of the lecture's.
        **overrides: arguments of `models.GAN.compile` that replace the paper's.

    Returns:
        Compiled `models.GAN`.

    Deviations:
        Adam 2e-4 with beta_1 0.5, batches of 128, 100 latents and weights N(0, 0.02) are the paper's. Latents are
        normal instead of uniform; the networks are the lecture's, see `networks.dcgan`, of half the paper's width.

    Reference:
        Radford et al., 2015, Unsupervised Representation Learning with Deep Convolutional GANs, arXiv:1511.06434,
        Section 4.
    """
    keras.utils.set_random_seed(seed)
    generator = generator or networks.dcgan.generator(image_shape, latent_dim)
    discriminator = discriminator or networks.dcgan.discriminator(image_shape)
    return _compiled(models.GAN(generator, discriminator, latent_dim, seed), overrides)


def _compiled(model, overrides):
    def adam():
        return keras.optimizers.Adam(2e-4, beta_1=0.5)

    model.compile(**{"d_optimizer": adam(), "g_optimizer": adam(), **overrides})
    return model
