"""Equalised learning rate: weights are stored as N(0, 1) and scaled to their right size when they are used."""

import keras
import numpy as np
from keras import layers, ops

__all__ = ["Bias", "EqualizedConv2D", "EqualizedDense"]

GAIN = float(np.sqrt(2.0))  # He's, before a rectifier


@keras.saving.register_keras_serializable("keras_gans")
class EqualizedDense(layers.Layer):
    """Dense layer whose weights, at each use, are scaled to what He's initialisation would have made them.

    Adam moves every stored number by about its learning rate. As all are stored with one deviation, all layers learn at
    one speed, whatever their size; with He's initialisation a layer of small weights is changed the faster.

    Args:
        units: int, features of the output.
        gain: float, sqrt(2) before a rectifier, 1 before none.
        multiplier: float, of the learning rate, the authors' `lrmul`: a stored number counts this many times, and
            begins as many times larger.
        use_bias: whether a bias is added, which begins at 0.
        **kwargs: `name` and `dtype`, as in `keras.layers.Layer`; there is no initialiser to choose.

    Call arguments:
        inputs: float tensor (N, ..., features).

    Returns:
        float tensor (N, ..., units).

    Formula:
        y = x c W + multiplier b, c = multiplier gain / sqrt(features); W ~ N(0, 1 / multiplier^2), b = 0 at first.

    Deviations:
        none

    Reference:
        Karras et al., 2018, Progressive Growing of GANs for Improved Quality, Stability, and Variation,
        arXiv:1710.10196, Section 4.1; gains and multiplier are those of the authors' code.

    Raises:
        ValueError: if an argument is not positive.

    Example:
        ```python
        layer = layers.EqualizedDense(units=1, gain=1.0, use_bias=False)
        layer.build((None, 4))
        layer.kernel.assign(np.ones((4, 1)))
        layer(np.ones((1, 4)))  # [[4.0 * 1.0 / 4.0**0.5]]
        ```
    """

    def __init__(self, units, gain=GAIN, multiplier=1.0, use_bias=True, **kwargs):
        _check(units=units, gain=gain, multiplier=multiplier)
        super().__init__(**kwargs)
        self.units, self.gain, self.multiplier, self.use_bias = units, gain, multiplier, use_bias

    def build(self, input_shape):
        features = input_shape[-1]
        self.scale = self.multiplier * self.gain / np.sqrt(features)
        self.kernel = self.add_weight(
            name="kernel",
            shape=(features, self.units),
            initializer=keras.initializers.RandomNormal(stddev=1.0 / self.multiplier),
        )
        if self.use_bias:
            self.bias = self.add_weight(name="bias", shape=(self.units,), initializer="zeros")

    def call(self, inputs):
        y = ops.matmul(inputs, self.kernel * float(self.scale))
        return y + self.bias * float(self.multiplier) if self.use_bias else y

    def compute_output_shape(self, input_shape):
        return (*input_shape[:-1], self.units)

    def get_config(self):
        return {
            **super().get_config(),
            "units": self.units,
            "gain": self.gain,
            "multiplier": self.multiplier,
            "use_bias": self.use_bias,
        }

    @classmethod
    def examples(cls):
        """One before a rectifier, and one that learns slowly."""
        return [(cls(2), (3, 4)), (cls(2, gain=1.0, multiplier=0.01, use_bias=False), (3, 4))]


@keras.saving.register_keras_serializable("keras_gans")
class EqualizedConv2D(layers.Layer):
    """Convolution of stride 1 that keeps the side, with weights scaled as in `EqualizedDense`.

    Args:
        filters: int, channels of the output.
        kernel_size: int, side of the kernel.
        gain: float, sqrt(2) before a rectifier, 1 before none.
        use_bias: whether a bias is added, which begins at 0.
        **kwargs: `name` and `dtype`, as in `keras.layers.Layer`; there is no initialiser to choose.

    Call arguments:
        inputs: float tensor (N, H, W, C).

    Returns:
        float tensor (N, H, W, filters).

    Formula:
        y = x * c W + b, c = gain / sqrt(kernel_size^2 C); W ~ N(0, 1), b = 0 at first.

    Deviations:
        none

    Reference:
        Karras et al., 2018, Progressive Growing of GANs for Improved Quality, Stability, and Variation,
        arXiv:1710.10196, Section 4.1.

    Raises:
        ValueError: if an argument is not positive.

    Example:
        ```python
        layer = layers.EqualizedConv2D(filters=1, kernel_size=1, gain=1.0)
        layer.build((None, 2, 2, 4))
        layer.kernel.assign(np.ones((1, 1, 4, 1)))
        layer(np.ones((1, 1, 1, 4)))  # [[[[4.0 * 1.0 / 4.0**0.5]]]]
        ```
    """

    def __init__(self, filters, kernel_size, gain=GAIN, use_bias=True, **kwargs):
        _check(filters=filters, kernel_size=kernel_size, gain=gain)
        super().__init__(**kwargs)
        self.filters, self.kernel_size, self.gain, self.use_bias = filters, kernel_size, gain, use_bias
        self.input_spec = layers.InputSpec(ndim=4)

    def build(self, input_shape):
        shape = (self.kernel_size, self.kernel_size, input_shape[-1], self.filters)
        self.scale = self.gain / np.sqrt(np.prod(shape[:-1]))
        self.kernel = self.add_weight(
            name="kernel", shape=shape, initializer=keras.initializers.RandomNormal(stddev=1.0)
        )
        if self.use_bias:
            self.bias = self.add_weight(name="bias", shape=(self.filters,), initializer="zeros")

    def call(self, inputs):
        kernel = self.kernel * float(self.scale)
        y = ops.conv(inputs, kernel, strides=1, padding="same", data_format="channels_last")
        return y + self.bias if self.use_bias else y

    def compute_output_shape(self, input_shape):
        return (*input_shape[:-1], self.filters)

    def get_config(self):
        return {
            **super().get_config(),
            "filters": self.filters,
            "kernel_size": self.kernel_size,
            "gain": self.gain,
            "use_bias": self.use_bias,
        }

    @classmethod
    def examples(cls):
        """One before a rectifier, and one to colours."""
        return [(cls(2, 3), (1, 2, 2, 3)), (cls(3, 1, gain=1.0, use_bias=False), (1, 2, 2, 3))]


@keras.saving.register_keras_serializable("keras_gans")
class Bias(layers.Layer):
    """Adds a bias per channel, where it does not follow its convolution or dense layer at once.

    Args:
        **kwargs: `name` and `dtype`, as in `keras.layers.Layer`.

    Call arguments:
        inputs: float tensor (N, ..., C).

    Returns:
        float tensor of the same shape.

    Formula:
        y = x + b, b = 0 at first.

    Deviations:
        none

    Reference:
        Karras et al., 2018, Progressive Growing of GANs for Improved Quality, Stability, and Variation,
        arXiv:1710.10196: in the authors' code the first dense layer has a bias per map, not per unit.

    Example:
        ```python
        layer = layers.Bias()
        layer.build((None, 2))
        layer.bias.assign([1.0, -1.0])
        layer(np.zeros((1, 2)))  # [[1.0, -1.0]]
        ```
    """

    def build(self, input_shape):
        self.bias = self.add_weight(name="bias", shape=(input_shape[-1],), initializer="zeros")

    def call(self, inputs):
        return inputs + self.bias

    def compute_output_shape(self, input_shape):
        return input_shape


def _check(**arguments):
    """Refuses sizes and factors that are not positive (raises ValueError)."""
    for name, value in arguments.items():
        sized = name in ("units", "filters", "kernel_size")
        if not isinstance(value, int if sized else (int, float)) or value <= 0:
            kind = "integer" if sized else "number"
            raise ValueError(f"Expected `{name}` as a positive {kind}. Received: {value!r}.")
