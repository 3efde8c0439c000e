"""Gated linear units: one half of the channels decides how much of the other half passes."""

import keras
from keras import layers, ops

__all__ = ["GLU"]


@keras.saving.register_keras_serializable("keras_gans")
class GLU(layers.Layer):
    """Multiplies the first half of the channels by the sigmoid of the second half.

    Args:
        **kwargs: `name` and `dtype`, as in `keras.layers.Layer`.

    Call arguments:
        inputs: float tensor (N, ..., 2 C).

    Returns:
        float tensor (N, ..., C).

    Raises:
        ValueError: if the number of channels is odd.

    Formula:
        y_c = x_c / (1 + exp(-x_(C + c))), c from 0 to C - 1.

    Deviations:
        none

    Reference:
        Dauphin, Fan, Auli, Grangier, 2017, Language Modeling with Gated Convolutional Networks, arXiv:1612.08083.

    Example:
        ```python
        layers.GLU()(np.array([[2.0, -3.0, 0.0, np.log(3.0)]]))  # [[1.0, -2.25]]
        ```
    """

    def build(self, input_shape):
        if input_shape[-1] % 2:
            raise ValueError(f"Expected an even number of channels. Received: {input_shape[-1]}.")

    def call(self, inputs):
        return gated(inputs)

    def compute_output_shape(self, input_shape):
        return (*input_shape[:-1], input_shape[-1] // 2)

    @classmethod
    def examples(cls):
        """A map, and a vector."""
        return [(cls(), (1, 3, 3, 4)), (cls(), (2, 6))]


def gated(x):
    """The first half of the channels of a tensor times the sigmoid of the second half."""
    values, gates = ops.split(x, 2, axis=-1)
    return values * ops.sigmoid(gates)
