"""What every trained model shares: compiling, fitting, logging, saving, resuming, averages. Games are in `models`."""

from keras_gans.training.adversarial import AdversarialModel
from keras_gans.training.latents import Latents
from keras_gans.training.loading import load_model
from keras_gans.training.model import TrainedModel
from keras_gans.training.players import Player
from keras_gans.training.shipped import pretrained

__all__ = ["AdversarialModel", "Latents", "Player", "TrainedModel", "load_model", "pretrained"]
