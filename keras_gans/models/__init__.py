"""Models: one file a game, each with one training step that reads like its paper's algorithm box."""

from keras_gans.registry import export
from keras_gans.training import AdversarialModel, pretrained

__all__ = [*export(__name__), "AdversarialModel", "pretrained"]
