"""What every trained model shares: compiling, fitting, logging, saving, resuming, averages. Games are in `models`."""

from keras_gans.training.loading import load_model
from keras_gans.training.model import AdversarialModel

__all__ = ["AdversarialModel", "load_model"]
