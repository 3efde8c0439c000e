"""Learned constant: what a network begins with where all that is random comes in later."""

import keras
from keras import layers, ops

__all__ = ["LearnedConstant"]


@keras.saving.register_keras_serializable("keras_gans")
class LearnedConstant(layers.Layer):
    """Returns the same tensor for each example, which is learned.

    Attributes:
        constant: trainable weight of the shape.

    Args:
        shape: tuple of ints, of one example.
        initializer: Keras initialiser, or its name; StyleGAN2's is `keras.initializers.RandomNormal(stddev=1.0)`.
        **kwargs: `name` and `dtype`, as in `keras.layers.Layer`.

    Call arguments:
        inputs: float tensor (N, ...), of which only N counts.

    Returns:
        float tensor (N, *shape).

    Formula:
        y_n = c; with the default initialiser c = 1 at first.

    Deviations:
        none

    Reference:
        Karras et al., 2019, A Style-Based Generator Architecture for Generative Adversarial Networks, arXiv:1812.04948,
        Section 2; that it begins as ones is in the authors' code. Normal numbers: that
        of Karras et al., 2019, Analyzing and Improving the Image Quality of StyleGAN, arXiv:1912.04958.

    Example:
        ```python
        layers.LearnedConstant((1, 2))(np.zeros((2, 5)))  # [[[1.0, 1.0]], [[1.0, 1.0]]]
        ```
    """

    def __init__(self, shape, initializer="ones", **kwargs):
        super().__init__(**kwargs)
        self.shape, self.initializer = tuple(shape), keras.initializers.get(initializer)

    def build(self, input_shape):
        self.constant = self.add_weight(name="constant", shape=self.shape, initializer=self.initializer)

    def call(self, inputs):
        constant = ops.convert_to_tensor(self.constant)
        return ops.broadcast_to(constant[None], (ops.shape(inputs)[0], *self.shape))

    def compute_output_shape(self, input_shape):
        return (input_shape[0], *self.shape)

    def get_config(self):
        initializer = keras.initializers.serialize(self.initializer)
        return {**super().get_config(), "shape": self.shape, "initializer": initializer}

    @classmethod
    def examples(cls):
        """The smallest map of a generator, of ones and of normal numbers."""
        return [(cls((4, 4, 2)), (3, 5)), (cls((4, 4, 2), keras.initializers.RandomNormal(stddev=1.0)), (3, 5))]
