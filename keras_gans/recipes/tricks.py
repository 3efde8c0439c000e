"""Recipe of the improved techniques: five ideas that mend the plain game, together."""

from keras_gans import losses, regularizers
from keras_gans.recipes.build import adam, compiled, make
from keras_gans.recipes.registry import recipe


@recipe(paper="Salimans et al. 2016", arxiv="1606.03498", chapter="More ideas", batch_size=100)
def improved_gan(
    image_shape=(28, 28, 1), latent_dim: int | None = None, seed=0, generator=None, discriminator=None, **overrides
):
    """Improved techniques: minibatch discrimination, virtual batch norm, feature matching, smoothing, averaging.

    Args:
        image_shape, latent_dim, seed, generator, discriminator, **overrides: as in `recipes.dcgan`; a discriminator
            that is handed in must have a layer named "features", see `regularizers.FeatureMatching`.

    Returns:
        Compiled `models.GAN`.

    Deviations:
        Adam 3e-4 with beta_1 0.5, batches of 100 and real targets of 0.9 are the authors'. The paper tries the five
        techniques in turn; here they are together, G's loss plus feature matching instead of feature matching alone,
        and historical averaging, for which no weight is given, with a weight of 1e-3. Networks are the course's DCGAN
        pair with virtual batch norm in G; the dense pair for points has no batch norm to replace, and 16 instead of
        100 projections.

    Reference:
        Salimans et al., 2016, Improved Techniques for Training GANs, arXiv:1606.03498, Section 3.
    """
    model = make(
        image_shape,
        latent_dim,
        seed,
        generator,
        discriminator,
        g_arguments={"virtual_batch_norm": True},
        minibatch_discrimination=16 if len(image_shape) == 1 else 100,
    )
    for network in (model.generator, model.discriminator):
        regularizers.regularize(network, regularizers.HistoricalAveraging(1e-3), biases=True)
    constants = {
        "loss": losses.GANLoss(smoothing=0.1, one_sided=True),
        "g_penalties": [regularizers.FeatureMatching()],
    }
    return compiled(model, adam(3e-4), overrides, **constants)
