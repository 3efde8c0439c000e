"""Recipes of the chapter on image-to-image translation: with pairs, and without."""

from keras_gans import models, networks
from keras_gans.recipes.build import adam, compiled
from keras_gans.recipes.registry import recipe
from keras_gans.schedules import ConstantThenLinear


@recipe(
    paper="Isola et al. 2017",
    arxiv="1611.07004",
    chapter="Pix2Pix",
    batch_size=1,
    data="pairs",
    game=models.Pix2Pix,
    smallest={"image_shape": (32, 32, 3), "width": 4, "receptive_field": 16},
)
def pix2pix(
    image_shape=(256, 256, 3), width=64, receptive_field=70, seed=0, generator=None, discriminator=None, **overrides
):
    """Pix2Pix: a U-Net and a patch discriminator learn to translate pictures from pairs.

    Args:
        image_shape: tuple (side, side, channels), side a power of 2 from 32 to 512, of inputs and targets.
        width: int, channels of the widest map of both networks: 64 in the paper. 16 trains some ten times as fast.
        receptive_field: int, pixels that a patch of D sees: 1, 16, 70 or 286.
        seed: int, seed of weights and the order of the data.
        generator: None, or a built `keras.Model` instead of the U-Net.
        discriminator: None, or a built `keras.Model` of inputs and targets.
        **overrides: arguments of `models.Pix2Pix.compile` that replace the paper's.

    Returns:
        Compiled `models.Pix2Pix`.

    Deviations:
        Lambda 100, Adam 2e-4 with beta_1 0.5, batches of 1 and D's halved loss are the paper's. The U-Net's bottleneck
        has no batch norm: of a single picture it would leave nothing there, as the paper's erratum says.

    Reference:
        Isola et al., 2017, Image-to-Image Translation with Conditional Adversarial Networks, arXiv:1611.07004,
        Section 3 and Appendix 6.
    """
    channels = image_shape[-1]
    generator = generator or networks.pix2pix.generator(image_shape, channels, width, bottleneck_batch_norm=False)
    discriminator = discriminator or networks.pix2pix.discriminator(image_shape, channels, width, receptive_field)
    return compiled(models.Pix2Pix(generator, discriminator, seed), adam(), overrides)


@recipe(
    paper="Zhu et al. 2017",
    arxiv="1703.10593",
    chapter="CycleGAN",
    batch_size=1,
    data="domains",
    game=models.CycleGAN,
    smallest={"image_shape": (20, 20, 3), "width": 4, "blocks": 1, "steps": 16},
)
def cyclegan(image_shape=(256, 256, 3), width=64, blocks: int | None = None, steps=None, seed=0, **overrides):
    """CycleGAN: two generators that undo each other learn to translate pictures without pairs.

    Args:
        image_shape: tuple (side, side, channels), a side that 4 divides, of both domains.
        width: int, channels of the widest map of all networks: 64 in the paper. 16 trains some ten times as fast.
        blocks: int, residual blocks of the generators; None is the paper's 6 below 256 pixels, else 9.
        steps: int, training steps in all: the learning rate stays for the first half of them and then falls linearly
            to 0, as the paper's does over 100 and 100 epochs. None keeps it.
        seed: int, seed of weights, the order of the data and the pools.
        **overrides: arguments of `models.CycleGAN.compile` that replace the paper's.

    Returns:
        Compiled `models.CycleGAN`.

    Deviations:
        Lambda 10, the identity term of 0.5 lambda, Adam 2e-4 with beta_1 0.5, batches of 1 and pools of 50 are the
        paper's; it uses the identity term for paintings and photographs only.

    Reference:
        Zhu et al., 2017, Unpaired Image-to-Image Translation using Cycle-Consistent Adversarial Networks,
        arXiv:1703.10593, Sections 4 and 5.2 and the appendix.
    """
    generators = [networks.cyclegan.generator(image_shape, width=width, blocks=blocks) for _ in range(2)]
    discriminators = [networks.cyclegan.discriminator(image_shape, width=width) for _ in range(2)]
    model = models.CycleGAN(*generators, *discriminators, seed=seed)
    rate = 2e-4 if steps is None else ConstantThenLinear(2e-4, steps // 2, max(1, steps - steps // 2))
    return compiled(model, adam(rate), overrides)
