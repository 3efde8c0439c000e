"""The score of an autoencoder that judges: the better it rebuilds an example, the more real it takes it for."""

import keras
import numpy as np
from keras import layers, ops

__all__ = ["ReconstructionScore"]

EPSILON = 1e-12  # under the root of a norm, whose slope at zero would else be NaN


@keras.saving.register_keras_serializable("keras_gans")
class ReconstructionScore(layers.Layer):
    """Minus the error of a reconstruction, for each example.

    Args:
        error: string, `"norm"`, the Euclidean norm over all numbers of an example; `"l1"`, the mean absolute error; or
            `"squares"`, the mean squared error.
        **kwargs: `name`, as in `keras.layers.Layer`; it computes in float32 in mixed precision too.

    Call arguments:
        inputs: list of two float tensors (N, *shape), examples and what was rebuilt of them.

    Returns:
        float32 tensor (N, 1), at most 0.

    Raises:
        ValueError: for another error.

    Formula:
        -|x - x'|, or minus the mean over numbers of |x - x'|, or of (x - x')^2

    Reference:
        Zhao, Mathieu, LeCun, 2016, arXiv:1609.03126, Equation 13 (norm); Berthelot, Schumm, Metz, 2017,
        arXiv:1703.10717, Equation 1 (means).

    Example:
        ```python
        x, rebuilt = np.zeros((1, 2)), np.array([[3.0, 4.0]])
        layers.ReconstructionScore()([x, rebuilt])  # [[-5.]]
        ```
    """

    def __init__(self, error="norm", **kwargs):
        if error not in ("norm", "l1", "squares"):
            raise ValueError(f"Expected `error` as one of norm, l1, squares. Received: {error!r}.")
        super().__init__(**{**kwargs, "dtype": "float32"})
        self.error = error

    def call(self, inputs):
        x, rebuilt = inputs
        difference = ops.reshape(x - rebuilt, (ops.shape(x)[0], -1))
        if self.error == "norm":
            return -ops.sqrt(ops.sum(ops.square(difference), axis=1, keepdims=True) + EPSILON)
        distance = ops.abs if self.error == "l1" else ops.square
        return -ops.mean(distance(difference), axis=1, keepdims=True)

    def compute_output_shape(self, input_shape):
        return (input_shape[0][0], 1)

    @classmethod
    def examples(cls):
        """Layers on which tests try the class, the shapes of their batches, and what they take beside them."""
        return [(cls(error), (3, 4), np.full((3, 4), 0.5, "float32")) for error in ("norm", "l1", "squares")]

    def get_config(self):
        return {**super().get_config(), "error": self.error}
