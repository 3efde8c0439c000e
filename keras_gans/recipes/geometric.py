"""Recipe of the geometric GAN, from which the hinge loss of later papers comes."""

import keras

from keras_gans import losses
from keras_gans.recipes.build import compiled, make
from keras_gans.recipes.registry import recipe


@recipe(paper="Lim and Ye 2017", arxiv="1705.02894", chapter="More ideas", batch_size=64)
def geometric_gan(
    image_shape=(28, 28, 1), latent_dim: int | None = None, seed=0, generator=None, discriminator=None, **overrides
):
    """Geometric GAN: D is a support vector machine, whose hinge loss leaves alone what is right by a margin.

    Args:
        image_shape, latent_dim, seed, generator, discriminator, **overrides: as in `recipes.dcgan`.

    Returns:
        Compiled `models.GAN`.

    Deviations:
        RMSprop 2e-4 with decay 0.99, batches of 64, 100 normal latents and a DCGAN pair are those of the authors' code,
        and are not checked against the paper's text. G makes one step per step of D, where the code's makes ten, and
        the margin's own term, |w|^2 / (2 * 64) of D's last layer, is left out, as in SNGAN and all that followed.
        Networks are the course's DCGAN pair.

    Reference:
        Lim and Ye, 2017, Geometric GAN, arXiv:1705.02894; the authors' code, github.com/lim0606/pytorch-geometric-gan,
        main.py and scripts/exp3.celeba.sh.
    """
    model = make(image_shape, latent_dim, seed, generator, discriminator)
    return compiled(model, keras.optimizers.RMSprop(2e-4, rho=0.99), overrides, loss=losses.HingeLoss())
