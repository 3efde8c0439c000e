"""Metrics: how good generated examples are, in numbers that name their protocol."""

from keras_gans.metrics.modes import ModeCoverage, digit_classifier, mode_coverage, stacked_digits_coverage

__all__ = ["ModeCoverage", "digit_classifier", "mode_coverage", "stacked_digits_coverage"]
