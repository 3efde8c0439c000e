"""Metrics: how good generated examples are, in numbers that name their protocol."""

from keras_gans.registry import export

__all__ = export(__name__, without=("evaluator",))  # which knows models
