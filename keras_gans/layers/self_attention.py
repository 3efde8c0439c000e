"""Self-attention: each place of a map takes in a mean over all places, weighted by how well they match."""

import keras
from keras import layers, ops

from keras_gans import engine
from keras_gans.layers.spectral_normalization import SpectralNormalization

__all__ = ["SelfAttention"]


@keras.saving.register_keras_serializable("keras_gans")
class SelfAttention(layers.Layer):
    """Adds to each place of a map what the places that match it hold, however far away they are.

    All that is learned are 1x1 convolutions without bias and one number gamma, which starts at 0, so that a network
    begins as if the layer were not there.

    Args:
        reduction: int, by what the channels of queries theta and keys phi are fewer than the map's.
        value_reduction: int, by what those of the values g are.
        pooled: whether keys and values are maxima over 2x2 places, of which there are a quarter then.
        output: whether a convolution o leads the mean of the values back to the map's channels.
        spectral_norm: whether each convolution is under `SpectralNormalization`.
        kernel_initializer: Keras initializer of the convolutions, or its name.
        kernel_regularizer: None, or Keras regularizer, of which each convolution gets a copy.
        **kwargs: `name` and `dtype`, as in `keras.layers.Layer`.

    Call arguments:
        inputs: float tensor (N, H, W, C), C divisible by both reductions, H and W even if pooled.
        training: bool, whether the spectral normalizations keep their new vectors.

    Returns:
        float tensor of the same shape. Matches and their softmax are computed in float32 in mixed precision too.

    Raises:
        ValueError: if the channels, the sides or the reductions do not fit.

    Formula:
        s_ij = theta(x)_i . phi(x)_j; beta_ij = exp s_ij / sum_j exp s_ij; y_i = x_i + gamma o(sum_j beta_ij g(x)_j),
        with i over all places, and j over all, or over blocks of 2x2 whose maxima phi and g then are.

    Deviations:
        none from the authors' code. The paper's text leaves out the pooling and has an eighth of the channels in g,
        too: `pooled=False, value_reduction=8`. Its first version, and many a lecture, have no o, either:
        `pooled=False, value_reduction=1, output=False`, which has as many weights as the code's form.

    Reference:
        Zhang et al., 2019, Self-Attention Generative Adversarial Networks, arXiv:1805.08318, Section 3, and the
        authors' code, github.com/brain-research/self-attention-gan, non_local.py.

    Example:
        ```python
        layer = layers.SelfAttention(reduction=1, value_reduction=1, pooled=False, spectral_norm=False)
        x = np.array([[[[0.0], [np.log(3.0)]]]])  # one map of two places
        layer.build(x.shape)
        layer.set_weights([np.ones(()), *[np.ones((1, 1, 1, 1))] * 4])
        layer(x)[0, 0, 0]  # [np.log(3.0) / 2.0]
        ```
    """

    def __init__(
        self,
        reduction=8,
        value_reduction=2,
        pooled=True,
        output=True,
        spectral_norm=True,
        kernel_initializer="glorot_uniform",
        kernel_regularizer=None,
        **kwargs,
    ):
        if not all(isinstance(factor, int) and factor > 0 for factor in (reduction, value_reduction)):
            raise ValueError(f"Expected reductions of at least 1. Received: {reduction!r} and {value_reduction!r}.")
        if not output and value_reduction != 1:
            raise ValueError(f"Expected value_reduction=1 without an output. Received: {value_reduction!r}.")
        super().__init__(**kwargs)
        self.reduction, self.value_reduction = reduction, value_reduction
        self.pooled, self.leads_back, self.spectral_norm = pooled, output, spectral_norm
        self.kernel_initializer = keras.initializers.get(kernel_initializer)
        self.kernel_regularizer = keras.regularizers.get(kernel_regularizer)
        self.input_spec = layers.InputSpec(ndim=4)

    def build(self, input_shape):
        _, height, width, channels = input_shape
        if channels % self.reduction or channels % self.value_reduction:
            raise ValueError(
                f"Expected channels that {self.reduction} and {self.value_reduction} divide. Received: {channels}."
            )
        if self.pooled and ((height or 0) % 2 or (width or 0) % 2):
            raise ValueError(f"Expected even sides, of which 2x2 places are pooled. Received: {height}x{width}.")
        self.gamma = self.add_weight(name="gamma", shape=(), initializer="zeros", autocast=False)
        few, values = channels // self.reduction, channels // self.value_reduction
        self.theta = self._convolution("theta", channels, few)
        self.phi = self._convolution("phi", channels, few)
        self.g = self._convolution("g", channels, values)
        self.o = self._convolution("o", values, channels) if self.leads_back else None

    def _convolution(self, name, channels, filters):
        convolution = layers.Conv2D(
            filters,
            1,
            use_bias=False,
            data_format="channels_last",
            kernel_initializer=_copy(self.kernel_initializer),
            kernel_regularizer=_copy(self.kernel_regularizer),
            dtype=self.dtype_policy,
            name=name,
        )
        convolution = SpectralNormalization(convolution, name=name) if self.spectral_norm else convolution
        convolution.build((None, None, None, channels))
        return convolution

    @property
    def _regularizer(self):
        """That of the kernels, which may have got one since."""
        return getattr(self.theta, "layer", self.theta).kernel_regularizer if self.built else self.kernel_regularizer

    def maps(self, inputs):
        """Says where each place looks.

        Args:
            inputs: float tensor (N, H, W, C).

        Returns:
            beta, float32 tensor (N, H W, keys), whose rows have the sum 1; keys are H W, or a quarter of it if pooled.
        """
        queries, keys = engine.widened(_places(self.theta(inputs))), engine.widened(self._pooled(self.phi(inputs)))
        matches = ops.matmul(queries, ops.transpose(keys, (0, 2, 1)))
        if matches.shape[-1] == 1:  # of which Keras would warn
            return ops.ones_like(matches)
        return ops.softmax(matches, axis=-1)

    def call(self, inputs, training=False):
        values = self._pooled(self.g(inputs))
        mean = ops.matmul(ops.cast(self.maps(inputs), values.dtype), values)
        _, height, width, _ = ops.shape(inputs)
        mean = ops.reshape(mean, (-1, height, width, mean.shape[-1]))
        mean = self.o(mean) if self.leads_back else mean
        return inputs + ops.cast(self.gamma, mean.dtype) * mean

    def _pooled(self, maps):
        """What is pooled, or the map itself, as rows of places."""
        if self.pooled:
            maps = ops.max_pool(maps, 2, strides=2, data_format="channels_last")
        return _places(maps)

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        return {
            **super().get_config(),
            "reduction": self.reduction,
            "value_reduction": self.value_reduction,
            "pooled": self.pooled,
            "output": self.leads_back,
            "spectral_norm": self.spectral_norm,
            "kernel_initializer": keras.initializers.serialize(self.kernel_initializer),
            "kernel_regularizer": keras.regularizers.serialize(self._regularizer),
        }

    @classmethod
    def examples(cls):
        """The code's form, the paper's, and the lectures'."""
        forms = [{}, {"value_reduction": 8}, {"value_reduction": 1, "output": False}]
        return [(cls(pooled=not form, **form), (1, 2, 2, 8)) for form in forms]


def _copy(term):
    """A copy of an initializer or a regularizer, which shares nothing with it: two kernels must not start alike."""
    return term and type(term).from_config(term.get_config())


def _places(maps):
    """Lays maps (N, H, W, c) out as (N, H W, c)."""
    _, height, width, channels = ops.shape(maps)
    return ops.reshape(maps, (-1, height * width, channels))
