"""Recipes of the chapter on growing and style, which begins with pictures that are made from coarse to fine."""

from keras_gans import losses, models, networks, regularizers, schedules
from keras_gans.recipes.build import adam, compiled
from keras_gans.recipes.registry import recipe


@recipe(
    paper="Denton et al. 2015",
    arxiv="1506.05751",
    chapter="From coarse to fine",
    batch_size=64,
    game=models.LapGAN,
    smallest={"image_shape": (16, 16, 1), "width": 4, "units": 32},
)
def lapgan(image_shape=(32, 32, 3), latent_dim=100, coarsest=8, width=64, units=1200, seed=0, **overrides):
    """LapGAN: small pictures first, then, size by size, the details that they lack, each size by a GAN of its own.

    Args:
        image_shape: tuple (side, side, channels), side `coarsest` times 2, 4, 8, ...
        latent_dim: int, length of the coarsest level's latents; each other level has one number for each pixel.
        coarsest: int, side of the coarsest pictures, from 5 on.
        width: int, channels of the levels' convolutions: 64 in the authors' code. 16 trains some five times as fast.
        units: int, units of a layer of the coarsest generator; its discriminator has half as many.
        seed: int, seed of weights, latents and the order of the data.
        **overrides: arguments of `models.LapGAN.compile` that replace these.

    Returns:
        Compiled `models.LapGAN`.

    Raises:
        ValueError: if the coarsest side, doubled some times, is not the pictures'.

    Deviations:
        The levels' networks are those of the authors' code for CIFAR-10, facebook/eyescream, and its coarsest pair
        dense with ReLU, as here, and dropout 0.5 in D, but with up to 8,000 units, and a sigmoid in G's second layer
        where here is a ReLU. Its batches of 128 are half real and half generated. Adam 2e-4 with beta_1 0.5 replaces
        its gradient descent at 0.02 with momentum 0.5, which is slow. It takes each pixel's mean away and divides by
        its deviation; here pictures are in [-1, 1], and those of the coarsest level end in a tanh.

    Reference:
        Denton et al., 2015, Deep Generative Image Models using a Laplacian Pyramid of Adversarial Networks,
        arXiv:1506.05751, Sections 2.3 and 3.1.
    """
    small, *shapes = _doubled(image_shape, coarsest)
    generators = [networks.mlp.generator(small, latent_dim, units)]
    generators += [networks.lapgan.generator(shape, width) for shape in shapes]
    judges = {coarsest: networks.mlp.discriminator(small, units // 2, negative_slope=0.0, dropout=0.5)}
    judges |= {shape[0]: networks.lapgan.discriminator(shape, width) for shape in shapes}
    named = {f"discriminator_{side}": judge for side, judge in judges.items()}
    return compiled(models.LapGAN(networks.lapgan.cascade(generators), seed, **named), adam(), overrides)


@recipe(
    paper="Karras et al. 2018",
    arxiv="1710.10196",
    chapter="Growing and style",
    batch_size=16,
    game=models.GrowingGAN,
    flip=True,
    smallest={"image_shape": (8, 8, 1), "width": 4, "steps": 9},
)
def progan(
    image_shape=(64, 64, 3),
    latent_dim: int | None = None,
    width=512,
    base=8192,
    steps=60000,
    grow=True,
    seed=0,
    **overrides,
):
    """ProGAN: both networks grow from 4x4 pixels up, and layers that are new fade in.

    Args:
        image_shape: tuple (side, side, channels), side a power of 2 from 8 to 1024, channels 1 to 4.
        latent_dim: int, length of a latent vector; None is `width`.
        width: int, the most channels of a map: 512 in the paper. 64 trains some 30 times as fast.
        base: int, channels of a map times half its side, as far as `width` allows it.
        steps: int, training steps of the whole training, of which all phases take the same share.
        grow: whether the networks grow; else all layers learn from the start.
        seed: int, seed of weights, latents and the order of the data.
        **overrides: arguments of `models.GrowingGAN.compile` that replace the paper's.

    Returns:
        Compiled `models.GrowingGAN`.

    Deviations:
        WGAN-GP with lambda 10, drift 0.001, one step of D, Adam 1e-3, 0, 0.99 and averages of decay 0.999 are the
        paper's; its phases show D 800,000 pictures each, and above 128 pixels its batches are smaller than 16.
        As the authors' code does, optimizers begin anew where a phase begins. A run mirrors photographs of a folder,
        as their code does those of CelebA-HQ.

    Reference:
        Karras et al., 2018, Progressive Growing of GANs for Improved Quality, Stability, and Variation,
        arXiv:1710.10196, Appendix A.1.
    """
    latent_dim = latent_dim or width
    generator = networks.progan.generator(image_shape, latent_dim, width, base)
    discriminator = networks.progan.discriminator(image_shape, width, base)
    model = models.GrowingGAN(generator, discriminator, latent_dim, seed)
    constants = {
        "loss": losses.WassersteinLoss(drift=0.001),
        "penalties": [regularizers.GradientPenalty(10.0)],
        "ema": 0.999,
        "fresh_fakes": True,
    }
    phases = growth(image_shape[0], steps, first_side=4, grow=grow)
    return compiled(model, adam(1e-3, 0.0, 0.99), overrides, phases=phases, **constants)


@recipe(
    paper="Karras et al. 2019",
    arxiv="1812.04948",
    chapter="Growing and style",
    batch_size=16,
    game=models.GrowingGAN,
    flip=True,
    smallest={"image_shape": (16, 16, 1), "width": 4, "mapping_layers": 2, "steps": 10},
)
def stylegan(
    image_shape=(64, 64, 3),
    latent_dim: int | None = None,
    width=512,
    base=8192,
    mapping_layers=8,
    gamma=10.0,
    steps=60000,
    grow=True,
    seed=0,
    **overrides,
):
    """StyleGAN: latents are mapped to styles, which each layer of G takes anew; the networks grow from 8x8 pixels up.

    Args:
        image_shape: tuple (side, side, channels), side a power of 2 from 8 to 1024, channels 1 to 4.
        latent_dim: int, length of a latent vector; None is `width`.
        width: int, the most channels of a map, and the length of a style: 512 in the paper. 64 trains some 30 times as
            fast.
        base: int, channels of a map times half its side, as far as `width` allows it.
        mapping_layers: int, dense layers between latents and styles.
        gamma: float, of R1. The paper's 10 is for 1024 pixels; its authors' later code (NVlabs/stylegan2-ada) begins
            with 0.0002 side^2 / batch, which is 0.05 for 64 pixels and batches of 16.
        steps: int, training steps of the whole training, of which all phases take the same share.
        grow: whether the networks grow; else all layers learn from the start.
        seed: int, seed of weights, latents and the order of the data.
        **overrides: arguments of `models.GrowingGAN.compile` that replace the paper's.

    Returns:
        Compiled `models.GrowingGAN`.

    Deviations:
        The non-saturating loss, R1 with gamma 10, one step of D, Adam 1e-3, 0, 0.99 and averages that forget half in
        10,000 pictures are those of the authors' code for FFHQ; it shows D 600,000 pictures in each phase, in batches
        of 256 to 32, and raises the rates to 1.5e-3 at 128 pixels and to 3e-3 above 256. As it does, optimizers begin
        anew where a phase begins, and a run mirrors photographs of a folder.

    Reference:
        Karras et al., 2019, A Style-Based Generator Architecture for Generative Adversarial Networks, arXiv:1812.04948,
        Appendix C.
    """
    latent_dim = latent_dim or width
    generator = networks.stylegan.generator(image_shape, latent_dim, width, base, mapping_layers)
    discriminator = networks.stylegan.discriminator(image_shape, width, base)
    model = models.GrowingGAN(generator, discriminator, latent_dim, seed)
    constants = {
        "loss": "gan",
        "penalties": [regularizers.R1(gamma)],
        "ema": 0.5 ** (16 / 10_000),  # of batches of 16
        "fresh_fakes": True,
    }
    phases = growth(image_shape[0], steps, first_side=8, grow=grow)
    return compiled(model, adam(1e-3, 0.0, 0.99), overrides, phases=phases, **constants)


@recipe(
    paper="Karras et al. 2019",
    arxiv="1912.04958",
    chapter="Growing and style",
    batch_size=32,
    game=models.StyleGAN2,
    flip=True,
    smallest={"image_shape": (16, 16, 1), "width": 4, "mapping_layers": 2},
)
def stylegan2(
    image_shape=(64, 64, 3),
    latent_dim: int | None = None,
    width=512,
    base=16384,
    mapping_layers=8,
    gamma=10.0,
    seed=0,
    **overrides,
):
    """StyleGAN2: styles scale kernels, equal steps in w change pictures equally, and nothing grows.

    Args:
        image_shape: tuple (side, side, channels), side a power of 2 from 8 to 1024, channels 1 to 4.
        latent_dim: int, length of a latent vector; None is `width`.
        width: int, the most channels of a map, and the length of a style: 512 in the paper. 32 trains on a CPU.
        base: int, channels of a map times half its side, as far as `width` allows it.
        mapping_layers: int, dense layers between latents and styles.
        gamma: float, of R1. The paper's 10 is for 1024 pixels; its authors' later code (NVlabs/stylegan2-ada) begins
            with 0.0002 side^2 / batch, which is 0.05 for 64 pixels and batches of 16.
        seed: int, seed of weights, latents and the order of the data.
        **overrides: arguments of `models.StyleGAN2.compile` that replace the paper's.

    Returns:
        Compiled `models.StyleGAN2`.

    Deviations:
        Adam 2e-3, 0, 0.99, R1 with gamma 10 at every 16th step, path lengths of weight 2 at every 4th, batches of 32
        and averages that forget half in 10,000 pictures are those of the authors' code for the paper's config F. Why
        the optimizers stay as they are with terms that come now and then, `models.StyleGAN2` says. A run mirrors
        photographs of a folder, as their code's example for FFHQ does.

    Reference:
        Karras et al., 2019, Analyzing and Improving the Image Quality of StyleGAN, arXiv:1912.04958, Sections 2 to 4.
    """
    latent_dim = latent_dim or width
    generator = networks.stylegan2.generator(image_shape, latent_dim, width, base, mapping_layers)
    discriminator = networks.stylegan2.discriminator(image_shape, width, base)
    model = models.StyleGAN2(generator, discriminator, latent_dim, seed)
    constants = {
        "path_length": regularizers.PathLength(weight=2.0, decay=0.01, every=4),
        "penalties": [regularizers.Lazy(regularizers.R1(gamma), every=16)],
        "ema": 0.5 ** (32 / 10_000),  # of batches of 32
        "fresh_fakes": True,
    }
    return compiled(model, adam(2e-3, 0.0, 0.99), overrides, **constants)


def growth(side, steps, first_side, grow):
    """Divides training steps into equally long phases of growth up to a side, or makes one phase of all of them."""
    first_side = first_side if grow else side
    phases = 2 * (side // first_side).bit_length() - 1
    return schedules.Growth(first_side, side, max(1, steps // phases))


def _doubled(image_shape, coarsest):
    """The shapes of pictures from the coarsest side up to theirs."""
    side, sides = image_shape[0], [coarsest]
    while sides[-1] < side:
        sides.append(2 * sides[-1])
    if len(image_shape) != 3 or not side == image_shape[1] == sides[-1] > coarsest:
        raise ValueError(
            f"Expected `image_shape` as (side, side, channels), side {coarsest} times 2, 4, 8, ... "
            f"Received: {image_shape!r}."
        )
    return [(side, side, image_shape[2]) for side in sides]
