"""Reflection padding: a map continued by its mirror image."""

import keras
from keras import layers, ops

__all__ = ["ReflectionPadding2D"]


@keras.saving.register_keras_serializable("keras_gans")
class ReflectionPadding2D(layers.Layer):
    """Surrounds a map with its mirror image, the border itself not repeated.

    So a convolution sees no zeros at the border, which a generator would learn to show as a frame.

    Args:
        padding: int, rows and columns added on each of the four sides.
        **kwargs: `name` and `dtype`, as in `keras.layers.Layer`.

    Call arguments:
        inputs: float tensor (N, H, W, C).

    Returns:
        float tensor (N, H + 2 padding, W + 2 padding, C).

    Raises:
        ValueError: if the padding is not a positive integer, or not smaller than a side of the map.

    Formula:
        y[i] = x[r(i - padding)] in each of the two directions, where r(i) = |i| and r(n - 1 + i) = n - 1 - i.

    Deviations:
        none

    Reference:
        Johnson et al., 2016, Perceptual Losses for Real-Time Style Transfer and Super-Resolution, arXiv:1603.08155,
        supplement; Zhu et al., 2017, Unpaired Image-to-Image Translation using Cycle-Consistent Adversarial Networks,
        arXiv:1703.10593, Section 7.2.

    Example:
        ```python
        x = np.array([1.0, 2.0, 3.0, 4.0]).reshape(1, 2, 2, 1)
        layers.ReflectionPadding2D(1)(x)[0, 0, :, 0]  # [4.0, 3.0, 4.0, 3.0]
        ```
    """

    def __init__(self, padding=1, **kwargs):
        if not isinstance(padding, int) or padding < 1:
            raise ValueError(f"Expected `padding` as a positive integer. Received: {padding!r}.")
        super().__init__(**kwargs)
        self.padding = padding
        self.input_spec = layers.InputSpec(ndim=4)

    def build(self, input_shape):
        self._check(input_shape)

    def call(self, inputs):
        self._check(inputs.shape)
        both = (self.padding, self.padding)
        return ops.pad(inputs, ((0, 0), both, both, (0, 0)), mode="reflect")

    def _check(self, shape):
        sides = [side for side in shape[1:3] if side is not None]
        if any(side <= self.padding for side in sides):
            raise ValueError(
                f"Expected a map of more rows and columns than the {self.padding} to mirror. "
                f"Received: shape {tuple(shape)}."
            )

    def compute_output_shape(self, input_shape):
        batch, *sides, channels = input_shape
        return (batch, *(None if side is None else side + 2 * self.padding for side in sides), channels)

    def get_config(self):
        return {**super().get_config(), "padding": self.padding}
