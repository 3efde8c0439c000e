"""Path length regularisation: a step in w changes the picture by one length, wherever w is and wherever it goes."""

import keras
from keras import ops

from keras_gans import engine
from keras_gans.regularizers.penalty import EPSILON

__all__ = ["PathLength"]


@keras.saving.register_keras_serializable("keras_gans")
class PathLength:
    """A term of the loss of a generator with styles, `path_length(synthesis, styles, seed)`; `models.StyleGAN2` has it.

    It looks at the generator as a map from w to pictures. Were the map, at each w, a rotation times one number a, equal
    steps in w would change pictures equally; how far it is from that the lengths of random gradients tell.

    Args:
        weight: float, factor of the mean square.
        decay: float in (0, 1], share of the newest lengths in a.
        every: int, k: lengths are computed at every k-th call, and count k times; at the others the term is 0.

    Call arguments:
        synthesis: function of styles (n, L, d) that returns pictures (n, H, W, C).
        styles: float tensor (n, L, d), w for each of L layers.
        seed: `keras.random.SeedGenerator`, or an int for the same draws at each call.

    Returns:
        float32 scalar.

    Formula:
        l = sqrt(mean over layers of |grad_w <g(w), y>|^2), y ~ N(0, 1) / sqrt(H W);
        a <- a + decay (mean of l - a), a = 0 at first; the term is
        k weight mean of (l - a)^2 at calls 0, k, 2k, ..., means over the batch of all replicas.

    Deviations:
        none from the authors' code. The paper's y and lengths have other factors, which are in its weight: here y is
        divided by the root of the pixels, and squares are a mean over layers. 1e-12 is added under the root of l.

    Reference:
        Karras et al., 2019, Analyzing and Improving the Image Quality of StyleGAN, arXiv:1912.04958, Section 3.2,
        Equation 4; the weight of 2, the decay of 0.01 and the interval of 4 are those of the authors' code.

    Raises:
        ValueError: if the decay is not in (0, 1], or `every` is not a positive integer.

    Example:
        ```python
        def synthesis(w):  # one pixel, whose length is 3 |y|: at a decay of 1 it is its own mean
            return keras.ops.reshape(3.0 * w, (-1, 1, 1, 1))

        term, styles = regularizers.PathLength(decay=1.0, every=2), np.zeros((1, 1, 1), "float32")
        y = keras.random.normal((1, 1, 1, 1), seed=7)
        float(term(synthesis, styles, seed=7))  # 0.0
        float(term.mean)  # 3.0 * abs(float(y[0, 0, 0, 0]))
        ```
    """

    def __init__(self, weight=2.0, decay=0.01, every=4):
        if not 0.0 < decay <= 1.0:
            raise ValueError(f"Expected `decay` above 0 and at most 1. Received: {decay!r}.")
        if not isinstance(every, int) or every < 1:
            raise ValueError(f"Expected `every` as a positive integer. Received: {every!r}.")
        self.weight, self.decay, self.every = weight, decay, every
        self.mean = _kept(0.0, "float32", "path_length_mean")
        self.count = _kept(0, "int32", "path_length_count")

    def __call__(self, synthesis, styles, seed):
        due = self.count % self.every == 0
        self.count.assign(self.count + 1)
        # Only lengths are computed now and then: replicas exchange their mean, which they cannot do in a branch.
        lengths = engine.only_if(due, lambda: path_lengths(synthesis, styles, seed), (ops.shape(styles)[0],))
        before = ops.convert_to_tensor(self.mean)
        mean = before + self.decay * (ops.mean(engine.all_rows(lengths)) - before)
        self.mean.assign(ops.where(due, mean, before))
        return self.every * self.weight * ops.where(due, ops.mean(ops.square(lengths - mean)), 0.0)

    def get_config(self):
        """Returns the constructor's arguments as a dict."""
        return {"weight": self.weight, "decay": self.decay, "every": self.every}

    @classmethod
    def from_config(cls, config):
        """Makes the term from what `get_config` returned."""
        return cls(**config)


def path_lengths(synthesis, styles, seed):
    """How much each example of a batch changes in a random direction of pictures, per step in w.

    Args:
        synthesis: function of styles (n, L, d) that returns pictures (n, H, W, C).
        styles: float tensor (n, L, d).
        seed: `keras.random.SeedGenerator` or int.

    Returns:
        float32 tensor (n,); see `PathLength`.
    """

    def along(w):
        pictures = ops.cast(synthesis(w), "float32")
        rows, height, width, channels = ops.shape(pictures)

        def draw(n):
            return keras.random.normal((n, height, width, channels), dtype="float32", seed=seed)

        y = engine.replica_rows(draw, rows) / (height * width) ** 0.5
        return ops.sum(pictures * y, axis=(1, 2, 3))

    gradient = ops.cast(engine.input_gradient(along, ops.cast(styles, "float32")), "float32")
    return ops.sqrt(ops.mean(ops.sum(ops.square(gradient), axis=2), axis=1) + EPSILON)


def _kept(value, dtype, name):
    return keras.Variable(value, dtype=dtype, trainable=False, aggregation="only_first_replica", name=name)
