"""Terms beside the loss: penalties (which need D and data), and regularizers and constraints (which need weights)."""

from keras_gans.registry import export

__all__ = export(__name__)
