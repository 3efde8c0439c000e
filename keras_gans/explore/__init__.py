"""What a generator's latent spaces hold: ways through them, arithmetic, truncation, mixed styles, given pictures."""

from keras_gans.explore.projection import Projection, project
from keras_gans.explore.sheets import arithmetic, interpolation, loop, truncation
from keras_gans.explore.spaces import check_explorable
from keras_gans.explore.styles import bands, mixing, noise

__all__ = [
    "Projection",
    "arithmetic",
    "bands",
    "check_explorable",
    "interpolation",
    "loop",
    "mixing",
    "noise",
    "project",
    "truncation",
]
