"""Style mixing: in training the layers of a network follow now one, now two vectors."""

import keras
import numpy as np
from keras import layers, ops

__all__ = ["StyleMixing"]


@keras.saving.register_keras_serializable("keras_gans")
class StyleMixing(layers.Layer):
    """Hands a vector to each layer of a network: the same to all, or in training another one from some layer on.

    A network that is trained so does not learn to rely on one style at neighbouring layers. Of a network that grows,
    the layers change over among those that are in use, two for each side from 4 pixels on.

    Attributes:
        detail: non-trainable float32 scalar, log2 of the pixels of a side, fractions while layers fade in; it is set by
            who trains, see `schedules.Growth.detail`. At first it is at the end.
        averaged: False: averages of weights have its present value.

    Args:
        rows: int, L, layers of the network, an even number of at least 2.
        probability: float in [0, 1], how often there are two vectors, in training.
        seed: int or None, of what is drawn.
        **kwargs: `name` and `dtype`, as in `keras.layers.Layer`.

    Call arguments:
        inputs: list of two float tensors (N, d).
        training: whether they are mixed.

    Returns:
        float tensor (N, L, d).

    Formula:
        y_nl = w_n for l < k, w'_n for l >= k. Outside of training k = L. In training, with the probability p, k is
        uniform in {1, ..., M - 1}, M = 2 ceil(detail) - 2 the layers in use, else L; there is one k for a batch.

    Deviations:
        The paper mixes the styles of a given share of pictures; its authors' code mixes those of that share of batches,
        as here.

    Reference:
        Karras et al., 2019, A Style-Based Generator Architecture for Generative Adversarial Networks, arXiv:1812.04948,
        Section 3.1; layers in use are counted as in the authors' code.

    Raises:
        ValueError: if an argument is out of its range.

    Example:
        ```python
        layer = layers.StyleMixing(rows=2, probability=1.0)
        first, second = np.array([[1.0]]), np.array([[2.0]])
        layer([first, second])  # [[[1.0], [1.0]]]
        layer([first, second], training=True)  # [[[1.0], [2.0]]]
        ```
    """

    averaged = False

    def __init__(self, rows, probability=0.9, seed=None, **kwargs):
        if not isinstance(rows, int) or rows < 2 or rows % 2:
            raise ValueError(f"Expected `rows` as an even integer of at least 2. Received: {rows!r}.")
        if not 0 <= probability <= 1:
            raise ValueError(f"Expected `probability` between 0 and 1. Received: {probability!r}.")
        super().__init__(**kwargs)
        self.rows, self.probability = rows, probability
        self.seed, self.seed_generator = seed, keras.random.SeedGenerator(seed)

    def build(self, input_shape):
        self.detail = self.add_weight(
            name="detail",
            shape=(),
            dtype="float32",
            initializer=keras.initializers.Constant(self.rows / 2.0 + 1.0),
            trainable=False,
            autocast=False,
            aggregation="only_first_replica",
        )

    def call(self, inputs, training=False):
        w, other = (ops.repeat(vectors[:, None], self.rows, axis=1) for vectors in inputs)
        return ops.where(ops.arange(self.rows)[:, None] < self._crossover(), w, other) if training else w

    def _crossover(self):
        """The first layer of the second vector, an int32 scalar; all replicas draw the same."""
        last = 2.0 * ops.ceil(self.detail) - 3.0
        coin, place = (keras.random.uniform((), dtype="float32", seed=self.seed_generator) for _ in range(2))
        k = 1.0 + ops.minimum(ops.floor(place * last), last - 1.0)
        return ops.cast(ops.where(coin < self.probability, k, self.rows), "int32")

    def compute_output_shape(self, input_shape):
        batch, features = input_shape[0]
        return (batch, self.rows, features)

    def get_config(self):
        return {**super().get_config(), "rows": self.rows, "probability": self.probability, "seed": self.seed}

    @classmethod
    def examples(cls):
        """One that always mixes."""
        return [(cls(4, probability=1.0, seed=0), (2, 3), np.ones((2, 3), "float32"))]
