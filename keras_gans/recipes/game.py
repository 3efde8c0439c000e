"""Recipes of the chapter on the game: cross-entropy, in the two forms of the first paper."""

from keras_gans import losses, networks
from keras_gans.recipes.build import adam, compiled, make
from keras_gans.recipes.registry import recipe


@recipe(paper="Goodfellow et al. 2014", arxiv="1406.2661", chapter="The game", batch_size=100)
def gan(
    image_shape=(28, 28, 1), latent_dim: int | None = None, seed=0, generator=None, discriminator=None, **overrides
):
    """The first GAN: dense networks and the non-saturating loss.

    Args:
        image_shape: tuple, shape of an example, pictures (side, side, channels) or points (d,).
        latent_dim: int, length of a latent vector; None is 100 for pictures and 2 for points.
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
        replaces decaying momentum, all as the courses have it. Points get, in this recipe as in all others, a dense
        pair of three layers of 128 units, 2 latents, batches of 256 and the learning rate 2e-3.

    Reference:
        Goodfellow et al., 2014, Generative Adversarial Networks, arXiv:1406.2661, Algorithm 1 and Section 5.
    """
    if len(image_shape) > 1:
        latent_dim = latent_dim or 100
        generator = generator or networks.mlp.generator(image_shape, latent_dim, width=1200)
        discriminator = discriminator or networks.mlp.discriminator(image_shape, width=240, dropout=0.5)
    return compiled(make(image_shape, latent_dim, seed, generator, discriminator), adam(), overrides)


@recipe(paper="Goodfellow et al. 2014", arxiv="1406.2661", chapter="The game", batch_size=100)
def mmgan(
    image_shape=(28, 28, 1), latent_dim: int | None = None, seed=0, generator=None, discriminator=None, **overrides
):
    """Minimax GAN: G minimises log(1 - D), which is flat where D is sure.

    Args:
        image_shape, latent_dim, seed, generator, discriminator, **overrides: as in `recipes.dcgan`.

    Returns:
        Compiled `models.GAN`.

    Deviations:
        The game is Algorithm 1 of the paper, networks and optimizer are those of `recipes.dcgan`.

    Reference:
        Goodfellow et al., 2014, Generative Adversarial Networks, arXiv:1406.2661, Equation 1 and Algorithm 1.
    """
    loss = losses.GANLoss(saturating=True)
    return compiled(make(image_shape, latent_dim, seed, generator, discriminator), adam(), overrides, loss=loss)


@recipe(paper="Goodfellow et al. 2014", arxiv="1406.2661", chapter="The game", batch_size=100)
def nsgan(
    image_shape=(28, 28, 1), latent_dim: int | None = None, seed=0, generator=None, discriminator=None, **overrides
):
    """Non-saturating GAN: G maximises log D, which is steep where D is sure.

    Args:
        image_shape, latent_dim, seed, generator, discriminator, **overrides: as in `recipes.dcgan`.

    Returns:
        Compiled `models.GAN`.

    Deviations:
        Networks and optimizer are those of `recipes.dcgan`, so that it differs from `recipes.mmgan` by G's loss alone.

    Reference:
        Goodfellow et al., 2014, Generative Adversarial Networks, arXiv:1406.2661, Section 3.
    """
    loss = losses.GANLoss()
    return compiled(make(image_shape, latent_dim, seed, generator, discriminator), adam(), overrides, loss=loss)
