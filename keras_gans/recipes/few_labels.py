"""Recipes of few labels: BigGAN's pair on labels of which most are inferred, before the game or while it runs."""

from keras_gans import models, networks
from keras_gans.recipes.attention import biggan_constants
from keras_gans.recipes.build import compiled
from keras_gans.recipes.registry import recipe


@recipe(
    paper="Lucic et al. 2019",
    arxiv="1903.02271",
    chapter="Few labels",
    batch_size=2048,
    small_batch=50,
    data="inferred labels",
    game=models.CGAN,
    smallest={"image_shape": (16, 16, 1), "classes": 3, "width": 4},
)
def s2gan(
    image_shape=(32, 32, 3),
    classes=10,
    latent_dim: int | None = None,
    width=96,
    attention: int | str | None = "auto",
    seed=0,
    generator=None,
    discriminator=None,
    **overrides,
):
    """S2GAN: few labels, from which those of all pictures are inferred first; then BigGAN on these.

    Args:
        image_shape: tuple (side, side, channels), side 16 to 512 and 4 to 7 times a power of two.
        classes: int, how many classes.
        latent_dim, width, attention: as in `recipes.biggan`.
        seed: int, seed of weights, latents and the order of the data.
        generator: None, or a built `keras.Model` of latents and labels.
        discriminator: None, or a built `keras.Model` of pictures and labels.
        **overrides: arguments of `models.CGAN.compile` that replace the paper's.

    Returns:
        Compiled `models.CGAN`, without mismatched pairs. It is trained on all labels: `data.infer_labels` infers those
        that are not known.

    Deviations:
        The network that infers is ours. Hinge loss, Adam with betas 0 and 0.999, 5e-4 of D and 1e-4 of G, two steps of
        D, batches of 2,048 and averages are those of BigGAN in the authors' code, which has no orthogonal term, and
        publishes no constants of S2GAN itself; the averages' decay, 0.9999, and their ramp are those of
        `recipes.biggan`. Up to 32 pixels both rates are 2e-4, with steps of D and batches as there. G's fakes have the
        labels of the batch, the code's are drawn; G learns from those that D saw last unless `fresh_fakes`.

    Reference:
        Lucic et al., 2019, High-Fidelity Image Generation With Fewer Labels, arXiv:1903.02271. The constants:
        google/compare_gan, example_configs/biggan_imagenet128.gin.
    """
    arguments = (image_shape, classes, latent_dim, width, attention, seed, generator, discriminator)
    model = _game(models.CGAN, networks.biggan.discriminator, *arguments)
    return _compiled(model, image_shape, overrides, mismatched=False)


@recipe(
    paper="Lucic et al. 2019",
    arxiv="1903.02271",
    chapter="Few labels",
    batch_size=2048,
    small_batch=50,
    data="inferred labels",
    game=models.S3GAN,
    smallest={"image_shape": (16, 16, 1), "classes": 3, "width": 4},
)
def s3gan(
    image_shape=(32, 32, 3),
    classes=10,
    latent_dim: int | None = None,
    width=96,
    attention: int | str | None = "auto",
    seed=0,
    generator=None,
    discriminator=None,
    **overrides,
):
    """S3GAN: labels that are inferred first, and quarter turns, which D and G learn while the game runs.

    Args:
        image_shape, classes, latent_dim, width, attention, seed, generator: as in `recipes.s2gan`.
        discriminator: None, or a built `keras.Model` of pictures and labels, see `networks.s3gan`.
        **overrides: arguments of `models.S3GAN.compile` that replace these.

    Returns:
        Compiled `models.S3GAN`. It is trained on all labels: `data.infer_labels` infers those that are not known.

    Deviations:
        The weights of the turns, 1 for D and 0.2 for G, are the defaults of the authors' code. The optimizers, and what
        else there is, are those of `recipes.s2gan`, but that G's fakes have labels of their own, as the code's.

    Reference:
        Lucic et al., 2019, High-Fidelity Image Generation With Fewer Labels, arXiv:1903.02271; google/compare_gan,
        gans/s3gan.py.
    """
    arguments = (image_shape, classes, latent_dim, width, attention, seed, generator, discriminator)
    model = _game(models.S3GAN, networks.s3gan.discriminator, *arguments)
    return _compiled(model, image_shape, overrides, d_turns=1.0, g_turns=0.2)


@recipe(
    paper="Lucic et al. 2019",
    arxiv="1903.02271",
    chapter="Few labels",
    batch_size=2048,
    small_batch=50,
    data="some labels",
    game=models.S3GANCO,
    smallest={"image_shape": (16, 16, 1), "classes": 3, "width": 4},
)
def s2gan_co(
    image_shape=(32, 32, 3),
    classes=10,
    latent_dim: int | None = None,
    width=96,
    attention: int | str | None = "auto",
    seed=0,
    generator=None,
    discriminator=None,
    **overrides,
):
    """S2GAN-CO: few labels; D names the classes of the other pictures while the game runs.

    Args:
        image_shape, classes, latent_dim, width, attention, seed, generator: as in `recipes.s2gan`.
        discriminator: None, or a built `keras.Model` of pictures and labels that predicts, see `networks.s3gan`.
        **overrides: arguments of `models.S3GANCO.compile` that replace these.

    Returns:
        Compiled `models.S3GANCO`, whose turns have no weight. It is trained on labels of which some are -1.

    Deviations:
        The weight of the classes, 1, is the default of the authors' code, which asks for the class of the largest logit
        as this does. The optimizers, and what else there is, are those of `recipes.s2gan`, but that G's fakes have
        labels of their own, as the code's.

    Reference:
        Lucic et al., 2019, High-Fidelity Image Generation With Fewer Labels, arXiv:1903.02271; google/compare_gan,
        gans/s3gan.py.
    """
    arguments = (image_shape, classes, latent_dim, width, attention, seed, generator, discriminator)
    weights = {"d_turns": 0.0, "g_turns": 0.0, "class_weight": 1.0}
    return _compiled(_game(models.S3GANCO, _predicting, *arguments), image_shape, overrides, **weights)


@recipe(
    paper="Lucic et al. 2019",
    arxiv="1903.02271",
    chapter="Few labels",
    batch_size=2048,
    small_batch=50,
    data="some labels",
    game=models.S3GANCO,
    smallest={"image_shape": (16, 16, 1), "classes": 3, "width": 4},
)
def s3gan_co(
    image_shape=(32, 32, 3),
    classes=10,
    latent_dim: int | None = None,
    width=96,
    attention: int | str | None = "auto",
    seed=0,
    generator=None,
    discriminator=None,
    **overrides,
):
    """S3GAN-CO: few labels; D names the classes of the other pictures, and learns quarter turns, while the game runs.

    Args:
        image_shape, classes, latent_dim, width, attention, seed, generator, discriminator, **overrides: as in
            `recipes.s2gan_co`.

    Returns:
        Compiled `models.S3GANCO`. It is trained on labels of which some are -1.

    Deviations:
        The weights, 1 of the turns for D, 0.2 for G and 1 of the classes, are the defaults of the authors' code. The
        optimizers, and what else there is, are those of `recipes.s2gan_co`.

    Reference:
        Lucic et al., 2019, High-Fidelity Image Generation With Fewer Labels, arXiv:1903.02271; google/compare_gan,
        gans/s3gan.py.
    """
    arguments = (image_shape, classes, latent_dim, width, attention, seed, generator, discriminator)
    weights = {"d_turns": 1.0, "g_turns": 0.2, "class_weight": 1.0}
    return _compiled(_game(models.S3GANCO, _predicting, *arguments), image_shape, overrides, **weights)


def _game(kind, build, image_shape, classes, latent_dim, width, attention, seed, generator, discriminator):
    """A game on BigGAN's generator and what builds its discriminator."""
    generator = generator or networks.biggan.generator(
        image_shape, classes, latent_dim, width=width, attention=attention
    )
    discriminator = discriminator or build(image_shape, classes, width, attention)
    return kind(generator, discriminator, generator.input_shape[0][-1], classes, seed)


def _predicting(*shape):
    """A discriminator that names classes, too."""
    return networks.s3gan.discriminator(*shape, predicts=True)


def _compiled(model, image_shape, overrides, **constants):
    """The model with BigGAN's constants, as the code of S3GAN's authors has them."""
    constants |= biggan_constants(image_shape, d_rate=5e-4, g_rate=1e-4)
    return compiled(model, None, overrides, **constants)
