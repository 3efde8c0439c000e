"""Conditional batch normalization by a vector: scale and shift are linear in what an example is told."""

import keras
from keras import layers, ops

from keras_gans.layers.spectral_normalization import SpectralNormalization

__all__ = ["LinearConditionalBatchNormalization"]


@keras.saving.register_keras_serializable("keras_gans")
class LinearConditionalBatchNormalization(layers.Layer):
    """Batch norm, then a scale and a shift that are linear maps of each example's own vector.

    Where `ConditionalBatchNormalization` has a table of a row for each class, here all layers share one embedding of
    the classes, of which (and of a part of the latents) each makes its scales and shifts. The statistics are those of
    the whole batch. The kernels have no bias: the 1 is added in the formula, and what has no scale but the linear
    map's would start a network of small numbers.

    Args:
        spectral_norm: whether both linear maps are under `SpectralNormalization`.
        momentum: float, momentum of the moving averages.
        epsilon: float, added to the variance.
        kernel_regularizer: None, or Keras regularizer, of which each kernel gets a copy.
        **kwargs: `name` and `dtype`, as in `keras.layers.Layer`.

    Call arguments:
        inputs: list of two float tensors, x (N, ..., C) and c (N, d).
        training: bool, whether to normalise by the batch (and move the averages) or by the moving averages.

    Returns:
        float tensor of x's shape. All of it is computed in float32 in mixed precision too.

    Formula:
        y = (1 + W_g c) (x - m) / sqrt(v + epsilon) + W_b c, with m and v as in batch norm, W_g and W_b (C, d),
        orthogonal at first.

    Deviations:
        none from the first author's code. The paper's epsilon is 1e-4, for the precision of its hardware.

    Reference:
        Brock et al., 2018, Large Scale GAN Training for High Fidelity Natural Image Synthesis, arXiv:1809.11096,
        Section 3 and Appendix B, and the first author's code, github.com/ajbrock/BigGAN-PyTorch.

    Example:
        ```python
        layer = layers.LinearConditionalBatchNormalization(spectral_norm=False)
        x, c = np.array([[0.0], [2.0]]), np.array([[3.0], [0.5]])
        layer.build([x.shape, c.shape])
        layer.gain.kernel.assign([[1.0]])
        layer.bias.kernel.assign([[10.0]])
        layer([x, c], training=True)  # [[26.0], [6.5]]
        ```
    """

    def __init__(self, spectral_norm=True, momentum=0.9, epsilon=1e-5, kernel_regularizer=None, **kwargs):
        super().__init__(**kwargs)
        self.spectral_norm = spectral_norm
        self.momentum = momentum
        self.epsilon = epsilon
        self.kernel_regularizer = keras.regularizers.get(kernel_regularizer)
        self.full = "float64" if self.compute_dtype == "float64" else "float32"
        self.batch_norm = layers.BatchNormalization(
            momentum=momentum, epsilon=epsilon, center=False, scale=False, dtype=self.full
        )

    def build(self, input_shape):
        shape, condition = input_shape
        self.batch_norm.build(shape)
        self.gain = self._linear("gain", condition, shape[-1])
        self.bias = self._linear("bias", condition, shape[-1])

    def _linear(self, name, shape, channels):
        regularizer = self.kernel_regularizer
        dense = layers.Dense(
            channels,
            use_bias=False,
            kernel_initializer="orthogonal",
            kernel_regularizer=regularizer and type(regularizer).from_config(regularizer.get_config()),
            dtype=self.full,
            name=name,
        )
        linear = SpectralNormalization(dense, name=name) if self.spectral_norm else dense
        linear.build(shape)
        return linear

    @property
    def _regularizer(self):
        """That of the kernels, which may have got one since."""
        return getattr(self.gain, "layer", self.gain).kernel_regularizer if self.built else self.kernel_regularizer

    def call(self, inputs, training=False):
        x, c = inputs
        rows = (-1, *[1] * (len(x.shape) - 2), x.shape[-1])
        gain, bias = (ops.reshape(linear(c), rows) for linear in (self.gain, self.bias))
        return ops.cast((1.0 + gain) * self.batch_norm(x, training=training) + bias, self.compute_dtype)

    def compute_output_shape(self, input_shape):
        return input_shape[0]

    def get_config(self):
        return {
            **super().get_config(),
            "spectral_norm": self.spectral_norm,
            "momentum": self.momentum,
            "epsilon": self.epsilon,
            "kernel_regularizer": keras.regularizers.serialize(self._regularizer),
        }

    @classmethod
    def examples(cls):
        """A map of one example, and of several."""
        return [(cls(), (m, 2, 2, 3), ops.ones((m, 2))) for m in (1, 4)]
