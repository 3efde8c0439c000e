"""One-hot vectors: labels as numbers that a dense layer can take."""

import contextlib

import keras
from keras import layers, ops

__all__ = ["OneHot"]


@keras.saving.register_keras_serializable("keras_gans")
class OneHot(layers.Layer):
    """Writes a label as a vector that is 1 at the label and 0 elsewhere.

    Args:
        classes: int, number of classes.
        **kwargs: `name` and `dtype`, as in `keras.layers.Layer`.

    Call arguments:
        inputs: int tensor (N,), labels from 0 to classes - 1.

    Returns:
        float tensor (N, classes).

    Raises:
        ValueError: if the number of classes is not a positive integer.

    Example:
        ```python
        layers.OneHot(3)(np.array([0, 2]))  # [[1, 0, 0], [0, 0, 1]]
        ```
    """

    def __init__(self, classes, **kwargs):
        if not isinstance(classes, int) or classes < 1:
            raise ValueError(f"Expected `classes` as a positive integer. Received: {classes!r}.")
        super().__init__(**kwargs)
        self.classes = classes
        self._rows = None

    @contextlib.contextmanager
    def reading(self, rows):
        """Context in which a label is written as a row of a table, e.g. of mixtures of classes.

        Args:
            rows: float tensor (classes, classes); the identity is what the layer does otherwise.
        """
        self._rows = rows
        try:
            yield
        finally:
            self._rows = None

    def call(self, inputs):
        if self._rows is not None:
            return ops.cast(ops.take(self._rows, inputs, axis=0), self.compute_dtype)
        return ops.one_hot(inputs, self.classes, dtype=self.compute_dtype)

    def compute_output_shape(self, input_shape):
        return (*input_shape, self.classes)

    def get_config(self):
        return {**super().get_config(), "classes": self.classes}

    @classmethod
    def examples(cls):
        """None of floats: its inputs are labels."""
        return []
