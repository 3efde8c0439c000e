"""Terms beside the loss: penalties (which need D and data), and regularizers and constraints (which need weights)."""

from keras_gans.regularizers.feature_matching import FeatureMatching
from keras_gans.regularizers.gradient_penalty import DRAGAN, R1, R2, GradientPenalty
from keras_gans.regularizers.lazy import Lazy
from keras_gans.regularizers.penalty import Penalty
from keras_gans.regularizers.weights import (
    ClipWeights,
    HistoricalAveraging,
    OrthogonalRegularizer,
    SpectralNormRegularizer,
    regularize,
)

__all__ = [
    "DRAGAN",
    "R1",
    "R2",
    "ClipWeights",
    "FeatureMatching",
    "GradientPenalty",
    "HistoricalAveraging",
    "Lazy",
    "OrthogonalRegularizer",
    "Penalty",
    "SpectralNormRegularizer",
    "regularize",
]
