"""A constraint that keeps the largest singular value of a kernel from growing."""

import keras
from keras import ops

from keras_gans import engine
from keras_gans.spectral import TINY, as_kernel, as_matrix

__all__ = ["ClampSpectralNorm"]


@keras.saving.register_keras_serializable("keras_gans")
class ClampSpectralNorm(keras.constraints.Constraint):
    """Takes away from a kernel by how much its largest singular value is above a limit, after each update.

    The other singular values and all directions stay, so that one that is above the limit, too, is the largest then.
    The collapse of large GANs is announced by largest singular values of G that explode; clamped they do not, and G
    collapses all the same, says the paper. Give it to a layer as its `kernel_constraint`.

    Args:
        limit: float above 0.
        output_axis: int, the kernel's axis of outputs: -1, but -2 for transposed convolutions.

    Formula:
        W <- W - max(0, sigma_0 - limit) u_0 v_0^T, where W has one row per output, and sigma_0, u_0 and v_0 are its
        largest singular value and the vectors of it.

    Deviations:
        The limit is a constant; the paper has another form, in which it is r times the second largest value. It is
        exact, by the eigenvectors of W W^T or W^T W, whichever is smaller.

    Reference:
        Brock et al., 2019, Large Scale GAN Training for High Fidelity Natural Image Synthesis, arXiv:1809.11096,
        Section 4.1.

    Raises:
        ValueError: if the limit is not above 0.

    Example:
        ```python
        regularizers.ClampSpectralNorm(limit=2.5)(np.diag(np.float32([3.0, 2.0])))  # [[2.5, 0.0], [0.0, 2.0]]
        ```
    """

    def __init__(self, limit, output_axis=-1):
        if not limit > 0:
            raise ValueError(f"Expected `limit` above 0. Received: {limit!r}.")
        self.limit, self.output_axis = limit, output_axis

    def __call__(self, w):
        kernel = engine.widened(ops.convert_to_tensor(w))
        matrix = as_matrix(kernel, self.output_axis)
        clamped = _clamped(matrix, self.limit)
        return ops.cast(as_kernel(clamped, kernel.shape, self.output_axis), w.dtype)

    def get_config(self):
        return {"limit": self.limit, "output_axis": self.output_axis}

    @classmethod
    def examples(cls):
        """A limit that small kernels reach."""
        return [cls(limit=0.5)]


def _clamped(matrix, limit):
    """Clamps a matrix (n, m): u_0 is the last eigenvector of W W^T, and sigma_0 v_0^T = u_0^T W."""
    if matrix.shape[0] > matrix.shape[1]:
        return ops.transpose(_clamped(ops.transpose(matrix), limit))
    seen = ops.stop_gradient(matrix)  # eigenvectors of equal eigenvalues have no gradient
    _, vectors = ops.eigh(ops.matmul(seen, ops.transpose(seen)))
    u = vectors[:, -1]
    row = ops.matmul(u, seen)
    excess = ops.maximum(0.0, 1.0 - limit / ops.maximum(ops.norm(row), TINY))
    return matrix - excess * ops.outer(u, row)
