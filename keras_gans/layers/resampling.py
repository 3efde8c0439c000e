"""Enlarging and reducing: by repeated pixels, or with a filter, as signal processing has it."""

import keras
from keras import layers, ops

from keras_gans.layers.equalized import EqualizedConv2D

__all__ = ["EqualizedDownConv2D", "NearestUpSampling2D", "SmoothDownSampling2D", "SmoothUpSampling2D"]


@keras.saving.register_keras_serializable("keras_gans")
class NearestUpSampling2D(layers.UpSampling2D):
    """Repeats each pixel: `keras.layers.UpSampling2D`, whose maps keep known sides in TensorFlow's graphs.

    Keras' own layer forgets them there where the size of the batch is not known, and a convolution that follows is then
    no operation of TensorFlow Lite.

    Args:
        size, **kwargs: as in `keras.layers.UpSampling2D`.

    Call arguments:
        inputs: float tensor (N, H, W, C).

    Returns:
        float tensor (N, size H, size W, C), (N, 2 H, 2 W, C) by default.

    Formula:
        y_ij = x_(i // size)(j // size).

    Deviations:
        none

    Reference:
        Odena et al., 2016, Deconvolution and Checkerboard Artifacts: nearest neighbours, then a convolution.

    Example:
        ```python
        layers.NearestUpSampling2D()(np.arange(2.0).reshape(1, 1, 2, 1))[0, 1, :, 0]  # [0.0, 0.0, 1.0, 1.0]
        ```
    """

    def call(self, inputs):
        sides = self.compute_output_shape(inputs.shape)[1:]
        x = super().call(inputs)
        return x if None in sides else ops.reshape(x, (-1, *sides))


@keras.saving.register_keras_serializable("keras_gans")
class SmoothUpSampling2D(layers.Layer):
    """Doubles both sides: zeros between the pixels, then the filter (1, 3, 3, 1) along height and width.

    Args:
        **kwargs: `name` and `dtype`, as in `keras.layers.Layer`.

    Call arguments:
        inputs: float tensor (N, H, W, C).

    Returns:
        float tensor (N, 2 H, 2 W, C).

    Formula:
        Along each side y_2i = (x_(i-1) + 3 x_i) / 4 and y_(2i+1) = (3 x_i + x_(i+1)) / 4; beyond the border is 0.

    Deviations:
        none

    Reference:
        Karras et al., 2019, Analyzing and Improving the Image Quality of StyleGAN, arXiv:1912.04958, whose code has
        this filter.

    Example:
        ```python
        layers.SmoothUpSampling2D()(np.ones((1, 2, 2, 1)))[0, 1, :, 0]  # [0.75, 1.0, 1.0, 0.75]
        ```
    """

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.input_spec = layers.InputSpec(ndim=4)

    def call(self, inputs):
        x = padded(ops.repeat(ops.repeat(inputs, 2, axis=1), 2, axis=2), 1)
        return _means(x, (1, 1))  # (1, 1), which is to repeat, * (1, 1) * (1, 1) = (1, 3, 3, 1)

    def compute_output_shape(self, input_shape):
        n, height, width, channels = input_shape
        return (n, height and 2 * height, width and 2 * width, channels)


@keras.saving.register_keras_serializable("keras_gans")
class SmoothDownSampling2D(layers.Layer):
    """Halves both sides: the filter (1, 3, 3, 1) along height and width, then every second pixel.

    Args:
        **kwargs: `name` and `dtype`, as in `keras.layers.Layer`.

    Call arguments:
        inputs: float tensor (N, H, W, C), H and W even.

    Returns:
        float tensor (N, H / 2, W / 2, C).

    Formula:
        Along each side y_i = (x_(2i-1) + 3 x_2i + 3 x_(2i+1) + x_(2i+2)) / 8; beyond the border is 0.

    Deviations:
        none

    Reference:
        Karras et al., 2019, Analyzing and Improving the Image Quality of StyleGAN, arXiv:1912.04958, whose code has
        this filter.

    Example:
        ```python
        layers.SmoothDownSampling2D()(np.ones((1, 4, 4, 1)))[0, :, :, 0] * 64  # [[49.0, 49.0], [49.0, 49.0]]
        ```
    """

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.input_spec = layers.InputSpec(ndim=4)

    def call(self, inputs):
        return smoothed(inputs, pad=1, stride=2)

    def compute_output_shape(self, input_shape):
        return _halved_shape(input_shape)


@keras.saving.register_keras_serializable("keras_gans")
class EqualizedDownConv2D(EqualizedConv2D):
    """Convolution of stride 2 behind the filter (1, 3, 3, 1), with weights scaled as in `EqualizedDense`.

    Args:
        filters, kernel_size, gain, use_bias, **kwargs: as in `EqualizedConv2D`; the kernel's side is odd.

    Call arguments:
        inputs: float tensor (N, H, W, C), H and W even.

    Returns:
        float tensor (N, H / 2, W / 2, filters).

    Formula:
        `EqualizedConv2D`, then `SmoothDownSampling2D`, but that the filter comes first and zeros are put around the
        borders only once, before it.

    Deviations:
        none

    Reference:
        Karras et al., 2019, Analyzing and Improving the Image Quality of StyleGAN, arXiv:1912.04958, whose code so
        halves the sides of its discriminator's maps.

    Raises:
        ValueError: if an argument is not positive, or the kernel's side is even.

    Example:
        ```python
        layer = layers.EqualizedDownConv2D(filters=1, kernel_size=1, gain=1.0)
        layer.build((None, 4, 4, 1))
        layer.kernel.assign(np.full((1, 1, 1, 1), 2.0))
        layer(np.ones((1, 4, 4, 1)))[0, :, :, 0] * 64  # [[98.0, 98.0], [98.0, 98.0]]
        ```
    """

    def __init__(self, filters, kernel_size, **kwargs):
        super().__init__(filters, kernel_size, **kwargs)
        if kernel_size % 2 == 0:
            raise ValueError(f"Expected an odd `kernel_size`. Received: {kernel_size}.")

    def call(self, inputs):
        x = smoothed(inputs, pad=(self.kernel_size + 1) // 2)
        y = ops.conv(x, self.kernel * float(self.scale), strides=2, padding="valid", data_format="channels_last")
        return y + self.bias if self.use_bias else y

    def compute_output_shape(self, input_shape):
        return _halved_shape((*input_shape[:-1], self.filters))

    @classmethod
    def examples(cls):
        """A block's convolution, and one without bias."""
        return [(cls(2, 3), (1, 4, 4, 3)), (cls(2, 1, use_bias=False), (1, 2, 2, 3))]


def smoothed(x, pad, stride=1):
    """Filters maps with (1, 3, 3, 1) / 8 along height and along width.

    Args:
        x: float tensor (N, H, W, C).
        pad: int, zeros around each border.
        stride: int, of what is filtered every how manyth pixel is kept.

    Returns:
        float tensor (N, (H + 2 pad - 3) / stride, (W + 2 pad - 3) / stride, C), rounded up.
    """
    return _means(padded(x, pad), (1, 1, stride))  # (1, 1) * (1, 1) * (1, 1) = (1, 3, 3, 1)


def padded(x, pad):
    """Maps with zeros around them."""
    return ops.pad(x, ((0, 0), (pad, pad), (pad, pad), (0, 0)))


def _means(x, strides):
    """Takes the means of 2x2 pixels once for each stride, which is quick on CPUs on all backends."""
    for stride in strides:
        x = ops.average_pool(x, 2, strides=stride, data_format="channels_last")
    return x


def _halved_shape(shape):
    n, height, width, channels = shape
    return (n, height and height // 2, width and width // 2, channels)
