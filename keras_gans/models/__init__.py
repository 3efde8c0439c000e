"""Models: Keras models with a training step of their own; one file a game, one `training_step` a class."""

from keras_gans.models.base import AdversarialModel
from keras_gans.models.gan import GAN
from keras_gans.models.wgan import WGAN
from keras_gans.models.wgan_gp import WGANGP

__all__ = ["GAN", "WGAN", "WGANGP", "AdversarialModel"]
