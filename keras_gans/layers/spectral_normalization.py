"""Spectral normalization: a layer whose kernel is divided by its largest singular value."""

import keras
from keras import layers, ops

from keras_gans import engine
from keras_gans.spectral import TINY, as_matrix, power_iteration, unit

__all__ = ["SpectralNormalization"]

TRANSPOSED = (layers.Conv1DTranspose, layers.Conv2DTranspose, layers.Conv3DTranspose)
WRAPPED = (layers.Dense, layers.Conv1D, layers.Conv2D, layers.Conv3D, *TRANSPOSED, layers.Embedding)


@keras.saving.register_keras_serializable("keras_gans")
class SpectralNormalization(layers.Wrapper):
    """Runs a layer with its kernel W divided by an estimate of W's largest singular value.

    So the layer stretches no input by more than about 1 (a convolution: by a constant), which bounds the slope of a
    discriminator. The layer keeps W itself, which is what the optimizer moves: the division is done anew at each call
    and gradients flow through it. The estimate's vector u takes one more step of power iteration at each call in
    training, so that a few calls after a move of W see nearly the same layer.

    Args:
        layer: Dense, Embedding, or convolution of 1, 2 or 3 dimensions, transposed or not.
        power_iterations: int, steps of power iteration per call.
        name: string, the layer's name.
        trainable: whether `layer` is trained.
        dtype: None, or Keras dtype policy that `layer` gets in place of its own.

    Call arguments:
        inputs: what `layer` takes.
        training: bool, whether to keep the new u.

    Returns:
        What `layer` returns.

    Raises:
        ValueError: if the layer is of another kind, `power_iterations` is below 1, or a layer that is built is to get
            a dtype policy.

    Formula:
        v = W^T u / |W^T u|, u = W v / |W v|, sigma = u^T W v, W_SN = W / sigma, where W has one row per output.
        Gradient: dL/dW = (G - <G, W_SN> u v^T) / sigma, where G = dL/dW_SN.

    Deviations:
        A kernel of zeros is left as it is. Like the authors' code, each call in training makes a step of power
        iteration; Algorithm 1 makes one per update. u is float32 in mixed precision too.

    Reference:
        Miyato et al., 2018, Spectral Normalization for Generative Adversarial Networks, arXiv:1802.05957, Equation 8,
        Section 2.3 (the gradient) and Algorithm 1.

    Example:
        ```python
        layer = layers.SpectralNormalization(keras.layers.Dense(2, use_bias=False), power_iterations=50)
        np.linalg.norm(layer(np.eye(2), training=True), 2)  # 1.0
        ```
    """

    def __init__(self, layer, power_iterations=1, name=None, trainable=True, dtype=None):
        if not isinstance(layer, WRAPPED):
            raise ValueError(
                f"Expected `layer` as one of {', '.join(kind.__name__ for kind in WRAPPED)}. Received: {layer!r}."
            )
        if not isinstance(power_iterations, int) or power_iterations < 1:
            raise ValueError(f"Expected `power_iterations` as a positive integer. Received: {power_iterations!r}.")
        if dtype is not None and layer.built:
            raise ValueError(f"Expected `dtype` with a layer that is not built yet. Received: {dtype!r}.")
        if dtype is not None:
            layer.dtype_policy = keras.dtype_policies.get(dtype)
        # So W is read as it is stored and inputs pass as they are; `layer` casts both to its own type.
        super().__init__(layer, name=name, trainable=trainable, dtype="float32", autocast=False)
        self.power_iterations = power_iterations
        self.output_axis = -2 if isinstance(layer, TRANSPOSED) else -1

    def build(self, input_shape):
        super().build(input_shape)
        normal = keras.initializers.RandomNormal(stddev=1.0)
        self.u = self.add_weight(
            name="u",
            shape=(self._kernel.shape[self.output_axis],),
            initializer=lambda shape, dtype: unit(normal(shape, dtype)),
            trainable=False,
        )

    @property
    def _kernel(self):
        return self.layer.embeddings if isinstance(self.layer, layers.Embedding) else self.layer.kernel

    def call(self, inputs, training=False):
        kernel = engine.widened(ops.convert_to_tensor(self._kernel))
        u = ops.cast(self.u, kernel.dtype)
        sigma, u = power_iteration(as_matrix(kernel, self.output_axis), u, self.power_iterations)
        if training:
            self.u.assign(u)
        with engine.substitute(self._kernel, kernel / ops.where(sigma > TINY, sigma, 1.0)):
            return self.layer(inputs)

    def compute_output_shape(self, input_shape):
        return self.layer.compute_output_shape(input_shape)

    def compute_output_spec(self, inputs, training=False):
        return keras.KerasTensor(self.compute_output_shape(inputs.shape), dtype=self.layer.compute_dtype)

    def get_config(self):
        config = {**super().get_config(), "power_iterations": self.power_iterations}
        del config["dtype"]  # it is the layer's own
        return config

    @classmethod
    def examples(cls):
        """Each kind of layer."""
        convolutions = [(cls(kind(2, 2)), (1, 2, 2, 3)) for kind in (layers.Conv2D, layers.Conv2DTranspose)]
        return [(cls(layers.Dense(2)), (1, 6)), *convolutions]
