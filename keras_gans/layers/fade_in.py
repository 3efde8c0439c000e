"""Fade-in: layers that are new take over little by little from what was there before."""

import keras
from keras import layers, ops

__all__ = ["FadeIn"]


@keras.saving.register_keras_serializable("keras_gans")
class FadeIn(layers.Layer):
    """Mixes two tensors, the first of which fades while the level of detail rises by 1.

    Attributes:
        detail: non-trainable float32 scalar, log2 of the pixels of a side, fractions while layers fade in; it is set by
            who trains, see `schedules.Growth.detail`. At first it is at the end.
        averaged: False: averages of weights have its present value.

    Args:
        level: int, the detail at which only the first input counts; at level + 1 only the second does.
        **kwargs: `name` and `dtype`, as in `keras.layers.Layer`.

    Call arguments:
        inputs: list of two float tensors of one shape.

    Returns:
        float tensor of that shape.

    Formula:
        y = (1 - a) low + a high, a = clip(detail - level, 0, 1); in this form it is exactly `high` at a = 1.

    Deviations:
        none

    Reference:
        Karras et al., 2018, Progressive Growing of GANs for Improved Quality, Stability, and Variation,
        arXiv:1710.10196, Figure 2.

    Example:
        ```python
        layer = layers.FadeIn(level=2)
        layer.build([(None, 1), (None, 1)])
        layer.detail.assign(2.25)
        layer([np.zeros((1, 1)), np.ones((1, 1))])  # [[0.25]]
        ```
    """

    averaged = False

    def __init__(self, level, **kwargs):
        super().__init__(**kwargs)
        self.level = level

    def build(self, input_shape):
        self.detail = self.add_weight(
            name="detail",
            shape=(),
            dtype="float32",
            initializer=keras.initializers.Constant(self.level + 1.0),
            trainable=False,
            autocast=False,
            aggregation="only_first_replica",
        )

    def call(self, inputs):
        low, high = inputs
        share = ops.cast(ops.clip(self.detail - self.level, 0.0, 1.0), self.compute_dtype)
        return (1.0 - share) * low + share * high

    def compute_output_shape(self, input_shape):
        return input_shape[0]

    def get_config(self):
        return {**super().get_config(), "level": self.level}

    @classmethod
    def examples(cls):
        """None of one batch: it takes two."""
        return []
