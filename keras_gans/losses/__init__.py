"""Losses of the two players. A loss touches no optimizer and no network: logits in, scalars out."""

from keras_gans.registry import export

__all__ = export(__name__)
