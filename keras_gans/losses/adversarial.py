"""The contract that every adversarial loss keeps, and the names by which losses are found."""

import abc

import keras
from keras import ops

from keras_gans.registry import Registry

__all__ = ["LOSSES", "AdversarialLoss", "get"]

LOSSES = Registry("loss")


class AdversarialLoss(abc.ABC):
    """What the two players minimise, given the discriminator's outputs.

    Outputs are logits of any shape, (N, 1) for one score per picture or (N, h, w, 1) for patches, of any float type;
    a loss casts them to float32 and returns a float32 scalar, the mean over all scores.
    Losses are written out by hand: a `keras.losses.Loss` would divide by the number of replicas a second time.

    Attributes:
        needs_real: whether `generator_loss` needs `real_output`.
        boundary: float, the output from which on D takes an example for real, or None where outputs say something only
            beside each other.
    """

    needs_real = False
    boundary = 0.0

    @abc.abstractmethod
    def discriminator_loss(self, real_output, fake_output):
        """What the discriminator minimises.

        Args:
            real_output: float tensor (N, ...), D's outputs on real examples.
            fake_output: float tensor (N, ...), D's outputs on generated examples.

        Returns:
            float32 scalar.
        """

    def fake_loss(self, fake_output):
        """The part of `discriminator_loss` that D pays for outputs on what it should reject.

        Args:
            fake_output: float tensor (N, ...), D's outputs on examples that are not real, or do not match.

        Returns:
            float32 scalar.

        Raises:
            ValueError: by losses that only compare outputs, which have no such part.
        """
        raise ValueError(
            f"Expected a loss that is a sum over real and over false examples. Received: {type(self).__name__}, which "
            "compares them."
        )

    @abc.abstractmethod
    def generator_loss(self, fake_output, real_output=None):
        """What the generator minimises.

        Args:
            fake_output: float tensor (N, ...), D's outputs on generated examples.
            real_output: float tensor (N, ...), D's outputs on real examples, for losses that compare the two.

        Returns:
            float32 scalar.
        """

    @abc.abstractmethod
    def get_config(self):
        """Returns the constructor's arguments as a dict."""

    @classmethod
    def from_config(cls, config):
        """Makes the loss from what `get_config` returned."""
        return cls(**config)

    @classmethod
    def examples(cls):
        """Returns a list of objects on which tests try the class; what needs arguments, or has ways, has its own."""
        return [cls()]


def as_float32(outputs):
    """Casts a discriminator's outputs to float32, the type in which losses are computed."""
    return ops.cast(ops.convert_to_tensor(outputs), "float32")


def get(identifier):
    """Finds a loss.

    Args:
        identifier: an `AdversarialLoss`, its registered name (`"gan"`), or its serialised configuration.

    Returns:
        An `AdversarialLoss`.

    Raises:
        ValueError: if the name is unknown or the object is none of the three.
    """
    return find(identifier, LOSSES, AdversarialLoss)


def find(identifier, names, kind):
    """Finds an object of a kind: by its registered name, by its configuration, or as it is; see `get`."""
    if isinstance(identifier, str):
        return names[identifier]()
    if isinstance(identifier, dict):
        identifier = keras.saving.deserialize_keras_object(identifier)
    if not isinstance(identifier, kind):
        article = "an" if kind.__name__[0] in "AEIOU" else "a"
        raise ValueError(
            f"Expected a {names.kind}: {article} {kind.__name__} object, its configuration, or one of the names "
            f"{', '.join(sorted(names))}. Received: {identifier!r}."
        )
    return identifier
