"""Noise: each picture gets its own random details, as strongly as each channel has learned."""

import keras
from keras import layers, ops

from keras_gans import engine

__all__ = ["Noise"]


@keras.saving.register_keras_serializable("keras_gans")
class Noise(layers.Layer):
    """Adds one map of Gaussian noise to all channels, each of which, or all together, have learned how much they take.

    In training each example has noise of its own; outside of it all have the same, which is drawn once and saved.

    Args:
        shared: whether all channels have one strength, as in StyleGAN2.
        seed: int or None, of the noise in training.
        **kwargs: `name` and `dtype`, as in `keras.layers.Layer`.

    Call arguments:
        inputs: float tensor (N, H, W, C).
        training: whether the noise is drawn anew.

    Returns:
        float tensor of the same shape.

    Formula:
        y_nhwc = x_nhwc + s_c e_nhw, e ~ N(0, 1), s = 0 at first; if shared s_c = s.

    Deviations:
        Outside of training the authors' code lets the caller choose between noise that is drawn anew and what is saved.

    Reference:
        Karras et al., 2019, A Style-Based Generator Architecture for Generative Adversarial Networks, arXiv:1812.04948,
        Section 2 and Figure 1; that strengths begin at 0 is in the authors' code. Shared: Karras et al.,
        2019, Analyzing and Improving the Image Quality of StyleGAN, arXiv:1912.04958, and its code.

    Example:
        ```python
        layer = layers.Noise()
        x = np.ones((1, 2, 2, 3))
        layer(x) - x  # np.zeros((1, 2, 2, 3))
        layer.strength.assign([1.0, 2.0, 0.0])
        (layer(x) - x)[0, 0, 0] / layer.fixed[0, 0, 0]  # [1.0, 2.0, 0.0]
        ```
    """

    def __init__(self, shared=False, seed=None, **kwargs):
        super().__init__(**kwargs)
        self.shared = shared
        self.seed, self.seed_generator = seed, keras.random.SeedGenerator(seed)
        self.input_spec = layers.InputSpec(ndim=4)

    def build(self, input_shape):
        _, height, width, channels = input_shape
        shape = () if self.shared else (channels,)
        self.strength = self.add_weight(name="strength", shape=shape, initializer="zeros")
        normal = keras.initializers.RandomNormal(stddev=1.0)
        self.fixed = self.add_weight(name="fixed", shape=(1, height, width, 1), initializer=normal, trainable=False)

    def call(self, inputs, training=False):
        return inputs + self.strength * (self._drawn(inputs) if training else self.fixed)

    def _drawn(self, inputs):
        """Noise of its own for each example, (N, H, W, 1)."""
        shape = (*inputs.shape[1:3], 1)
        noise = engine.replica_rows(
            lambda rows: keras.random.normal((rows, *shape), dtype="float32", seed=self.seed_generator),
            ops.shape(inputs)[0],
        )
        return ops.cast(noise, inputs.dtype)

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        return {**super().get_config(), "shared": self.shared, "seed": self.seed}

    @classmethod
    def examples(cls):
        """One whose strengths are to be learned, and one of a single strength."""
        return [(cls(seed=0), (2, 2, 2, 3)), (cls(shared=True, seed=0), (2, 2, 2, 3))]
