"""Losses of the two players. A loss touches no optimizer and no network: logits in, scalars out."""

from keras_gans.losses.adversarial import LOSSES, AdversarialLoss, get
from keras_gans.losses.fdivergence import DIVERGENCES, FDivergenceLoss
from keras_gans.losses.gan import GANLoss
from keras_gans.losses.hinge import HingeLoss
from keras_gans.losses.least_squares import LeastSquaresLoss
from keras_gans.losses.relativistic import RelativisticLoss
from keras_gans.losses.terms import class_cross_entropy, l1
from keras_gans.losses.wasserstein import WassersteinLoss

__all__ = [
    "DIVERGENCES",
    "LOSSES",
    "AdversarialLoss",
    "FDivergenceLoss",
    "GANLoss",
    "HingeLoss",
    "LeastSquaresLoss",
    "RelativisticLoss",
    "WassersteinLoss",
    "class_cross_entropy",
    "get",
    "l1",
]
