"""Recipes of the chapter on divergences: other distances than that of Jensen and Shannon."""

from keras_gans import losses
from keras_gans.recipes.build import adam, compiled, make
from keras_gans.recipes.registry import recipe


@recipe(paper="Nowozin et al. 2016", arxiv="1606.00709", chapter="Divergences", batch_size=64)
def fgan(
    image_shape=(28, 28, 1),
    divergence="squared_hellinger",
    parameter: float | None = None,
    latent_dim: int | None = None,
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
        Networks are the course's DCGAN pair. On the ring, squared Hellinger and Jensen-Shannon reach all modes,
        reverse KL seeks one, and KL and Pearson, whose conjugates grow fast, wander (seed 0, 2,730 steps).

    Reference:
        Nowozin et al., 2016, f-GAN: Training Generative Neural Samplers using Variational Divergence Minimization,
        arXiv:1606.00709, Sections 3 and 4.
    """
    loss = losses.FDivergenceLoss(divergence, parameter)
    return compiled(make(image_shape, latent_dim, seed, generator, discriminator), adam(), overrides, loss=loss)


@recipe(paper="Mao et al. 2016", arxiv="1611.04076", chapter="Divergences", batch_size=64)
def lsgan(
    image_shape=(28, 28, 1), latent_dim: int | None = None, seed=0, generator=None, discriminator=None, **overrides
):
    """LSGAN: least squares to the targets 0 and 1 instead of cross-entropy.

    Args:
        image_shape, latent_dim, seed, generator, discriminator, **overrides: as in `recipes.dcgan`.

    Returns:
        Compiled `models.GAN`.

    Deviations:
        a, b, c = 0, 1, 1, batches of 64 and beta_1 0.5 are the paper's. Its learning rate is 1e-3 for scenes and 2e-4
        for characters: the latter is taken. Networks are the course's DCGAN pair instead of the paper's Figure 2.

    Reference:
        Mao et al., 2016, Least Squares Generative Adversarial Networks, arXiv:1611.04076, Equation 9 and Section 4.
    """
    model = make(image_shape, latent_dim, seed, generator, discriminator)
    return compiled(model, adam(), overrides, loss="least_squares")
