"""What augmentations in front of a discriminator share: they change pictures at random, each in a way of its own."""

import keras
from keras import layers, ops

from keras_gans import engine
from keras_gans.registry import Registry

AUGMENTATIONS = Registry("augmentation")

UNIFORM, NORMAL = 32, 16  # numbers that are drawn for each example, of which an augmentation takes what it needs


class Augmentation(layers.Layer):
    """A layer that changes pictures at random, in training only; several pictures of one example change alike.

    Whatever its precision, it computes in float32 or better. A subclass says in `_changed` what it does.

    Attributes:
        p: None, or `keras.Variable`, the probability of what it does, where it is steered by what D says.

    Args:
        policy: sequence of the names of what it does.
        known: dict whose keys are the names that there are.
        seed: int or None, of the random numbers.
        **kwargs: `name` and `dtype`, as in `keras.layers.Layer`.

    Raises:
        ValueError: if the policy is not made of such names, each at most once.
    """

    def __init__(self, policy, known, seed=None, **kwargs):
        names = (policy,) if isinstance(policy, str) else tuple(policy)
        if not names or len(set(names)) < len(names) or not set(names) <= set(known):
            raise ValueError(f"Expected a `policy` of some of {', '.join(known)}, each once. Received: {policy!r}.")
        super().__init__(**kwargs)
        self.policy, self.seed = names, seed
        self.seed_generator = keras.random.SeedGenerator(seed)
        self.built = True

    p = None

    def call(self, inputs, training=False):
        if not training:
            return inputs
        pictures = inputs if isinstance(inputs, (list, tuple)) else [inputs]
        if any(len(x.shape) != 4 or None in x.shape[1:] for x in pictures):
            raise ValueError(
                "Expected pictures (N, height, width, channels), all but N known. "
                f"Received: {', '.join(str(tuple(x.shape)) for x in pictures)}."
            )
        changed = self._changed([engine.widened(x) for x in pictures], ops.shape(pictures[0])[0])
        changed = [ops.cast(y, x.dtype) for x, y in zip(pictures, changed)]
        return changed if isinstance(inputs, (list, tuple)) else changed[0]

    def _changed(self, pictures, rows):
        """Changes pictures.

        Args:
            pictures: list of float tensors (N, height, width, channels), of any sizes.
            rows: N, an int or a scalar tensor.

        Returns:
            list of float tensors like them.
        """
        raise NotImplementedError(f"{type(self).__name__} must define _changed(pictures, rows).")

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        return {**super().get_config(), "policy": list(self.policy), "seed": self.seed}


class Numbers:
    """Random numbers for the examples of a batch, float32 tensors (N,), one after another.

    Args:
        rows: N, an int or a scalar tensor.
        seed: `keras.random.SeedGenerator`.
        p: float scalar, the probability with which a transformation happens; one above 1 counts as 1.
    """

    def __init__(self, rows, seed, p=1.0):
        self.rows, self.seed, self.p = rows, seed, p
        self._uniform = iter(ops.unstack(self.drawn(keras.random.uniform, UNIFORM), UNIFORM, axis=1))
        self._normal = iter(ops.unstack(self.drawn(keras.random.normal, NORMAL), NORMAL, axis=1))

    def drawn(self, distribution, *shape):
        """Draws float32 (N, *shape) from one of `keras.random`'s distributions."""

        def draw(rows):
            return distribution((rows, *shape), dtype="float32", seed=self.seed)

        return engine.replica_rows(draw, self.rows)

    def uniform(self):
        """The next numbers from [0, 1)."""
        return next(self._uniform)

    def normal(self):
        """The next numbers from the standard normal distribution."""
        return next(self._normal)

    def one_of(self, n):
        """The next whole numbers from 0 to n - 1, as floats; n is an int or a scalar tensor."""
        return ops.floor(self.uniform() * n)

    def maybe(self, values, neutral, p=None):
        """Takes values for some examples, together, and for the others what leaves them as they are.

        Args:
            values: float or float tensor (N,), or a tuple of several.
            neutral: float, what leaves an example as it is.
            p: None for the batch's probability, or float scalar.

        Returns:
            float tensors like the values.
        """
        happens = self.uniform() < (self.p if p is None else p)
        return keras.tree.map_structure(lambda x: ops.where(happens, x, neutral), values)


def each(numbers, rank=4):
    """Numbers of examples (N,) in a shape that multiplies examples of a rank."""
    return ops.reshape(numbers, (-1, *[1] * (rank - 1)))


def cut(x, rows, columns):
    """Pictures (N, height, width, channels) that are 0 where both hold: rows, bool (N, height), columns (N, width)."""
    inside = ops.logical_and(rows[:, :, None, None], columns[:, None, :, None])
    return x * ops.cast(ops.logical_not(inside), x.dtype)
