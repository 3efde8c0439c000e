"""Conditional batch normalization: batch norm whose scale and shift are those of an example's class."""

import keras
from keras import layers, ops

__all__ = ["ConditionalBatchNormalization"]


@keras.saving.register_keras_serializable("keras_gans")
class ConditionalBatchNormalization(layers.Layer):
    """Batch norm, then the scale and the shift of each example's class.

    The statistics are those of the whole batch, whatever its classes. The tables start at 0, and the 1 is added in the
    formula: a scale of gamma alone would start every generator with a network of zeros.

    Args:
        classes: int, number of classes.
        momentum: float, momentum of the moving averages.
        epsilon: float, added to the variance.
        **kwargs: `name` and `dtype`, as in `keras.layers.Layer`.

    Call arguments:
        inputs: list of x, float tensor (N, ..., C), and labels, int tensor (N,), from 0 to classes - 1.
        training: bool, whether to normalise by the batch (and move the averages) or by the moving averages.

    Returns:
        float tensor of x's shape. All of it is computed in float32 in mixed precision too.

    Raises:
        ValueError: if the number of classes is not a positive integer.

    Formula:
        y = (1 + gamma[label]) (x - m) / sqrt(v + epsilon) + beta[label], with m and v as in batch norm; gamma and beta
        have one row per class and one column per channel.

    Deviations:
        none. Dumoulin et al. have instance norm below the tables and start gamma at 1, Miyato and Koyama's code
        likewise, with batch norm and epsilon 2e-5; the 1 + and the start at 0 are de Vries et al.'s. A weight decay
        then draws towards plain batch norm instead of towards 0.

    Reference:
        Dumoulin et al., 2017, A Learned Representation for Artistic Style, arXiv:1610.07629, Equation 5; de Vries et
        al., 2017, Modulating Early Visual Processing by Language, arXiv:1707.00683, Section 3.1; Miyato and Koyama,
        2018, cGANs with Projection Discriminator, arXiv:1802.05637, Section 5.

    Example:
        ```python
        x, labels = np.array([[0.0], [2.0]]), np.array([0, 1])
        layers.ConditionalBatchNormalization(classes=3)([x, labels], training=True)  # [[-1.0], [1.0]]
        ```
    """

    def __init__(self, classes, momentum=0.9, epsilon=1e-5, **kwargs):
        if not isinstance(classes, int) or classes < 1:
            raise ValueError(f"Expected `classes` as a positive integer. Received: {classes!r}.")
        super().__init__(**kwargs)
        self.classes = classes
        self.momentum = momentum
        self.epsilon = epsilon
        self.batch_norm = layers.BatchNormalization(
            momentum=momentum,
            epsilon=epsilon,
            center=False,
            scale=False,
            dtype="float64" if self.compute_dtype == "float64" else "float32",
        )

    def build(self, input_shape):
        shape, _ = input_shape
        self.batch_norm.build(shape)
        table = {"shape": (self.classes, shape[-1]), "initializer": "zeros", "autocast": False}
        self.gamma = self.add_weight(name="gamma", **table)
        self.beta = self.add_weight(name="beta", **table)

    def call(self, inputs, training=False):
        x, labels = inputs
        rows = (-1, *[1] * (len(x.shape) - 2), x.shape[-1])
        gamma, beta = (ops.reshape(ops.take(table, labels, axis=0), rows) for table in (self.gamma, self.beta))
        return ops.cast((1.0 + gamma) * self.batch_norm(x, training=training) + beta, self.compute_dtype)

    def compute_output_shape(self, input_shape):
        return input_shape[0]

    def get_config(self):
        return {
            **super().get_config(),
            "classes": self.classes,
            "momentum": self.momentum,
            "epsilon": self.epsilon,
        }

    @classmethod
    def examples(cls):
        """A map of one class, and several of three."""
        return [(cls(3), (m, 2, 2, 3), ops.arange(m) % 3) for m in (1, 4)]
