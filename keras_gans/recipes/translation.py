"""Recipes of image-to-image translation: with pairs, without, through a common space, and between many domains."""

import keras

from keras_gans import models, networks, regularizers
from keras_gans.models.attributes import Attributes
from keras_gans.recipes.build import adam, compiled
from keras_gans.recipes.registry import recipe
from keras_gans.schedules import ConstantThenLinear

DECAY = 1e-4  # of UNIT's weights


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
    image_shape=(256, 256, 3),
    width=64,
    receptive_field=70,
    seed=0,
    generator=None,
    discriminator=None,
    target_channels: int | None = None,
    **overrides,
):
    """Pix2Pix: a U-Net and a patch discriminator learn to translate pictures from pairs.

    Args:
        image_shape: tuple (height, width, channels) of inputs and targets, sides that 32 divides, to 512 pixels.
        width: int, channels of the widest map of both networks: 64 in the paper. 16 trains some ten times as fast.
        receptive_field: int, pixels that a patch of D sees: 1, 16, 70 or 286.
        seed: int, seed of weights and the order of the data.
        generator: None, or a built `keras.Model` instead of the U-Net.
        discriminator: None, or a built `keras.Model` of inputs and targets.
        target_channels: int, channels of the targets, e.g. 3 where grey inputs become coloured; None for the inputs'.
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
    channels = target_channels or image_shape[-1]
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


@recipe(
    paper="Liu et al. 2017",
    arxiv="1703.00848",
    chapter="Many domains",
    batch_size=1,
    data="domains",
    game=models.UNIT,
    smallest={"image_shape": (16, 16, 3), "width": 2, "blocks": 1},
)
def unit(image_shape=(256, 256, 3), width=64, blocks=3, seed=0, **overrides):
    """UNIT: two domains translate through a common space of codes, by VAEs that share weights, GANs and cycles.

    Args:
        image_shape: tuple (side, side, channels), a side of at least 16 pixels that 4 divides, of both domains.
        width: int, channels of the first maps of all networks.
        blocks: int, residual blocks of each front and of each back; one more is shared by both encoders, and one by
            both decoders.
        seed: int, seed of weights, the noise of codes and the order of the data.
        **overrides: arguments of `models.UNIT.compile` that replace the paper's.

    Returns:
        Compiled `models.UNIT`.

    Deviations:
        Adam 1e-4 with beta_1 0.5, weight decay of 1e-4 (1e-4 w is added to the gradient of each weight w), batches of
        1, and the weights 10, 0.1, 100, 0.1 and 100 of `models.UNIT.compile` are those of the authors' code for cats
        and tigers. See `models.UNIT` for what its divergence is.

    Reference:
        Liu, Breuel, Kautz, 2017, Unsupervised Image-to-Image Translation Networks, arXiv:1703.00848; the authors' code,
        github.com/mingyuliutw/UNIT, branch version_02, `exps/unit/cat2tiger.yaml` and `cocogan_trainer.py`.
    """
    of, size = networks.unit, (image_shape, width)
    fronts, backs = ([build(*size, blocks) for _ in range(2)] for build in (of.front_encoder, of.back_decoder))
    shared, judges = (of.shared_encoder(*size), of.shared_decoder(*size)), [of.discriminator(*size) for _ in range(2)]
    decay = keras.regularizers.L2(0.5 * DECAY)  # whose gradient is DECAY w
    nets = [regularizers.regularize(net, decay, biases=True) for net in (*fronts, *shared, *backs, *judges)]
    return compiled(models.UNIT(*nets, seed=seed), adam(1e-4), overrides)


FACES = ("Black_Hair", "Blond_Hair", "Brown_Hair", "Male", "Young")  # of CelebA, what the authors' code learns


@recipe(
    paper="Choi et al. 2018",
    arxiv="1711.09020",
    chapter="Many domains",
    batch_size=16,
    data="attributes",
    game=models.StarGAN,
    smallest={"image_shape": (16, 16, 3), "domains": ("a", "b", "c"), "width": 2, "blocks": 1, "steps": 16},
)
def stargan(
    image_shape=(128, 128, 3),
    domains=FACES,
    sets=None,
    exclusive=(),
    width=64,
    blocks=6,
    steps=None,
    seed=0,
    generator=None,
    discriminator=None,
    **overrides,
):
    """StarGAN: one generator translates between many domains, of one data set or of several with labels of their own.

    Args:
        image_shape: tuple (side, side, channels), a side of at least 16 pixels that 4 divides.
        domains: sequence of strings, the names of the domains.
        sets, exclusive: see `models.StarGAN`.
        width: int, channels of the first maps of both networks.
        blocks: int, residual blocks of the generator.
        steps: int, training steps in all: the learning rates stay for the first half of them and then fall linearly to
            0, as the paper's do over 10 and 10 passes through CelebA. None keeps them.
        seed: int, seed of weights, targets and the order of the data.
        generator: None, or a built `keras.Model` of pictures and labels instead of the paper's.
        discriminator: None, or a built `keras.Model` instead of the paper's.
        **overrides: arguments of `models.StarGAN.compile` that replace the paper's.

    Returns:
        Compiled `models.StarGAN`.

    Deviations:
        Adam 1e-4 with beta_1 0.5, five steps of D, batches of 16, the weights 1 of the domains, 10 of the
        reconstruction and 10 of the gradient penalty are the paper's. The authors' code lowers the rates every 1,000
        updates of D, this does at each. Of several data sets a batch holds examples of all, see `models.StarGAN`.

    Reference:
        Choi et al., 2018, StarGAN: Unified Generative Adversarial Networks for Multi-Domain Image-to-Image Translation,
        arXiv:1711.09020, Section 5; the authors' code, github.com/yunjey/stargan.
    """
    length = Attributes(domains, sets, exclusive).length
    generator = generator or networks.stargan.generator(image_shape, length, width, blocks)
    discriminator = discriminator or networks.stargan.discriminator(image_shape, len(domains), width)
    model = models.StarGAN(generator, discriminator, domains, sets, exclusive, seed)
    of_d, of_g = (_rate(steps, updates) for updates in (overrides.get("n_critic", 5), 1))
    return compiled(model, None, overrides, d_optimizer=adam(of_d), g_optimizer=adam(of_g))


def _rate(steps, updates):
    """1e-4, for the second half of the steps falling to 0; the schedule counts so many updates a step."""
    if steps is None:
        return 1e-4
    return ConstantThenLinear(1e-4, updates * (steps // 2), updates * max(1, steps - steps // 2))
