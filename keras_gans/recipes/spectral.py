"""Recipe of the chapter on the spectral norm."""

from keras_gans import losses
from keras_gans.recipes.build import adam, compiled, make_residual
from keras_gans.recipes.registry import recipe


@recipe(paper="Miyato et al. 2018", arxiv="1802.05957", chapter="Spectral norm", batch_size=64)
def sngan(
    image_shape=(28, 28, 1), latent_dim: int | None = None, seed=0, generator=None, discriminator=None, **overrides
):
    """SNGAN: every layer of D is divided by its spectral norm.

    Args:
        image_shape, seed, generator, discriminator, **overrides: as in `recipes.dcgan`; None for a network is the
            paper's ResNet at 32x32 (G of width 256, D of width 128), the DCGAN pair at other sides, the dense pair for
            points, with spectral normalisation in D throughout.
        latent_dim: int, length of a latent vector; None is 128 at 32x32, 100 at other sides and 2 for points.

    Returns:
        Compiled `models.GAN`.

    Deviations:
        Hinge loss, Adam 2e-4, 0, 0.9, five steps of D and batches of 64 are the paper's for its ResNet; the paper also
        lets the learning rate decay to 0 over 100,000 steps, which is left to the optimizers that are handed in.

    Reference:
        Miyato et al., 2018, Spectral Normalization for Generative Adversarial Networks, arXiv:1802.05957, Section 4
        and Appendix.
    """
    model = make_residual(image_shape, latent_dim, seed, generator, discriminator, g_width=256, spectral_norm=True)
    return compiled(model, adam(2e-4, 0.0, 0.9), overrides, loss=losses.HingeLoss(), n_critic=5)
