"""Redraw: in training, other latents than those that a network was given."""

import keras
from keras import layers, ops

from keras_gans import engine

__all__ = ["Redraw"]


@keras.saving.register_keras_serializable("keras_gans")
class Redraw(layers.Layer):
    """Draws new numbers from the standard normal distribution, in training only; else it returns its inputs.

    Args:
        seed: int or None, of the numbers.
        **kwargs: `name` and `dtype`, as in `keras.layers.Layer`.

    Call arguments:
        inputs: float tensor (N, d), latents.
        training: whether others are drawn.

    Returns:
        float tensor (N, d).

    Formula:
        y ~ N(0, I) in training, y = x outside of it.

    Deviations:
        none

    Reference:
        Karras et al., 2019, A Style-Based Generator Architecture for Generative Adversarial Networks, arXiv:1812.04948,
        Section 3.1, whose mixing of styles needs a second latent vector.

    Example:
        ```python
        layers.Redraw()(np.array([[1.0, 2.0]]))  # [[1.0, 2.0]]
        drawn = layers.Redraw(seed=0)(np.zeros((1000, 100)), training=True)
        round(float(np.std(drawn)), 1)  # 1.0
        ```
    """

    def __init__(self, seed=None, **kwargs):
        super().__init__(**kwargs)
        self.seed, self.seed_generator = seed, keras.random.SeedGenerator(seed)
        self.input_spec = layers.InputSpec(ndim=2)

    def call(self, inputs, training=False):
        if not training:
            return inputs
        drawn = engine.replica_rows(
            lambda rows: keras.random.normal((rows, *inputs.shape[1:]), dtype="float32", seed=self.seed_generator),
            ops.shape(inputs)[0],
        )
        return ops.cast(drawn, inputs.dtype)

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        return {**super().get_config(), "seed": self.seed}

    @classmethod
    def examples(cls):
        """One of two latents."""
        return [(cls(seed=0), (2, 3))]
