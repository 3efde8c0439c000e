"""Pixel normalisation: the features of each place are brought to one length."""

import keras
from keras import layers, ops

from keras_gans import engine

__all__ = ["PixelNormalization"]


@keras.saving.register_keras_serializable("keras_gans")
class PixelNormalization(layers.Layer):
    """Divides the vector of channels at each place by its root mean square.

    It keeps a generator's signals from growing while it fights with the discriminator; it has nothing to learn. Of
    latents (N, d) it makes points on the sphere of radius sqrt(d).

    Args:
        epsilon: float, added to the mean square.
        **kwargs: `name` and `dtype`, as in `keras.layers.Layer`.

    Call arguments:
        inputs: float tensor (N, ..., C).

    Returns:
        float tensor of the same shape; the mean square is float32 in mixed precision too.

    Formula:
        y_c = x_c / sqrt(mean over c of x_c^2 + epsilon)

    Deviations:
        none

    Reference:
        Karras et al., 2018, Progressive Growing of GANs for Improved Quality, Stability, and Variation,
        arXiv:1710.10196, Section 4.2.

    Example:
        ```python
        layers.PixelNormalization()(np.array([[3.0, 4.0]]))  # [[0.848528, 1.131371]]
        ```
    """

    def __init__(self, epsilon=1e-8, **kwargs):
        super().__init__(**kwargs)
        self.epsilon = epsilon

    def call(self, inputs):
        x = engine.widened(inputs)
        y = x * ops.rsqrt(ops.mean(ops.square(x), axis=-1, keepdims=True) + self.epsilon)
        return ops.cast(y, self.compute_dtype)

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        return {**super().get_config(), "epsilon": self.epsilon}
