"""Recipes of the chapter on labels: pictures of a wanted class."""

from keras_gans import models, networks
from keras_gans.recipes.build import adam, compiled
from keras_gans.recipes.quickstart import DENSE_WIDTH, is_small, quick
from keras_gans.recipes.registry import recipe

ACGAN_WIDTH, PROJECTION_WIDTH = 64, 128  # channels, where pictures are not small
TRIPLE_LATENTS, TRIPLE_WIDTH = 32, 64  # of small pictures; as above, of G and D
TRIPLE_START = 1000  # step from which on C learns from generated examples: a third of the default run


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
    width: int | None = None,
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
        width: int, units of a hidden layer (256 where None) of the dense pair, `networks.dense_labels`, which pictures
            of at most 1,024 numbers have; or channels of the widest map (64), see `networks.dcgan`.
        seed: int, seed of weights, latents and the order of the data.
        generator: None, or a built `keras.Model` of latents and labels.
        discriminator: None, or a built `keras.Model` of pictures, with two outputs.
        **overrides: arguments of `models.ACGAN.compile` that replace the paper's.

    Returns:
        Compiled `models.ACGAN`.

    Deviations:
        Adam 2e-4 with beta_1 0.5, batches of 100, 110 latents and dropout 0.5 in D are the paper's for CIFAR-10;
        networks are the course's. Small pictures, of at most 1,024 numbers, deviate by measurement
        (`benchmarks/conditional.py`): on digits the above draws one picture of each class and little else. They have a
        dense pair without batch norm and dropout, and what `quick_gan` has: R1, Adam 1e-3 with beta_1 0 and beta_2
        0.99, and averages.

    Reference:
        Odena, Olah and Shlens, 2017, Conditional Image Synthesis with Auxiliary Classifier GANs, arXiv:1610.09585,
        Section 4 and Appendix A.
    """
    if is_small(image_shape):
        width = width or DENSE_WIDTH
        generator = generator or networks.dense_labels.generator(image_shape, classes, latent_dim, width)
        discriminator = discriminator or networks.dense_labels.auxiliary_discriminator(image_shape, classes, width)
        optimizer, constants = quick(image_shape)
    else:
        width = width or ACGAN_WIDTH
        generator = generator or networks.cgan.generator(image_shape, classes, latent_dim=latent_dim, width=width)
        discriminator = discriminator or networks.acgan.discriminator(image_shape, classes, width, dropout=0.5)
        optimizer, constants = adam(), {}
    model = models.ACGAN(generator, discriminator, latent_dim, classes, seed)
    return compiled(model, optimizer, overrides, **constants)


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
    width: int | None = None,
    seed=0,
    generator=None,
    discriminator=None,
    **overrides,
):
    """Projection discriminator: the class meets D's features in an inner product, and G's batch norms.

    Args:
        image_shape: tuple (side, side, channels), side 16 to 128 and 4 to 7 times a power of two.
        classes: int, how many classes.
        latent_dim: int, length of a latent vector.
        width: int, units of a hidden layer (256 where None) of the dense pair, `networks.dense_labels`, which pictures
            of at most 1,024 numbers have; or channels of D's maps (128), of which G then has twice as many.
        seed: int, seed of weights, latents and the order of the data.
        generator: None, or a built `keras.Model` of latents and labels.
        discriminator: None, or a built `keras.Model` of pictures and labels.
        **overrides: arguments of `models.CGAN.compile` that replace the paper's.

    Returns:
        Compiled `models.CGAN`, without mismatched pairs.

    Deviations:
        Hinge loss, Adam 2e-4, 0, 0.9, five steps of D and batches of 64 are the paper's. The learning rate stays,
        where the authors' falls linearly, and G's batch is as large as D's, where theirs is twice as large. Small
        pictures, of at most 1,024 numbers, deviate by measurement (`benchmarks/conditional.py`): the tables of G's
        batch norms start at 0 and Adam moves a number by about its rate, so that at 2e-4 the class is hardly heard for
        hundreds of steps, each of which costs five of D. They have a dense pair, with the paper's conditional batch
        norm and projection, and what `quick_gan` has: one step of D, its loss, R1 instead of spectral normalisation,
        Adam 1e-3 with beta_1 0 and beta_2 0.99, and averages.

    Reference:
        Miyato and Koyama, 2018, cGANs with Projection Discriminator, arXiv:1802.05637, Equation 3 and Section 4.
    """
    if is_small(image_shape):
        width, dense = width or DENSE_WIDTH, networks.dense_labels
        by_norm = {"width": width, "conditional_batch_norm": True}
        generator = generator or dense.generator(image_shape, classes, latent_dim, **by_norm)
        discriminator = discriminator or dense.projection_discriminator(image_shape, classes, width)
        optimizer, constants = quick(image_shape)
    else:
        width = width or PROJECTION_WIDTH
        generator = generator or networks.projection.generator(image_shape, classes, latent_dim, 2 * width)
        discriminator = discriminator or networks.projection.discriminator(image_shape, classes, width)
        optimizer, constants = adam(2e-4, 0.0, 0.9), {"loss": "hinge", "n_critic": 5}
    model = models.CGAN(generator, discriminator, latent_dim, classes, seed)
    return compiled(model, optimizer, overrides, mismatched=False, **constants)


@recipe(
    paper="Li et al. 2017",
    arxiv="1703.02291",
    chapter="Conditional",
    batch_size=100,
    data="few labels",
    game=models.TripleGAN,
    smallest={"image_shape": (16, 16, 1), "classes": 3, "width": 8},
)
def triplegan(
    image_shape=(28, 28, 1),
    classes=10,
    latent_dim: int | None = None,
    width: int | None = None,
    seed=0,
    generator=None,
    discriminator=None,
    classifier=None,
    **overrides,
):
    """Triple-GAN: few labels and many pictures without; a classifier is the third player.

    Args:
        image_shape: tuple (side, side, channels), side 16 to 256.
        classes: int, how many classes.
        latent_dim: int, length of a latent vector; None is 32 for pictures of at most 1,024 numbers and else 100.
        width: int, units of a hidden layer (256 where None) of the dense networks, `networks.triplegan`, which pictures
            of at most 1,024 numbers have; or channels of the widest map of G and D (64), of which C has half.
        seed: int, seed of weights, latents and the order of the data.
        generator: None, or a built `keras.Model` of latents and labels.
        discriminator: None, or a built `keras.Model` of pictures and labels.
        classifier: None, or a built `keras.Model` of pictures, with a logit for each class.
        **overrides: arguments of `models.TripleGAN.compile` that replace these.

    Returns:
        Compiled `models.TripleGAN`.

    Deviations:
        Alpha 1/2, the weights 0.3 of entropy, 1e-3 of balance and 0.1 of generated examples, beta_1 0.5, and averages
        of C's weights over 100 steps are those of the authors' code for MNIST; Adam 3e-4, and a tenth of D's positives
        from labels, those of it for SVHN. Ours are averages of G's weights too, the step 1,000 from which on C learns
        from generated examples (there the 300th of 1,000 epochs, for SVHN the 200th), normal latents, batches of 100
        of both kinds, no weight decay, and a rate that stays. Networks are the course's convolutional G and D, as
        those of `recipes.cgan`, and the authors' C for MNIST. Small pictures, of at most 1,024 numbers, deviate by
        measurement (`benchmarks/few_labels.py`): with the authors' noise in D and batch norm in G, and without what
        follows, digits are grainier. They have a dense G without batch norm, D of two layers without noise, C of dense
        layers, and what `quick_gan` has: R1, Adam 1e-3 with beta_1 0 and beta_2 0.99, and its averages.

    Reference:
        Li, Xu, Zhu and Zhang, 2017, Triple Generative Adversarial Nets, arXiv:1703.02291, and the authors' code,
        github.com/zhenxuan00/triple-gan.
    """
    ours = networks.triplegan
    if is_small(image_shape):
        width, latent_dim = width or DENSE_WIDTH, latent_dim or TRIPLE_LATENTS
        plain = {"width": width, "depth": 2, "noise": 0.0, "hidden_noise": 0.0}
        generator = generator or networks.dense_labels.generator(image_shape, classes, latent_dim, width)
        discriminator = discriminator or ours.discriminator(image_shape, classes, **plain)
        classifier = classifier or ours.dense_classifier(image_shape, classes, width)
        optimizer, constants = quick(image_shape)
    else:
        width, latent_dim = width or TRIPLE_WIDTH, latent_dim or 100
        by_norm = {"width": width, "batch_norm": False, "spectral_norm": True}
        generator = generator or networks.cgan.generator(image_shape, classes, latent_dim=latent_dim, width=width)
        discriminator = discriminator or networks.cgan.discriminator(image_shape, classes, **by_norm)
        classifier = classifier or ours.classifier(image_shape, classes, max(1, width // 2))
        optimizer, constants = adam(3e-4), {"ema": 0.99}
    model = models.TripleGAN(generator, discriminator, classifier, latent_dim, classes, seed)
    weights = {"pseudo": 0.9, "alpha_p": 0.1, "alpha_p_start": TRIPLE_START, "entropy": 0.3, "balance": 1e-3}
    return compiled(model, optimizer, overrides, **weights, **constants)
