"""Data: arrays and tf.data in, float32 in [-1, 1] out."""

from keras_gans.data.batches import batches
from keras_gans.data.load import DATA_SETS, load

__all__ = ["DATA_SETS", "batches", "load"]
