"""Minibatch discrimination: each example is told how close the others of its batch are."""

import keras
from keras import layers, ops

from keras_gans import engine

__all__ = ["MinibatchDiscrimination"]


@keras.saving.register_keras_serializable("keras_gans")
class MinibatchDiscrimination(layers.Layer):
    """Appends to each example's features how close, in learned projections, the batch's examples are to it.

    A generator that makes the same example again and again is given away by it. A batch must hold real examples only
    or generated ones only, as the models of this package feed them. The output depends on the whole batch: a penalty
    on D's gradient at single examples does not go with it.

    Args:
        kernels: int, B, number of projections, each of which adds one feature.
        dimensions: int, C, dimensions of a projection.
        kernel_regularizer: None, or Keras regularizer of T.
        **kwargs: `name` and `dtype`, as in `keras.layers.Layer`.

    Call arguments:
        inputs: float tensor (N, A), features.

    Returns:
        float tensor (N, A + B). Projections and distances are float32 in mixed precision too.

    Formula:
        M_i = T x_i with T of shape (A, B, C), c_b(x_i, x_j) = exp(-|M_ib - M_jb|_L1),
        o(x_i)_b = sum over j of c_b(x_i, x_j), the output is [x_i, o(x_i)].

    Deviations:
        none from the paper, whose sum includes j = i: each o is at least 1. The authors' code leaves j = i out, adds a
        bias, and normalises T, scaling it by the first batch. Here T starts from N(0, 1 / A), so that the projections
        start as large as the features. B = 100 and C = 5 are the code's for CIFAR-10.

    Reference:
        Salimans et al., 2016, Improved Techniques for Training GANs, arXiv:1606.03498, Section 3.2.

    Raises:
        ValueError: if the inputs are not of rank 2, or an argument is not a positive integer.

    Example:
        ```python
        layers.MinibatchDiscrimination(kernels=3)(np.ones((4, 2))).shape  # (4, 2 + 3)
        ```
    """

    def __init__(self, kernels=100, dimensions=5, kernel_regularizer=None, **kwargs):
        for value in (kernels, dimensions):
            if not isinstance(value, int) or value < 1:
                raise ValueError(f"Expected `kernels` and `dimensions` as positive integers. Received: {value!r}.")
        super().__init__(**kwargs)
        self.kernels = kernels
        self.dimensions = dimensions
        self.kernel_regularizer = keras.regularizers.get(kernel_regularizer)
        self.input_spec = layers.InputSpec(ndim=2)

    def build(self, input_shape):
        features = input_shape[-1]
        self.kernel = self.add_weight(
            name="kernel",
            shape=(features, self.kernels * self.dimensions),
            initializer=keras.initializers.RandomNormal(stddev=features**-0.5),
            regularizer=self.kernel_regularizer,
            autocast=False,
        )

    def call(self, inputs):
        projections = ops.matmul(engine.widened(inputs), self.kernel)
        projections = ops.reshape(projections, (-1, self.kernels, self.dimensions))
        distances = ops.sum(ops.abs(projections[:, None] - engine.all_rows(projections)[None, :]), axis=3)
        closeness = ops.sum(ops.exp(-distances), axis=1)
        return ops.concatenate([inputs, ops.cast(closeness, inputs.dtype)], axis=1)

    def compute_output_shape(self, input_shape):
        return (input_shape[0], input_shape[1] + self.kernels)

    def get_config(self):
        return {
            **super().get_config(),
            "kernels": self.kernels,
            "dimensions": self.dimensions,
            "kernel_regularizer": keras.regularizers.serialize(self.kernel_regularizer),
        }

    @classmethod
    def examples(cls):
        """An example alone, and several, which see each other."""
        return [(cls(4, 2), (m, 6)) for m in (1, 4)]
