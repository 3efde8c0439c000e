"""Feature matching: G matches what D computes on the way to its judgement, not only the judgement."""

import keras
from keras import ops

from keras_gans import engine
from keras_gans.regularizers.penalty import Penalty

__all__ = ["FeatureMatching"]


@keras.saving.register_keras_serializable("keras_gans")
class FeatureMatching(Penalty):
    """Distance between the mean features of real and of generated examples; a term of G's loss.

    Args:
        weight: float, factor of the squared distance.
        layer: string, name of the layer of D whose output are the features; this package's discriminators call the
            input of their last layer `"features"`.

    Formula:
        weight * |E f(x) - E f(G(z))|^2

    Deviations:
        The paper replaces G's loss by it; as a term of `g_penalties` it is added.

    Reference:
        Salimans et al., 2016, Improved Techniques for Training GANs, arXiv:1606.03498, Section 3.1.

    Example:
        ```python
        from keras_gans.regularizers.judge import Judge

        points = np.ones((4, 2), "float32")
        judge = Judge(networks.mlp.discriminator((2,)))
        float(regularizers.FeatureMatching()(judge, points, points, seed=0))  # 0.0
        ```
    """

    def __init__(self, weight=1.0, layer="features"):
        self.weight = weight
        self.layer = layer

    def __call__(self, discriminator, real, fake, seed):
        features = (ops.cast(discriminator.features(x, self.layer), "float32") for x in (real, fake))
        real_mean, fake_mean = (ops.mean(engine.all_rows(feature), axis=0) for feature in features)
        return self.weight * ops.sum(ops.square(real_mean - fake_mean))

    def get_config(self):
        return {"weight": self.weight, "layer": self.layer}
