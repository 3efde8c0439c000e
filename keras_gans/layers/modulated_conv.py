"""Modulated convolution: a style scales the kernel, and what it makes of the signal's size is divided out again."""

import keras
import numpy as np
from keras import layers, ops

from keras_gans import engine
from keras_gans.layers.equalized import GAIN, EqualizedDense
from keras_gans.layers.resampling import smoothed

__all__ = ["ModulatedConv2D"]

SIDES = (1, 3)  # of a kernel; only the second enlarges


@keras.saving.register_keras_serializable("keras_gans")
class ModulatedConv2D(layers.Layer):
    """Convolution whose kernel is scaled by a style, for each example, and brought to length 1 again.

    It is StyleGAN2's normalisation. StyleGAN's divides each map by the deviation that it has; this one by the deviation
    that it is expected to have, if all inputs have the same. So what a map is in relation to the others is not
    lost, and no droplets are needed to carry it past the normalisation.

    Args:
        filters: int, channels of the output.
        kernel_size: int, side of the kernel: 3, or 1 where nothing is enlarged.
        gain: float, sqrt(2) before a rectifier, 1 before none.
        demodulate: whether the scaled kernel is brought to length 1.
        up: whether both sides are doubled: zeros between pixels, the kernel, then the filter (1, 3, 3, 1) along both.
        epsilon: float, added to the kernel's squared length.
        **kwargs: `name` and `dtype`, as in `keras.layers.Layer`; there is no initialiser to choose.

    Call arguments:
        inputs: list of two float tensors: maps (N, H, W, C), and (N, d), of which the style is made.

    Returns:
        float tensor (N, H, W, filters), or (N, 2 H, 2 W, filters) with `up`.

    Formula:
        s = A w + b + 1, A equalised, b = 0 at first; k' = s_c c K, c = 1 / sqrt(kernel_size^2 C), K ~ N(0, 1) at first;
        k'' = k' / sqrt(sum over places and c of k'^2 + epsilon), for each output channel; y = gain x * k''.

    Deviations:
        none in what is computed. Not the kernels of all examples are made, but inputs are multiplied by the style and
        outputs by what demodulates, which is the same and faster on CPUs; the authors' code can do so, too. The scale
        of demodulation is computed in float32 in mixed precision. The authors multiply by sqrt(2) behind the rectifier;
        with the gain before it, a bias between moves by sqrt(2) less in a step.

    Reference:
        Karras et al., 2019, Analyzing and Improving the Image Quality of StyleGAN, arXiv:1912.04958, Section 2.2,
        Equations 1 and 3; enlarging and epsilon are those of the authors' code.

    Raises:
        ValueError: if an argument is not positive, or the kernel's side is not one of these.

    Example:
        ```python
        layer = layers.ModulatedConv2D(filters=1, kernel_size=1, gain=1.0)
        layer.build([(None, 2, 2, 2), (None, 1)])
        layer.kernel.assign(np.reshape([3.0, 4.0], (1, 1, 2, 1)))
        layer.style.kernel.assign([[0.0, 0.0]])
        layer([np.ones((1, 1, 1, 2)), np.ones((1, 1))])  # [[[[3.0 / 5.0 + 4.0 / 5.0]]]]
        ```
    """

    def __init__(self, filters, kernel_size, gain=GAIN, demodulate=True, up=False, epsilon=1e-8, **kwargs):
        if kernel_size not in SIDES or (up and kernel_size == 1):
            raise ValueError(f"Expected `kernel_size` as 3, or as 1 without `up`. Received: {kernel_size!r}.")
        if not isinstance(filters, int) or filters < 1 or not gain > 0:
            raise ValueError(f"Expected positive `filters` and `gain`. Received: {filters!r} and {gain!r}.")
        super().__init__(**kwargs)
        self.filters, self.kernel_size, self.gain = filters, kernel_size, gain
        self.demodulate, self.up, self.epsilon = demodulate, up, epsilon

    def build(self, input_shape):
        maps, w = input_shape
        shape = (self.kernel_size, self.kernel_size, maps[-1], self.filters)
        self.scale = 1.0 / np.sqrt(np.prod(shape[:-1]))
        self.kernel = self.add_weight(
            name="kernel", shape=shape, initializer=keras.initializers.RandomNormal(stddev=1.0), autocast=False
        )
        self.style = EqualizedDense(maps[-1], gain=1.0, dtype=self.dtype_policy, name="style")
        self.style.build(w)

    def call(self, inputs):
        x, w = inputs
        styles = engine.widened(self.style(w)) + 1.0
        kernel = self.kernel * float(self.scale)
        y = self._convolved(x * _for_maps(styles, x), ops.cast(kernel, x.dtype))
        return y * _for_maps(self._gains(styles, kernel), y)

    def _convolved(self, x, kernel):
        """The maps convolved with the one kernel of all examples, and enlarged."""
        if not self.up:
            return ops.conv(x, kernel, strides=1, padding="same", data_format="channels_last")
        # A transposed convolution puts zeros between pixels; it turns its kernel around, and takes (.., out, in).
        kernel = 4.0 * ops.transpose(kernel[::-1, ::-1], (0, 1, 3, 2))  # of 4 pixels 3 are zeros
        y = ops.conv_transpose(x, kernel, strides=2, padding="valid", data_format="channels_last")
        return smoothed(y, pad=1)

    def _gains(self, styles, kernel):
        """The factor of each output, (N, filters), or (1, filters) where nothing is demodulated."""
        if not self.demodulate:
            return self.gain * ops.ones((1, self.filters))
        squares = ops.sum(ops.square(engine.widened(kernel)), axis=(0, 1))
        return self.gain * ops.rsqrt(ops.matmul(ops.square(styles), squares) + self.epsilon)

    def compute_output_shape(self, input_shape):
        n, height, width, _ = input_shape[0]
        factor = 2 if self.up else 1
        return (n, height and factor * height, width and factor * width, self.filters)

    def get_config(self):
        return {
            **super().get_config(),
            "filters": self.filters,
            "kernel_size": self.kernel_size,
            "gain": self.gain,
            "demodulate": self.demodulate,
            "up": self.up,
            "epsilon": self.epsilon,
        }

    @classmethod
    def examples(cls):
        """None of one batch: it takes two."""
        return []


def _for_maps(factors, maps):
    """Factors (N, C) of a shape and dtype that multiply maps (N, H, W, C)."""
    return ops.cast(factors, maps.dtype)[:, None, None]
