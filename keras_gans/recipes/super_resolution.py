"""Recipes that enlarge pictures: by the squared error alone, and with an adversary."""

import keras

from keras_gans import models, networks
from keras_gans.recipes.build import adam, compiled
from keras_gans.recipes.registry import recipe

RATE = 1e-4  # of the paper; SRGAN's second half has a tenth of it


@recipe(
    paper="Ledig et al. 2017",
    arxiv="1609.04802",
    chapter="From coarse to fine",
    batch_size=16,
    data="enlargements",
    game=models.SRResNet,
    smallest={"image_shape": (16, 16, 3), "width": 4, "blocks": 1},
)
def srresnet(image_shape=(96, 96, 3), width=64, blocks=16, seed=0, **overrides):
    """SRResNet: enlarges pictures of any size four times, by the squared error: the best score, and smooth.

    Args:
        image_shape: tuple (height, width, channels) of the crops that it learns to make, sides that 4 divides.
        width: int, channels of the maps: 64 in the paper.
        blocks: int, residual blocks: 16 in the paper.
        seed: int, seed of weights and of the order of the data.
        **overrides: arguments of `models.SRResNet.compile` that replace the paper's.

    Returns:
        Compiled `models.SRResNet`.

    Deviations:
        Adam at 1e-4 with beta_1 0.9, batches of 16 and crops of 96 pixels are the paper's, which makes 10^6 updates. A
        narrow network on small pictures learns faster at 1e-3.

    Reference:
        Ledig et al., 2017, Photo-Realistic Single Image Super-Resolution Using a Generative Adversarial Network,
        arXiv:1609.04802, Sections 2.1.1 and 3.2.
    """
    generator = networks.srresnet.generator(image_shape[-1], width, blocks)
    return compiled(models.SRResNet(generator, image_shape, seed), adam(RATE, beta_1=0.9), overrides)


@recipe(
    paper="Ledig et al. 2017",
    arxiv="1609.04802",
    chapter="From coarse to fine",
    batch_size=16,
    data="enlargements",
    game=models.SRGAN,
    smallest={"image_shape": (16, 16, 3), "width": 4, "blocks": 1, "steps": 16},
)
def srgan(image_shape=(96, 96, 3), width=64, blocks=16, steps=None, seed=0, **overrides):
    """SRGAN: enlarges pictures four times so that a discriminator takes them for real ones; starts from `srresnet`.

    Args:
        image_shape: tuple (height, width, channels) of the crops that D judges, sides that 4 divides.
        width: int, channels of G's maps and of D's first: 64 in the paper.
        blocks: int, residual blocks of G: 16 in the paper.
        steps: int, training steps in all: the learning rates are a tenth in the second half of them, as the paper's
            are after 10^5 of 2 x 10^5 updates. None keeps them.
        seed: int, seed of weights and of the order of the data.
        **overrides: arguments of `models.SRGAN.compile` that replace the paper's, e.g. `content="vgg54"`.

    Returns:
        Compiled `models.SRGAN`, whose G is new; `--start` or `set_weights` gives it a trained `srresnet`'s weights.

    Deviations:
        Adam at 1e-4 with beta_1 0.9, batches of 16, crops of 96 pixels and the weight 10^-3 of the adversary are the
        paper's. Content is the squared error, its row SRGAN-MSE, unless VGG19's features are asked for, which have to
        be downloaded.

    Reference:
        Ledig et al., 2017, Photo-Realistic Single Image Super-Resolution Using a Generative Adversarial Network,
        arXiv:1609.04802, Sections 2.1, 2.2 and 3.2.
    """
    generator = networks.srresnet.generator(image_shape[-1], width, blocks)
    model = models.SRGAN(generator, networks.srgan.discriminator(image_shape, width), seed)
    of_d, of_g = (_rate(steps, updates) for updates in (overrides.get("n_critic", 1), 1))
    optimizers = {"d_optimizer": adam(of_d, beta_1=0.9), "g_optimizer": adam(of_g, beta_1=0.9)}
    return compiled(model, None, overrides, **optimizers)


def _rate(steps, updates):
    """1e-4, for the second half of the steps a tenth of it; the schedule counts so many updates a step."""
    if steps is None:
        return RATE
    half = updates * -(-steps // 2)
    return keras.optimizers.schedules.ExponentialDecay(RATE, half, 0.1, staircase=True)
