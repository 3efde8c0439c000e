"""Losses of the two players. A loss touches no optimizer and no network: logits in, scalars out."""

from keras_gans.losses.adversarial import LOSSES, AdversarialLoss, get
from keras_gans.losses.gan import GANLoss

__all__ = ["LOSSES", "AdversarialLoss", "GANLoss", "get"]
