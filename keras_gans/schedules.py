"""What changes while training goes on: rates and betas, as Keras schedules, and the phases of networks that grow."""

import math

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


@keras.saving.register_keras_serializable("keras_gans")
class ScheduledAdam(keras.optimizers.Adam):
    """Adam whose beta_2 changes as it goes, as its learning rate may.

    A small beta_2 forgets the large gradients of the beginning soon; a large one is steadier.

    Args:
        learning_rate: float, or Keras schedule.
        beta_1: float.
        beta_2: Keras schedule, e.g. `keras.optimizers.schedules.CosineDecay(0.9, steps, alpha=1.1)`, which goes from
            0.9 to 0.99.
        **kwargs: as in `keras.optimizers.Adam`.

    Raises:
        ValueError: if `beta_2` is no schedule.

    Formula:
        Adam's, in the update after t of them with beta_2(t) in the place of beta_2, also in 1 - beta_2^(t + 1), by
        which it divides.

    Deviations:
        none

    Reference:
        Huang et al., 2024, The GAN is dead; long live the GAN! A Modern GAN Baseline, arXiv:2501.05441, whose code so
        trains both networks.
    """

    def __init__(self, learning_rate=0.001, beta_1=0.9, *, beta_2, **kwargs):
        if not isinstance(beta_2, keras.optimizers.schedules.LearningRateSchedule):
            raise ValueError(f"Expected `beta_2` as a schedule of keras.optimizers.schedules. Received: {beta_2!r}.")
        super().__init__(learning_rate, beta_1=beta_1, beta_2=beta_2, **kwargs)

    @property
    def beta_2(self):
        """The beta_2 of the next update, float32 scalar."""
        return self._beta_2(self.iterations)

    @beta_2.setter
    def beta_2(self, schedule):
        self._beta_2 = schedule

    def get_config(self):
        return {**super().get_config(), "beta_2": keras.saving.serialize_keras_object(self._beta_2)}

    @classmethod
    def from_config(cls, config, custom_objects=None):
        """Makes the optimizer from what `get_config` returned."""
        beta_2 = keras.saving.deserialize_keras_object(config["beta_2"], custom_objects)
        return super().from_config({**config, "beta_2": beta_2}, custom_objects)


@keras.saving.register_keras_serializable("keras_gans")
class Growth:
    """The phases of networks that grow: pictures keep their side, then the layers of twice the side fade in, and again.

    All phases are equally long, and the last has no end. Phase and detail are functions of the count of training steps
    and nothing else, so that a run goes on exactly from wherever it was saved. It is the argument `phases` of a game's
    `compile`; see `training.phases`.

    Attributes:
        boundaries: tuple of ints, the counts of training steps at which a phase begins, without the first at 0.

    Args:
        first_side: int, a power of 2, pixels of a side in phase 0.
        last_side: int, a power of 2 of at least `first_side`, pixels of a side in the last phase.
        steps: int of at least 1, how many training steps a phase takes.
        resets: whether optimizers begin anew at each boundary, as in the authors' code.

    Raises:
        ValueError: if an argument is out of its range.

    Formula:
        phase(step) = min(step // steps, 2 log2(last_side / first_side)), odd while layers fade in
        side(phase) = first_side * 2^ceil(phase / 2)
        detail(step) = log2(first_side) + phase // 2 + (phase mod 2) (step mod steps) / steps

    Deviations:
        Counts training steps, where the paper counts images that D has seen.

    Reference:
        Karras et al., 2018, Progressive Growing of GANs for Improved Quality, Stability, and Variation,
        arXiv:1710.10196, Section 2, Figure 2 and Appendix A.1.
    """

    def __init__(self, first_side, last_side, steps, resets=True):
        powers = all(isinstance(side, int) and side > 0 and side & (side - 1) == 0 for side in (first_side, last_side))
        if not powers or first_side > last_side:
            raise ValueError(
                "Expected `first_side` and `last_side` as powers of 2, the last at least the first. "
                f"Received: {first_side!r} and {last_side!r}."
            )
        if not isinstance(steps, int) or steps < 1:
            raise ValueError(f"Expected `steps` as a positive integer. Received: {steps!r}.")
        self.first_side, self.last_side, self.steps, self.resets = first_side, last_side, steps, resets
        self.boundaries = tuple(steps * (i + 1) for i in range(2 * int(math.log2(last_side // first_side))))

    def phase(self, step):
        """The phase of the training step that follows `step` of them, ints."""
        return min(step // self.steps, len(self.boundaries))

    def side(self, phase):
        """Pixels of a side, int, of the largest layers in use in a phase, int."""
        return self.first_side * 2 ** ((phase + 1) // 2)

    def detail(self, step):
        """The level of detail, log2 of pixels, between two sides while the larger one fades in.

        Args:
            step: int, or int scalar tensor, training steps made so far.

        Returns:
            float32 scalar.
        """
        step = ops.convert_to_tensor(step)
        phase = ops.minimum(step // self.steps, len(self.boundaries))
        faded = ops.cast(step % self.steps, "float32") / self.steps
        whole, fades = ops.cast(phase // 2, "float32"), ops.cast(phase % 2, "float32")
        return math.log2(self.first_side) + whole + fades * faded

    def get_config(self):
        return {
            "first_side": self.first_side,
            "last_side": self.last_side,
            "steps": self.steps,
            "resets": self.resets,
        }

    @classmethod
    def from_config(cls, config):
        return cls(**config)
