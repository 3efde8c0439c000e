"""Grouped convolution: channels in groups that do not hear each other, at the speed that each backend is capable of."""

import keras
import numpy as np
from keras import layers, ops

from keras_gans import engine

__all__ = ["GroupedConv2D"]

TOGETHER = 2  # groups that one convolution takes, where many small ones are slow


@keras.saving.register_keras_serializable("keras_gans")
class GroupedConv2D(layers.Conv2D):
    """`keras.layers.Conv2D` with groups, whose weights and outputs it has, and which is quick on CPUs, too.

    Keras leaves groups to XLA, which on a CPU takes many times as long for them as for a convolution without.
    There this layer convolves two groups at a time, by a kernel that is 0 between them; elsewhere it is Keras' layer.

    Args:
        filters, kernel_size, groups, **kwargs: as in `keras.layers.Conv2D`.

    Call arguments:
        inputs: float tensor (N, H, W, C), C a multiple of `groups`.

    Returns:
        float tensor (N, H', W', filters), as `keras.layers.Conv2D` returns it.

    Formula:
        With x and y cut into as many parts of their channels as there are groups: y_g = x_g * k_g + b_g.

    Deviations:
        none

    Reference:
        Xie et al., 2017, Aggregated Residual Transformations for Deep Neural Networks, arXiv:1611.05431, Section 3.3
        and Figure 3c, where the number of groups is the cardinality.

    Raises:
        ValueError: as `keras.layers.Conv2D` does, e.g. if `groups` does not divide `filters`.

    Example:
        ```python
        layer = layers.GroupedConv2D(2, 1, groups=2, kernel_initializer="ones")
        layer(np.reshape([1.0, 2.0, 3.0, 4.0], (1, 1, 1, 4)))[0, 0]  # [[1.0 + 2.0, 3.0 + 4.0]]
        ```
    """

    def __init__(self, filters, kernel_size, groups=1, **kwargs):
        super().__init__(filters, kernel_size, groups=groups, **kwargs)

    def convolution_op(self, inputs, kernel):
        if self.groups == 1 or not engine.slow_groups():
            return super().convolution_op(inputs, kernel)
        last = self.data_format == "channels_last"
        heard, made = inputs.shape[-1 if last else 1] // self.groups, self.filters // self.groups
        outputs = []
        for first in range(0, self.groups, TOGETHER):
            own = slice(first * heard, (first + TOGETHER) * heard)
            wide = _wide(kernel[..., first * made : (first + TOGETHER) * made], made)
            outputs.append(super().convolution_op(inputs[..., own] if last else inputs[:, own], wide))
        return ops.concatenate(outputs, axis=-1 if last else 1)

    @classmethod
    def examples(cls):
        """More groups than are taken at once, and strides."""
        return [
            (cls(12, 3, groups=3, padding="same"), (1, 4, 4, 6)),
            (cls(4, 2, groups=2, strides=2, use_bias=False), (2, 4, 4, 4)),
        ]


def _wide(kernel, made):
    """The kernel of some groups as one of all their channels, 0 between channels of different groups.

    Args:
        kernel: float tensor (h, w, channels that a group hears, made * groups).
        made: int, channels that a group makes.

    Returns:
        float tensor (h, w, groups * channels that a group hears, made * groups).
    """
    heard, groups = kernel.shape[2], kernel.shape[3] // made
    own = np.kron(np.eye(groups), np.ones((heard, made)))
    return ops.tile(kernel, (1, 1, groups, 1)) * ops.cast(own, kernel.dtype)
