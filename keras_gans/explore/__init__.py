"""What a trained generator's latent space holds: ways through it, arithmetic, truncation, and given pictures in it."""

from keras_gans.explore.projection import Projection, project
from keras_gans.explore.sheets import arithmetic, check_explorable, interpolation, loop, truncation

__all__ = ["Projection", "arithmetic", "check_explorable", "interpolation", "loop", "project", "truncation"]
