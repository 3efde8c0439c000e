"""Scripts that stand alone beside an exported generator: they import Keras, NumPy and Pillow, and nothing of ours."""
