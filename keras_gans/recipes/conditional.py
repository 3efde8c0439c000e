"""Recipes of the chapter on labels: pictures of a wanted class."""

from keras_gans import models, networks
from keras_gans.recipes.build import adam, compiled
from keras_gans.recipes.registry import recipe


@recipe(
    paper="Mirza and Osindero 2014",
    arxiv="1411.1784",
    chapter="Conditional",
    batch_size=64,
    data="labels",
    game=models.CGAN,
    smallest={"image_shape": (16, 16, 1), "classes": 3, "width": 4},
)
def cgan(
    image_shape=(28, 28, 1),
    classes=10,
    latent_dim=100,
    width=64,
    seed=0,
    generator=None,
    discriminator=None,
    **overrides,
):
    """Conditional GAN: labels go into both networks, and D learns real, generated and mismatched pairs.

    Args:
        image_shape: tuple (side, side, channels), side 16 to 256.
        classes: int, how many classes.
        latent_dim: int, length of a latent vector.
        width: int, channels of the widest map, see `networks.dcgan`.
        seed: int, seed of weights, latents and the order of the data.
        generator: None, or a built `keras.Model` of latents and labels.
        discriminator: None, or a built `keras.Model` of pictures and labels.
        **overrides: arguments of `models.CGAN.compile` that replace these.

    Returns:
        Compiled `models.CGAN`.

    Deviations:
        The paper's networks are dense, with 100 uniform latents, batches of 100 and decaying momentum. Here they are
        the course's convolutional ones with DCGAN's Adam, 2e-4 with beta_1 0.5, labels are embedded in 50 numbers,
        and D has the course's third sum, over mismatched pairs. D has spectral normalisation instead of batch norm:
        with batch norm (or with dropout) G forgets its latents on 180 digits a class and draws one picture of each.

    Reference:
        Mirza and Osindero, 2014, Conditional Generative Adversarial Nets, arXiv:1411.1784, Equation 2. The third sum:
        Reed et al., 2016, arXiv:1605.05396, Algorithm 1.
    """
    generator = generator or networks.cgan.generator(image_shape, classes, latent_dim=latent_dim, width=width)
    discriminator = discriminator or networks.cgan.discriminator(
        image_shape, classes, width=width, batch_norm=False, spectral_norm=True
    )
    return compiled(models.CGAN(generator, discriminator, latent_dim, classes, seed), adam(), overrides)


@recipe(
    paper="Odena et al. 2017",
    arxiv="1610.09585",
    chapter="Conditional",
    batch_size=100,
    data="labels",
    game=models.ACGAN,
    smallest={"image_shape": (16, 16, 1), "classes": 3, "width": 4},
)
def acgan(
    image_shape=(28, 28, 1),
    classes=10,
    latent_dim=110,
    width=64,
    seed=0,
    generator=None,
    discriminator=None,
    **overrides,
):
    """Auxiliary classifier GAN: D classifies too, and G is rewarded for examples of the wanted class.

    Args:
        image_shape: tuple (side, side, channels), side 16 to 256.
        classes: int, how many classes.
        latent_dim: int, length of a latent vector.
        width: int, channels of the widest map, see `networks.dcgan`.
        seed: int, seed of weights, latents and the order of the data.
        generator: None, or a built `keras.Model` of latents and labels.
        discriminator: None, or a built `keras.Model` of pictures, with two outputs.
        **overrides: arguments of `models.ACGAN.compile` that replace the paper's.

    Returns:
        Compiled `models.ACGAN`.

    Deviations:
        Adam 2e-4 with beta_1 0.5, batches of 100, 110 latents and dropout 0.5 in D are the paper's for CIFAR-10;
        networks are the course's.

    Reference:
        Odena, Olah and Shlens, 2017, Conditional Image Synthesis with Auxiliary Classifier GANs, arXiv:1610.09585,
        Section 4 and Appendix A.
    """
    generator = generator or networks.cgan.generator(image_shape, classes, latent_dim=latent_dim, width=width)
    discriminator = discriminator or networks.acgan.discriminator(image_shape, classes, width=width, dropout=0.5)
    return compiled(models.ACGAN(generator, discriminator, latent_dim, classes, seed), adam(), overrides)


@recipe(
    paper="Miyato and Koyama 2018",
    arxiv="1802.05637",
    chapter="Conditional",
    batch_size=64,
    data="labels",
    game=models.CGAN,
    smallest={"image_shape": (16, 16, 1), "classes": 3, "width": 4},
)
def projection_gan(
    image_shape=(32, 32, 3),
    classes=10,
    latent_dim=128,
    width=128,
    seed=0,
    generator=None,
    discriminator=None,
    **overrides,
):
    """Projection discriminator: the class meets D's features in an inner product, and G's batch norms.

    Args:
        image_shape: tuple (side, side, channels), see `networks.projection`.
        classes: int, how many classes.
        latent_dim: int, length of a latent vector.
        width: int, channels of D's maps; G has twice as many.
        seed: int, seed of weights, latents and the order of the data.
        generator: None, or a built `keras.Model` of latents and labels.
        discriminator: None, or a built `keras.Model` of pictures and labels.
        **overrides: arguments of `models.CGAN.compile` that replace the paper's.

    Returns:
        Compiled `models.CGAN`, without mismatched pairs.

    Deviations:
        Hinge loss, Adam 2e-4, 0, 0.9, five steps of D and batches of 64 are the paper's. The learning rate stays,
        where the authors' falls linearly, and G's batch is as large as D's, where theirs is twice as large.

    Reference:
        Miyato and Koyama, 2018, cGANs with Projection Discriminator, arXiv:1802.05637, Equation 3 and Section 4.
    """
    generator = generator or networks.projection.generator(image_shape, classes, latent_dim, 2 * width)
    discriminator = discriminator or networks.projection.discriminator(image_shape, classes, width)
    model = models.CGAN(generator, discriminator, latent_dim, classes, seed)
    constants = {"loss": "hinge", "mismatched": False, "n_critic": 5}
    return compiled(model, adam(2e-4, 0.0, 0.9), overrides, **constants)
