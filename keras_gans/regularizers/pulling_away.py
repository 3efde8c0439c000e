"""The pulling-away term: G is to make a batch whose codes point in different directions."""

import keras
from keras import ops

from keras_gans import engine
from keras_gans.regularizers.penalty import EPSILON, Penalty

__all__ = ["PullingAway"]


@keras.saving.register_keras_serializable("keras_gans")
class PullingAway(Penalty):
    """Mean squared cosine between the codes of a batch's generated examples; a term of G's loss.

    Args:
        weight: float, factor of the mean.
        layer: string, name of the layer of D whose output are the codes; `networks.energy` calls it `"code"`.

    Formula:
        weight / (N (N - 1)) * sum_i sum_{j != i} (S_i . S_j / (|S_i| |S_j|))^2, over the batch of all replicas

    Deviations:
        none. Codes that are maps are taken as one vector for each example. A batch of one has the term 0. Without the
        square, as in some well-known code, opposite codes would be rewarded.

    Reference:
        Zhao, Mathieu, LeCun, 2016, Energy-based Generative Adversarial Network, arXiv:1609.03126, Section 2.4,
        Equation 14; the weight of 0.1: Section 4.1.

    Example:
        ```python
        from keras_gans.regularizers.judge import Judge

        points = np.ones((4, 2), "float32")
        judge = Judge(networks.mlp.discriminator((2,)))
        float(regularizers.PullingAway(0.1, layer="features")(judge, points, points, seed=0))  # 0.1
        ```
    """

    def __init__(self, weight=0.1, layer="code"):
        self.weight = weight
        self.layer = layer

    def __call__(self, discriminator, real, fake, seed):
        codes = ops.cast(discriminator.features(fake, self.layer), "float32")
        codes = engine.all_rows(ops.reshape(codes, (ops.shape(codes)[0], -1)))
        codes = codes / ops.sqrt(ops.sum(ops.square(codes), axis=1, keepdims=True) + EPSILON)
        n = ops.shape(codes)[0]
        squares = ops.square(ops.matmul(codes, ops.transpose(codes))) * (1.0 - ops.eye(n))
        pairs = ops.cast(ops.maximum(n * (n - 1), 1), "float32")
        return self.weight * ops.sum(squares) / pairs

    def get_config(self):
        return {"weight": self.weight, "layer": self.layer}
