"""Minibatch standard deviation: a discriminator is told how much the examples of its batch differ."""

import keras
from keras import layers, ops

from keras_gans import engine

__all__ = ["MinibatchStandardDeviation"]


@keras.saving.register_keras_serializable("keras_gans")
class MinibatchStandardDeviation(layers.Layer):
    """Appends one map with one number: how much the examples of a group differ, on average over places and channels.

    A generator that makes alike pictures is given away by it, without the weights of `MinibatchDiscrimination`. A
    batch must hold real examples only or generated ones only. A penalty on D's gradient goes with it, as in the
    authors' code: the gradient at an example is then taken beside the others of its group.

    Args:
        group_size: int of at least 2, examples of a group. Where the batch is not a multiple of it, the group is the
            largest divisor of the batch below; a batch that has none but 1 is a group by itself.
        epsilon: float, added to the variance.
        **kwargs: `name` and `dtype`, as in `keras.layers.Layer`.

    Call arguments:
        inputs: float tensor (N, H, W, C).

    Returns:
        float tensor (N, H, W, C + 1); deviations are float32 in mixed precision too.

    Formula:
        s_hwc = sqrt(mean over n of (x_nhwc - mean over n of x_nhwc)^2 + epsilon), n of one group; the number is the
        mean of s over h, w and c.

    Deviations:
        The paper's group is the whole minibatch, the authors' code has groups of 4. There the rows of a group lie N / 4
        apart, here they follow each other, so that a group stays on one replica; rows come in no order anyway.

    Reference:
        Karras et al., 2018, Progressive Growing of GANs for Improved Quality, Stability, and Variation,
        arXiv:1710.10196, Section 3.

    Raises:
        ValueError: if the group is not an integer of at least 2.

    Example:
        ```python
        x = np.array([1.0, 3.0, 5.0, 7.0]).reshape(4, 1, 1, 1)
        layers.MinibatchStandardDeviation()(x)[0, 0, 0]  # [1.0, 5.0**0.5]
        ```
    """

    def __init__(self, group_size=4, epsilon=1e-8, **kwargs):
        if not isinstance(group_size, int) or group_size < 2:
            raise ValueError(f"Expected `group_size` as an integer of at least 2. Received: {group_size!r}.")
        super().__init__(**kwargs)
        self.group_size, self.epsilon = group_size, epsilon
        self.input_spec = layers.InputSpec(ndim=4)

    def call(self, inputs):
        x, n = engine.widened(inputs), ops.shape(inputs)[0]
        group = self._group(n)
        groups = ops.reshape(x, (-1, group, *x.shape[1:]))
        deviations = ops.sqrt(ops.var(groups, axis=1) + self.epsilon)
        number = ops.repeat(ops.mean(deviations, axis=(1, 2, 3)), group, axis=0)
        number = ops.cast(ops.reshape(number, (-1, 1, 1, 1)), inputs.dtype)
        return ops.concatenate([inputs, ops.broadcast_to(number, (n, *inputs.shape[1:3], 1))], axis=-1)

    def _group(self, n):
        """How many rows make a group, an int or, where a batch is not known while tracing, a scalar."""
        if n is None:
            return 1
        divisors = [d for d in range(2, self.group_size + 1)]
        if isinstance(n, int):
            return max([d for d in divisors if n % d == 0], default=n)
        group = n
        for d in divisors:
            group = ops.where(n % d == 0, d, group)
        return group

    def compute_output_shape(self, input_shape):
        return (*input_shape[:-1], input_shape[-1] + 1)

    def get_config(self):
        return {**super().get_config(), "group_size": self.group_size, "epsilon": self.epsilon}

    @classmethod
    def examples(cls):
        """Two groups, and one that is smaller than asked for."""
        return [(cls(2), (4, 2, 2, 3)), (cls(4), (3, 2, 2, 3))]
