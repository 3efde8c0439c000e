"""Largest singular values of kernels, by power iteration: shared by the spectral layer and the spectral regularizer."""

from keras import ops

TINY = 1e-12  # lengths and singular values below it count as none


def as_matrix(kernel, output_axis=-1):
    """Lays a kernel out as a matrix with one row per output.

    Args:
        kernel: float tensor, e.g. (h, w, inputs, outputs).
        output_axis: int, the axis of outputs: -1, but -2 for transposed convolutions.

    Returns:
        float tensor (outputs, everything else).
    """
    kernel = ops.moveaxis(kernel, output_axis, 0)
    return ops.reshape(kernel, (kernel.shape[0], -1))


def power_iteration(matrix, u, steps=1):
    """Estimates a matrix' largest singular value.

    Args:
        matrix: float32 tensor (n, k).
        u: float32 tensor (n,), the estimate of the left singular vector so far.
        steps: int, number of iterations, at least 1.

    Returns:
        sigma, float32 scalar, which has a gradient for the matrix; and the new u (n,), which has none.

    Formula:
        v <- W^T u / |W^T u|, u <- W v / |W v|, sigma = u^T W v, with gradient u v^T.

    Deviations:
        none

    Reference:
        Miyato et al., 2018, Spectral Normalization for Generative Adversarial Networks, arXiv:1802.05957, Algorithm 1.
    """
    fixed = ops.stop_gradient(matrix)
    for _ in range(steps):
        v = unit(ops.matmul(u, fixed))
        image = ops.matmul(fixed, v)
        u = ops.where(ops.norm(image) > TINY, unit(image), u)  # a matrix of zeros must not take the direction away
    return ops.sum(u * ops.matmul(matrix, v)), u


def unit(vector):
    """Brings a float tensor (n,) to length 1; zeros stay zeros."""
    return vector / ops.maximum(ops.norm(vector), TINY)
