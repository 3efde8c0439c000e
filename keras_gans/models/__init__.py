"""Models: Keras models with a training step of their own; one file a game, one `training_step` a class."""

from keras_gans.models.base import AdversarialModel
from keras_gans.models.gan import GAN

__all__ = ["GAN", "AdversarialModel"]
