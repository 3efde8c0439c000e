"""Layers that Keras lacks, or has otherwise than the papers."""

from keras_gans.layers.conditional_batch_normalization import ConditionalBatchNormalization
from keras_gans.layers.image_pool import ImagePool
from keras_gans.layers.instance_normalization import InstanceNormalization
from keras_gans.layers.minibatch_discrimination import MinibatchDiscrimination
from keras_gans.layers.one_hot import OneHot
from keras_gans.layers.reflection_padding import ReflectionPadding2D
from keras_gans.layers.spectral_normalization import SpectralNormalization
from keras_gans.layers.virtual_batch_normalization import DropReference, ReferenceBatch, VirtualBatchNormalization

__all__ = [
    "ConditionalBatchNormalization",
    "DropReference",
    "ImagePool",
    "InstanceNormalization",
    "MinibatchDiscrimination",
    "OneHot",
    "ReferenceBatch",
    "ReflectionPadding2D",
    "SpectralNormalization",
    "VirtualBatchNormalization",
]
