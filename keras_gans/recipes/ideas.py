"""Recipes that mend the plain game: relativistic judgement, penalties on D's gradient."""

import keras

from keras_gans import losses, regularizers
from keras_gans.recipes.build import adam, compiled, make
from keras_gans.recipes.registry import recipe


@recipe(paper="Jolicoeur-Martineau 2018", arxiv="1807.00734", chapter="More ideas", batch_size=32)
def rsgan(
    image_shape=(28, 28, 1), latent_dim: int | None = None, seed=0, generator=None, discriminator=None, **overrides
):
    """RSGAN: D judges which of two is the real one.

    Args:
        image_shape, latent_dim, seed, generator, discriminator, **overrides: as in `recipes.dcgan`.

    Returns:
        Compiled `models.GAN`.

    Deviations:
        Adam 2e-4 with beta_1 0.5, one step of D and batches of 32 are the paper's stable setting. Networks are the
        course's DCGAN pair, without the paper's spectral normalisation.

    Reference:
        Jolicoeur-Martineau, 2018, The relativistic discriminator, arXiv:1807.00734, Section 4.1.
    """
    loss = losses.RelativisticLoss(losses.GANLoss(), average=False)
    return compiled(make(image_shape, latent_dim, seed, generator, discriminator), adam(), overrides, loss=loss)


@recipe(paper="Jolicoeur-Martineau 2018", arxiv="1807.00734", chapter="More ideas", batch_size=32)
def ragan(
    image_shape=(28, 28, 1), latent_dim: int | None = None, seed=0, generator=None, discriminator=None, **overrides
):
    """RaGAN: D judges whether an example is more real than the others' average.

    Args:
        image_shape, latent_dim, seed, generator, discriminator, **overrides: as in `recipes.dcgan`.

    Returns:
        Compiled `models.GAN`.

    Deviations:
        Those of `recipes.rsgan`; the base loss is cross-entropy (RaSGAN).

    Reference:
        Jolicoeur-Martineau, 2018, The relativistic discriminator, arXiv:1807.00734, Section 4.2.
    """
    loss = losses.RelativisticLoss(losses.GANLoss())
    return compiled(make(image_shape, latent_dim, seed, generator, discriminator), adam(), overrides, loss=loss)


@recipe(paper="Kodali et al. 2017", arxiv="1705.07215", chapter="More ideas", batch_size=64)
def dragan(
    image_shape=(28, 28, 1), latent_dim: int | None = None, seed=0, generator=None, discriminator=None, **overrides
):
    """DRAGAN: the plain game, with D's gradient held at norm 1 around real examples.

    Args:
        image_shape, latent_dim, seed, generator, discriminator, **overrides: as in `recipes.dcgan`.

    Returns:
        Compiled `models.GAN`.

    Deviations:
        Lambda 10, Adam 2e-4 with beta_1 0.5 and batches of 64 are those of the authors' code. Networks are the
        course's DCGAN pair without batch norm in D.

    Reference:
        Kodali et al., 2017, On Convergence and Stability of GANs, arXiv:1705.07215, Algorithm 1.
    """
    model = make(image_shape, latent_dim, seed, generator, discriminator, batch_norm=False)
    return compiled(model, adam(), overrides, penalties=[regularizers.DRAGAN()])


@recipe(paper="Mescheder et al. 2018", arxiv="1801.04406", chapter="Failures and tricks", batch_size=64)
def r1gan(
    image_shape=(28, 28, 1), latent_dim: int | None = None, seed=0, generator=None, discriminator=None, **overrides
):
    """R1: the plain game, with D's gradient held at 0 on real examples, which makes it converge.

    Args:
        image_shape, latent_dim, seed, generator, discriminator, **overrides: as in `recipes.dcgan`.

    Returns:
        Compiled `models.GAN`.

    Deviations:
        gamma 10, RMSprop 1e-4 with decay 0.99 and batches of 64 are the paper's for pictures; its networks are
        ResNets, here they are the course's DCGAN pair without batch norm in D.

    Reference:
        Mescheder et al., 2018, Which Training Methods for GANs do actually Converge?, arXiv:1801.04406, Section 5.
    """
    model = make(image_shape, latent_dim, seed, generator, discriminator, batch_norm=False)
    return compiled(model, keras.optimizers.RMSprop(1e-4, rho=0.99), overrides, penalties=[regularizers.R1()])
