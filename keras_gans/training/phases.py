"""Phases: at the boundaries of a schedule the training step is traced anew, in the middle of a `fit`."""

import keras

from keras_gans import engine


class Phased:
    """The part of `TrainedModel` that goes through phases, where the game's `compile` takes a schedule of them.

    A `training_step` that looks at `phase` is traced once for each phase, and so computes only what the phase needs; it
    hands `forward` and `minimize` the weights of its stage as `variables`. What changes within a phase is a function of
    `optimizer.iterations`. All weights exist from the start.

    Attributes:
        phases: None, or the schedule: an object with `boundaries`, the counts of training steps at which a phase
            begins; `phase`, function of a count of training steps; and `resets`, whether optimizers begin anew at
            boundaries; e.g. `schedules.Growth`.
        phase: None, or int, the phase of the next training step, from the first `fit` on.
    """

    phases = None
    phase = None

    def train_on_batch(self, *args, **kwargs):
        """Trains the model on one batch, as `keras.Model.train_on_batch` does."""
        if self.phases:
            self.begin_phase()
        return super().train_on_batch(*args, **kwargs)

    def begin_phase(self):
        """Readies the next training step: its phase, and exactly at a boundary the optimizers; again changes nothing.

        A file that was saved at a boundary goes on as if it had not been: what is reset is so before the step.
        """
        step = int(self.optimizer.iterations.numpy())
        if self.phases.resets and step in self.phases.boundaries:
            self.optimizer.reset()
        if self.phase != self.phases.phase(step):
            self.phase = self.phases.phase(step)
            engine.retrace(self)

    def _set_phases(self, phases, steps_per_execution=1, **_):
        """Takes the schedule that is compiled with; refuses what does not go with one (raises ValueError)."""
        self.phases, self.phase = phases, None
        if phases and steps_per_execution != 1:
            raise ValueError(
                "Expected steps_per_execution=1 with phases, whose boundaries may fall between any two steps. "
                f"Received: steps_per_execution={steps_per_execution}."
            )
        for key, member in self.optimizer.members.items():
            if phases and phases.resets and not isinstance(member.learning_rate, keras.Variable):
                raise ValueError(
                    "Expected constant learning rates with phases that reset the optimizers, since a schedule would "
                    f"begin anew at each boundary. Received: a schedule for {key}."
                )
            if phases and not engine.moves_some(member):
                raise ValueError(
                    "Expected policy 'mixed_bfloat16' with phases on JAX, where an optimizer that scales losses moves "
                    "all of its weights or none. Received: 'mixed_float16'."
                )


class Boundaries(keras.callbacks.Callback):
    """Lets phases begin in `fit`.

    Args:
        boundaries: tuple of ints, see `Phased`.
    """

    def __init__(self, boundaries):
        super().__init__()
        self.boundaries, self.first = set(boundaries), 0

    def on_train_begin(self, logs=None):
        self.model.begin_phase()

    def on_epoch_begin(self, epoch, logs=None):
        self.first = int(self.model.optimizer.iterations.numpy())
        self.model.begin_phase()  # a callback may have loaded another state

    def on_train_batch_begin(self, batch, logs=None):
        if batch and self.first + batch in self.boundaries:  # on JAX `model` gives the variables what `fit` holds
            self.model.begin_phase()
