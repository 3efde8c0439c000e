"""DiffAugment: what D sees, real or generated, has other colours, is moved, and lacks a part."""

import keras
from keras import ops

from keras_gans.layers.augmentation import AUGMENTATIONS, Augmentation, Numbers, cut, each

__all__ = ["DiffAugment"]

TRANSLATION, CUTOUT = 1 / 8, 1 / 2  # of a side


@keras.saving.register_keras_serializable("keras_gans")
class DiffAugment(Augmentation):
    """Changes colours, moves pictures and cuts a part out, in training only, for each example at random.

    In front of D, for real and for generated pictures and in both players' moves, it keeps D from learning few pictures
    by heart, and G learns through it. In front of D for real pictures alone, it would be G that learns to cut parts
    out. A game has it as `compile(augment="diff")`.

    Args:
        policy: sequence of some of "color", "translation" and "cutout", in their order.
        seed: int or None, of the random numbers.
        **kwargs: `name` and `dtype`, as in `keras.layers.Layer`; it computes in float32 or better whatever the policy.

    Call arguments:
        inputs: float tensor (N, H, W, C), pictures in [-1, 1], of any number of channels; or a list of such tensors,
            pictures of the same N examples, which change alike: what a translation was made of, and the translation.
        training: whether they change.

    Returns:
        float tensors of the same shapes.

    Formula:
        color: x + b, b ~ U[-1/2, 1/2); then m + s (x - m), m the mean over channels, s ~ U[0, 2); then m + c (x - m), m
        the mean over pixels and channels, c ~ U[1/2, 3/2).
        translation: along each side by a whole number of pixels, each from -t to t as likely, t = floor(side / 8 +
        1/2); what comes in is 0, grey.
        cutout: a rectangle of l = floor(side / 2 + 1/2) pixels along each side is 0; its place l // 2 is any pixel of
        the side, and if l is even the one behind, so that parts of it may lie outside.

    Deviations:
        none. On pictures of one channel s changes nothing.

    Reference:
        Zhao, Liu, Lin, Zhu and Han, 2020, Differentiable Augmentation for Data-Efficient GAN Training,
        arXiv:2006.10738, Section 3.2; the ranges are those of the authors' code,
        github.com/mit-han-lab/data-efficient-gans.

    Raises:
        ValueError: if the policy has other names, or a name twice; or the inputs are no pictures.

    Example:
        ```python
        layer, x = layers.DiffAugment(("translation",), seed=0), np.ones((100, 8, 8, 3))
        layer(x)[0, 0, 0]  # [1.0, 1.0, 1.0]
        moved = np.array(layer(x, training=True))  # by a pixel at most, which leaves a row or none
        sorted({int(row) for row in 8 - moved[:, :, 4, 0].sum(axis=1)})  # [0, 1]
        ```
    """

    def __init__(self, policy=("color", "translation", "cutout"), seed=None, **kwargs):
        super().__init__(policy, POLICIES, seed, **kwargs)

    def _changed(self, pictures, rows):
        numbers = Numbers(rows, self.seed_generator)
        for name in self.policy:
            change = POLICIES[name](numbers)
            pictures = [change(x) for x in pictures]
        return pictures

    @classmethod
    def examples(cls):
        """All of it, and of one channel."""
        return [(cls(seed=0), (2, 4, 6, 3)), (cls(("cutout", "color"), seed=0), (2, 4, 4, 1))]


AUGMENTATIONS.register(DiffAugment, "diff")


def colors(numbers):
    """Draws other colours, as a function of pictures; see `DiffAugment`."""
    b, s, c = (each(numbers.uniform()) for _ in range(3))

    def change(x):
        x = x + ops.cast(b - 0.5, x.dtype)
        x = _spread(x, 2.0 * s, axis=-1)
        return _spread(x, c + 0.5, axis=(1, 2, 3))

    return change


def _spread(x, share, axis):
    """Numbers whose distance to their mean is another share of what it was."""
    mean = ops.mean(x, axis=axis, keepdims=True)
    return mean + ops.cast(share, x.dtype) * (x - mean)


def translation(numbers):
    """Draws movements along height and width, as a function of pictures; see `DiffAugment`."""
    drawn = numbers.uniform(), numbers.uniform()

    def change(x):
        for axis, u in zip((1, 2), drawn):
            most = int(x.shape[axis] * TRANSLATION + 0.5)
            x = _moved(x, ops.cast(ops.floor(u * (2 * most + 1)), "int32") - most, axis)
        return x

    return change


def _moved(x, steps, axis):
    """Takes pixels from `steps` further on along an axis, int (N,); zeros from beyond the border."""
    side = x.shape[axis]
    shape = [-1, 1, 1, 1]
    shape[axis] = side
    places = ops.reshape(steps[:, None] + ops.arange(side, dtype="int32"), shape)
    inside = ops.cast(ops.logical_and(places >= 0, places < side), x.dtype)
    return inside * ops.take_along_axis(x, ops.clip(places, 0, side - 1), axis=axis)


def cutout(numbers):
    """Draws rectangles that are cut out, as a function of pictures; see `DiffAugment`."""
    drawn = numbers.uniform(), numbers.uniform()

    def half(side, u):
        length = int(side * CUTOUT + 0.5)
        first = ops.floor(u * (side + 1 - length % 2)) - length // 2
        places = ops.arange(side, dtype="float32") - first[:, None]
        return ops.logical_and(places >= 0, places < length)

    return lambda x: cut(x, *map(half, x.shape[1:3], drawn))


POLICIES = {"color": colors, "translation": translation, "cutout": cutout}
