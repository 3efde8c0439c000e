"""Expand: a step up the Laplacian pyramid as a layer."""

import keras
from keras import layers

from keras_gans import pyramid

__all__ = ["Expand"]


@keras.saving.register_keras_serializable("keras_gans")
class Expand(layers.Layer):
    """Doubles both sides of pictures without new details: `pyramid.expand`.

    Args:
        **kwargs: `name` and `dtype`, as in `keras.layers.Layer`.

    Call arguments:
        inputs: float tensor (N, H, W, C), sides of at least 2.

    Returns:
        float tensor (N, 2 H, 2 W, C).

    Formula:
        See `pyramid.expand`.

    Deviations:
        none

    Reference:
        Burt and Adelson, 1983, The Laplacian Pyramid as a Compact Image Code, IEEE Transactions on Communications 31.

    Example:
        ```python
        layers.Expand()(np.ones((1, 2, 2, 1)))[0, 0, :, 0]  # [1.0, 1.0, 1.0, 1.0]
        ```
    """

    def call(self, inputs):
        return pyramid.expand(inputs)

    def compute_output_shape(self, input_shape):
        n, height, width, channels = input_shape
        return (n, 2 * height, 2 * width, channels)

    @classmethod
    def examples(cls):
        """Pictures of two rows."""
        return [(cls(), (1, 2, 3, 2))]
