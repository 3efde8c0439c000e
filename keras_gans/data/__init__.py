"""Data: arrays and tf.data in, float32 in [-1, 1] out; toys whose distribution is known."""

from keras_gans.data import toy
from keras_gans.data.batches import batches
from keras_gans.data.load import DATA_SETS, load
from keras_gans.data.toy import TOYS

__all__ = ["DATA_SETS", "TOYS", "batches", "load", "toy"]
