"""Terms that need only weights: a constraint that clips them, and regularizers for the layers of a network."""

import keras
from keras import ops

from keras_gans import engine
from keras_gans.spectral import as_matrix, power_iteration

__all__ = ["ClipWeights", "HistoricalAveraging", "OrthogonalRegularizer", "SpectralNormRegularizer", "regularize"]


@keras.saving.register_keras_serializable("keras_gans")
class ClipWeights(keras.constraints.Constraint):
    """Clips every weight to [-c, c]: WGAN's way to keep the critic's slope bounded.

    Args:
        c: float, the largest weight.

    Formula:
        w <- clip(w, -c, c)

    Deviations:
        none

    Reference:
        Arjovsky et al., 2017, Wasserstein GAN, arXiv:1701.07875, Algorithm 1, line 7.

    Raises:
        ValueError: if c is not above 0.

    Example:
        ```python
        regularizers.ClipWeights(0.01)(np.array([-1.0, 0.005, 1.0]))  # [-0.01, 0.005, 0.01]
        ```
    """

    def __init__(self, c=0.01):
        if not c > 0:
            raise ValueError(f"Expected `c` above 0. Received: {c!r}.")
        self.c = c

    def __call__(self, w):
        return ops.clip(w, -self.c, self.c)

    def get_config(self):
        return {"c": self.c}


@keras.saving.register_keras_serializable("keras_gans")
class OrthogonalRegularizer(keras.regularizers.Regularizer):
    """Pulls the output directions of a kernel apart, so that their angles are right.

    Args:
        weight: float, beta.
        off_diagonal: whether to leave the lengths alone (BigGAN's form) instead of pulling them to 1.
        output_axis: int, the kernel's axis of outputs: -1, but -2 for transposed convolutions.

    Formula:
        With W of one column per output: beta * |W^T W * (1 - I)|_F^2, or beta * |W^T W - I|_F^2.

    Deviations:
        none

    Reference:
        Brock et al., 2018, Large Scale GAN Training for High Fidelity Natural Image Synthesis, arXiv:1809.11096,
        Equations 2 and 3; beta = 1e-4.

    Example:
        ```python
        kernel = np.array([[1.0, 1.0], [0.0, 1.0]])
        float(regularizers.OrthogonalRegularizer(weight=1.0)(kernel))  # 2.0
        ```
    """

    def __init__(self, weight=1e-4, off_diagonal=True, output_axis=-1):
        self.weight = weight
        self.off_diagonal = off_diagonal
        self.output_axis = output_axis

    def __call__(self, x):
        matrix = as_matrix(ops.cast(x, "float32"), self.output_axis)
        outputs, inputs = matrix.shape
        if inputs < outputs:
            return self.weight * self._of_wide(matrix)
        gram = ops.matmul(matrix, ops.transpose(matrix))
        identity = ops.eye(outputs, dtype="float32")
        excess = gram * (1.0 - identity) if self.off_diagonal else gram - identity
        return self.weight * ops.sum(ops.square(excess))

    def _of_wide(self, matrix):
        """The same by W W^T, whose eigenvalues are those of W^T W but for zeros: of 20 numbers to 20,000, 20 x 20."""
        outputs, inputs = matrix.shape
        gram = ops.matmul(ops.transpose(matrix), matrix)
        if self.off_diagonal:
            return ops.sum(ops.square(gram)) - ops.sum(ops.square(ops.sum(ops.square(matrix), axis=1)))
        return ops.sum(ops.square(gram - ops.eye(inputs, dtype="float32"))) + float(outputs - inputs)

    def get_config(self):
        return {"weight": self.weight, "off_diagonal": self.off_diagonal, "output_axis": self.output_axis}


class StatefulRegularizer(keras.regularizers.Regularizer):
    """A regularizer that remembers something of each weight; models ready it in `compile` and save what it knows."""

    def prepare(self, variable):
        """Makes the state for one weight.

        Args:
            variable: `keras.Variable`, the weight.

        Returns:
            list of `keras.Variable`.
        """
        raise NotImplementedError

    def _state(self, variable):
        try:
            return vars(self).setdefault("_states", {})[id(variable)]
        except KeyError:
            raise ValueError(
                f"Expected {type(self).__name__} on a network of a compiled keras_gans model, which keeps its state. "
                f"Received: a weight of another model, {variable!r}."
            ) from None

    def _keep(self, variable, values):
        states = [
            keras.Variable(value, trainable=False, aggregation="only_first_replica", dtype="float32")
            for value in values
        ]
        vars(self).setdefault("_states", {})[id(variable)] = states
        return states


@keras.saving.register_keras_serializable("keras_gans")
class SpectralNormRegularizer(StatefulRegularizer):
    """Penalises a kernel's largest singular value, where SpectralNormalization divides by it.

    Args:
        weight: float, lambda.
        output_axis: int, the kernel's axis of outputs: -1, but -2 for transposed convolutions.

    Formula:
        lambda/2 * sigma(W)^2, sigma = u^T W v by one step of power iteration per training step, with gradient
        lambda * sigma u v^T.

    Deviations:
        none

    Reference:
        Yoshida and Miyato, 2017, Spectral Norm Regularization for Improving the Generalizability of Deep Learning,
        arXiv:1705.10941, Equation 3 and Algorithm 1.

    Example:
        ```python
        kernel, penalty = keras.Variable([[3.0], [4.0]]), regularizers.SpectralNormRegularizer(weight=1.0)
        penalty.prepare(kernel)
        float(penalty(kernel))  # 5.0**2 / 2
        ```
    """

    def __init__(self, weight=0.01, output_axis=-1):
        self.weight = weight
        self.output_axis = output_axis

    def prepare(self, variable):
        outputs = variable.shape[self.output_axis]
        return self._keep(variable, [keras.random.normal((outputs,), seed=outputs)])

    def __call__(self, x):
        (u,) = self._state(x)
        matrix = as_matrix(ops.cast(x, "float32"), self.output_axis)
        sigma, new_u = power_iteration(matrix, u.value)
        u.assign(new_u)
        return 0.5 * self.weight * ops.square(sigma)

    def get_config(self):
        return {"weight": self.weight, "output_axis": self.output_axis}


@keras.saving.register_keras_serializable("keras_gans")
class HistoricalAveraging(StatefulRegularizer):
    """Pulls weights to the mean of their own past, so that players who circle each other spiral in.

    Args:
        weight: float, factor of the squared distance.

    Formula:
        weight * |theta - 1/t sum_i theta[i]|^2 over the weights' values theta[i] at the t steps before.

    Deviations:
        The paper gives no weight.

    Reference:
        Salimans et al., 2016, Improved Techniques for Training GANs, arXiv:1606.03498, Section 3.3.

    Example:
        ```python
        weight, penalty = keras.Variable([1.0]), regularizers.HistoricalAveraging()
        penalty.prepare(weight)
        float(penalty(weight))  # 0.0
        weight.assign([3.0])
        float(penalty(weight))  # (3.0 - 1.0) ** 2
        ```
    """

    def __init__(self, weight=1.0):
        self.weight = weight

    def prepare(self, variable):
        return self._keep(variable, [ops.zeros(variable.shape), 0.0])

    def __call__(self, x):
        mean, steps = self._state(x)
        theta, past, t = ops.cast(x, "float32"), mean.value + 0.0, steps.value + 0.0
        current = ops.stop_gradient(theta)
        mean.assign(past + (current - past) / (t + 1.0))
        steps.assign(t + 1.0)
        return self.weight * ops.sum(ops.square(theta - ops.where(t > 0, past, current)))

    def get_config(self):
        return {"weight": self.weight}


def regularize(network, regularizer, biases=False, but=()):
    """Puts a regularizer on the weights of a built network, each weight with a copy of its own.

    Args:
        network: built `keras.Model`.
        regularizer: `keras.regularizers.Regularizer`; `output_axis`, if it has one, is set for each layer.
        biases: whether to put it on all trainable weights (as historical averaging needs) instead of kernels and
            embeddings only.
        but: names of layers that are left out, with the layers in them.

    Returns:
        The network.

    Raises:
        ValueError: if a layer has no argument, such as `kernel_regularizer`, by which it would be saved, or the
            network has no layer of such a name.
    """
    layers = engine.layers_of(network)
    unknown = sorted(set(but) - {layer.name for layer in layers})
    if unknown:
        raise ValueError(f"Expected `but` as names of layers of {network.name!r}. Received: {', '.join(unknown)}.")
    left_out = {id(inner) for layer in layers if layer.name in but for inner in engine.layers_of(layer)}
    for layer in layers:
        for variable in engine.own_weights(layer) if id(layer) not in left_out else ():
            if biases or variable.name in ("kernel", "embeddings"):
                _put(regularizer, layer, variable)
    return network


def _put(regularizer, layer, variable):
    name = f"{variable.name}_regularizer"
    if not hasattr(layer, name):
        raise ValueError(f"Expected layers that take a `{name}`. Received: the layer {layer.name!r}, which does not.")
    config = regularizer.get_config()
    if "output_axis" in config and "Transpose" in type(layer).__name__:
        config["output_axis"] = -2
    variable.regularizer = type(regularizer).from_config(config)
    setattr(layer, name, variable.regularizer)
