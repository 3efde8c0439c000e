"""Style: mean and deviation of each channel of a map are what a vector asks for."""

import keras
import numpy as np
from keras import layers, ops

from keras_gans import engine
from keras_gans.layers.equalized import EqualizedDense

__all__ = ["Style"]


@keras.saving.register_keras_serializable("keras_gans")
class Style(layers.Layer):
    """Adaptive instance normalisation: takes a map's style away and gives it the one that a vector stands for.

    A style holds for one convolution only, since the next style takes the place of its means and deviations.

    Attributes:
        dense: `EqualizedDense`, from w to a scale and a bias for each channel.

    Args:
        epsilon: float, added to the variance.
        **kwargs: `name` and `dtype`, as in `keras.layers.Layer`.

    Call arguments:
        inputs: list of two float tensors: x (N, H, W, C), and w (N, d).

    Returns:
        float tensor (N, H, W, C). Mean and variance are float32 in mixed precision too.

    Formula:
        y_nhwc = (1 + s_nc) (x_nhwc - m_nc) / sqrt(v_nc + epsilon) + b_nc, with m and v the mean and the variance over
        h and w, and (s, b) = A(w), A an affine map with a bias that is 0 at first; scales so begin around 1.

    Deviations:
        none

    Reference:
        Karras et al., 2019, A Style-Based Generator Architecture for Generative Adversarial Networks, arXiv:1812.04948,
        Section 2, Equation 1; Huang, Belongie, 2017, Arbitrary Style Transfer in Real-time with Adaptive Instance
        Normalization, arXiv:1703.06868. The epsilon is that of the authors' code.

    Example:
        ```python
        layer = layers.Style()
        x, w = np.array([[[[0.0], [8.0]]]]), np.ones((1, 1))
        layer.build([x.shape, w.shape])
        layer.dense.kernel.assign([[0.5, -3.0]])
        layer([x, w])  # [[[[-1.5 - 3.0], [1.5 - 3.0]]]]
        ```
    """

    def __init__(self, epsilon=1e-8, **kwargs):
        super().__init__(**kwargs)
        self.epsilon = epsilon

    def build(self, input_shape):
        maps, w = input_shape
        self.dense = EqualizedDense(2 * maps[-1], gain=1.0, dtype=self.dtype_policy, name="dense")
        self.dense.build(w)

    def call(self, inputs):
        x, w = inputs
        channels, x = x.shape[-1], engine.standardized(engine.widened(x), self.epsilon)
        style = engine.widened(self.dense(w))[:, None, None]
        return ops.cast((1.0 + style[..., :channels]) * x + style[..., channels:], self.compute_dtype)

    def compute_output_shape(self, input_shape):
        return input_shape[0]

    def get_config(self):
        return {**super().get_config(), "epsilon": self.epsilon}

    @classmethod
    def examples(cls):
        """A map of two examples, and a vector for each."""
        return [(cls(), (2, 2, 2, 3), np.ones((2, 4), "float32"))]
