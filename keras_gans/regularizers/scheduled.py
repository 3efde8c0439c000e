"""Scheduled regularisation: a penalty that weighs more or less as training goes on."""

import keras

from keras_gans.regularizers.gradient_penalty import R1
from keras_gans.regularizers.penalty import Penalty

__all__ = ["Scheduled"]


@keras.saving.register_keras_serializable("keras_gans")
class Scheduled(Penalty):
    """Multiplies a penalty by what a schedule says of the calls so far, one for each update of the player.

    Args:
        penalty: `Penalty`.
        schedule: Keras schedule, e.g. `keras.optimizers.schedules.CosineDecay(1.0, steps, alpha=0.1)`, which leaves a
            tenth of the penalty after so many updates.

    Formula:
        schedule(t) * penalty at the call after t of them

    Deviations:
        none

    Reference:
        Huang et al., 2024, The GAN is dead; long live the GAN! A Modern GAN Baseline, arXiv:2501.05441, whose code so
        changes gamma.

    Raises:
        ValueError: if the schedule is none of Keras'.

    Example:
        ```python
        points, halves = np.zeros((4, 1), "float32"), keras.optimizers.schedules.ExponentialDecay(1.0, 1, 0.5)
        penalty = regularizers.Scheduled(regularizers.R1(gamma=10.0), halves)
        [float(penalty(lambda x: 3.0 * x, points, points, seed=0)) for _ in range(3)]  # [45.0, 22.5, 11.25]
        ```
    """

    def __init__(self, penalty, schedule):
        if not isinstance(schedule, keras.optimizers.schedules.LearningRateSchedule):
            raise ValueError(f"Expected a schedule of keras.optimizers.schedules. Received: {schedule!r}.")
        self.penalty = penalty
        self.schedule = schedule
        self.count = keras.Variable(
            0, dtype="int32", trainable=False, aggregation="only_first_replica", name="scheduled_count"
        )

    def __call__(self, discriminator, real, fake, seed):
        weight = self.schedule(self.count)
        self.count.assign(self.count + 1)
        return weight * self.penalty(discriminator, real, fake, seed)

    def get_config(self):
        return {
            "penalty": keras.saving.serialize_keras_object(self.penalty),
            "schedule": keras.saving.serialize_keras_object(self.schedule),
        }

    @classmethod
    def from_config(cls, config):
        """Makes the penalty from what `get_config` returned."""
        return cls(*(keras.saving.deserialize_keras_object(config[name]) for name in ("penalty", "schedule")))

    @classmethod
    def examples(cls):
        """R1 that wanes."""
        return [cls(R1(), keras.optimizers.schedules.CosineDecay(1.0, 2, alpha=0.1))]
