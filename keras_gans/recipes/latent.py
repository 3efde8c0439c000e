"""Recipes of the chapter on latent variables: models without an adversary, which GANs are compared with."""

import keras

from keras_gans import layers, losses, models, networks
from keras_gans.recipes.build import PICTURE_LATENTS, POINT_DEPTH, POINT_LATENTS, POINT_WIDTH, adam, compiled
from keras_gans.recipes.quickstart import is_small
from keras_gans.recipes.registry import recipe

DEEP, CODE, POINT_CODE = (1000, 500, 250), 30, 1  # of Hinton and Salakhutdinov's network for digits
HIDDEN, LATENTS = 500, 20  # of Kingma and Welling's
POINT_NOISE, POINT_STD = 0.2, 0.1  # deviations of what corrupts points, and of what rebuilds them


@recipe(
    paper="Hinton and Salakhutdinov 2006",
    arxiv="https://doi.org/10.1126/science.1127647",
    chapter="Latent variables",
    batch_size=100,
    game=models.Autoencoder,
)
def autoencoder(
    image_shape=(28, 28, 1), latent_dim: int | None = None, seed=0, encoder=None, decoder=None, **overrides
):
    """Autoencoder: what fits through a narrow door; it rebuilds, and makes nothing new.

    Args:
        image_shape: tuple (side, side, channels), side 16 to 256, channels 1 to 5; or points (d,).
        latent_dim: int, length of a code; None is 30 for pictures of at most 1,024 numbers, 100 for larger ones and 1
            for points.
        seed: int, seed of weights and of the order of the data.
        encoder: None, or a built `keras.Model` instead of this one's, see `networks.autoencoder.encoder`.
        decoder: None, or a built `keras.Model` instead of this one's.
        **overrides: arguments of `models.Autoencoder.compile` that replace these.

    Returns:
        Compiled `models.Autoencoder`.

    Deviations:
        784-1000-500-250-30 with a linear code is the paper's network for digits. Units are ReLU instead of logistic,
        and instead of a pretraining by Boltzmann machines, layer by layer, Adam at 1e-3 trains all at once, by the
        squared error. Pictures of more than 1,024 numbers have the convolutional pair of `networks.plain`. The batch
        of 100 is this package's.

    Reference:
        Hinton and Salakhutdinov, 2006, Reducing the Dimensionality of Data with Neural Networks, Science 313,
        https://doi.org/10.1126/science.1127647.
    """
    latent_dim = latent_dim or _code(image_shape)
    encoder, decoder = _pair(image_shape, latent_dim, DEEP, given=(encoder, decoder))
    return compiled(models.Autoencoder(encoder, decoder, seed=seed), adam(1e-3, beta_1=0.9), overrides)


@recipe(
    paper="Vincent et al. 2010",
    arxiv="https://jmlr.org/papers/v11/vincent10a.html",
    chapter="Latent variables",
    batch_size=100,
    game=models.Autoencoder,
)
def denoising_autoencoder(
    image_shape=(28, 28, 1),
    latent_dim: int | None = None,
    rate=0.25,
    seed=0,
    encoder=None,
    decoder=None,
    corruption=None,
    **overrides,
):
    """Denoising autoencoder: rebuilds the clean picture of a corrupted one, and so learns where the data lie.

    Args:
        image_shape, latent_dim, seed, encoder, decoder, **overrides: as in `recipes.autoencoder`.
        rate: float in [0, 1), share of a picture's numbers that are set to black; points get normal noise instead.
        corruption: None, or a built `keras.Model` of other noise, e.g. of a `keras.layers.GaussianNoise`.

    Returns:
        Compiled `models.Autoencoder`.

    Deviations:
        A quarter of masked numbers is one of the paper's. Its weights are tied and its loss is a cross-entropy; here
        they are free, the loss is the squared error, and networks and Adam at 1e-3 are those of `recipes.autoencoder`.
        Points get normal noise of deviation 0.2.

    Reference:
        Vincent, Larochelle, Lajoie, Bengio, Manzagol, 2010, Stacked Denoising Autoencoders: Learning Useful
        Representations in a Deep Network with a Local Denoising Criterion, JMLR 11,
        https://jmlr.org/papers/v11/vincent10a.html.
    """
    latent_dim = latent_dim or _code(image_shape)
    encoder, decoder = _pair(image_shape, latent_dim, DEEP, given=(encoder, decoder))
    if corruption is None:
        noise = keras.layers.GaussianNoise(POINT_NOISE) if len(image_shape) == 1 else layers.MaskingNoise(rate)
        corruption = keras.Sequential([keras.Input(image_shape), noise], name="corruption")
    model = models.Autoencoder(encoder, decoder, corruption, seed)
    return compiled(model, adam(1e-3, beta_1=0.9), overrides)


@recipe(
    paper="Kingma and Welling 2013",
    arxiv="1312.6114",
    chapter="Latent variables",
    batch_size=100,
    game=models.VAE,
)
def vae(image_shape=(28, 28, 1), latent_dim: int | None = None, seed=0, encoder=None, generator=None, **overrides):
    """VAE: an autoencoder whose codes follow a prior, so that it makes new examples; no adversary, and blurry.

    Args:
        image_shape: tuple (side, side, channels), side 16 to 256, channels 1 to 5; or points (d,).
        latent_dim: int, length of a latent vector; None is 20 for pictures of at most 1,024 numbers, 100 for larger
            ones and 2 for points.
        seed: int, seed of weights, latents and the order of the data.
        encoder: None, or a built `keras.Model` of two outputs instead of this one's, see
            `networks.autoencoder.encoder`.
        generator: None, or a built `keras.Model` instead of this one's.
        **overrides: arguments of `models.VAE.compile` that replace these.

    Returns:
        Compiled `models.VAE`.

    Deviations:
        One hidden layer of 500 units, batches of 100 with one draw of latents each, and a Bernoulli likelihood of grey
        pictures are the paper's for MNIST, and 20 is one of its latent dimensions. Units are ReLU instead of tanh,
        Adam at 1e-3 takes the place of Adagrad, weights begin as Glorot's instead of N(0, 0.01), and have no prior.
        Coloured pictures have a Gaussian likelihood of deviation 1, points one of deviation 0.1; pictures of
        more than 1,024 numbers have the convolutional pair of `networks.plain`.

    Reference:
        Kingma and Welling, 2013, Auto-Encoding Variational Bayes, arXiv:1312.6114, Section 5 and Appendix C.
    """
    points = len(image_shape) == 1
    latent_dim = latent_dim or (POINT_LATENTS if points else LATENTS if is_small(image_shape) else PICTURE_LATENTS)
    encoder, generator = _pair(image_shape, latent_dim, (HIDDEN,), heads=2, given=(encoder, generator))
    grey = not points and image_shape[-1] == 1
    likelihood = losses.BernoulliLikelihood() if grey else losses.GaussianLikelihood(POINT_STD if points else 1.0)
    model = models.VAE(encoder, generator, latent_dim, seed)
    return compiled(model, adam(1e-3, beta_1=0.9), overrides, likelihood=likelihood)


def _code(image_shape):
    """Length of an autoencoder's code for examples of a shape."""
    if len(image_shape) == 1:
        return POINT_CODE
    return CODE if is_small(image_shape) else PICTURE_LATENTS


def _pair(image_shape, latent_dim, widths, heads=1, given=(None, None)):
    """Default encoder and decoder for examples of a shape, where none are given: dense of these widths, or plain."""
    widths = (POINT_WIDTH,) * POINT_DEPTH if len(image_shape) == 1 else widths
    architecture, sizes, back = networks.plain, {}, {}
    if is_small(image_shape):
        architecture, sizes, back = networks.mlp, {"width": widths, "negative_slope": 0.0}, {"width": widths[::-1]}
    encoder, decoder = given
    body = encoder or architecture.discriminator(image_shape, **sizes)
    return (
        encoder or networks.autoencoder.encoder(body, latent_dim, heads),
        decoder or architecture.generator(image_shape, latent_dim, **back),
    )
