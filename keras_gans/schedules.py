"""Learning rates that change while training goes on, as Keras schedules."""

import keras
from keras import ops


@keras.saving.register_keras_serializable("keras_gans")
class ConstantThenLinear(keras.optimizers.schedules.LearningRateSchedule):
    """A learning rate that stays as it is, then falls linearly to 0, and stays there.

    Args:
        learning_rate: float, the rate at the beginning.
        constant_steps: int of at least 0, how many updates it stays.
        decay_steps: int of at least 1, how many updates it falls.

    Call arguments:
        step: int scalar, updates made so far.

    Returns:
        float32 scalar.

    Raises:
        ValueError: if a number of steps is out of its range.

    Formula:
        rate(step) = learning_rate * clip(1 - (step - constant_steps) / decay_steps, 0, 1)

    Reference:
        Zhu et al., 2017, arXiv:1703.10593, Section 4: 100 epochs at 2e-4, then 100 epochs falling to 0.
    """

    def __init__(self, learning_rate, constant_steps, decay_steps):
        if constant_steps < 0 or decay_steps < 1:
            raise ValueError(
                "Expected `constant_steps` of at least 0 and `decay_steps` of at least 1. "
                f"Received: {constant_steps!r} and {decay_steps!r}."
            )
        self.learning_rate, self.constant_steps, self.decay_steps = learning_rate, constant_steps, decay_steps

    def __call__(self, step):
        fallen = (ops.cast(step, "float32") - self.constant_steps) / self.decay_steps
        return self.learning_rate * ops.clip(1.0 - fallen, 0.0, 1.0)

    def get_config(self):
        return {
            "learning_rate": self.learning_rate,
            "constant_steps": self.constant_steps,
            "decay_steps": self.decay_steps,
        }
