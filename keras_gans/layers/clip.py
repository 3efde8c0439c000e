"""Clip: what a network makes stays in the range of pictures where it is looked at, and is free where it learns."""

import keras
from keras import layers, ops

__all__ = ["Clip"]


@keras.saving.register_keras_serializable("keras_gans")
class Clip(layers.Layer):
    """Brings numbers to [-1, 1], outside of training only.

    For generators whose last layer is linear, as those of Karras et al. are. In training the discriminator must see
    what leaves the range; clipped, it would send no gradient there.

    Args:
        **kwargs: `name` and `dtype`, as in `keras.layers.Layer`.

    Call arguments:
        inputs: float tensor.
        training: whether the inputs are returned as they are.

    Returns:
        float tensor of the same shape.

    Formula:
        y = max(-1, min(x, 1)) outside of training, y = x in training.

    Deviations:
        none

    Reference:
        Karras et al., 2018, Progressive Growing of GANs for Improved Quality, Stability, and Variation,
        arXiv:1710.10196, Appendix A.1: the last layer is linear; the authors' code clips where it writes pictures.

    Example:
        ```python
        layers.Clip()(np.array([-3.0, 0.5]))  # [-1.0, 0.5]
        ```
    """

    def call(self, inputs, training=False):
        return inputs if training else ops.clip(inputs, -1.0, 1.0)

    def compute_output_shape(self, input_shape):
        return input_shape
