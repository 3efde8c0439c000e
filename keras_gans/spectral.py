"""Largest singular values of kernels, by power iteration: shared by what divides by them, penalises or follows them."""

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
    axes = list(range(len(kernel.shape)))
    first = axes.pop(output_axis)
    return ops.reshape(ops.transpose(kernel, [first, *axes]), (kernel.shape[first], -1))


def as_kernel(matrix, shape, output_axis=-1):
    """Takes back what `as_matrix` did.

    Args:
        matrix: float tensor (outputs, everything else).
        shape: tuple of ints, the kernel's.
        output_axis: int, as in `as_matrix`.

    Returns:
        float tensor of that shape.
    """
    others = list(shape)
    outputs = others.pop(output_axis)
    return ops.moveaxis(ops.reshape(matrix, (outputs, *others)), 0, output_axis)


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


def leading(matrix, us, steps=1):
    """Estimates the largest singular values of a matrix, several at once.

    Args:
        matrix: float32 tensor (n, m).
        us: float32 tensor (k, n), the estimates of the left singular vectors so far; k at most n and m.
        steps: int or scalar tensor, number of iterations, at least 1.

    Returns:
        A tuple: sigmas, float32 (k,), the largest first once they have converged; and the new us, float32 (k, n).

    Formula:
        For i = 0 ... k - 1: v_i <- unit(GS(W^T u_i; v_0 ... v_{i-1})), u_i <- unit(GS(W v_i; u_0 ... u_{i-1})),
        sigma_i = u_i^T W v_i; GS takes away what lies along the vectors before.

    Deviations:
        The paper has Arnoldi's iteration; Gram-Schmidt is that of the first author's later code. Here QR decompositions
        do it, whose vectors are the same up to their signs, and at right angles also where W has fewer than k singular
        values above 0: what Gram-Schmidt leaves there is rounding, which has any direction.

    Reference:
        Brock et al., 2019, Large Scale GAN Training for High Fidelity Natural Image Synthesis, arXiv:1809.11096,
        Section 4.1 (the three largest); github.com/ajbrock/BigGAN-PyTorch (Gram-Schmidt).
    """

    def step(_, state):
        v, _ = ops.qr(ops.matmul(ops.transpose(matrix), state[1]))
        u, triangle = ops.qr(ops.matmul(matrix, v))
        return ops.abs(ops.diagonal(triangle)), u

    columns = ops.transpose(us)
    sigmas, columns = ops.fori_loop(0, steps, step, (ops.zeros_like(columns[0]), columns))
    return sigmas, ops.transpose(columns)


def unit(vector):
    """Brings a float tensor (n,) to length 1; zeros stay zeros."""
    return vector / ops.maximum(ops.norm(vector), TINY)
