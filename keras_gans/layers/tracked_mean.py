"""Tracked mean: a layer that knows the mean of what has passed through it in training."""

import keras
from keras import layers, ops

from keras_gans import engine

__all__ = ["TrackedMean"]


@keras.saving.register_keras_serializable("keras_gans")
class TrackedMean(layers.Layer):
    """Returns its inputs, and in training keeps a running mean of them, towards which styles can then be truncated.

    Attributes:
        mean: non-trainable float32 vector (d,), the running mean, 0 at first.
        averaged: False: averages of weights have its present value.

    Args:
        decay: float in [0, 1), 1 - 1 / the number of batches that the mean reaches back.
        **kwargs: `name` and `dtype`, as in `keras.layers.Layer`.

    Call arguments:
        inputs: float tensor (N, d).
        training: whether the mean moves.

    Returns:
        the inputs.

    Formula:
        mean <- decay mean + (1 - decay) (mean of the rows of the batch, those of all replicas), once for each call.

    Deviations:
        none. As in the authors' code, the mean moves when D is trained and when G is.

    Reference:
        Karras et al., 2019, A Style-Based Generator Architecture for Generative Adversarial Networks, arXiv:1812.04948,
        Appendix B, for the mean; that it is a running one of decay 0.995 is in the authors' code.

    Raises:
        ValueError: if the decay is not in [0, 1).

    Example:
        ```python
        layer = layers.TrackedMean(decay=0.75)
        layer(np.array([[4.0], [12.0]]), training=True)  # [[4.0], [12.0]]
        layer.mean  # [0.25 * 8.0]
        ```
    """

    averaged = False

    def __init__(self, decay=0.995, **kwargs):
        if not 0 <= decay < 1:
            raise ValueError(f"Expected `decay` of at least 0 and below 1. Received: {decay!r}.")
        super().__init__(**kwargs)
        self.decay = decay
        self.input_spec = layers.InputSpec(ndim=2)

    def build(self, input_shape):
        self.mean = self.add_weight(
            name="mean",
            shape=(input_shape[-1],),
            dtype="float32",
            initializer="zeros",
            trainable=False,
            autocast=False,
            aggregation="only_first_replica",
        )

    def call(self, inputs, training=False):
        if training:
            now = ops.mean(ops.cast(engine.all_rows(ops.stop_gradient(inputs)), "float32"), axis=0)
            self.mean.assign(self.decay * self.mean + (1.0 - self.decay) * now)
        return inputs

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        return {**super().get_config(), "decay": self.decay}

    @classmethod
    def examples(cls):
        """One batch, of which it learns the mean."""
        return [(cls(), (3, 2))]
