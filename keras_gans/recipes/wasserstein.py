"""Recipes of the Wasserstein chapter: the earth mover's distance, and three ways to keep its critic 1-Lipschitz."""

import keras

from keras_gans import losses, models, regularizers
from keras_gans.recipes.build import adam, compiled, make, make_residual
from keras_gans.recipes.registry import recipe


@recipe(
    paper="Arjovsky et al. 2017",
    arxiv="1701.07875",
    chapter="Wasserstein",
    batch_size=64,
    game=models.WGAN,
    smallest={"image_shape": (2,), "c": 0.1},
)
def wgan(
    image_shape=(28, 28, 1), latent_dim: int | None = None, seed=0, generator=None, discriminator=None, **overrides
):
    """WGAN: the earth mover's distance, by a critic with clipped weights.

    Args:
        image_shape, latent_dim, seed, generator, discriminator: as in `recipes.dcgan`.
        **overrides: arguments of `models.WGAN.compile` that replace the paper's.

    Returns:
        Compiled `models.WGAN`.

    Deviations:
        RMSprop 5e-5, c = 0.01, five critic steps and batches of 64 are the paper's; networks are the course's DCGAN
        pair.

    Reference:
        Arjovsky et al., 2017, Wasserstein GAN, arXiv:1701.07875, Algorithm 1.
    """
    model = make(image_shape, latent_dim, seed, generator, discriminator, game=models.WGAN)
    return compiled(model, keras.optimizers.RMSprop(5e-5), overrides)


@recipe(paper="Gulrajani et al. 2017", arxiv="1704.00028", chapter="Wasserstein", batch_size=64, game=models.WGANGP)
def wgan_gp(
    image_shape=(28, 28, 1), latent_dim: int | None = None, seed=0, generator=None, discriminator=None, **overrides
):
    """WGAN-GP: a penalty on the critic's gradient instead of clipping.

    Args:
        image_shape, seed, generator, discriminator: as in `recipes.dcgan`; None for a network is the paper's ResNet of
            width 128 at 32x32, the DCGAN pair without batch norm in D at other sides, the dense pair for points.
        latent_dim: int, length of a latent vector; None is 128 at 32x32, 100 at other sides and 2 for points.
        **overrides: arguments of `models.WGANGP.compile` that replace the paper's.

    Returns:
        Compiled `models.WGANGP`.

    Deviations:
        Lambda 10, Adam 1e-4, 0, 0.9, five critic steps and batches of 64 are the paper's. For points lambda is 0.1, as
        in the authors' code for toys.

    Reference:
        Gulrajani et al., 2017, Improved Training of Wasserstein GANs, arXiv:1704.00028, Algorithm 1 and Section 5; the
        authors' code, github.com/igul222/improved_wgan_training, gan_toy.py and gan_cifar_resnet.py.
    """
    model = make_residual(image_shape, latent_dim, seed, generator, discriminator, game=models.WGANGP)
    weight = 0.1 if len(image_shape) == 1 else 10.0
    return compiled(model, adam(1e-4, 0.0, 0.9), overrides, weight=weight)


@recipe(paper="Petzka et al. 2017", arxiv="1709.08894", chapter="Wasserstein", batch_size=64)
def wgan_lp(
    image_shape=(28, 28, 1), latent_dim: int | None = None, seed=0, generator=None, discriminator=None, **overrides
):
    """WGAN-LP: only gradients above 1 are penalised, as 1-Lipschitz asks.

    Args:
        image_shape, latent_dim, seed, generator, discriminator, **overrides: as in `recipes.dcgan`.

    Returns:
        Compiled `models.GAN`.

    Deviations:
        The penalty replaces WGAN-GP's, whose constants are kept: lambda 10 (0.1 for points), Adam 1e-4, 0, 0.9, five
        critic steps. Networks are the course's DCGAN pair without batch norm in D.

    Reference:
        Petzka et al., 2017, On the regularization of Wasserstein GANs, arXiv:1709.08894, Equation 8.
    """
    model = make(image_shape, latent_dim, seed, generator, discriminator, batch_norm=False)
    penalty = regularizers.GradientPenalty(0.1 if len(image_shape) == 1 else 10.0, one_sided=True)
    constants = {"loss": losses.WassersteinLoss(), "penalties": [penalty], "n_critic": 5}
    return compiled(model, adam(1e-4, 0.0, 0.9), overrides, **constants)
