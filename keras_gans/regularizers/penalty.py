"""The contract of penalties: terms of a player's loss that look at D and at data, not at weights."""

import abc

import keras
from keras import ops

from keras_gans import engine

__all__ = ["Penalty"]

EPSILON = 1e-12  # under the root of a norm, whose gradient at zero would else be NaN


class Penalty(abc.ABC):
    """A term of a player's loss, `penalty(discriminator, real, fake, seed)`, already weighted.

    It is handed to the `penalties` (of D) or `g_penalties` (of G) of `models.GAN.compile`. State that it keeps in
    `keras.Variable` or `keras.random.SeedGenerator` attributes is trained, saved and restored with the model.
    """

    @abc.abstractmethod
    def __call__(self, discriminator, real, fake, seed):
        """Computes the term.

        Args:
            discriminator: callable, (m, *shape) -> logits (m, ...); a model gives its `Judge`.
            real: float tensor (m, *shape), real examples.
            fake: float tensor (m, *shape), generated examples.
            seed: `keras.random.SeedGenerator`, or an int for the same draws at each call.

        Returns:
            float32 scalar.
        """

    @abc.abstractmethod
    def get_config(self):
        """Returns the constructor's arguments as a dict."""

    @classmethod
    def from_config(cls, config):
        """Makes the penalty from what `get_config` returned."""
        return cls(**config)

    @classmethod
    def examples(cls):
        """Returns a list of objects on which tests try the class; what needs arguments, or has ways, has its own."""
        return [cls()]


def squared_gradient_norms(discriminator, x):
    """Squared norm of D's gradient at each example, over all axes but the first.

    Args:
        discriminator: callable, (m, *shape) -> logits (m, ...); an example's patches of logits are summed.
        x: float tensor (m, *shape).

    Returns:
        float32 tensor (m,).
    """
    gradient = ops.cast(engine.input_gradient(discriminator, ops.cast(x, "float32")), "float32")
    return ops.sum(ops.square(gradient), axis=tuple(range(1, len(gradient.shape))))


def uniform_per_example(x, seed):
    """Draws one number in [0, 1) for each example, of a shape that multiplies the examples.

    Args:
        x: tensor (m, *shape).
        seed: `keras.random.SeedGenerator` or int.

    Returns:
        float32 tensor (m, 1, ...), of x's rank.
    """
    shape = (1,) * (len(x.shape) - 1)
    return engine.replica_rows(
        lambda rows: keras.random.uniform((rows, *shape), dtype="float32", seed=seed), ops.shape(x)[0]
    )
