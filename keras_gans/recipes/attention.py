"""Recipes of attention and scale: one layer that looks at all places, and what large batches and networks need."""

from keras_gans import models, networks, regularizers
from keras_gans.recipes.build import adam, compiled
from keras_gans.recipes.registry import SMALL_SIDE, recipe

WITHOUT = ("embedding",)  # the layers of G that its orthogonal term leaves alone


@recipe(
    paper="Zhang et al. 2019",
    arxiv="1805.08318",
    chapter="Attention and scale",
    batch_size=256,
    data="labels",
    game=models.CGAN,
    smallest={"image_shape": (16, 16, 1), "classes": 3, "width": 2},
)
def sagan(
    image_shape=(32, 32, 3),
    classes=10,
    latent_dim=128,
    width=64,
    attention: int | str | None = "auto",
    seed=0,
    generator=None,
    discriminator=None,
    **overrides,
):
    """SAGAN: both networks attend to far places once, are spectrally normalised, and learn at two rates.

    Args:
        image_shape: tuple (side, side, channels), side 16 to 512 and 4 to 7 times a power of two.
        classes: int, how many classes.
        latent_dim: int, length of a latent vector.
        width: int, channels of the narrowest maps. G's widest have 4 times as many up to 56 pixels, else 16 times. With
            attention at half the picture's side it must be a multiple of 4 up to 56 pixels, of 8 from 64 on.
        attention: None for none, int, the side of the map that attention follows, or `"auto"`, see `networks.sagan`.
        seed: int, seed of weights, latents and the order of the data.
        generator: None, or a built `keras.Model` of latents and labels.
        discriminator: None, or a built `keras.Model` of pictures and labels.
        **overrides: arguments of `models.CGAN.compile` that replace the paper's.

    Returns:
        Compiled `models.CGAN`, without mismatched pairs.

    Deviations:
        Hinge loss, Adam 4e-4 of D and 1e-4 of G with betas 0 and 0.9, one step each and batches of 256 are the paper's;
        its code leaves beta_2 at 0.999. G's fakes have the labels of the batch, the code's are drawn evenly; G learns
        from those that D saw last unless `fresh_fakes`.

    Reference:
        Zhang et al., 2019, Self-Attention Generative Adversarial Networks, arXiv:1805.08318, Section 4; the authors'
        code, github.com/brain-research/self-attention-gan.
    """
    room = networks.sagan
    generator = generator or room.generator(image_shape, classes, latent_dim, width, attention)
    discriminator = discriminator or room.discriminator(image_shape, classes, width, attention)
    model = models.CGAN(generator, discriminator, latent_dim, classes, seed)
    rates = {"d_optimizer": adam(4e-4, 0.0, 0.9), "g_optimizer": adam(1e-4, 0.0, 0.9)}
    return compiled(model, None, overrides, loss="hinge", mismatched=False, **rates)


@recipe(
    paper="Brock et al. 2018",
    arxiv="1809.11096",
    chapter="Attention and scale",
    batch_size=2048,
    small_batch=50,
    data="labels",
    game=models.CGAN,
    smallest={"image_shape": (16, 16, 1), "classes": 3, "width": 4, "attention": 8},
)
def biggan(
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
    """BigGAN: SAGAN with large batches and wide networks, a shared embedding, latents in chunks, averages of weights.

    Args:
        image_shape: tuple (side, side, channels), side 16 to 512 and 4 to 7 times a power of two.
        classes: int, how many classes.
        latent_dim: None for 20 numbers for the dense layer and 20 for each block, or int, their length in all.
        width: int, ch in the paper, channels of the narrowest maps. G's widest have 4 times as many up to 56 pixels,
            else 16 times. With attention at half the picture's side it must be a multiple of 4 up to 56 pixels, of 8
            from 64 on.
        attention: None for none, int, the side of the map that attention follows, or `"auto"`, see `networks.biggan`.
        seed: int, seed of weights, latents and the order of the data.
        generator: None, or a built `keras.Model` of latents and labels, which gets no orthogonal term.
        discriminator: None, or a built `keras.Model` of pictures and labels.
        **overrides: arguments of `models.CGAN.compile` that replace the paper's.

    Returns:
        Compiled `models.CGAN`, without mismatched pairs.

    Deviations:
        Hinge loss, Adam with betas 0 and 0.999, 2e-4 of D and 5e-5 of G, two steps of D, batches of 2,048, the
        orthogonal term 1e-4 on all of G's kernels and averages of decay 0.9999 are the paper's. Up to 32 pixels both
        rates are 2e-4, with four steps of D and batches of 50, as the first author's script for CIFAR-10 has them (with
        neither shared embedding nor chunks). Averages begin with a ramp, the paper's after a number of steps. G's fakes
        have the labels of the batch, the paper's are drawn evenly; G learns from those that D saw last unless
        `fresh_fakes`.

    Reference:
        Brock et al., 2018, Large Scale GAN Training for High Fidelity Natural Image Synthesis, arXiv:1809.11096,
        Section 3 and its appendices; the first author's code, github.com/ajbrock/BigGAN-PyTorch.
    """
    room = networks.biggan
    generator = generator or _orthogonal(
        room.generator(image_shape, classes, latent_dim, width=width, attention=attention)
    )
    discriminator = discriminator or room.discriminator(image_shape, classes, width, attention)
    return _scaled(generator, discriminator, image_shape, classes, seed, overrides)


@recipe(
    paper="Brock et al. 2018",
    arxiv="1809.11096",
    chapter="Attention and scale",
    batch_size=2048,
    small_batch=50,
    data="labels",
    game=models.CGAN,
    smallest={"image_shape": (16, 16, 1), "classes": 3, "latent_dim": 8, "width": 4, "n_critic": 1},
)
def biggan_deep(
    image_shape=(32, 32, 3),
    classes=10,
    latent_dim=128,
    width=128,
    attention: int | str | None = "auto",
    seed=0,
    generator=None,
    discriminator=None,
    **overrides,
):
    """BigGAN-deep: bottleneck blocks, shortcuts that keep the map, and all latents in every norm.

    Args:
        image_shape, classes, seed, generator, discriminator, **overrides: as in `recipes.biggan`.
        latent_dim: int, length of a latent vector.
        width: int, ch in the paper, as in `recipes.biggan`.
        attention: as in `recipes.biggan`, but that `"auto"` is another side from 256 pixels on, see
            `networks.biggan_deep`.

    Returns:
        Compiled `models.CGAN`, without mismatched pairs.

    Deviations:
        Game, optimizers and terms are those of `recipes.biggan`.

    Reference:
        Brock et al., 2018, Large Scale GAN Training for High Fidelity Natural Image Synthesis, arXiv:1809.11096,
        Appendix B.
    """
    room = networks.biggan_deep
    generator = generator or _orthogonal(
        room.generator(image_shape, classes, latent_dim, width=width, attention=attention)
    )
    discriminator = discriminator or room.discriminator(image_shape, classes, width, attention)
    return _scaled(generator, discriminator, image_shape, classes, seed, overrides)


def _orthogonal(generator):
    """A generator with BigGAN's term on all its kernels, those within norms and attention, too."""
    return regularizers.regularize(generator, regularizers.OrthogonalRegularizer(1e-4), but=WITHOUT)


def _scaled(generator, discriminator, image_shape, classes, seed, overrides):
    """BigGAN's game, which BigGAN-deep plays, too."""
    latent_dim = generator.input_shape[0][-1]
    model = models.CGAN(generator, discriminator, latent_dim, classes, seed)
    constants = biggan_constants(image_shape, d_rate=2e-4, g_rate=5e-5)
    return compiled(model, None, overrides, mismatched=False, **constants)


def biggan_constants(image_shape, d_rate, g_rate):
    """The constants of BigGAN's game at given rates; of small pictures they are its first author's for CIFAR-10."""
    d_rate, g_rate, n_critic = (2e-4, 2e-4, 4) if image_shape[0] <= SMALL_SIDE else (d_rate, g_rate, 2)
    optimizers = {"d_optimizer": adam(d_rate, 0.0), "g_optimizer": adam(g_rate, 0.0)}
    return {**optimizers, "loss": "hinge", "n_critic": n_critic, "ema": 0.9999}
