"""Conditioning augmentation: a condition is drawn around what a vector says instead of being that vector."""

import keras
from keras import layers, ops

from keras_gans.layers.glu import gated

__all__ = ["ConditioningAugmentation"]


@keras.saving.register_keras_serializable("keras_gans")
class ConditioningAugmentation(layers.Layer):
    """Draws a short condition from a normal distribution whose mean and variance a vector decides.

    So a caption stands for a cloud of conditions, clouds of like captions meet, and G learns what lies between captions
    of which there are few. The divergence of the cloud from the standard normal distribution, `losses.gaussian_kl` of
    `moments`, keeps it from shrinking to a point.

    Args:
        units: int, length of a condition.
        gated: whether mean and log-variance come through gated linear units, see `GLU`, as in StackGAN++.
        kernel_initializer: Keras initializer of the kernel, or its name; None for N(0, 0.02).
        **kwargs: `name` and `dtype`, as in `keras.layers.Layer`.

    Call arguments:
        inputs: list of vectors, float tensor (N, d), and of noise, float tensor (N, units), of the standard normal
            distribution.

    Returns:
        float tensor (N, units), conditions.

    Formula:
        c = mean + exp(log_variance / 2) noise, with (mean, log_variance) a linear function of the vector;
        if `gated`, one linear function times the sigmoid of another.

    Deviations:
        Noise is handed in, as a part of the latents, so that what is made of given latents is the same each time; the
        authors draw it inside, from a truncated distribution. What their codes have behind the linear function is left
        out: LeakyReLU, or ReLU, below which no mean is negative and no deviation less than 1. The gates are those of
        their code of StackGAN++, hanzhanggit/StackGAN-v2.

    Reference:
        Zhang et al., 2017, StackGAN: Text to Photo-realistic Image Synthesis with Stacked Generative Adversarial
        Networks, arXiv:1612.03242, Section 3.2.

    Raises:
        ValueError: if `units` is not a positive integer, or vectors and noise do not fit.

    Example:
        ```python
        layer = layers.ConditioningAugmentation(2)
        layer.build([(None, 3), (None, 2)])
        layer.set_weights([np.zeros((3, 4)), np.array([1.0, -0.5, np.log(0.25), np.log(4.0)])])
        layer([np.ones((1, 3)), np.array([[2.0, -1.0]])])  # [[1 + 0.5 * 2, -0.5 - 2]]
        float(losses.gaussian_kl(*layer.moments(np.ones((1, 3)))))  # 1.75
        ```
    """

    def __init__(self, units, gated=False, kernel_initializer=None, **kwargs):
        if not isinstance(units, int) or units < 1:
            raise ValueError(f"Expected `units` as a positive integer. Received: {units!r}.")
        super().__init__(**kwargs)
        self.units, self.gated = units, gated
        normal = keras.initializers.RandomNormal(stddev=0.02)
        self.kernel_initializer = keras.initializers.get(kernel_initializer) or normal

    def build(self, input_shape):
        vectors, noise = input_shape
        if len(vectors) != 2 or tuple(noise[1:]) != (self.units,):
            raise ValueError(
                f"Expected vectors (N, d) and noise (N, {self.units}). Received: shapes {vectors} and {noise}."
            )
        size = (4 if self.gated else 2) * self.units
        self.kernel = self.add_weight(name="kernel", shape=(vectors[-1], size), initializer=self.kernel_initializer)
        self.bias = self.add_weight(name="bias", shape=(size,), initializer="zeros")

    def moments(self, vectors):
        """Says around what conditions are drawn, and how widely.

        Args:
            vectors: float tensor (N, d).

        Returns:
            A tuple of the mean and the logarithm of the variance, float tensors (N, units).
        """
        vectors = ops.cast(vectors, self.compute_dtype)
        kernel, bias = (ops.cast(weight, self.compute_dtype) for weight in (self.kernel, self.bias))
        said = ops.matmul(vectors, kernel) + bias
        return tuple(ops.split(gated(said) if self.gated else said, 2, axis=-1))

    def call(self, inputs):
        vectors, noise = inputs
        mean, log_variance = self.moments(vectors)
        return mean + ops.exp(0.5 * log_variance) * noise

    def compute_output_shape(self, input_shape):
        return (input_shape[0][0], self.units)

    def get_config(self):
        initializer = keras.initializers.serialize(self.kernel_initializer)
        own = {"units": self.units, "gated": self.gated, "kernel_initializer": initializer}
        return {**super().get_config(), **own}

    @classmethod
    def examples(cls):
        """None of a single input: it takes vectors and noise."""
        return []
