"""Recipes that mend the plain game: penalties on D's gradient, relativistic judgement, the improved techniques."""

import keras

from keras_gans import losses, regularizers
from keras_gans.recipes.build import adam, compiled, make
from keras_gans.recipes.registry import recipe


@recipe(paper="Kodali et al. 2017", arxiv="1705.07215", batch_size=64)
def dragan(image_shape=(28, 28, 1), latent_dim=None, seed=0, generator=None, discriminator=None, **overrides):
    """DRAGAN: the plain game, with D's gradient held at norm 1 around real examples.

    Args:
        image_shape, latent_dim, seed, generator, discriminator, **overrides: as in `recipes.dcgan`.

    Returns:
        Compiled `models.GAN`.

    Deviations:
        Lambda 10, Adam 2e-4 with beta_1 0.5 and batches of 64 are those of the authors' code. Networks are the
        lecture's DCGAN pair without batch norm in D.

    Reference:
        Kodali et al., 2017, On Convergence and Stability of GANs, arXiv:1705.07215, Algorithm 1.
    """
    model = make(image_shape, latent_dim, seed, generator, discriminator, batch_norm=False)
    return compiled(model, adam(), overrides, penalties=[regularizers.DRAGAN()])


@recipe(paper="Mescheder et al. 2018", arxiv="1801.04406", batch_size=64)
def r1gan(image_shape=(28, 28, 1), latent_dim=None, seed=0, generator=None, discriminator=None, **overrides):
    """R1: the plain game, with D's gradient held at 0 on real examples, which makes it converge.

    Args:
        image_shape, latent_dim, seed, generator, discriminator, **overrides: as in `recipes.dcgan`.

    Returns:
        Compiled `models.GAN`.

    Deviations:
        gamma 10, RMSprop 1e-4 with decay 0.99 and batches of 64 are the paper's for pictures; its networks are
        ResNets, here they are the lecture's DCGAN pair without batch norm in D.

    Reference:
        Mescheder et al., 2018, Which Training Methods for GANs do actually Converge?, arXiv:1801.04406, Section 5.
    """
    model = make(image_shape, latent_dim, seed, generator, discriminator, batch_norm=False)
    return compiled(model, keras.optimizers.RMSprop(1e-4, rho=0.99), overrides, penalties=[regularizers.R1()])


@recipe(paper="Jolicoeur-Martineau 2018", arxiv="1807.00734", batch_size=32)
def rsgan(image_shape=(28, 28, 1), latent_dim=None, seed=0, generator=None, discriminator=None, **overrides):
    """RSGAN: D judges which of two is the real one.

    Args:
        image_shape, latent_dim, seed, generator, discriminator, **overrides: as in `recipes.dcgan`.

    Returns:
        Compiled `models.GAN`.

    Deviations:
        Adam 2e-4 with beta_1 0.5, one step of D and batches of 32 are the paper's stable setting. Networks are the
        lecture's DCGAN pair, without the paper's spectral normalisation.

    Reference:
        Jolicoeur-Martineau, 2018, The relativistic discriminator, arXiv:1807.00734, Section 4.1.
    """
    loss = losses.RelativisticLoss(losses.GANLoss(), average=False)
    return compiled(make(image_shape, latent_dim, seed, generator, discriminator), adam(), overrides, loss=loss)


@recipe(paper="Jolicoeur-Martineau 2018", arxiv="1807.00734", batch_size=32)
def ragan(image_shape=(28, 28, 1), latent_dim=None, seed=0, generator=None, discriminator=None, **overrides):
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


@recipe(paper="Salimans et al. 2016", arxiv="1606.03498", batch_size=100)
def improved_gan(image_shape=(28, 28, 1), latent_dim=None, seed=0, generator=None, discriminator=None, **overrides):
    """Improved techniques: minibatch discrimination, virtual batch norm, feature matching, smoothing, averaging.

    Args:
        image_shape, latent_dim, seed, generator, discriminator, **overrides: as in `recipes.dcgan`; a discriminator
            that is handed in must have a layer named "features", see `regularizers.FeatureMatching`.

    Returns:
        Compiled `models.GAN`.

    Deviations:
        Adam 3e-4 with beta_1 0.5, batches of 100 and real targets of 0.9 are the authors'. The paper tries the five
        techniques in turn; here they are together, G's loss plus feature matching instead of feature matching alone,
        and historical averaging, for which no weight is given, with a weight of 1e-3. Networks are the lecture's DCGAN
        pair with virtual batch norm in G; the dense pair for points has no batch norm to replace, and 16 instead of
        100 projections.

    Reference:
        Salimans et al., 2016, Improved Techniques for Training GANs, arXiv:1606.03498, Section 3.
    """
    model = make(
        image_shape,
        latent_dim,
        seed,
        generator,
        discriminator,
        g_arguments={"virtual_batch_norm": True},
        minibatch_discrimination=16 if len(image_shape) == 1 else 100,
    )
    for network in (model.generator, model.discriminator):
        regularizers.regularize(network, regularizers.HistoricalAveraging(1e-3), biases=True)
    constants = {
        "loss": losses.GANLoss(smoothing=0.1, one_sided=True),
        "g_penalties": [regularizers.FeatureMatching()],
    }
    return compiled(model, adam(3e-4), overrides, **constants)
