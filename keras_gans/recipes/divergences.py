"""Recipes of the chapter on divergences: other distances than that of Jensen and Shannon."""

import keras

from keras_gans import losses, models, networks, regularizers
from keras_gans.recipes.build import POINT_DEPTH, POINT_WIDTH, adam, compiled, make
from keras_gans.recipes.quickstart import is_small
from keras_gans.recipes.registry import recipe

WIDTH, CODE, LATENTS = 128, 16, 32  # of EBGAN's dense pair for pictures
CODES = 64  # of BEGAN's convolutional pair
MARGIN, POINT_MARGIN = 10 / 32, 0.3  # of pictures for each pixel of the side


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


@recipe(paper="Zhao et al. 2016", arxiv="1609.03126", chapter="Divergences", batch_size=64)
def ebgan(
    image_shape=(28, 28, 1),
    latent_dim: int | None = None,
    margin: float | None = None,
    seed=0,
    generator=None,
    discriminator=None,
    **overrides,
):
    """EBGAN: an autoencoder judges by its error, up to a margin, and a term pulls the codes of a batch apart.

    Args:
        image_shape: tuple (side, side, channels), side 16 to 256, and a multiple of 8 where the picture has more than
            1,024 numbers; channels 1 to 5; or points (d,).
        latent_dim: int, length of a latent vector; None is 32 for the dense pair, 100 for the convolutional one and 2
            for points.
        margin: float, the energy, a distance between an example and its reconstruction, up to which fakes are pushed.
            None is 10 for 32 pixels a side and in proportion for others, and 0.3 for points. It is measured by the
            spread of the data, the root of the sum of all numbers' variances: of 16x16 digits that is 7.7, and over
            three seeds 5 does best, 10 depends on the seed, 3 collapses to one picture (`benchmarks/energy.py`).
        seed, generator, **overrides: as in `recipes.dcgan`.
        discriminator: None, or a built `keras.Model` with a layer named "code", see `networks.energy.discriminator`:
            there a fitted autoencoder's networks can be handed in, the paper's pretraining.

    Returns:
        Compiled `models.GAN`.

    Deviations:
        The margin of 10 is the paper's for MNIST at 32x32, 20 at 64x64 public code's for CelebA: a distance between
        pictures grows as their side. The term's weight of 0.1 is the paper's, and so is Adam at 1e-3 for both, with
        beta_1 0.5. Pictures of at most 1,024 numbers have a dense pair, 128-16-d in D and 32-128-128 in G, where the
        paper's for MNIST have up to 1,600 units; larger ones have its convolutional pair.
        On 16x16 digits all samples are one picture for the first 700 steps, and digits of all kinds after 2,100, from
        six seeds on TensorFlow and on JAX.

    Reference:
        Zhao, Mathieu, LeCun, 2016, Energy-based Generative Adversarial Network, arXiv:1609.03126, Sections 2 and 4.
    """
    points = len(image_shape) == 1
    if is_small(image_shape):
        latent_dim = latent_dim or (None if points else LATENTS)
        pair = {"architecture": networks.mlp, "g_arguments": {"width": WIDTH, "depth": 2}}
    else:
        pair = {"g_arguments": {"width": 128, "kernel_size": 4, "dense_batch_norm": True}}
    discriminator = discriminator or networks.energy.discriminator(*_autoencoder(image_shape))
    model = make(image_shape, latent_dim, seed, generator, discriminator, **pair)
    usual = POINT_MARGIN if points else MARGIN * image_shape[0]
    terms = {
        "loss": losses.EnergyLoss(usual if margin is None else margin),
        "g_penalties": [regularizers.PullingAway(0.1)],
    }
    return compiled(model, adam(1e-3), overrides, **terms)


@recipe(paper="Berthelot et al. 2017", arxiv="1703.10717", chapter="Divergences", batch_size=16, game=models.BEGAN)
def began(
    image_shape=(28, 28, 1),
    latent_dim: int | None = None,
    halve_every: int | None = None,
    seed=0,
    generator=None,
    discriminator=None,
    **overrides,
):
    """BEGAN: an autoencoder judges, and a balance of its errors on real and generated examples steers how hard.

    Args:
        image_shape: tuple (side, side, channels), side 16 to 256, and 8 or less times a power of two where the picture
            has more than 1,024 numbers; channels 1 to 5; or points (d,).
        latent_dim: int, length of a latent vector; None is 32 for the dense pair, 64 for the convolutional one and 2
            for points.
        halve_every: None, or int, steps after which the learning rates are halved, and again after as many more.
        seed, generator, discriminator: as in `recipes.dcgan`; see `networks.energy.discriminator` for other D.
        **overrides: arguments of `models.BEGAN.compile` that replace the paper's.

    Returns:
        Compiled `models.BEGAN`.

    Deviations:
        The paper halves Adam's rate, here 1e-4, when the measure stalls. A run that goes on would have forgotten since
        when: `halve_every` halves by the count of steps, as public code does (carpedm20/BEGAN-tensorflow, from 8e-5,
        every 100,000 steps). Its gamma of 0.5, k_rate of 1e-3, beta_1 of 0.9 and batch of 16 are kept; latents are
        normal instead of uniform. Pictures of at most 1,024 numbers have a dense pair, an autoencoder d-128-16-128-d
        and 32-128-d with the decoder's one hidden layer, larger ones `networks.began`.
        It collapses while its measure falls: on 16x16 digits to one picture from each of three seeds, on the ring to
        one mode. Digits less their mean, halved, keep 0.04 of their variance, and 0.4 with gamma 0.8 and k_rate 0.01,
        at the same measure (`benchmarks/energy.py`).

    Reference:
        Berthelot, Schumm, Metz, 2017, BEGAN: Boundary Equilibrium Generative Adversarial Networks, arXiv:1703.10717.
    """
    if is_small(image_shape):
        latent_dim = latent_dim or (None if len(image_shape) == 1 else LATENTS)
        pair = {"architecture": networks.mlp, "g_arguments": {"width": WIDTH, "depth": 1}}
        discriminator = discriminator or networks.energy.discriminator(*_autoencoder(image_shape), error="l1")
    else:
        latent_dim, pair = latent_dim or CODES, {"architecture": networks.began}
    model = make(image_shape, latent_dim, seed, generator, discriminator, game=models.BEGAN, **pair)
    rate = 1e-4
    if halve_every is not None:
        rate = keras.optimizers.schedules.ExponentialDecay(rate, halve_every, 0.5, staircase=True)
    return compiled(model, adam(rate, beta_1=0.9), overrides, gamma=0.5, k_rate=1e-3)


def _autoencoder(image_shape):
    """EBGAN's default encoder and decoder for examples of a shape."""
    if not is_small(image_shape):
        return networks.energy.encoder(image_shape), networks.energy.decoder(image_shape)
    code, width, depth = (1, POINT_WIDTH, POINT_DEPTH) if len(image_shape) == 1 else (CODE, WIDTH, 1)
    return (
        networks.mlp.encoder(image_shape, code, width, depth),
        networks.mlp.generator(image_shape, code, width, depth),
    )
