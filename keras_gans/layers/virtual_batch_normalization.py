"""Virtual batch normalization: batch norm by a fixed reference batch, in three layers of one Functional network.

`ReferenceBatch` puts the reference in front of a batch, `VirtualBatchNormalization` normalises the two after each
convolution on their way through the network, `DropReference` takes the reference off again.
"""

import math

import keras
from keras import layers, ops

from keras_gans import engine

__all__ = ["DropReference", "ReferenceBatch", "VirtualBatchNormalization"]


class _WithReference(layers.Layer):
    """A layer for batches whose first `size` examples are, or become, the reference batch."""

    def __init__(self, size, **kwargs):
        if not isinstance(size, int) or size < 1:
            raise ValueError(f"Expected `size`, the reference batch's, as a positive integer. Received: {size!r}.")
        super().__init__(**kwargs)
        self.size = size

    def get_config(self):
        return {**super().get_config(), "size": self.size}

    @classmethod
    def examples(cls):
        """A reference of two, and one example more."""
        return [(cls(2), (3, 6))]


@keras.saving.register_keras_serializable("keras_gans")
class ReferenceBatch(_WithReference):
    """Puts a fixed batch in front of its inputs.

    The batch is drawn once from the standard normal distribution, as latents are, or set to data by `adapt`. It is a
    weight that is saved but not trained.

    Args:
        size: int, number of examples in the reference batch.
        **kwargs: `name` and `dtype`, as in `keras.layers.Layer`.

    Call arguments:
        inputs: float tensor (N, ...).

    Returns:
        float tensor (size + N, ...).

    Deviations:
        none

    Reference:
        Salimans et al., 2016, Improved Techniques for Training GANs, arXiv:1606.03498, Section 3.5.

    Raises:
        ValueError: if the size is not a positive integer.

    Example:
        ```python
        layers.ReferenceBatch(4)(np.ones((5, 2))).shape  # (4 + 5, 2)
        ```
    """

    def build(self, input_shape):
        self.reference = self.add_weight(
            name="reference",
            shape=(self.size, *input_shape[1:]),
            initializer=keras.initializers.RandomNormal(stddev=1.0),
            trainable=False,
        )

    def adapt(self, examples):
        """Makes data the reference batch; for a network that takes examples instead of latents.

        Args:
            examples: float array (n, ...), of which the first `size` are taken.

        Raises:
            ValueError: if there are too few, or their shape is not that of the layer's inputs.
        """
        examples = ops.convert_to_tensor(examples)[: self.size]
        if examples.shape != self.reference.shape:
            raise ValueError(
                f"Expected at least {self.size} examples of shape {tuple(self.reference.shape[1:])}. "
                f"Received: shape {tuple(examples.shape)} after taking the first {self.size}."
            )
        self.reference.assign(examples)

    def call(self, inputs):
        return ops.concatenate([ops.convert_to_tensor(self.reference), inputs], axis=0)

    def compute_output_shape(self, input_shape):
        rows = input_shape[0]
        return (None if rows is None else rows + self.size, *input_shape[1:])


@keras.saving.register_keras_serializable("keras_gans")
class VirtualBatchNormalization(_WithReference):
    """Normalises each example by the statistics of the reference batch and of itself, channel by channel.

    The reference, the first `size` examples, is normalised by its own statistics. So what becomes of an example does
    not depend on the others of its batch, and training and inference are alike.

    Args:
        size: int, n, number of examples in the reference batch.
        epsilon: float, added to the variance.
        gamma_regularizer, beta_regularizer: None, or Keras regularizers of gamma and beta.
        **kwargs: `name` and `dtype`, as in `keras.layers.Layer`.

    Call arguments:
        inputs: float tensor (size + N, ..., channels), the reference first.

    Returns:
        float tensor of the same shape.

    Formula:
        With the mean and variance over all positions of the reference (m_r, v_r) and of an example (m_x, v_x):
        a = 1 / (n + 1), m = (1 - a) m_r + a m_x, v = (1 - a) v_r + a v_x + a (1 - a) (m_x - m_r)^2, i.e. the mean and
        variance of the two mixed. y = gamma (x - m) / sqrt(v + epsilon) + beta.

    Deviations:
        The paper gives no formula; the mixture is that of the authors' code for ImageNet, which mixes means of x and
        x^2. The code has a gamma and a beta per position and channel, here there is one per channel, as in batch norm.

    Reference:
        Salimans et al., 2016, Improved Techniques for Training GANs, arXiv:1606.03498, Section 3.5.

    Raises:
        ValueError: if the size is not a positive integer.

    Example:
        ```python
        x = inputs = keras.Input((2,))
        x = layers.ReferenceBatch(4)(x)
        x = layers.VirtualBatchNormalization(4)(keras.layers.Dense(3)(x))
        x = layers.DropReference(4)(x)
        keras.Model(inputs, x)(np.ones((5, 2))).shape  # (5, 3)
        ```
    """

    def __init__(self, size, epsilon=1e-5, gamma_regularizer=None, beta_regularizer=None, **kwargs):
        super().__init__(size, **kwargs)
        self.epsilon = epsilon
        self.gamma_regularizer = keras.regularizers.get(gamma_regularizer)
        self.beta_regularizer = keras.regularizers.get(beta_regularizer)

    def build(self, input_shape):
        weight = {"shape": (input_shape[-1],), "autocast": False}
        self.gamma = self.add_weight(name="gamma", initializer="ones", regularizer=self.gamma_regularizer, **weight)
        self.beta = self.add_weight(name="beta", initializer="zeros", regularizer=self.beta_regularizer, **weight)

    def call(self, inputs):
        positions, channels = math.prod(inputs.shape[1:-1]), inputs.shape[-1]
        x = ops.reshape(engine.widened(inputs), (-1, positions, channels))
        reference_mean, reference_variance = ops.moments(x[: self.size], axes=[0, 1], keepdims=True)
        own_mean, own_variance = ops.moments(x, axes=[1], keepdims=True)
        a = ops.where(ops.arange(ops.shape(x)[0]) < self.size, 0.0, 1.0 / (self.size + 1))
        a = ops.cast(a, x.dtype)[:, None, None]
        mean = (1.0 - a) * reference_mean + a * own_mean
        variance = (1.0 - a) * reference_variance + a * own_variance
        variance += a * (1.0 - a) * ops.square(own_mean - reference_mean)
        outputs = self.gamma * (x - mean) * ops.rsqrt(variance + self.epsilon) + self.beta
        return ops.cast(ops.reshape(outputs, ops.shape(inputs)), inputs.dtype)

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        return {
            **super().get_config(),
            "epsilon": self.epsilon,
            "gamma_regularizer": keras.regularizers.serialize(self.gamma_regularizer),
            "beta_regularizer": keras.regularizers.serialize(self.beta_regularizer),
        }


@keras.saving.register_keras_serializable("keras_gans")
class DropReference(_WithReference):
    """Takes the reference batch off again.

    Args:
        size: int, number of examples in the reference batch.
        **kwargs: `name` and `dtype`, as in `keras.layers.Layer`.

    Call arguments:
        inputs: tensor (size + N, ...), the reference first.

    Returns:
        tensor (N, ...).

    Deviations:
        none

    Reference:
        Salimans et al., 2016, Improved Techniques for Training GANs, arXiv:1606.03498, Section 3.5.

    Raises:
        ValueError: if the size is not a positive integer.

    Example:
        ```python
        layers.DropReference(4)(np.ones((9, 2))).shape  # (9 - 4, 2)
        ```
    """

    def call(self, inputs):
        return inputs[self.size :]

    def compute_output_shape(self, input_shape):
        rows = input_shape[0]
        return (None if rows is None else rows - self.size, *input_shape[1:])
