"""Blur: a small low-pass filter beside the steps of a network that change the number of pixels."""

import keras
from keras import layers, ops

__all__ = ["Blur"]


@keras.saving.register_keras_serializable("keras_gans")
class Blur(layers.Layer):
    """Smoothes each channel by a 3x3 binomial filter; it has nothing to learn.

    Args:
        **kwargs: `name` and `dtype`, as in `keras.layers.Layer`.

    Call arguments:
        inputs: float tensor (N, H, W, C).

    Returns:
        float tensor of the same shape.

    Formula:
        y = x * k, k the outer product of (1, 2, 1) / 4 with itself, x surrounded by zeros.

    Deviations:
        none

    Reference:
        Karras et al., 2019, A Style-Based Generator Architecture for Generative Adversarial Networks, arXiv:1812.04948;
        the filter and the zeros at the border are those of the authors' code.

    Example:
        ```python
        x = np.array([0.0, 0.0, 4.0, 0.0]).reshape(1, 1, 4, 1)  # above and below of it are zeros
        layers.Blur()(x)[0, 0, :, 0]  # [0.0, 0.5, 1.0, 0.5]
        ```
    """

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.input_spec = layers.InputSpec(ndim=4)

    def call(self, inputs):
        x = ops.pad(inputs, ((0, 0), (1, 1), (1, 1), (0, 0)))
        for _ in range(2):  # (1, 1) * (1, 1) = (1, 2, 1); on CPUs the quickest way that there is on all backends
            x = ops.average_pool(x, 2, strides=1, data_format="channels_last")
        return x

    def compute_output_shape(self, input_shape):
        return input_shape

    @classmethod
    def examples(cls):
        """One map."""
        return [(cls(), (1, 3, 3, 2))]
