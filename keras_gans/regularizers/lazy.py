"""Lazy regularisation: a penalty that is computed only now and then, and counts for the steps between."""

import keras

from keras_gans import engine
from keras_gans.regularizers.gradient_penalty import R1
from keras_gans.regularizers.penalty import Penalty

__all__ = ["Lazy"]


@keras.saving.register_keras_serializable("keras_gans")
class Lazy(Penalty):
    """Computes a penalty at every k-th call only, k times as heavy, which saves most of its cost.

    Args:
        penalty: `Penalty`.
        every: int, k.

    Formula:
        k * penalty at calls 0, k, 2k, ...; 0 at the others.

    Deviations:
        StyleGAN2 also changes Adam's learning rate and betas to their power k / (k + 1); here optimizers stay as given.

    Reference:
        Karras et al., 2019, Analyzing and Improving the Image Quality of StyleGAN, arXiv:1912.04958, Section 3.1 and
        Appendix B.

    Raises:
        ValueError: if `every` is not a positive integer.

    Example:
        ```python
        points = np.zeros((4, 1), "float32")
        penalty = regularizers.Lazy(regularizers.R1(gamma=10.0), every=2)
        [float(penalty(lambda x: 3.0 * x, points, points, seed=0)) for _ in range(3)]  # [90.0, 0.0, 90.0]
        ```
    """

    def __init__(self, penalty, every=16):
        if not isinstance(every, int) or every < 1:
            raise ValueError(f"Expected `every` as a positive integer. Received: {every!r}.")
        self.penalty = penalty
        self.every = every
        self.count = keras.Variable(
            0, dtype="int32", trainable=False, aggregation="only_first_replica", name="lazy_count"
        )

    def __call__(self, discriminator, real, fake, seed):
        due = self.count % self.every == 0
        self.count.assign(self.count + 1)
        return engine.only_if(due, lambda: self.every * self.penalty(discriminator, real, fake, seed))

    def get_config(self):
        return {"penalty": keras.saving.serialize_keras_object(self.penalty), "every": self.every}

    @classmethod
    def from_config(cls, config):
        """Makes the penalty from what `get_config` returned."""
        return cls(keras.saving.deserialize_keras_object(config["penalty"]), config["every"])

    @classmethod
    def examples(cls):
        """R1 at every second call."""
        return [cls(R1(), every=2)]
