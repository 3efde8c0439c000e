"""What judges see in training: pictures that were augmented, real and generated alike, in every player's move."""

import contextlib

import keras
from keras import ops

from keras_gans import engine
from keras_gans.layers.augmentation import AUGMENTATIONS, Augmentation
from keras_gans.training.state import seeds_of


class Augmenting:
    """The part of `AdversarialModel` that puts an augmentation in front of all who judge.

    It is not the step that calls it: within a training step whatever network judges sees augmented pictures when it is
    called in training, by whoever it is. So the losses of all players and the terms that ask a judge go through it, and
    a penalty's gradient is that with respect to the picture before it was augmented. Beside pictures a judge sees what
    it is given, as labels, as it is; several pictures of an example, as those of Pix2Pix, are augmented alike. Several
    judges share one p, by what all of them say. Where D is asked for turns, as in S3GAN, ADA's own turns hide some.

    Attributes:
        augment: None, or the layer: `layers.DiffAugment` or `layers.ADA`.
    """

    augment = None

    @property
    def judges(self):
        """List of the networks that a training step asks, those of `judging`."""
        return [getattr(self, name) for name in self.judging]

    def whole_step(self, data):
        """The training step with what its floor adds to it; the engine's. Returns the logs."""
        with self.augmenting():
            logs = super().whole_step(data)
        if self._steered:
            self.augment.steer(len(self.judging))
        return logs

    @contextlib.contextmanager
    def augmenting(self):
        """Context in which judges that are called in training see augmented pictures, if there is an augmentation."""
        with engine.seeing(self._augmented, *self.judges) if self.augment else contextlib.nullcontext():
            yield

    def hear(self, real_output):
        """Notes what a judge said of real examples, once for each of its moves: by that ADA is steered.

        Args:
            real_output: float tensor (m, 1) or (m, h, w, 1), its score.

        Returns:
            real_output.
        """
        if self._steered:
            self._trackers["augment_p"].update_state(self.augment.p)
            self.augment.hear(real_output, self.boundary)
        return real_output

    @property
    def _steered(self):
        return self.augment is not None and self.augment.p is not None

    def _augmented(self, inputs):
        """What a judge sees of its inputs; in float32, since penalties take their gradient through it."""
        tensors = keras.tree.flatten(inputs)
        pictures = [i for i, x in enumerate(tensors) if len(x.shape) == 4]
        with engine.in_float32(self.augment):
            changed = self.augment([tensors[i] for i in pictures], training=True)
        for i, picture in zip(pictures, changed):
            tensors[i] = ops.cast(picture, tensors[i].dtype)
        return keras.tree.pack_sequence_as(inputs, tensors)

    def _layer_of(self, augment, boundary):
        """The layer that `compile` is given, or None; raises ValueError if it is none, or does not fit the game.

        Args:
            augment: None, the layer, or its name.
            boundary: None, or float, the score from which on judges take an example for real.
        """
        if augment is None:
            return None
        if isinstance(augment, str):
            augment = AUGMENTATIONS[augment](seed=self.seed)
        if not isinstance(augment, Augmentation):
            raise ValueError(
                f"Expected `augment` as None, a layer such as layers.DiffAugment(), or a name of one: "
                f"{', '.join(sorted(AUGMENTATIONS))}. Received: {augment!r}."
            )
        for name in self.judging:
            shape = getattr(self, name).input_shape
            if not any(len(one) == 4 for one in (shape if isinstance(shape, list) else [shape])):
                raise ValueError(
                    "Expected `augment` only where pictures (height, width, channels) are judged. "
                    f"Received: a {name} of input shape {shape}."
                )
        if augment.p is not None and boundary is None:
            raise ValueError(
                "Expected a loss whose scores say by their sign, or by a threshold, what is taken for real, as ADA "
                "counts these; layers.DiffAugment does not ask for it. "
                f"Received: {type(augment).__name__} in a {type(self).__name__} without such a loss."
            )
        return augment

    def _unsaved_by_keras(self):
        seeds = seeds_of(self.augment) if self.augment else []
        return super()._unsaved_by_keras() | {f"seed_of_augment_{i}": v for i, v in enumerate(seeds)}
