"""Data: arrays, files and tf.data in, float32 in [-1, 1] out; toys whose distribution is known, and drawn pictures."""

import keras_gans.data.images  # noqa: F401 (which registers its kinds)
from keras_gans.data import captioned, curves, outlines, shapes, toy
from keras_gans.data.attributes import attributes
from keras_gans.data.batches import batches
from keras_gans.data.captions import CAPTIONS, captions
from keras_gans.data.domains import DOMAINS, domains
from keras_gans.data.enlargements import enlargements
from keras_gans.data.examples import Examples
from keras_gans.data.fetch import ARCHIVES, fetch
from keras_gans.data.inferred import infer_labels
from keras_gans.data.kinds import KINDS
from keras_gans.data.labelled import ATTRIBUTES
from keras_gans.data.load import DATA_SETS, load
from keras_gans.data.pairs import PAIRS, pairs
from keras_gans.data.partly_labelled import hide_labels, partly_labelled
from keras_gans.data.toy import TOYS
from keras_gans.data.vocabulary import Vocabulary

__all__ = [
    "ARCHIVES",
    "ATTRIBUTES",
    "CAPTIONS",
    "DATA_SETS",
    "DOMAINS",
    "KINDS",
    "PAIRS",
    "TOYS",
    "Examples",
    "Vocabulary",
    "attributes",
    "batches",
    "captioned",
    "captions",
    "curves",
    "domains",
    "enlargements",
    "fetch",
    "hide_labels",
    "infer_labels",
    "load",
    "outlines",
    "pairs",
    "partly_labelled",
    "shapes",
    "toy",
]
