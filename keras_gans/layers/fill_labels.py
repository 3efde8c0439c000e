"""FillLabels: where a label is not known, the class of which a classifier is surest."""

import keras
from keras import layers, ops

__all__ = ["FillLabels"]


@keras.saving.register_keras_serializable("keras_gans")
class FillLabels(layers.Layer):
    """Puts the likeliest class in the place of each label that is not known.

    Gradients do not pass: a classifier learns nothing from what is done with the classes that it fills in.

    Args:
        **kwargs: `name` and `dtype`, as in `keras.layers.Layer`.

    Call arguments:
        inputs: list of labels, int tensor (N,), -1 where one is not known, and logits, float tensor (N, classes).

    Returns:
        int32 tensor (N,).

    Raises:
        ValueError: if the inputs are not these two.

    Formula:
        y where y >= 0, else argmax_k c_k

    Deviations:
        none

    Reference:
        Lucic et al., 2019, High-Fidelity Image Generation With Fewer Labels, arXiv:1903.02271 (co-training), with hard
        labels as the authors' code has by default, google/compare_gan, gans/s3gan.py.

    Example:
        ```python
        logits = np.array([[2.0, 1.0, 0.0], [0.0, 3.0, 1.0]])
        layers.FillLabels()([np.array([-1, 2]), logits])  # [0, 2]
        ```
    """

    def build(self, input_shape):
        if not isinstance(input_shape, (list, tuple)) or [len(shape) for shape in input_shape] != [1, 2]:
            raise ValueError(f"Expected labels (N,) and logits (N, classes). Received: inputs of shapes {input_shape}.")
        super().build(input_shape)

    def call(self, inputs):
        labels, logits = inputs
        labels = ops.cast(labels, "int32")
        return ops.where(labels < 0, ops.cast(ops.argmax(logits, axis=-1), "int32"), labels)

    def compute_output_spec(self, inputs):
        return keras.KerasTensor(inputs[0].shape, dtype="int32")

    @classmethod
    def examples(cls):
        """None of floats alone: its first inputs are labels."""
        return []
