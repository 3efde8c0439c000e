"""Experiments: the lectures' failures and ideas, shown and measured, in a few minutes each on two cores.

`python -m keras_gans.experiments all` runs them and writes their pictures.
"""

from keras_gans.experiments.attention import AgreeingPatches, agreeing_patches
from keras_gans.experiments.collapse import ModeCollapse, mode_collapse
from keras_gans.experiments.poor import PoorNetworks, poor_networks
from keras_gans.experiments.spectra import CollapseSpectra, collapse_spectra
from keras_gans.experiments.vanishing import VanishingGradients, vanishing_gradients
from keras_gans.registry import Registry

EXPERIMENTS = Registry("experiment")  # Name -> function that returns what it measured, with a figure.
for _function in (vanishing_gradients, mode_collapse, poor_networks, agreeing_patches, collapse_spectra):
    EXPERIMENTS.register(_function)

__all__ = [
    "EXPERIMENTS",
    "AgreeingPatches",
    "CollapseSpectra",
    "ModeCollapse",
    "PoorNetworks",
    "VanishingGradients",
    "agreeing_patches",
    "collapse_spectra",
    "mode_collapse",
    "poor_networks",
    "vanishing_gradients",
]
