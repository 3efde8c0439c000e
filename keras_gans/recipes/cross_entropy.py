"""Recipes of the minimax chapter: cross-entropy in its two forms, and the divergences behind it."""

from keras_gans import losses, networks
from keras_gans.recipes.build import adam, compiled, make
from keras_gans.recipes.registry import recipe


@recipe(paper="Goodfellow et al. 2014", arxiv="1406.2661", batch_size=100)
def gan(image_shape=(28, 28, 1), latent_dim=None, seed=0, generator=None, discriminator=None, **overrides):
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
        replaces decaying momentum, all as the lectures have it. Points get, in this recipe as in all others, a dense
        pair of three layers of 128 units, 2 latents, batches of 256 and the learning rate 2e-3.

    Reference:
        Goodfellow et al., 2014, Generative Adversarial Networks, arXiv:1406.2661, Algorithm 1 and Section 5.
    """
    if len(image_shape) > 1:
        latent_dim = latent_dim or 100
        generator = generator or networks.mlp.generator(image_shape, latent_dim, width=1200)
        discriminator = discriminator or networks.mlp.discriminator(image_shape, width=240, dropout=0.5)
    return compiled(make(image_shape, latent_dim, seed, generator, discriminator), adam(), overrides)


@recipe(paper="Radford et al. 2015", arxiv="1511.06434", batch_size=128)
def dcgan(image_shape=(28, 28, 1), latent_dim=None, seed=0, generator=None, discriminator=None, **overrides):
    """DCGAN: convolutional networks with batch norm, Adam with a short memory.

    Args:
        image_shape: tuple (side, side, channels), side 16 to 256, channels 1 to 4; or points (d,).
        latent_dim: int, length of a latent vector; None is 100 for pictures and 2 for points.
        seed: int, seed of weights, latents and the order of the data.
        generator: None, or a built `keras.Model` instead of the lecture's.
        discriminator: None, or a built `keras.Model` instead of the lecture's.
        **overrides: arguments of `models.GAN.compile` that replace the paper's.

    Returns:
        Compiled `models.GAN`.

    Deviations:
        Adam 2e-4 with beta_1 0.5, batches of 128, 100 latents and weights N(0, 0.02) are the paper's. Latents are
        normal instead of uniform; the networks are the lecture's, see `networks.dcgan`, of half the paper's width.
        For points, which have nothing to convolve, Adam's beta_1 is left of it.

    Reference:
        Radford et al., 2015, Unsupervised Representation Learning with Deep Convolutional GANs, arXiv:1511.06434,
        Section 4.
    """
    return compiled(make(image_shape, latent_dim, seed, generator, discriminator), adam(), overrides)


@recipe(paper="Goodfellow et al. 2014", arxiv="1406.2661", batch_size=100)
def mmgan(image_shape=(28, 28, 1), latent_dim=None, seed=0, generator=None, discriminator=None, **overrides):
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


@recipe(paper="Goodfellow et al. 2014", arxiv="1406.2661", batch_size=100)
def nsgan(image_shape=(28, 28, 1), latent_dim=None, seed=0, generator=None, discriminator=None, **overrides):
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


@recipe(paper="Mao et al. 2016", arxiv="1611.04076", batch_size=64)
def lsgan(image_shape=(28, 28, 1), latent_dim=None, seed=0, generator=None, discriminator=None, **overrides):
    """LSGAN: least squares to the targets 0 and 1 instead of cross-entropy.

    Args:
        image_shape, latent_dim, seed, generator, discriminator, **overrides: as in `recipes.dcgan`.

    Returns:
        Compiled `models.GAN`.

    Deviations:
        a, b, c = 0, 1, 1, batches of 64 and beta_1 0.5 are the paper's. Its learning rate is 1e-3 for scenes and 2e-4
        for characters: the latter is taken. Networks are the lecture's DCGAN pair instead of the paper's Figure 2.

    Reference:
        Mao et al., 2016, Least Squares Generative Adversarial Networks, arXiv:1611.04076, Equation 9 and Section 4.
    """
    model = make(image_shape, latent_dim, seed, generator, discriminator)
    return compiled(model, adam(), overrides, loss="least_squares")


@recipe(paper="Nowozin et al. 2016", arxiv="1606.00709", batch_size=64)
def fgan(
    image_shape=(28, 28, 1),
    divergence="squared_hellinger",
    parameter=None,
    latent_dim=None,
    seed=0,
    generator=None,
    discriminator=None,
    **overrides,
):
    """f-GAN: any f-divergence by its variational bound; the squared Hellinger distance unless asked otherwise.

    Args:
        image_shape, latent_dim, seed, generator, discriminator, **overrides: as in `recipes.dcgan`.
        divergence: name of a divergence, see `losses.FDivergenceLoss`.
        parameter: float, the divergence's parameter if it has one.

    Returns:
        Compiled `models.GAN`.

    Deviations:
        Adam 2e-4 with beta_1 0.5 is the paper's for MNIST, where its batch is 4,096; G maximises E[T], its Section 3.2.
        Networks are the lecture's DCGAN pair. On the ring, squared Hellinger and Jensen-Shannon reach all modes,
        reverse KL seeks one, and KL and Pearson, whose conjugates grow fast, wander (seed 0, 2,730 steps).

    Reference:
        Nowozin et al., 2016, f-GAN: Training Generative Neural Samplers using Variational Divergence Minimization,
        arXiv:1606.00709, Sections 3 and 4.
    """
    loss = losses.FDivergenceLoss(divergence, parameter)
    return compiled(make(image_shape, latent_dim, seed, generator, discriminator), adam(), overrides, loss=loss)
