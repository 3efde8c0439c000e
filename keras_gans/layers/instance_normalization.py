"""Instance normalization: each channel of each picture by its own mean and variance."""

import keras
from keras import layers, ops

from keras_gans import engine

__all__ = ["InstanceNormalization"]


@keras.saving.register_keras_serializable("keras_gans")
class InstanceNormalization(layers.Layer):
    """Brings each channel of each example to mean 0 and variance 1 over its positions.

    What becomes of an example does not depend on the others of its batch, and training and inference are alike.

    Args:
        epsilon: float, added to the variance; 1e-5 as in CycleGAN's code, where
            `keras.layers.GroupNormalization(groups=-1)` has 1e-3.
        affine: whether a learned scale gamma and shift beta per channel follow.
        **kwargs: `name` and `dtype`, as in `keras.layers.Layer`.

    Call arguments:
        inputs: float tensor (N, H, W, C).

    Returns:
        float tensor of the same shape. Mean and variance are float32 in mixed precision too.

    Formula:
        y_nhwc = (x_nhwc - m_nc) / sqrt(v_nc + epsilon), with m and v the mean and the variance over h and w;
        with `affine`, gamma_c y_nhwc + beta_c.

    Deviations:
        none

    Reference:
        Ulyanov et al., 2016, Instance Normalization: The Missing Ingredient for Fast Stylization, arXiv:1607.08022,
        the formula of Section 2.

    Example:
        ```python
        x = np.array([[[[0.0], [2.0]]]])  # one picture of two pixels
        layers.InstanceNormalization()(x)  # [[[[-1.0], [1.0]]]]
        ```
    """

    def __init__(self, epsilon=1e-5, affine=False, **kwargs):
        super().__init__(**kwargs)
        self.epsilon = epsilon
        self.affine = affine
        self.input_spec = layers.InputSpec(ndim=4)

    def build(self, input_shape):
        if self.affine:
            weight = {"shape": (input_shape[-1],), "autocast": False}
            self.gamma = self.add_weight(name="gamma", initializer="ones", **weight)
            self.beta = self.add_weight(name="beta", initializer="zeros", **weight)

    def call(self, inputs):
        x = engine.standardized(engine.widened(inputs), self.epsilon)
        if self.affine:
            x = self.gamma * x + self.beta
        return ops.cast(x, self.compute_dtype)

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        return {**super().get_config(), "epsilon": self.epsilon, "affine": self.affine}

    @classmethod
    def examples(cls):
        """One map, with a scale and a shift to learn."""
        return [(cls(affine=True), (1, 2, 2, 3))]
