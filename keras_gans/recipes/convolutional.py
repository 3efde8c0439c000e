"""Recipe of the chapter on DCGAN."""

from keras_gans.recipes.build import adam, compiled, make
from keras_gans.recipes.registry import recipe


@recipe(paper="Radford et al. 2015", arxiv="1511.06434", chapter="DCGAN", batch_size=128)
def dcgan(
    image_shape=(28, 28, 1), latent_dim: int | None = None, seed=0, generator=None, discriminator=None, **overrides
):
    """DCGAN: convolutional networks with batch norm, Adam with a short memory.

    Args:
        image_shape: tuple (height, width, channels), sides 16 to 256, see `networks.dcgan`, channels 1 to 4; or points
            (d,).
        latent_dim: int, length of a latent vector; None is 100 for pictures and 2 for points.
        seed: int, seed of weights, latents and the order of the data.
        generator: None, or a built `keras.Model` instead of the course's.
        discriminator: None, or a built `keras.Model` instead of the course's.
        **overrides: arguments of `models.GAN.compile` that replace the paper's.

    Returns:
        Compiled `models.GAN`.

    Deviations:
        Adam 2e-4 with beta_1 0.5, batches of 128, 100 latents and weights N(0, 0.02) are the paper's. Latents are
        normal instead of uniform; the networks are the course's, see `networks.dcgan`, of half the paper's width.
        For points, which have nothing to convolve, Adam's beta_1 is left of it.

        On the 1,797 digits, 3,000 steps leave samples of all classes that stay beside the data: a judge is sure of
        53 % of them, and they cover 19 % of the held-out digits, where `quick_gan` reaches 85 % and 97 % in less time
        (`benchmarks/results/digits-2-cores.md`).

    Reference:
        Radford et al., 2015, Unsupervised Representation Learning with Deep Convolutional GANs, arXiv:1511.06434,
        Section 4.
    """
    return compiled(make(image_shape, latent_dim, seed, generator, discriminator), adam(), overrides)
