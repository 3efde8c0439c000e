"""Experiments: the lectures' failures, shown and measured beside their cures, in a minute or two each on two cores.

`python -m keras_gans.experiments all` runs them and writes their pictures.
"""

from keras_gans.experiments.collapse import ModeCollapse, mode_collapse
from keras_gans.experiments.poor import PoorNetworks, poor_networks
from keras_gans.experiments.vanishing import VanishingGradients, vanishing_gradients
from keras_gans.registry import Registry

EXPERIMENTS = Registry("experiment")  # Name -> function that returns what it measured, with a figure.
for _function in (vanishing_gradients, mode_collapse, poor_networks):
    EXPERIMENTS.register(_function)

__all__ = [
    "EXPERIMENTS",
    "ModeCollapse",
    "PoorNetworks",
    "VanishingGradients",
    "mode_collapse",
    "poor_networks",
    "vanishing_gradients",
]
