"""Recipes of the modern baseline: a loss of pairs, two penalties, plain residual networks, and no tricks."""

from keras.optimizers import schedules as keras_schedules

from keras_gans import losses, models, networks, regularizers
from keras_gans.recipes.build import compiled
from keras_gans.recipes.registry import SMALL_SIDE, recipe
from keras_gans.schedules import ScheduledAdam

GAMMAS = {64: 2.0, 128: 17.0}  # pixels of a side -> of R1 and R2 at first
GAMMA_SMALL, GAMMA_LARGE = 0.05, 150.0  # below and above
WANES, SLOWS, STEADIES = 0.1, 0.25, 1.1  # what is left at the end of gamma, of the rate and of beta_2


@recipe(
    paper="Huang et al. 2024",
    arxiv="2501.05441",
    chapter="What was needed",
    batch_size=256,
    small_batch=512,
    flip=True,
    smallest={"image_shape": (8, 8, 1), "latent_dim": 8, "width": 16, "blocks": 1},
)
def r3gan(
    image_shape=(32, 32, 3),
    latent_dim=64,
    width=768,
    blocks=2,
    gamma: float | None = None,
    steps=40000,
    seed=0,
    generator=None,
    discriminator=None,
    **overrides,
):
    """R3GAN: RSGAN's pairs, D's gradient held at 0 on real and generated examples, and residual networks without norms.

    Args:
        image_shape: tuple (side, side, channels), side a power of 2 from 8 to 1024, channels 1 to 4.
        latent_dim: int, length of a latent vector.
        width: int, channels of the maps up to 32 pixels, a multiple of 8: 768 in the paper, for which
            `keras-gans train r3gan_conditional --steps 1` takes over 20 GB. 32 trains on a CPU.
        blocks: int, residual blocks of each side.
        gamma: None for the paper's, or float, of R1 and R2 at first. A training of minutes learns more with 1.0 and
            `learning_rate=3e-3`.
        steps: int, training steps of the whole training, over which rates, gamma and beta_2 change.
        seed: int, seed of weights, latents and the order of the data.
        generator: None, or a built `keras.Model` of latents.
        discriminator: None, or a built `keras.Model` of pictures, without batch norm.
        **overrides: arguments of `models.GAN.compile` that replace the paper's.

    Returns:
        Compiled `models.GAN`.

    Formula:
        D minimises E[softplus(D(G(z)) - D(x))] + gamma/2 (E|grad D(x)|^2 + E|grad D(G(z))|^2), with the i-th x beside
        the i-th z, and G minimises E[softplus(D(x) - D(G(z)))].

    Deviations:
        Adam with beta_1 0, its rate from 2e-4 to 5e-5 and beta_2 from 0.9 to 0.99, gamma that falls to a tenth, all by
        half a cosine over the training, and one step of D are those of the authors' code, whose training shows D 20
        million pictures. Its gamma begins as 0.05 for CIFAR-10, as here up to 32 pixels, 2 for 64 pixels and 150 for
        256; 17, for 128, lies between. Batches are 512 and, of larger pictures, 256. Averages forget half in a quarter
        of the training up to 32 pixels, else in a fortieth, with a ramp at the beginning; the code's reach of averages
        begins at 0 and grows by half a cosine. G's pairs have real pictures of D's last batch, the code's others. The
        code also shows D pictures that are changed at random, more and more of them up to a third; `augment="diff"`
        changes all of them, and without it none is.

    Reference:
        Huang et al., 2024, The GAN is dead; long live the GAN! A Modern GAN Baseline, arXiv:2501.05441, Sections 2 to
        4; the authors' code, github.com/brownvc/R3GAN.
    """
    room = networks.r3gan
    generator = generator or room.generator(image_shape, latent_dim, width, blocks=blocks)
    discriminator = discriminator or room.discriminator(image_shape, width, blocks=blocks)
    model = models.GAN(generator, discriminator, latent_dim, seed)
    return _played(model, image_shape[0], gamma, steps, overrides)


@recipe(
    paper="Huang et al. 2024",
    arxiv="2501.05441",
    chapter="What was needed",
    batch_size=256,
    small_batch=512,
    data="labels",
    game=models.CGAN,
    flip=True,
    smallest={"image_shape": (16, 16, 1), "classes": 3, "latent_dim": 8, "width": 8, "blocks": 1},
)
def r3gan_conditional(
    image_shape=(32, 32, 3),
    classes=10,
    latent_dim=64,
    width=768,
    blocks=2,
    gamma: float | None = None,
    steps=40000,
    seed=0,
    generator=None,
    discriminator=None,
    **overrides,
):
    """R3GAN with classes: beside the latents, and as D's measure of what it has seen.

    Args:
        image_shape, latent_dim, width, blocks, gamma, steps, seed: as in `recipes.r3gan`.
        classes: int, how many classes.
        generator: None, or a built `keras.Model` of latents and labels.
        discriminator: None, or a built `keras.Model` of pictures and labels, without batch norm.
        **overrides: arguments of `models.CGAN.compile` that replace the paper's.

    Returns:
        Compiled `models.CGAN`, without mismatched pairs.

    Deviations:
        Those of `recipes.r3gan`. The two of a pair have the same class.

    Reference:
        Huang et al., 2024, The GAN is dead; long live the GAN! A Modern GAN Baseline, arXiv:2501.05441, Section 5; the
        authors' code, github.com/brownvc/R3GAN, which so trains on CIFAR-10 and ImageNet.
    """
    room = networks.r3gan
    generator = generator or room.generator(image_shape, latent_dim, width, blocks=blocks, classes=classes)
    discriminator = discriminator or room.discriminator(image_shape, width, blocks=blocks, classes=classes)
    model = models.CGAN(generator, discriminator, latent_dim, classes, seed)
    return _played(model, image_shape[0], gamma, steps, overrides, mismatched=False)


def _played(model, side, gamma, steps, overrides, **constants):
    """R3GAN's game, with and without classes."""
    if gamma is None:
        gamma = GAMMA_SMALL if side <= SMALL_SIDE else GAMMAS.get(side, GAMMA_LARGE)
    moves = {"d_optimizer": steps * overrides.get("n_critic", 1), "g_optimizer": steps}
    wanes = keras_schedules.CosineDecay(1.0, moves["d_optimizer"], alpha=WANES)
    constants |= {name: _adam(count) for name, count in moves.items()}
    penalties = [regularizers.Scheduled(kind(gamma), wanes) for kind in (regularizers.R1, regularizers.R2)]
    return compiled(
        model,
        None,
        overrides,
        loss=losses.RelativisticLoss(losses.GANLoss(), average=False),
        penalties=penalties,
        ema=0.5 ** ((4 if side <= SMALL_SIDE else 40) / max(steps, 40)),
        fresh_fakes=True,
        **constants,
    )


def _adam(steps):
    """Adam for so many updates."""
    rate = keras_schedules.CosineDecay(2e-4, steps, alpha=SLOWS)
    return ScheduledAdam(rate, beta_1=0.0, beta_2=keras_schedules.CosineDecay(0.9, steps, alpha=STEADIES))
