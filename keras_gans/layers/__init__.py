"""Layers that Keras lacks, or has otherwise than the papers."""

from keras_gans.registry import export

__all__ = export(__name__)
