"""The Laplacian pyramid: a picture as a coarse one and the details that each doubling of its sides lacks."""

from keras import ops


def reduce(pictures):
    """Halves both sides of pictures: a binomial filter along each, then every second pixel.

    Args:
        pictures: float tensor or array (N, H, W, C), sides even and at least 4.

    Returns:
        float tensor (N, H / 2, W / 2, C).

    Raises:
        ValueError: if the shape is another.

    Formula:
        Along each side y_i = (x_(2i-2) + 4 x_(2i-1) + 6 x_2i + 4 x_(2i+1) + x_(2i+2)) / 16; beyond the border pictures
        are mirrored, x_(-i) = x_i.

    Deviations:
        Denton et al.'s code (facebook/eyescream) resizes by Torch's `image.scale`, down and up; `split` takes such
        functions. What is beyond the border is ours.

    Reference:
        Burt and Adelson, 1983, The Laplacian Pyramid as a Compact Image Code, IEEE Transactions on Communications 31,
        with a = 3/8 in their generating kernel.
    """
    return _reduced(_reduced(_checked(pictures, 4, multiple=2), 1), 2)


def expand(pictures):
    """Doubles both sides of pictures: zeros between the pixels, then twice the filter of `reduce` along each side.

    Args:
        pictures: float tensor or array (N, H, W, C), sides of at least 2.

    Returns:
        float tensor (N, 2 H, 2 W, C).

    Raises:
        ValueError: if the shape is another.

    Formula:
        Along each side y_2i = (x_(i-1) + 6 x_i + x_(i+1)) / 8 and y_(2i+1) = (x_i + x_(i+1)) / 2; what has zeros
        between its pixels is mirrored beyond the border: x_(-1) = x_1 and, of n pixels, x_n = x_(n-1).

    Deviations:
        As for `reduce`.

    Reference:
        As for `reduce`.
    """
    return _expanded(_expanded(_checked(pictures, 2), 1), 2)


def split(pictures, levels, reduce=reduce, expand=expand):
    """Makes the pyramid of pictures.

    Args:
        pictures: float tensor or array (N, H, W, C), sides that 2^levels divides.
        levels: int of at least 0, how often sides are halved.
        reduce: function that halves the sides of pictures.
        expand: function that doubles them.

    Returns:
        list of levels + 1 float tensors: the details of each size, the largest first, (N, H / 2^k, W / 2^k, C), and the
        coarsest picture.

    Raises:
        ValueError: as `reduce` and `expand` do.

    Formula:
        I_0 = the picture, I_(k+1) = reduce(I_k), h_k = I_k - expand(I_(k+1)): [h_0, ..., h_(levels-1), I_levels].

    Deviations:
        none

    Reference:
        Denton et al., 2015, Deep Generative Image Models using a Laplacian Pyramid of Adversarial Networks,
        arXiv:1506.05751, Section 2.2.

    Example:
        ```python
        details, coarse = split(np.ones((1, 4, 4, 1)), levels=1)
        coarse[0, :, :, 0]  # [[1.0, 1.0], [1.0, 1.0]]
        ```
    """
    parts = []
    for _ in range(levels):
        coarse = reduce(pictures)
        parts.append(pictures - expand(coarse))
        pictures = coarse
    return [*parts, ops.convert_to_tensor(pictures)]


def join(parts, expand=expand):
    """Makes pictures of their pyramid: what `split` took, but for rounding, whatever halved and doubled the sides.

    Args:
        parts: list of float tensors or arrays, as `split` returns.
        expand: the function that `split` was given.

    Returns:
        float tensor (N, H, W, C).

    Formula:
        I_k = expand(I_(k+1)) + h_k, from the coarsest picture on.

    Deviations:
        none

    Reference:
        As for `split`.
    """
    *details, picture = parts
    for detail in reversed(details):
        picture = expand(picture) + detail
    return picture


def _reduced(x, axis):
    """Every second pixel of what the filter makes along an axis."""
    size = x.shape[axis]
    x = ops.pad(x, [(2, 1) if i == axis else (0, 0) for i in range(4)], mode="reflect")
    a, b, c, d, e = (_along(x, axis, slice(k, k + size, 2)) for k in range(5))
    return (a + 4.0 * b + 6.0 * c + 4.0 * d + e) / 16.0


def _expanded(x, axis):
    """What the filter makes along an axis of pixels with zeros between them."""
    before = ops.concatenate([_along(x, axis, slice(1, 2)), _along(x, axis, slice(0, -1))], axis)
    after = ops.concatenate([_along(x, axis, slice(1, None)), _along(x, axis, slice(-1, None))], axis)
    pair = ops.stack([(before + 6.0 * x + after) / 8.0, (x + after) / 2.0], axis + 1)
    return ops.reshape(pair, [-1, *(2 * n if i == axis else n for i, n in enumerate(x.shape) if i > 0)])


def _along(x, axis, pixels):
    """Pixels of an axis, by a slice."""
    return x[tuple(pixels if i == axis else slice(None) for i in range(4))]


def _checked(pictures, smallest, multiple=1):
    """Pictures as a tensor, if they are some whose sides fit."""
    shape = tuple(getattr(pictures, "shape", ()))
    if len(shape) != 4 or min(shape[1:3]) < smallest or any(side % multiple for side in shape[1:3]):
        sides = f"sides even and at least {smallest}" if multiple == 2 else f"sides at least {smallest}"
        raise ValueError(f"Expected pictures (N, H, W, C), {sides}. Received: shape {shape}.")
    return ops.convert_to_tensor(pictures)
