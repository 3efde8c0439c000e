"""Pixel shuffle: what a convolution found in many channels becomes a map of more pixels."""

import keras
from keras import layers, ops

__all__ = ["PixelShuffle"]


@keras.saving.register_keras_serializable("keras_gans")
class PixelShuffle(layers.Layer):
    """Lays groups of channels out as squares of pixels: a map of as many times the sides, and fewer channels.

    Behind a convolution it enlarges at the cost of a convolution of small maps, and learns what lies between pixels.

    Args:
        factor: int of at least 1, how many times as long the sides become.
        **kwargs: `name` and `dtype`, as in `keras.layers.Layer`.

    Call arguments:
        inputs: float tensor (N, H, W, factor^2 C).

    Returns:
        float tensor (N, factor H, factor W, C).

    Raises:
        ValueError: if the factor is no positive integer, or its square does not divide the channels.

    Formula:
        y[h r + i, w r + j, c] = x[h, w, (i r + j) C + c], r the factor, i and j from 0 to r - 1.

    Deviations:
        Channels lie as (r, r, C), as TensorFlow's `depth_to_space` has them. PyTorch's `PixelShuffle` has (C, r, r), as
        whoever takes weights from there must know: y[h r + i, w r + j, c] = x[h, w, (c r + i) r + j].

    Reference:
        Shi et al., 2016, Real-Time Single Image and Video Super-Resolution Using an Efficient Sub-Pixel Convolutional
        Neural Network, arXiv:1609.05158.

    Example:
        ```python
        x = np.arange(4.0).reshape(1, 1, 1, 4)  # one pixel
        np.squeeze(layers.PixelShuffle(2)(x))  # [[0.0, 1.0], [2.0, 3.0]]
        ```
    """

    def __init__(self, factor, **kwargs):
        super().__init__(**kwargs)
        if not isinstance(factor, int) or factor < 1:
            raise ValueError(f"Expected `factor` as a positive integer. Received: {factor!r}.")
        self.factor = factor
        self.input_spec = layers.InputSpec(ndim=4)

    def build(self, input_shape):
        if input_shape[-1] % self.factor**2:
            raise ValueError(f"Expected channels that {self.factor**2} divides. Received: {input_shape[-1]}.")

    def call(self, inputs):
        r, (_, height, width, channels) = self.factor, ops.shape(inputs)
        x = ops.reshape(inputs, (-1, height, width, r, r, channels // r**2))
        x = ops.transpose(x, (0, 1, 3, 2, 4, 5))
        return ops.reshape(x, (-1, height * r, width * r, channels // r**2))

    def compute_output_shape(self, input_shape):
        n, height, width, channels = input_shape
        sides = (side and side * self.factor for side in (height, width))
        return (n, *sides, channels // self.factor**2)

    def get_config(self):
        return {**super().get_config(), "factor": self.factor}

    @classmethod
    def examples(cls):
        """Two times the sides."""
        return [(cls(2), (1, 2, 3, 8))]
