"""Masking noise: some numbers of an example are lost in training."""

import keras
from keras import layers, ops

from keras_gans import engine

__all__ = ["MaskingNoise"]


@keras.saving.register_keras_serializable("keras_gans")
class MaskingNoise(layers.Layer):
    """Sets each number to a value with a given probability, in training only; the others stay what they are.

    That is not dropout, which multiplies what it keeps, so that black, -1, would become -2 at a rate of 0.5.

    Args:
        rate: float in [0, 1), the probability.
        value: float, what a lost number is set to; black by default, the zero of pictures in [0, 1].
        seed: int or None, of the numbers that are lost.
        **kwargs: `name` and `dtype`, as in `keras.layers.Layer`.

    Call arguments:
        inputs: float tensor (N, ...).
        training: whether numbers are lost.

    Returns:
        float tensor (N, ...).

    Raises:
        ValueError: if the rate is not in [0, 1).

    Reference:
        Vincent, Larochelle, Lajoie, Bengio, Manzagol, 2010, Stacked Denoising Autoencoders, JMLR 11, Section 3.3.

    Example:
        ```python
        layers.MaskingNoise(0.9)(np.ones((1, 2)))  # [[1.0, 1.0]]
        lost = layers.MaskingNoise(0.5, seed=0)(np.zeros((100, 100)), training=True)
        round(float(np.mean(lost)), 1)  # -0.5
        ```
    """

    def __init__(self, rate, value=-1.0, seed=None, **kwargs):
        if not 0 <= rate < 1:
            raise ValueError(f"Expected `rate` of at least 0 and below 1. Received: {rate!r}.")
        super().__init__(**kwargs)
        self.rate, self.value, self.seed = rate, value, seed
        self.seed_generator = keras.random.SeedGenerator(seed)
        self.built = True

    def call(self, inputs, training=False):
        if not training:
            return inputs
        drawn = engine.replica_rows(
            lambda rows: keras.random.uniform((rows, *inputs.shape[1:]), dtype="float32", seed=self.seed_generator),
            ops.shape(inputs)[0],
        )
        return ops.where(drawn < self.rate, ops.cast(self.value, inputs.dtype), inputs)

    def compute_output_shape(self, input_shape):
        return input_shape

    @classmethod
    def examples(cls):
        """One that loses half of the numbers."""
        return [(cls(0.5, seed=0), (3, 4))]

    def get_config(self):
        return {**super().get_config(), "rate": self.rate, "value": self.value, "seed": self.seed}
