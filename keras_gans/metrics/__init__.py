"""Metrics: how good generated examples are, in numbers that name their protocol."""

from keras_gans.metrics.diversity import Diversity, pairwise_diversity
from keras_gans.metrics.evaluation import Evaluation
from keras_gans.metrics.extractors import Extractor, classifier, extractor, identity, inception
from keras_gans.metrics.frechet import FrechetDistance, frechet_distance, frechet_distance_of_moments
from keras_gans.metrics.inception_score import InceptionScore, inception_score
from keras_gans.metrics.kernel import KernelDistance, kernel_distance
from keras_gans.metrics.modes import (
    ModeCoverage,
    ModesCovered,
    digit_classifier,
    mode_coverage,
    stacked_digits_coverage,
)
from keras_gans.metrics.neighbours import Duplicates, duplicates, nearest_neighbours
from keras_gans.metrics.paired import PeakSignalToNoise, StructuralSimilarity, psnr, ssim
from keras_gans.metrics.path_length import path_length
from keras_gans.metrics.precision_recall import PrecisionRecall, density_coverage, precision_recall
from keras_gans.metrics.streaming import METRICS, Features, Result, SetMetric

__all__ = [
    "Diversity",
    "Duplicates",
    "Evaluation",
    "Extractor",
    "Features",
    "FrechetDistance",
    "InceptionScore",
    "KernelDistance",
    "METRICS",
    "ModeCoverage",
    "ModesCovered",
    "PeakSignalToNoise",
    "PrecisionRecall",
    "Result",
    "SetMetric",
    "StructuralSimilarity",
    "classifier",
    "density_coverage",
    "digit_classifier",
    "duplicates",
    "extractor",
    "frechet_distance",
    "frechet_distance_of_moments",
    "identity",
    "inception",
    "inception_score",
    "kernel_distance",
    "mode_coverage",
    "nearest_neighbours",
    "pairwise_diversity",
    "path_length",
    "precision_recall",
    "psnr",
    "ssim",
    "stacked_digits_coverage",
]
