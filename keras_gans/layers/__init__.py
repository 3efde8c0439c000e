"""Layers that Keras lacks, or has otherwise than the papers."""

from keras_gans.layers.minibatch_discrimination import MinibatchDiscrimination
from keras_gans.layers.spectral_normalization import SpectralNormalization
from keras_gans.layers.virtual_batch_normalization import DropReference, ReferenceBatch, VirtualBatchNormalization

__all__ = [
    "DropReference",
    "MinibatchDiscrimination",
    "ReferenceBatch",
    "SpectralNormalization",
    "VirtualBatchNormalization",
]
